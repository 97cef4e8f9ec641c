"""The manager's numbers, counted by the database. Nothing here opens a seal: counts, dates and codes only.

A day is the county's: instants are shifted by `offset` (its distance from UTC) before they are cut into days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Connection, case, func, literal, select, type_coerce

from state_machine.case import CaseState, EventKind
from storage.schema import MICROSECOND, case_events, cases, person_requests, to_microseconds

DAY = timedelta(days=1) // MICROSECOND
EPOCH_DAY = date(1970, 1, 1).toordinal()
#: Accepted and not ended.
UNDER_WAY = (CaseState.ACCEPTED.value, CaseState.EXAMINED.value, CaseState.APPROVED.value)


def _microseconds(column: ColumnElement[datetime]) -> ColumnElement[int]:
    return type_coerce(column, BigInteger)


def _day(column: ColumnElement[datetime], offset: timedelta) -> ColumnElement[int]:
    """The day's number (as `date.toordinal`) of an instant, in the county."""
    return (_microseconds(column) + literal(offset // MICROSECOND)) // literal(DAY) + literal(EPOCH_DAY)


def events_by_day(
    conn: Connection, county: str, kinds: Sequence[EventKind], since: datetime, until: datetime, offset: timedelta
) -> dict[tuple[date, EventKind], int]:
    """How often each of these happened on each day."""
    day = _day(case_events.c.at, offset).label("day")
    rows = conn.execute(
        select(day, case_events.c.kind, func.count())
        .where(
            case_events.c.kind.in_([kind.value for kind in kinds]),
            case_events.c.at >= since,
            case_events.c.at < until,
            case_events.c.county == county,
        )
        .group_by(day, case_events.c.kind)
    )
    return {(date.fromordinal(int(number)), EventKind(kind)): int(count) for number, kind, count in rows}


@dataclass(frozen=True)
class OnTime:
    """Of the cases decided in a period: how many by their due day, how many later, how many had no due day known."""

    in_time: int
    late: int
    unknown: int


def on_time(conn: Connection, county: str, since: datetime, until: datetime, offset: timedelta) -> OnTime:
    """办结期限: approved or declined on the due day or before (自受理之日起 2 个工作日)."""
    decided = (EventKind.APPROVED.value, EventKind.DECLINED.value)
    day, has_due = _day(case_events.c.at, offset), cases.c.due_on.is_not(None)
    row = conn.execute(
        select(
            func.count().filter(has_due, day <= cases.c.queue_day),
            func.count().filter(has_due, day > cases.c.queue_day),
            func.count().filter(cases.c.due_on.is_(None)),
        )
        .select_from(case_events.join(cases, cases.c.case_id == case_events.c.case_id))
        .where(
            case_events.c.kind.in_(decided),
            case_events.c.at >= since,
            case_events.c.at < until,
            case_events.c.county == county,
        )
    ).one()
    return OnTime(*(int(count) for count in row))


def ages(
    conn: Connection, county: str, states: Sequence[CaseState], now: datetime, steps: Sequence[timedelta]
) -> dict[CaseState, list[int]]:
    """How long the cases in these states have lain there: for each state, how many up to each step, then how many over.

    A case lies there since its last event.
    """
    last = (
        select(func.max(case_events.c.at)).where(case_events.c.case_id == cases.c.case_id).correlate(cases)
    ).scalar_subquery()
    age = literal(to_microseconds(now)) - _microseconds(last)
    bucket = case(*((age <= step // MICROSECOND, number) for number, step in enumerate(steps)), else_=len(steps))
    inner = (
        select(cases.c.state, bucket.label("bucket"))
        .where(cases.c.county == county, cases.c.state.in_([state.value for state in states]))
        .subquery()
    )
    found = {state: [0] * (len(steps) + 1) for state in states}
    for state, number, count in conn.execute(
        select(inner.c.state, inner.c.bucket, func.count()).group_by(inner.c.state, inner.c.bucket)
    ):
        found[CaseState(state)][number] = int(count)
    return found


@dataclass(frozen=True)
class Waits:
    """How long people waited for a person in the chat."""

    #: How many were answered within each step, then how many later.
    answered: Sequence[int]
    average: timedelta | None
    longest: timedelta | None
    #: Waiting now, and since when the first of them.
    waiting: int
    oldest: datetime | None


def waits(conn: Connection, county: str, since: datetime, until: datetime, steps: Sequence[timedelta]) -> Waits:
    """Requests for a person opened in a period, by the time until somebody took them; and who waits now."""
    r = person_requests.c
    took = _microseconds(r.taken_at) - _microseconds(r.opened_at)
    bounds = [step // MICROSECOND for step in steps]
    within = [func.count().filter(took <= bound) for bound in bounds]
    opened = (r.county == county, r.opened_at >= since, r.opened_at < until)
    row = conn.execute(
        select(*within, func.count(), func.avg(took), func.max(took)).where(*opened, r.taken_at.is_not(None))
    ).one()
    cumulated = [int(count) for count in row[: len(steps) + 1]]
    answered = [count - before for count, before in zip(cumulated, [0, *cumulated], strict=False)]
    open_now = (r.county == county, r.taken_at.is_(None), r.closed_at.is_(None))
    waiting, oldest = conn.execute(select(func.count(), func.min(r.opened_at)).where(*open_now)).one()
    average, longest = row[-2], row[-1]
    return Waits(
        answered,
        None if average is None else int(average) * MICROSECOND,
        None if longest is None else int(longest) * MICROSECOND,
        int(waiting),
        oldest,
    )


def under_way(conn: Connection, county: str) -> list[tuple[str, str | None]]:
    """Accepted cases that have not ended (id, account), in the order in which they may be locked."""
    rows = conn.execute(
        select(cases.c.case_id, cases.c.account_id)
        .where(cases.c.county == county, cases.c.state.in_(UNDER_WAY))
        .order_by(cases.c.account_id, cases.c.case_id)
    )
    return [(r.case_id, r.account_id) for r in rows]


def numbers_of(conn: Connection, case_ids: Sequence[str]) -> dict[str, str]:
    """The application numbers of these cases."""
    rows = conn.execute(select(cases.c.case_id, cases.c.application_number).where(cases.c.case_id.in_(case_ids)))
    return {r.case_id: r.application_number for r in rows}


def case_of_number(conn: Connection, county: str, application_number: str) -> str | None:
    """The id of the case with this 申请编号."""
    wanted = cases.c.application_number == application_number
    return conn.execute(select(cases.c.case_id).where(cases.c.county == county, wanted)).scalar()
