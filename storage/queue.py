"""The clerks' lists: pages of cases by due date, and finding one by number, name, ID number or phone. Keyset only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, literal, or_, select, tuple_

from state_machine.case import CaseState
from storage.keys import Keyring
from storage.schema import Moment, applications, cases, from_microseconds, to_microseconds

#: Where a page of the queue ended: (queue day, submitted at in microseconds, case id).
PageKey = tuple[int, int, str]
#: Waiting cases are counted up to here, so that counting costs the same however many wait.
MOST_COUNTED = 9_999


@dataclass(frozen=True)
class QueueRow:
    """One line of a list. `key` goes into the link to the next page."""

    case_id: str
    application_number: str
    name: str
    state: CaseState
    submitted_at: datetime
    due_on: date | None
    due_unknown: bool
    flags: tuple[str, ...]
    claimed_by: str | None
    claim_until: datetime | None
    key: PageKey
    #: Who served the case in which office, by staff id.
    offices: Mapping[str, str]


@dataclass(frozen=True)
class Sieve:
    """What a page of the queue is narrowed to; every part left empty lets everything through.

    `held_by`: what this member of staff has claimed, running or lapsed; `free_at`: what nobody holds at that instant.
    """

    route: str = ""
    ground: str = ""
    flag: str = ""
    held_by: str | None = None
    free_at: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As the database reads it. The codes stand quoted in JSON lists, so that none is part of another."""
        found: list[ColumnElement[bool]] = []
        if self.route:
            found.append(cases.c.route == self.route)
        for column, code in ((cases.c.grounds, self.ground), (cases.c.flags, self.flag)):
            if code:
                found.append(column.contains(json.dumps(code), autoescape=True))
        if self.held_by is not None:
            found.append(cases.c.claimed_by == self.held_by)
        if self.free_at is not None:
            found.append(or_(cases.c.claimed_by.is_(None), cases.c.claim_until <= self.free_at))
        return found


_COLUMNS = (
    cases.c.case_id,
    cases.c.application_id,
    cases.c.application_number,
    cases.c.name_sealed,
    cases.c.state,
    cases.c.submitted_at,
    cases.c.due_on,
    cases.c.due_unknown,
    cases.c.queue_day,
    cases.c.flags,
    cases.c.offices,
    cases.c.claimed_by,
    cases.c.claim_until,
    applications.c.data_key,
)
_ORDER = (cases.c.queue_day, cases.c.submitted_at, cases.c.case_id)


def page(
    conn: Connection,
    keyring: Keyring,
    county: str,
    states: Sequence[CaseState],
    *,
    after: PageKey | None = None,
    before: PageKey | None = None,
    limit: int = 50,
    sieve: Sieve | None = None,
) -> list[QueueRow]:
    """The most urgent cases in these states after a page's end, or the last ones before a page's beginning.

    One index walk per state, merged; always in the queue's order.
    """
    found: list[Row[tuple[object, ...]]] = []
    narrowed = (sieve or Sieve()).conditions()
    order = [column.desc() for column in _ORDER] if before is not None else list(_ORDER)
    for state in states:
        wanted = _select().where(cases.c.county == county, cases.c.state == state.value, *narrowed)
        if after is not None:
            wanted = wanted.where(tuple_(*_ORDER) > _bound(after))
        if before is not None:
            wanted = wanted.where(tuple_(*_ORDER) < _bound(before))
        found.extend(conn.execute(wanted.order_by(*order).limit(limit)))
    found.sort(key=_key, reverse=before is not None)
    chosen = [_row(keyring, row) for row in found[:limit]]
    return chosen[::-1] if before is not None else chosen


def _bound(key: PageKey) -> ColumnElement[tuple[object, ...]]:
    day, submitted, case_id = key
    return tuple_(day, literal(from_microseconds(submitted), Moment), case_id)


def _key(row: Row[tuple[object, ...]]) -> PageKey:
    m = row._mapping
    return m["queue_day"], to_microseconds(m["submitted_at"]), m["case_id"]


