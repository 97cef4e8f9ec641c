"""The case, told as stories."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from state_machine.case import (
    Act,
    ActRefused,
    CaseEvent,
    CaseRecord,
    CaseState,
    EventKind,
    Refusal,
    accepted_on,
    acts_open,
    due_date,
    in_force,
    judge,
    judge_rest_met,
    open_case,
    perform,
    resubmit,
    withdraw,
)
from state_machine.codes import Proof
from state_machine.officers import Officer, Role
from state_machine.working_days import Calendar, YearNotPublished
from tests.state_machine.made import (
    APPROVER,
    CATALOGUE,
    EVERYBODY,
    EVERYONE,
    INTAKE,
    MONDAY,
    REVIEWER,
    answers,
    new_case,
    page,
    pages,
)

LATER = MONDAY + timedelta(hours=2)


def find(case: CaseRecord, officer: Officer, *unmet: str, reason: str = "unclear") -> CaseRecord:
    """Judge these items not met and all others met."""
    for item in unmet:
        judge(case, officer, item, False, [reason], "", LATER, catalogue=CATALOGUE)
    judge_rest_met(case, officer, LATER)
    return case


def do(case: CaseRecord, act: Act, officer: Officer, **words: Any) -> list[CaseEvent]:
    """An act at LATER."""
    return perform(case, act, officer, LATER, **words)


def accepted(case: CaseRecord | None = None) -> CaseRecord:
    """A case found in order and accepted."""
    case = find(case or new_case(), INTAKE)
    do(case, Act.ACCEPT, INTAKE)
    return case


def examined(recommends: Act = Act.APPROVE) -> CaseRecord:
    """A case examined by the reviewer."""
    case = accepted()
    if recommends is Act.DECLINE:
        find(case, REVIEWER, "answer:current_address")
    do(case, Act.EXAMINE, REVIEWER, recommends=recommends)
    return case


def returned(*unmet: str) -> CaseRecord:
    """A case returned for these items."""
    case = find(new_case(), INTAKE, *(unmet or ("answer:current_address",)))
    do(case, Act.RETURN_FOR_CORRECTION, INTAKE)
    return case


def refused(case: CaseRecord, act: Act, officer: Officer, **words: Any) -> ActRefused:
    """The refusal of this act, which must leave no trace."""
    before = msgspec.json.encode(case)
    with pytest.raises(ActRefused) as raised:
        do(case, act, officer, **words)
    assert msgspec.json.encode(case) == before
    return raised.value


def test_the_straight_road_to_a_permit() -> None:
    """Three people, four acts, and the form's three opinions can be read from the history."""
    case = examined()
    do(case, Act.APPROVE, APPROVER, opinion=" 同意 ")
    do(case, Act.ISSUE, APPROVER)
    assert case.state is CaseState.ISSUED
    assert [e.kind.value for e in case.events] == ["submitted", "accepted", "examined", "approved", "issued"]
    signed = [in_force(case, kind) for kind in (EventKind.ACCEPTED, EventKind.EXAMINED, EventKind.APPROVED)]
    assert [(e.name, e.office) for e in signed if e] == [
        (INTAKE.name, Role.INTAKE),
        (REVIEWER.name, Role.REVIEWER),
        (APPROVER.name, Role.APPROVER),
    ]
    assert signed[2]
    assert signed[2].opinion == "同意"


def test_issuing_on_an_earlier_permit_annuls_it() -> None:
    """重要提示: on the first route the issue is followed by the annulment; on the second there is none known."""
    told = answers(
        recognition="held_permit", permit_number="33A1", permit_place="杭州市", permit_valid_until="2027-01-01"
    )
    case = accepted(new_case(told))
    do(case, Act.EXAMINE, REVIEWER, recommends=Act.APPROVE)
    do(case, Act.APPROVE, APPROVER)
    kinds = [event.kind for event in do(case, Act.ISSUE, EVERYONE)]
    assert kinds == [EventKind.ISSUED, EventKind.EARLIER_PERMIT_ANNULLED]
    assert [event.kind for event in case.events[-2:]] == kinds


@pytest.mark.parametrize("act", [Act.ACCEPT, Act.RETURN_FOR_CORRECTION, Act.NOT_ACCEPT])
def test_nothing_is_decided_while_an_item_is_unjudged(act: Act) -> None:
    """Neither acceptance nor any notice leaves an incomplete sheet, and the open items are named."""
    case = new_case()
    judge(case, INTAKE, "answer:name", False, ["unclear"], "", MONDAY, catalogue=CATALOGUE)
    refusal = refused(case, act, INTAKE)
    assert refusal.code is Refusal.UNJUDGED_ITEMS
    assert refusal.details["items"] == [i.key for i in case.sheet.items if i.key != "answer:name"]


