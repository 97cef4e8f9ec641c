"""Claims: one hand at a time, and no late act under an old claim."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machine.claim import Claim, ClaimProblem, ClaimRefused, may_act, release, renew, take, takeover
from tests.state_machine.made import MONDAY

LEASE = timedelta(minutes=30)
STEP = timedelta(minutes=10)


def test_a_free_case_can_be_taken() -> None:
    """The first claim has fence 1 and runs for the lease."""
    assert take(None, "a", MONDAY, LEASE) == Claim("a", 1, MONDAY + LEASE)


def test_a_running_claim_keeps_others_out() -> None:
    """Another officer is told who has the case."""
    claim = take(None, "a", MONDAY, LEASE)
    with pytest.raises(ClaimRefused) as refused:
        take(claim, "b", MONDAY + STEP, LEASE)
    assert (refused.value.problem, refused.value.holder) == (ClaimProblem.HELD, "a")


def test_ones_own_running_claim_is_prolonged() -> None:
    """A second tab of the same officer keeps the fence."""
    claim = take(None, "a", MONDAY, LEASE)
    assert take(claim, "a", MONDAY + STEP, LEASE) == Claim("a", 1, MONDAY + STEP + LEASE)


def test_a_lapsed_claim_acts_no_more() -> None:
    """At the very end of the lease the claim is over, and whoever takes it next has a new fence."""
    claim = take(None, "a", MONDAY, LEASE)
    assert may_act(claim, "a", 1, MONDAY + LEASE - timedelta(microseconds=1))
    assert not may_act(claim, "a", 1, MONDAY + LEASE)
    assert take(claim, "b", MONDAY + LEASE, LEASE).fence == 2


def test_a_lapsed_claim_is_not_renewed() -> None:
    """After a long pause the case must be taken anew."""
    claim = take(None, "a", MONDAY, LEASE)
    with pytest.raises(ClaimRefused) as refused:
        renew(claim, "a", 1, MONDAY + LEASE, LEASE)
    assert refused.value.problem is ClaimProblem.LAPSED


def test_a_takeover_fences_the_former_hand_off() -> None:
    """What the former officer sends afterwards is refused, and so is their renewal."""
    taken = takeover(take(None, "a", MONDAY, LEASE), "b", MONDAY + STEP, LEASE)
    assert not may_act(taken, "a", 1, MONDAY + STEP)
    assert may_act(taken, "b", 2, MONDAY + STEP)
    with pytest.raises(ClaimRefused) as refused:
        renew(taken, "a", 1, MONDAY + STEP, LEASE)
    assert (refused.value.problem, refused.value.holder) == (ClaimProblem.LOST, "b")


def test_a_released_case_is_free_but_its_fence_is_used() -> None:
    """Put back and taken again, an old tab cannot act."""
    released = release(take(None, "a", MONDAY, LEASE), "a", 1, MONDAY + STEP)
    assert not may_act(released, "a", 1, MONDAY + STEP)
    assert take(released, "a", MONDAY + STEP, LEASE).fence == 2
    with pytest.raises(ClaimRefused):
        release(released, "b", 1, MONDAY + STEP)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["take", "renew", "takeover", "release", "wait"]),
            st.sampled_from("abc"),
            st.integers(0, 40),
        ),
        max_size=30,
    )
)
def test_at_most_one_hand_and_fences_only_rise(steps: list[tuple[str, str, int]]) -> None:
    """Whatever is done in whatever order: one (officer, fence) may act, no fence passes to another, none falls."""
    claim: Claim | None = None
    now, owner_of = MONDAY, dict[int, str]()
    for what, staff_id, minutes in steps:
        now += timedelta(minutes=minutes)
        before = claim
        try:
            if what == "take":
                claim = take(claim, staff_id, now, LEASE)
            elif what == "takeover":
                claim = takeover(claim, staff_id, now, LEASE)
            elif claim is not None and what == "renew":
                claim = renew(claim, staff_id, claim.fence, now, LEASE)
            elif claim is not None and what == "release":
                claim = release(claim, staff_id, claim.fence, now)
        except ClaimRefused:
            assert claim is before
        if claim is None:
            continue
        assert owner_of.setdefault(claim.fence, claim.staff_id) == claim.staff_id
        assert before is None or claim.fence >= before.fence
        able = [(s, f) for s in "abc" for f in owner_of if may_act(claim, s, f, now)]
        assert able in ([], [(claim.staff_id, claim.fence)])