def by_number(conn: Connection, keyring: Keyring, county: str, application_number: str) -> list[QueueRow]:
    """The case with this 申请编号."""
    return _found(conn, keyring, county, cases.c.application_number == application_number)


def by_id_number(conn: Connection, keyring: Keyring, county: str, id_number: str) -> list[QueueRow]:
    """A person's cases by 公民身份证号码, newest first."""
    return _found(conn, keyring, county, cases.c.id_number_index == keyring.index.id_number(id_number))


def by_phone(conn: Connection, keyring: Keyring, county: str, phone: str) -> list[QueueRow]:
    """A person's cases by phone, newest first."""
    return _found(conn, keyring, county, cases.c.phone_index == keyring.index.phone(phone))


def by_name(conn: Connection, keyring: Keyring, county: str, name: str) -> list[QueueRow]:
    """Cases under exactly this 姓名, newest first."""
    return _found(conn, keyring, county, cases.c.name_index == keyring.index.name(name))


def same_person(conn: Connection, keyring: Keyring, county: str, id_number: str, case_id: str) -> list[QueueRow]:
    """Other cases of the person of this case: the clerk's choice, never said to the applicant."""
    return [row for row in by_id_number(conn, keyring, county, id_number) if row.case_id != case_id]


def counts(conn: Connection, county: str, today: date) -> dict[CaseState, tuple[int, int]]:
    """How many cases stand in each state, and how many of those are past their due date."""
    overdue = func.count().filter(cases.c.due_on < today)
    rows = conn.execute(
        select(cases.c.state, func.count(), overdue).where(cases.c.county == county).group_by(cases.c.state)
    )
    return {CaseState(state): (count, late) for state, count, late in rows}


@dataclass(frozen=True)
class Waiting:
    """How many cases wait, and how many of them are past their due date."""

    count: int
    late: int


def waiting(conn: Connection, county: str, states: Sequence[CaseState], today: date) -> Waiting:
    """Count what waits in these states, each number up to `MOST_COUNTED`, from the queue's index alone."""
    here = and_(cases.c.county == county, cases.c.state.in_([state.value for state in states]))
    late = and_(here, cases.c.queue_day < today.toordinal())
    count, overdue = (
        conn.execute(
            select(func.count()).select_from(select(cases.c.state).where(one).limit(MOST_COUNTED).subquery())
        ).scalar_one()
        for one in (here, late)
    )
    return Waiting(count, overdue)


def held(conn: Connection, keyring: Keyring, staff_id: str, now: datetime) -> list[QueueRow]:
    """The cases a member of staff holds now, most urgent first."""
    wanted = and_(cases.c.claimed_by == staff_id, cases.c.claim_until > now)
    return [_row(keyring, row) for row in conn.execute(_select().where(wanted).order_by(*_ORDER))]


def _found(conn: Connection, keyring: Keyring, county: str, wanted: ColumnElement[bool]) -> list[QueueRow]:
    rows = conn.execute(
        _select().where(cases.c.county == county, wanted).order_by(cases.c.submitted_at.desc()).limit(200)
    )
    return [_row(keyring, row) for row in rows]


def _select() -> Select[tuple[object, ...]]:
    joined = cases.join(applications, applications.c.application_id == cases.c.application_id)
    return select(*_COLUMNS).select_from(joined)


def _row(keyring: Keyring, row: Row[tuple[object, ...]]) -> QueueRow:
    m = row._mapping
    key = keyring.data_key(m["application_id"], m["data_key"])
    return QueueRow(
        m["case_id"],
        m["application_number"],
        key.open(m["name_sealed"], "cases", m["case_id"], "name_sealed").decode(),
        CaseState(m["state"]),
        m["submitted_at"],
        m["due_on"],
        m["due_unknown"],
        tuple(json.loads(m["flags"])),
        m["claimed_by"],
        m["claim_until"],
        _key(row),
        json.loads(m["offices"]),
    )