def test_acceptance_needs_everything_met_and_notices_something_unmet() -> None:
    """What is not in order is not accepted; what is in order is not sent back."""
    flawed, sound = find(new_case(), INTAKE, "answer:name"), find(new_case(), INTAKE)
    assert refused(flawed, Act.ACCEPT, INTAKE).details == {"items": ["answer:name"]}
    assert refused(sound, Act.RETURN_FOR_CORRECTION, INTAKE).code is Refusal.NOTHING_UNMET
    assert refused(sound, Act.NOT_ACCEPT, INTAKE).code is Refusal.NOTHING_UNMET


@pytest.mark.parametrize(
    ("act", "kind"),
    [(Act.RETURN_FOR_CORRECTION, EventKind.RETURNED), (Act.NOT_ACCEPT, EventKind.NOT_ACCEPTED)],
)
def test_a_notice_holds_every_unmet_item(act: Act, kind: EventKind) -> None:
    """One notice, all items in the form's order, all their reasons."""
    case = find(new_case(), INTAKE, "material:labour_contract", "answer:phone")
    judge(case, INTAKE, "answer:phone", False, ["unclear", "false_paper"], "空号", LATER, catalogue=CATALOGUE)
    do(case, act, INTAKE)
    (notice,) = case.notices
    assert (notice.kind, notice.by) == (kind, INTAKE.staff_id)
    assert [(n.item, n.reasons, n.note) for n in notice.items] == [
        ("answer:phone", ("unclear", "false_paper"), "空号"),
        ("material:labour_contract", ("unclear",), ""),
    ]


def test_after_a_correction_only_what_was_open_is_open() -> None:
    """The corrected, the changed and the new are judged again; the rest is locked as met."""
    case = returned("answer:current_address")
    told = answers(
        current_address="庆元县濛洲街道样板路1号", phone="13900000000", proofs=["labour_contract", "farm_contract"]
    )
    shown = [*pages()[:2], page(Proof.FARM_CONTRACT, "f")]
    event = resubmit(case, told, shown, [], LATER)
    opened = {"answer:current_address", "answer:phone", "answer:proofs", "material:farm_contract"}
    assert set(case.sheet.unjudged()) == opened
    assert {c.item for c in event.changes} == opened | {"material:social_insurance"}
    assert all(case.sheet.is_locked(key) for key in set(case.sheet.keys()) - opened)
    with pytest.raises(ActRefused) as raised:
        judge(case, INTAKE, "answer:name", False, ["unclear"], "", LATER, catalogue=CATALOGUE)
    assert raised.value.code is Refusal.ITEM_LOCKED
    judge(case, INTAKE, "answer:name", True, [], "", LATER, catalogue=CATALOGUE)


def test_the_desk_sees_before_and_after() -> None:
    """Values of answers, page ids of materials, None for what was or is not there."""
    case = returned("material:labour_contract")
    event = resubmit(case, answers(proofs=["labour_contract"]), [page(Proof.LABOUR_CONTRACT, "z")], [], LATER)
    assert [(c.item, c.before, c.after) for c in event.changes] == [
        ("answer:proofs", ["social_insurance", "labour_contract"], ["labour_contract"]),
        ("material:labour_contract", ["page-a", "page-b"], ["page-z"]),
        ("material:social_insurance", ["page-c"], None),
    ]


def test_an_unmet_item_handed_in_unchanged_is_open_again() -> None:
    """Whoever insists is judged once more on that item, and on no other."""
    case = returned("answer:phone")
    assert resubmit(case, answers(), pages(), [], LATER).changes == ()
    assert case.sheet.unjudged() == ["answer:phone"]


def test_the_lock_binds_the_later_offices_too() -> None:
    """What the first notice passed over cannot be held against the applicant at the examination."""
    case = returned("answer:phone")
    resubmit(case, answers(phone="13900000000"), pages(), [], LATER)
    accepted(case)
    with pytest.raises(ActRefused) as raised:
        judge(case, REVIEWER, "answer:name", False, ["unclear"], "", LATER, catalogue=CATALOGUE)
    assert raised.value.code is Refusal.ITEM_LOCKED
    judge(case, REVIEWER, "answer:phone", False, ["unclear"], "", LATER, catalogue=CATALOGUE)


