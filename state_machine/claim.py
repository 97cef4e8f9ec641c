"""Who has a case in hand: a lease with a fencing number. Storage compares and sets; what may be set is decided here.

The fence rises whenever the case passes to another hand and is never used twice, so that an act sent under an old
claim is recognised however late it arrives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class ClaimProblem(StrEnum):
    """Why a claim was not given."""

    HELD = "held"  #: another officer has it in hand
    LOST = "lost"  #: it passed to another hand, or one's own later claim, meanwhile
    LAPSED = "lapsed"  #: the lease ran out; take it anew


class ClaimRefused(Exception):
    """The claim stands as it was. `holder` is whose it is while it runs."""

    def __init__(self, problem: ClaimProblem, holder: str | None = None) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.holder = holder


@dataclass(frozen=True)
class Claim:
    """`staff_id` has the case until `until` (not included). Kept when it lapses, so that fences go on rising."""

    staff_id: str
    fence: int
    until: datetime

    def is_running(self, now: datetime) -> bool:
        """Not lapsed and not released."""
        return now < self.until


def may_act(claim: Claim | None, staff_id: str, fence: int, now: datetime) -> bool:
    """Whether an act sent by this officer under this fence may still be done."""
    return claim is not None and claim.is_running(now) and (claim.staff_id, claim.fence) == (staff_id, fence)


def take(claim: Claim | None, staff_id: str, now: datetime, lease: timedelta) -> Claim:
    """Take a free case in hand; one's own running claim is prolonged. Raises ClaimRefused(HELD)."""
    if claim is not None and claim.is_running(now):
        if claim.staff_id != staff_id:
            raise ClaimRefused(ClaimProblem.HELD, claim.staff_id)
        return _prolonged(claim, now, lease)
    return Claim(staff_id, _next_fence(claim), now + lease)


def renew(claim: Claim | None, staff_id: str, fence: int, now: datetime, lease: timedelta) -> Claim:
    """Prolong a running claim. Raises ClaimRefused(LOST or LAPSED)."""
    if claim is None or (claim.staff_id, claim.fence) != (staff_id, fence):
        raise ClaimRefused(ClaimProblem.LOST, claim.staff_id if claim and claim.is_running(now) else None)
    if not claim.is_running(now):
        raise ClaimRefused(ClaimProblem.LAPSED)
    return _prolonged(claim, now, lease)


def takeover(claim: Claim | None, staff_id: str, now: datetime, lease: timedelta) -> Claim:
    """Take a case out of another's hand, deliberately. What they send under the old fence is then refused."""
    if claim is not None and claim.is_running(now) and claim.staff_id == staff_id:
        return _prolonged(claim, now, lease)
    return Claim(staff_id, _next_fence(claim), now + lease)


def release(claim: Claim, staff_id: str, fence: int, now: datetime) -> Claim:
    """Put a case back: the claim ends now, its fence stays used. Raises ClaimRefused(LOST)."""
    if (claim.staff_id, claim.fence) != (staff_id, fence):
        raise ClaimRefused(ClaimProblem.LOST, claim.staff_id if claim.is_running(now) else None)
    return replace(claim, until=min(claim.until, now))


def _next_fence(claim: Claim | None) -> int:
    return 1 if claim is None else claim.fence + 1


def _prolonged(claim: Claim, now: datetime, lease: timedelta) -> Claim:
    return replace(claim, until=max(claim.until, now + lease))
