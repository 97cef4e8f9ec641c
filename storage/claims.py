"""Claims: a clerk takes a case for a while before acting on it. Every claim raises the case's fencing number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from state_machine.case import CaseState
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


def _is_free(staff_id: str, now: datetime) -> ColumnElement[bool]:
    return or_(cases.c.claimed_by.is_(None), cases.c.claim_until <= now, cases.c.claimed_by == staff_id)


def claim(conn: Connection, case_id: str, staff_id: str, now: datetime, minutes: int) -> Claim | None:
    """Take a case that is free, or mine already; None if another clerk holds it. Compare-and-set in one statement."""
    return _take(conn, case_id, staff_id, now, minutes, _is_free(staff_id, now))


def takeover(conn: Connection, case_id: str, staff_id: str, now: datetime, minutes: int) -> Claim | None:
    """Take a case whoever holds it (who may do so is the desk's matter); None if there is no such case."""
    return _take(conn, case_id, staff_id, now, minutes, cases.c.case_id == case_id)


def _take(
    conn: Connection, case_id: str, staff_id: str, now: datetime, minutes: int, allowed: ColumnElement[bool]
) -> Claim | None:
    until = now + timedelta(minutes=minutes)
    row = conn.execute(
        update(cases)
        .where(cases.c.case_id == case_id, allowed)
        .values(claimed_by=staff_id, claimed_at=now, claim_until=until, fence=cases.c.fence + 1)
        .returning(cases.c.fence)
    ).first()
    return None if row is None else Claim(case_id, staff_id, row.fence, until)


def renew(conn: Connection, held: Claim, now: datetime, minutes: int) -> Claim:
    """Hold the case longer, under the same fencing number. Raises `ClaimLost`."""
    until = now + timedelta(minutes=minutes)
    renewed = conn.execute(update(cases).where(_is_held(held, now)).values(claim_until=until))
    if renewed.rowcount != 1:
        raise ClaimLost("the claim has ended")
    return Claim(held.case_id, held.staff_id, held.fence, until)


def release(conn: Connection, held: Claim) -> None:
    """Give the case back; nothing happens if it is not held any more."""
    conn.execute(
        update(cases)
        .where(cases.c.case_id == held.case_id, cases.c.claimed_by == held.staff_id, cases.c.fence == held.fence)
        .values(claimed_by=None, claimed_at=None, claim_until=None)
    )


def check(stored: StoredCase, staff_id: str, fence: int, now: datetime) -> None:
    """Before an act: this clerk still holds the case under this number. Raises `ClaimLost`."""
    holds = stored.claimed_by == staff_id and stored.fence == fence
    if not holds or stored.claim_until is None or stored.claim_until <= now:
        raise ClaimLost("the claim has ended")


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


def _is_held(held: Claim, now: datetime) -> ColumnElement[bool]:
    return and_(
        cases.c.case_id == held.case_id,
        cases.c.claimed_by == held.staff_id,
        cases.c.fence == held.fence,
        cases.c.claim_until > now,
    )