def test_false_papers_open_a_lock() -> None:
    """What could not be seen the first time may still be said, but only with such reasons alone."""
    case = returned("answer:phone")
    resubmit(case, answers(phone="13900000000"), pages(), [], LATER)
    mixed = ["false_paper", "unclear"]
    with pytest.raises(ActRefused):
        judge(case, INTAKE, "material:labour_contract", False, mixed, "", LATER, catalogue=CATALOGUE)
    find(case, INTAKE, "material:labour_contract", reason="false_paper")
    do(case, Act.NOT_ACCEPT, INTAKE)
    assert [n.item for n in case.notices[-1].items] == ["material:labour_contract"]


def test_one_correction_at_a_time() -> None:
    """A returned case waits for the applicant: no official can act or judge."""
    case = returned()
    for officer in (INTAKE, EVERYONE):
        assert acts_open(case, officer) == []
        assert refused(case, Act.RETURN_FOR_CORRECTION, officer).code is Refusal.WRONG_STATE
    with pytest.raises(ActRefused):
        judge_rest_met(case, INTAKE, LATER)


def test_only_a_returned_case_is_resubmitted() -> None:
    """Nothing can be slipped into a case that is with the officials."""
    for case in (new_case(), accepted(), examined()):
        with pytest.raises(ActRefused):
            resubmit(case, answers(name="别人"), pages(), [], LATER)
        assert case.answers == answers()


def test_nobody_serves_a_case_in_two_offices() -> None:
    """受理人≠审核人≠审批人, also for who holds every role, also after a return or a verdict only."""
    case = find(new_case(), EVERYONE)
    do(case, Act.ACCEPT, INTAKE)
    refusal = refused(case, Act.EXAMINE, EVERYONE, recommends=Act.APPROVE)
    assert (refusal.code, refusal.details) == (Refusal.OTHER_OFFICE_HELD, {"held": "intake", "needs": "reviewer"})
    do(case, Act.EXAMINE, EVERYBODY, recommends=Act.APPROVE)
    for officer in (EVERYONE, EVERYBODY):
        assert refused(case, Act.APPROVE, officer).code is Refusal.OTHER_OFFICE_HELD
        assert refused(case, Act.SEND_BACK, officer, opinion="x").code is Refusal.OTHER_OFFICE_HELD
        assert acts_open(case, officer) == []
    assert acts_open(case, APPROVER) == [Act.SEND_BACK, Act.APPROVE, Act.DECLINE]


@pytest.mark.parametrize("officer", [REVIEWER, APPROVER])
def test_the_role_must_fit_the_act(officer: Officer) -> None:
    """A reviewer or an approver does not accept."""
    refusal = refused(find(new_case(), INTAKE), Act.ACCEPT, officer)
    assert (refusal.code, refusal.details) == (Refusal.WRONG_ROLE, {"needs": "intake"})


def test_an_examination_recommends_and_the_sheet_must_agree() -> None:
    """No examination without a recommendation, none that the verdicts contradict, and no recommendation elsewhere."""
    case = accepted()
    assert refused(case, Act.EXAMINE, REVIEWER).code is Refusal.RECOMMENDATION_MISSING
    assert refused(case, Act.EXAMINE, REVIEWER, recommends=Act.ISSUE).code is Refusal.RECOMMENDATION_MISSING
    assert refused(case, Act.EXAMINE, REVIEWER, recommends=Act.DECLINE).code is Refusal.NOTHING_UNMET
    find(case, REVIEWER, "answer:name")
    assert refused(case, Act.EXAMINE, REVIEWER, recommends=Act.APPROVE).code is Refusal.UNMET_ITEMS
    fit = find(new_case(), INTAKE)
    assert refused(fit, Act.ACCEPT, INTAKE, recommends=Act.APPROVE).code is Refusal.RECOMMENDATION_MISPLACED


def test_a_decline_names_everything() -> None:
    """不予互认 after a recommendation to decline: a notice, and the end."""
    case = examined(Act.DECLINE)
    assert refused(case, Act.APPROVE, APPROVER).code is Refusal.UNMET_ITEMS
    do(case, Act.DECLINE, APPROVER)
    assert case.state is CaseState.DECLINED
    assert [(n.kind, [i.item for i in n.items]) for n in case.notices] == [
        (EventKind.DECLINED, ["answer:current_address"])
    ]


def test_the_approver_may_judge_otherwise_than_the_reviewer() -> None:
    """Who decides answers for it: the approver overturns the verdict and approves."""
    case = examined(Act.DECLINE)
    find(case, APPROVER)
    judge(case, APPROVER, "answer:current_address", True, [], "已核实", LATER, catalogue=CATALOGUE)
    do(case, Act.APPROVE, APPROVER)
    assert case.state is CaseState.APPROVED


