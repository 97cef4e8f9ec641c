"""The clerks' lists: pages of cases by due date, and finding one by number, ID number or phone. Keyset pages only."""

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
    limit: int = 50,
    held_by: str | None = None,
    free_at: datetime | None = None,
) -> list[QueueRow]:
    """The most urgent cases in these states after a page's end. One index walk per state, merged.

    `held_by`: only what this member of staff has claimed; `free_at`: only what nobody holds at that instant.
    """
    found: list[QueueRow] = []
    for state in states:
        wanted = _select().where(cases.c.county == county, cases.c.state == state.value).order_by(*_ORDER).limit(limit)
        if after is not None:
            wanted = wanted.where(_comes_after(after))
        if held_by is not None:
            wanted = wanted.where(cases.c.claimed_by == held_by)
        if free_at is not None:
            wanted = wanted.where(or_(cases.c.claimed_by.is_(None), cases.c.claim_until <= free_at))
        found.extend(_row(keyring, row) for row in conn.execute(wanted))
    return sorted(found, key=lambda row: row.key)[:limit]


def _comes_after(key: PageKey) -> ColumnElement[bool]:
    day, submitted, case_id = key
    return tuple_(*_ORDER) > tuple_(day, literal(from_microseconds(submitted), Moment), case_id)


def by_number(conn: Connection, keyring: Keyring, county: str, application_number: str) -> list[QueueRow]:
    """The case with this 申请编号."""
    return _found(conn, keyring, county, cases.c.application_number == application_number)


def by_id_number(conn: Connection, keyring: Keyring, county: str, id_number: str) -> list[QueueRow]:
    """A person's cases by 公民身份证号码, newest first."""
    return _found(conn, keyring, county, cases.c.id_number_index == keyring.index.id_number(id_number))


def by_phone(conn: Connection, keyring: Keyring, county: str, phone: str) -> list[QueueRow]:
    """A person's cases by phone, newest first."""
    return _found(conn, keyring, county, cases.c.phone_index == keyring.index.phone(phone))


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
        (m["queue_day"], to_microseconds(m["submitted_at"]), m["case_id"]),
        json.loads(m["offices"]),
    )
