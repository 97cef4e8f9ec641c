"""Claims in the tables. `state_machine.claim` decides what may be set; here it is compared and set in one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select, update

from state_machine import claim as rules
from state_machine.case import CaseState
from state_machine.claim import ClaimRefused
from state_machine.officers import Role
from storage.cases import StoredCase
from storage.dialect import for_update
from storage.errors import ClaimLost
from storage.schema import cases


@dataclass(frozen=True)
class Claim:
    """A case held by a member of staff until `until`; every act shows `fence`."""

    case_id: str
    staff_id: str
    fence: int
    until: datetime


def claim(conn: Connection, case_id: str, staff_id: str, now: datetime, minutes: int) -> Claim | None:
    """Take a case that is free; one's own running claim is prolonged. None if another holds it, or there is none."""
    return _try(conn, case_id, now, lambda held: rules.take(held, staff_id, now, timedelta(minutes=minutes)))


def takeover(conn: Connection, case_id: str, staff_id: str, now: datetime, minutes: int) -> Claim | None:
    """Take a case whoever holds it (who may do so is the desk's matter); None if there is no such case."""
    return _try(conn, case_id, now, lambda held: rules.takeover(held, staff_id, now, timedelta(minutes=minutes)))


def renew(conn: Connection, held: Claim, now: datetime, minutes: int) -> Claim:
    """Hold the case longer, under the same fencing number. Raises `ClaimLost`."""
    lease = timedelta(minutes=minutes)
    renewed = _try(
        conn, held.case_id, now, lambda now_held: rules.renew(now_held, held.staff_id, held.fence, now, lease)
    )
    if renewed is None:
        raise ClaimLost("the claim has ended")
    return renewed


def release(conn: Connection, held: Claim, now: datetime) -> None:
    """Put the case back; nothing happens if it is not held any more. The fencing number stays used."""

    def let_go(found: rules.Claim | None) -> rules.Claim:
        if found is None:
            raise ClaimRefused(rules.ClaimProblem.LOST)
        return rules.release(found, held.staff_id, held.fence, now)

    _try(conn, held.case_id, now, let_go)


def of(stored: StoredCase) -> rules.Claim | None:
    """The claim on a loaded case, running or not."""
    if stored.claimed_by is None or stored.claim_until is None:
        return None
    return rules.Claim(stored.claimed_by, stored.fence, stored.claim_until)


def check(stored: StoredCase, staff_id: str, fence: int, now: datetime) -> None:
    """Before an act: this clerk still holds the case under this number. Raises `ClaimLost`."""
    if not rules.may_act(of(stored), staff_id, fence, now):
        raise ClaimLost("the claim has ended")


def _try(
    conn: Connection, case_id: str, now: datetime, decide: Callable[[rules.Claim | None], rules.Claim]
) -> Claim | None:
    """Compare and set: what was decided holds only while the claim is still the one it was decided on."""
    row = conn.execute(
        select(cases.c.claimed_by, cases.c.fence, cases.c.claim_until).where(cases.c.case_id == case_id)
    ).first()
    if row is None:
        return None
    held = None if row.claimed_by is None else rules.Claim(row.claimed_by, row.fence, row.claim_until)
    try:
        new = decide(held)
    except ClaimRefused:
        return None
    same: ColumnElement[bool] = cases.c.claimed_by.is_(None)
    if held is not None:
        same = (cases.c.claimed_by == held.staff_id) & (cases.c.claim_until == held.until)
    changed = conn.execute(
        update(cases)
        .where(cases.c.case_id == case_id, cases.c.fence == row.fence, same)
        .values(claimed_by=new.staff_id, fence=new.fence, claim_until=new.until, claimed_at=now)
    )
    return Claim(case_id, new.staff_id, new.fence, new.until) if changed.rowcount == 1 else None


def next_unclaimed(
    conn: Connection, county: str, states: Sequence[CaseState], office: Role, staff_id: str, now: datetime
) -> str | None:
    """The most urgent case nobody holds and this clerk may take in this office. Several clerks never get the same."""
    found: list[tuple[int, datetime, str]] = []
    for state in states:
        row = conn.execute(
            for_update(
                select(cases.c.queue_day, cases.c.submitted_at, cases.c.case_id)
                .where(
                    cases.c.county == county,
                    cases.c.state == state.value,
                    or_(cases.c.claimed_by.is_(None), cases.c.claim_until <= now),
                    may_serve(staff_id, office),
                )
                .order_by(cases.c.queue_day, cases.c.submitted_at, cases.c.case_id)
                .limit(1),
                skip_locked=True,
            )
        ).first()
        if row is not None:
            found.append((row.queue_day, row.submitted_at, row.case_id))
    return min(found)[2] if found else None


def may_serve(staff_id: str, office: Role) -> ColumnElement[bool]:
    """受理人≠审核人≠审批人: whoever served a case in another office is not offered it."""
    return or_(cases.c.offices.not_like(f'%"{staff_id}":%'), cases.c.offices.like(f'%"{staff_id}":"{office.value}"%'))