def test_sent_back_the_examination_no_longer_stands() -> None:
    """A note is mandatory; another reviewer, or the same, examines again; the approver is still another."""
    case = examined()
    assert refused(case, Act.SEND_BACK, APPROVER, opinion="  ").code is Refusal.NOTE_MISSING
    do(case, Act.SEND_BACK, APPROVER, opinion="请核实住址")
    assert case.state is CaseState.ACCEPTED
    assert in_force(case, EventKind.EXAMINED) is None
    do(case, Act.EXAMINE, EVERYBODY, recommends=Act.APPROVE)
    again = in_force(case, EventKind.EXAMINED)
    assert again
    assert again.by == EVERYBODY.staff_id
    do(case, Act.APPROVE, APPROVER)
    assert refused(case, Act.ISSUE, EVERYBODY).code is Refusal.OTHER_OFFICE_HELD


def test_the_applicants_acts_are_not_an_officials() -> None:
    """A clerk neither resubmits nor withdraws."""
    assert refused(returned(), Act.RESUBMIT, INTAKE).code is Refusal.APPLICANTS_ACT
    assert refused(new_case(), Act.WITHDRAW, INTAKE).code is Refusal.APPLICANTS_ACT


def test_an_application_can_be_withdrawn_until_it_is_decided() -> None:
    """Before a decision always; after it never."""
    resubmitted = returned()
    resubmit(resubmitted, answers(), pages(), [], LATER)
    for case in (new_case(), returned(), resubmitted, accepted(), examined()):
        assert withdraw(case, LATER).kind is EventKind.WITHDRAWN
        assert case.state is CaseState.WITHDRAWN
        with pytest.raises(ActRefused):
            withdraw(case, LATER)
    decided = examined()
    do(decided, Act.APPROVE, APPROVER)
    with pytest.raises(ActRefused):
        withdraw(decided, LATER)


def test_the_clock_starts_at_acceptance_on_the_local_day() -> None:
    """23:30 UTC on Thursday is Friday in 庆元; a send-back does not move the date."""
    calendar = Calendar()
    case = find(new_case(), INTAKE)
    assert due_date(case, calendar) is None
    (event,) = perform(case, Act.ACCEPT, INTAKE, datetime(2026, 11, 19, 23, 30, tzinfo=UTC), calendar=calendar)
    assert accepted_on(case) == date(2026, 11, 20)
    assert due_date(case, calendar) == date(2026, 11, 24)
    assert event.details == {"due_on": "2026-11-24"}
    do(case, Act.EXAMINE, REVIEWER, recommends=Act.APPROVE)
    do(case, Act.SEND_BACK, APPROVER, opinion="再核")
    assert due_date(case, calendar) == date(2026, 11, 24)


def test_an_acceptance_before_the_holidays_are_published_promises_no_date() -> None:
    """The year is named instead of a guess; the date appears once the year is known."""
    case = find(new_case(), INTAKE)
    at = datetime(2026, 12, 31, 2, tzinfo=UTC)
    (event,) = perform(case, Act.ACCEPT, INTAKE, at, calendar=Calendar())
    assert event.details == {"due_on": None, "year_not_published": 2027}
    with pytest.raises(YearNotPublished):
        due_date(case, Calendar())
    known = Calendar({date(2027, 1, 1): False}, published_through=2027)
    assert due_date(case, known) == date(2027, 1, 5)


def test_times_must_have_a_zone() -> None:
    """A time without a zone is a mistake of the caller, and nothing happens."""
    naive = MONDAY.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        open_case("c", "n", "a", answers(), [], [], naive)
    case = find(new_case(), INTAKE)
    before = msgspec.json.encode(case)
    with pytest.raises(ValueError, match="zone"):
        perform(case, Act.ACCEPT, INTAKE, naive)
    assert msgspec.json.encode(case) == before


def test_a_case_is_not_changed_by_its_callers_objects() -> None:
    """The answers handed over are copied to the bottom."""
    told = answers()
    case = new_case(told)
    told["registered_periods"][0]["place"] = "别处"
    assert case.answers == answers()


def test_a_case_is_stored_and_read_back_whole() -> None:
    """Every kind of entry survives JSON, times in another zone as the same moment."""
    case = returned("answer:phone", "material:labour_contract")
    there = LATER.astimezone(timezone(timedelta(hours=8)))
    resubmit(case, answers(phone="13900000000"), pages()[:2], [], there)
    find(case, INTAKE)
    do(case, Act.ACCEPT, INTAKE, calendar=Calendar())
    assert msgspec.json.decode(msgspec.json.encode(case), type=CaseRecord) == case
