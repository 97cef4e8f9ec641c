"""Applications: the interview in one sealed column under a data key of its own; submitted ones stay for their case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, case, delete, exists, insert, literal_column, select, update

from state_machine.codes import Field
from state_machine.interview import ENDS, InterviewRecord, Purpose
from storage.blobs import from_bytes, to_bytes
from storage.dialect import insert_or
from storage.keys import Keyring
from storage.prepared import Prepared
from storage.schema import (
    application_counters,
    applications,
    cases,
    from_microseconds,
    materials,
    to_microseconds,
)
from storage.sealing import DataKey

SEALED = ("applications", "interview_sealed")


@dataclass
class StoredApplication:
    """An application in hand. `stored` is the interview as it lies in the table, to see whether it changed."""

    interview: InterviewRecord
    key: DataKey
    county: str
    stored: bytes
    updated_at: datetime | None = None


def is_draft(interview: InterviewRecord) -> bool:
    """An application not handed in yet: what may expire and be erased."""
    return interview.purpose is Purpose.APPLICATION and interview.state not in ENDS


def opened(key: DataKey, application_id: str, county: str, sealed: bytes) -> StoredApplication:
    """An application from its sealed interview."""
    plain = key.open(sealed, SEALED[0], application_id, SEALED[1])
    return StoredApplication(from_bytes(plain, InterviewRecord), key, county, plain)


_ADD = Prepared(
    insert(applications).values(
        application_id=bindparam("application_id"),
        county=bindparam("county"),
        account_id=bindparam("account_id"),
        data_key=bindparam("data_key"),
        purpose=bindparam("purpose"),
        state=bindparam("state"),
        is_draft=bindparam("is_draft"),
        interview_sealed=bindparam("interview_sealed"),
        created_at=bindparam("created_at"),
        updated_at=bindparam("updated_at"),
    )
)
DRAFTS_OF_ACCOUNT = Prepared(
    select(
        applications.c.application_id,
        applications.c.data_key,
        applications.c.county,
        applications.c.interview_sealed,
        applications.c.updated_at,
    )
    # Written so that only the account's index fits: by the index of drafts, which is in the wanted order, the database
    # would look through everybody's.
    .where(
        applications.c.account_id == bindparam("account_id"),
        case((applications.c.is_draft, literal_column("1")), else_=literal_column("0")) == literal_column("1"),
    )
    .order_by(applications.c.updated_at.desc(), applications.c.application_id.desc())
)


def add(
    conn: Connection, keyring: Keyring, county: str, account_id: str | None, interview: InterviewRecord, at: datetime
) -> StoredApplication:
    """Store a new application under a fresh data key."""
    key, wrapped = keyring.new_data_key(interview.application_id)
    plain = to_bytes(interview)
    _ADD.run(
        conn,
        application_id=interview.application_id,
        county=county,
        account_id=account_id,
        data_key=wrapped,
        purpose=interview.purpose.value,
        state=interview.state.value,
        is_draft=is_draft(interview),
        interview_sealed=key.seal(plain, SEALED[0], interview.application_id, SEALED[1]),
        created_at=to_microseconds(at),
        updated_at=to_microseconds(at),
    )
    return StoredApplication(interview, key, county, plain, at)


_UPDATE = Prepared(
    update(applications)
    .where(applications.c.application_id == bindparam("which"))
    .values(
        purpose=bindparam("purpose"),
        state=bindparam("state"),
        is_draft=bindparam("is_draft"),
        interview_sealed=bindparam("interview_sealed"),
        updated_at=bindparam("updated_at"),
        reminded_at=None,
    )
)


def save(conn: Connection, application: StoredApplication, at: datetime) -> bool:
    """Store the interview if it changed. Returns whether it did."""
    interview, plain = application.interview, to_bytes(application.interview)
    if plain == application.stored:
        return False
    application.stored = plain
    name = interview.application_id
    _UPDATE.run(
        conn,
        which=name,
        purpose=interview.purpose.value,
        state=interview.state.value,
        is_draft=is_draft(interview),
        interview_sealed=application.key.seal(plain, SEALED[0], name, SEALED[1]),
        updated_at=to_microseconds(at),
        reminded_at=None,
    )
    return True


def load(
    conn: Connection, keyring: Keyring, application_id: str, account_id: str | None = None
) -> StoredApplication | None:
    """An application by id; with `account_id`, only if it is theirs."""
    wanted = select(applications).where(applications.c.application_id == application_id)
    if account_id is not None:
        wanted = wanted.where(applications.c.account_id == account_id)
    row = conn.execute(wanted).first()
    if row is None:
        return None
    key = keyring.data_key(application_id, row.data_key)
    found = opened(key, application_id, row.county, row.interview_sealed)
    found.updated_at = row.updated_at
    return found


def drafts(conn: Connection, keyring: Keyring, account_id: str) -> list[StoredApplication]:
    """An account's unfinished applications, the one touched last first."""
    found = []
    for name, wrapped, county, sealed, updated_at in DRAFTS_OF_ACCOUNT.run(conn, account_id=account_id).fetchall():
        found.append(opened(keyring.data_key(name, wrapped), name, county, sealed))
        found[-1].updated_at = from_microseconds(updated_at)
    return found


def name_on(interview: InterviewRecord) -> str:
    """The applicant's name so far, or nothing."""
    return str(interview.answers.get(Field.NAME, ""))


def erase(conn: Connection, application_id: str) -> list[str]:
    """Delete an application that is no case, with its pages. Returns the ids of pages whose files are now orphans."""
    is_case = exists().where(cases.c.application_id == application_id)
    mine = materials.c.application_id == application_id
    pages = list(conn.execute(select(materials.c.page_id).where(mine, ~is_case)).scalars())
    conn.execute(delete(applications).where(applications.c.application_id == application_id, ~is_case))
    return pages


def expired(conn: Connection, county: str, untouched_since: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """Drafts nobody touched since then: (application id, account id), oldest first."""
    rows = conn.execute(
        select(applications.c.application_id, applications.c.account_id)
        .where(applications.c.is_draft, applications.c.updated_at < untouched_since, applications.c.county == county)
        .order_by(applications.c.updated_at)
        .limit(limit)
    )
    return [(r.application_id, r.account_id) for r in rows]


def to_remind(conn: Connection, county: str, untouched_since: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """Drafts untouched since then whose owner was not reminded yet: (application id, account id)."""
    rows = conn.execute(
        select(applications.c.application_id, applications.c.account_id)
        .where(
            applications.c.is_draft,
            applications.c.updated_at < untouched_since,
            applications.c.reminded_at.is_(None),
            applications.c.account_id.is_not(None),
            applications.c.county == county,
        )
        .order_by(applications.c.updated_at)
        .limit(limit)
    )
    return [(r.application_id, r.account_id) for r in rows]


def mark_reminded(conn: Connection, application_ids: Sequence[str], at: datetime) -> None:
    """The owners were told, once."""
    conn.execute(update(applications).where(applications.c.application_id.in_(application_ids)).values(reminded_at=at))


def next_serial(conn: Connection, county: str, counter: str, day: date) -> int:
    """The day's next running number of a counter, from 1; gapless, because it is taken in the transaction it serves."""
    statement = insert_or(conn, application_counters).values(counter=counter, day=day, county=county, last=1)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[application_counters.c.counter, application_counters.c.day],
            set_={"last": application_counters.c.last + 1},
        )
    )
    mine = (application_counters.c.counter == counter) & (application_counters.c.day == day)
    return int(conn.execute(select(application_counters.c.last).where(mine)).scalar_one())
