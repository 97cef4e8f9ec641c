"""Claims in the tables. `state_machine.claim` decides what may be set; here it is compared and set in one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select, update

from state_machine import claim as rules
from state_machine.case import CaseState
from state_machine.claim import Claim, ClaimProblem, ClaimRefused
from state_machine.officers import Role
from storage.cases import StoredCase
from storage.dialect import for_update
from storage.errors import NotOurs
from storage.schema import cases


def of(stored: StoredCase) -> Claim | None:
    """The claim on a loaded case, running or not. Before an act: `rules.may_act(of(stored), …)`."""
    if stored.claimed_by is None or stored.claim_until is None:
        return None
    return Claim(stored.claimed_by, stored.fence, stored.claim_until)


def find(conn: Connection, case_id: str) -> Claim | None:
    """The claim on a case, running or not. Raises `NotOurs` if there is no such case."""
    row = conn.execute(
        select(cases.c.claimed_by, cases.c.fence, cases.c.claim_until).where(cases.c.case_id == case_id)
    ).first()
    if row is None:
        raise NotOurs("no such case")
    return None if row.claimed_by is None else Claim(row.claimed_by, row.fence, row.claim_until)


def take(conn: Connection, case_id: str, staff_id: str, now: datetime, lease: timedelta) -> Claim:
    """Take a free case in hand; one's own running claim is prolonged. Raises `ClaimRefused`, `NotOurs`."""
    return _set(conn, case_id, now, lambda held: rules.take(held, staff_id, now, lease))


def takeover(conn: Connection, case_id: str, staff_id: str, now: datetime, lease: timedelta) -> Claim:
    """Take a case out of another's hand (who may do so is the desk's matter). Raises `ClaimRefused`, `NotOurs`."""
    return _set(conn, case_id, now, lambda held: rules.takeover(held, staff_id, now, lease))


def renew(conn: Connection, case_id: str, staff_id: str, fence: int, now: datetime, lease: timedelta) -> Claim:
    """Prolong a running claim. Raises `ClaimRefused`, `NotOurs`."""
    return _set(conn, case_id, now, lambda held: rules.renew(held, staff_id, fence, now, lease))


def release(conn: Connection, case_id: str, staff_id: str, fence: int, now: datetime) -> None:
    """Put a case back; nothing happens if it is not held any more. Raises `NotOurs`."""

    def let_go(held: Claim | None) -> Claim:
        if held is None:
            raise ClaimRefused(ClaimProblem.LOST)
        return rules.release(held, staff_id, fence, now)

    try:
        _set(conn, case_id, now, let_go)
    except ClaimRefused:
        return


def _set(conn: Connection, case_id: str, now: datetime, decide: Callable[[Claim | None], Claim]) -> Claim:
    """Compare and set: what was decided holds only while the claim is still the one it was decided on."""
    held = find(conn, case_id)
    new = decide(held)
    same = cases.c.claimed_by.is_(None) if held is None else _is(held)
    changed = conn.execute(
        update(cases)
        .where(cases.c.case_id == case_id, same)
        .values(claimed_by=new.staff_id, fence=new.fence, claim_until=new.until, claimed_at=now)
    )
    if changed.rowcount != 1:
        holder = find(conn, case_id)
        raise ClaimRefused(ClaimProblem.HELD, None if holder is None else holder.staff_id)
    return new


def _is(held: Claim) -> ColumnElement[bool]:
    return (cases.c.claimed_by == held.staff_id) & (cases.c.fence == held.fence) & (cases.c.claim_until == held.until)


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
