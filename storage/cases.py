"""Cases: the whole record in one sealed column, and beside it only what queues, dates and look-ups need."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from state_machine.case import CaseRecord, EventKind
from state_machine.codes import Field
from storage.blobs import from_bytes, to_bytes
from storage.dialect import for_update
from storage.errors import NotOurs
from storage.keys import Keyring
from storage.prepared import Prepared
from storage.schema import applications, case_events, cases
from storage.sealing import DataKey

#: The queue's day for what has no due date: after everything that has one.
NO_DAY = 9_999_999


@dataclass
class StoredCase:
    """A case in hand. Change `record`, then `save`."""

    record: CaseRecord
    county: str
    account_id: str | None
    key: DataKey
    revision: int
    submitted_at: datetime
    due_on: date | None
    due_unknown: bool
    claimed_by: str | None
    claim_until: datetime | None
    fence: int
    #: How many of `record.events` are stored as rows already.
    events_stored: int = field(default=0, repr=False)

    @property
    def case_id(self) -> str:
        """The case's id."""
        return self.record.case_id


def insert_case(
    conn: Connection, keyring: Keyring, county: str, account_id: str | None, key: DataKey, record: CaseRecord
) -> StoredCase:
    """Store a new case in the caller's transaction. `key` is its application's data key."""
    stored = StoredCase(record, county, account_id, key, 0, record.events[0].at, None, False, None, None, 0)
    conn.execute(
        insert(cases).values(
            case_id=record.case_id,
            county=county,
            application_id=record.application_id,
            account_id=account_id,
            application_number=record.application_number,
            submitted_at=stored.submitted_at,
            queue_day=NO_DAY,
            due_unknown=False,
            revision=0,
            fence=0,
            **_changing(stored, keyring),
        )
    )
    _store_events(conn, stored)
    return stored


def load(conn: Connection, keyring: Keyring, case_id: str, *, lock: bool = False) -> StoredCase | None:
    """A case by id, None if there is none. With `lock`, nobody else changes it until this transaction ends."""
    wanted = _select().where(cases.c.case_id == case_id)
    if lock:
        conn.execute(for_update(select(cases.c.case_id).where(cases.c.case_id == case_id)))
    row = conn.execute(wanted).first()
    return None if row is None else opened(keyring, row)


def of_application(conn: Connection, keyring: Keyring, application_id: str, *, lock: bool = False) -> StoredCase | None:
    """The case an application became."""
    case_id = conn.execute(select(cases.c.case_id).where(cases.c.application_id == application_id)).scalar()
    return None if case_id is None else load(conn, keyring, case_id, lock=lock)


def has_flag(conn: Connection, case_id: str, flag: str) -> bool:
    """Whether a case carries a flag, without opening it."""
    flags = conn.execute(select(cases.c.flags).where(cases.c.case_id == case_id)).scalar()
    return flags is not None and flag in json.loads(flags)


_ANY_OF_ACCOUNT = Prepared(select(cases.c.case_id).where(cases.c.account_id == bindparam("account_id")))


def of_account(conn: Connection, keyring: Keyring, account_id: str) -> list[StoredCase]:
    """An account's cases, newest first."""
    if _ANY_OF_ACCOUNT.run(conn, account_id=account_id).fetchone() is None:
        return []  # most who ask, at the menu, have none
    wanted = _select().where(cases.c.account_id == account_id)
    rows = conn.execute(wanted.order_by(cases.c.submitted_at.desc(), cases.c.case_id.desc()))
    return [opened(keyring, row) for row in rows]


def save(conn: Connection, keyring: Keyring, stored: StoredCase, *, due_on: date | None, due_unknown: bool) -> None:
    """Store the changed record, its new events and its due date. Raises `NotOurs` if it changed meanwhile."""
    stored.due_on, stored.due_unknown = due_on, due_unknown
    changed = conn.execute(
        update(cases)
        .where(cases.c.case_id == stored.case_id, cases.c.revision == stored.revision)
        .values(
            revision=stored.revision + 1,
            due_on=due_on,
            due_unknown=due_unknown,
            queue_day=NO_DAY if due_on is None else due_on.toordinal(),
            accepted_at=next((e.at for e in stored.record.events if e.kind is EventKind.ACCEPTED), None),
            **_changing(stored, keyring),
        )
    )
    if changed.rowcount != 1:
        raise NotOurs("the case changed meanwhile")
    stored.revision += 1
    _store_events(conn, stored)


def set_due(conn: Connection, case_id: str, due_on: date | None, *, due_unknown: bool) -> None:
    """A due date recomputed: the holidays of a year were published."""
    day = NO_DAY if due_on is None else due_on.toordinal()
    conn.execute(
        update(cases)
        .where(cases.c.case_id == case_id)
        .values(due_on=due_on, due_unknown=due_unknown, queue_day=day, revision=cases.c.revision + 1)
    )


def with_unknown_due(conn: Connection, keyring: Keyring, county: str) -> list[StoredCase]:
    """Cases whose due date waits for the publication of a year's holidays."""
    rows = conn.execute(_select().where(cases.c.county == county, cases.c.due_unknown))
    return [opened(keyring, row) for row in rows]


def opened(keyring: Keyring, row: Row[tuple[object, ...]]) -> StoredCase:
    """A row of `_select()` with its seal opened."""
    m = row._mapping
    key = keyring.data_key(m["application_id"], m["data_key"])
    record = from_bytes(key.open(m["record_sealed"], "cases", m["case_id"], "record_sealed"), CaseRecord)
    return StoredCase(
        record,
        m["county"],
        m["account_id"],
        key,
        m["revision"],
        m["submitted_at"],
        m["due_on"],
        m["due_unknown"],
        m["claimed_by"],
        m["claim_until"],
        m["fence"],
        len(record.events),
    )


def _select() -> Select[tuple[object, ...]]:
    joined = cases.join(applications, applications.c.application_id == cases.c.application_id)
    return select(*cases.c, applications.c.data_key).select_from(joined)


def _changing(stored: StoredCase, keyring: Keyring) -> dict[str, object]:
    """The columns that follow the record."""
    record, key = stored.record, stored.key
    answers = record.answers
    name = str(answers.get(Field.NAME, ""))
    return {
        "state": record.state.value,
        "flags": json.dumps(record.flags),
        "offices": json.dumps(record.offices, separators=(",", ":")),
        "record_sealed": key.seal(to_bytes(record), "cases", record.case_id, "record_sealed"),
        "name_sealed": key.seal(name.encode(), "cases", record.case_id, "name_sealed"),
        "id_number_index": keyring.index.id_number(str(answers.get(Field.ID_NUMBER, ""))),
        "phone_index": keyring.index.phone(str(answers.get(Field.PHONE, ""))),
        "name_index": keyring.index.name(name),
        "route": str(answers.get(Field.RECOGNITION) or ""),
        "grounds": json.dumps(sorted(map(str, answers.get(Field.GROUND) or ()))),
    }


def _store_events(conn: Connection, stored: StoredCase) -> None:
    fresh = stored.record.events[stored.events_stored :]
    if not fresh:
        return
    rows: Sequence[dict[str, object]] = [
        {
            "case_id": stored.case_id,
            "county": stored.county,
            "sequence": number,
            "kind": event.kind.value,
            "staff_id": event.by,
            "office": None if event.office is None else event.office.value,
            "at": event.at,
            "event_sealed": stored.key.seal(
                to_bytes(event), "case_events", f"{stored.case_id}:{number}", "event_sealed"
            ),
        }
        for number, event in enumerate(fresh, start=stored.events_stored + 1)
    ]
    conn.execute(insert(case_events), rows)
    stored.events_stored = len(stored.record.events)
