"""Pictures that wait to be read, and what proofs were found to say: sealed under the application's key.

The queue is worked by any number of processes: one is taken by a lease, and taken anew when that has run out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from storage.dialect import for_update
from storage.ids import new_id
from storage.keys import Keyring
from storage.reading_schema import readings
from storage.schema import applications, materials
from storage.sealing import DataKey

#: What somebody waits for comes first.
RANKS: Mapping[str, int] = {"card": 0, "agent_card": 0, "proof": 1}
SEALED = ("readings", "said_sealed")


@dataclass(frozen=True)
class Reading:
    """One picture in the hands of a reader, and the key its file is sealed with."""

    reading_id: str
    account_id: str | None
    application_id: str
    page_id: str
    media_type: str
    purpose: str
    asked_at: datetime
    tries: int
    key: DataKey

    def __repr__(self) -> str:
        return f"Reading({self.reading_id!r}, {self.purpose!r})"


@dataclass(frozen=True)
class Said:
    """What one sheet of a proof was found to say (plain JSON), or why nothing could be read."""

    page_id: str
    content: bytes | None
    trouble: str | None


def add(
    conn: Connection,
    county: str,
    account_id: str | None,
    application_id: str,
    pages: Iterable[tuple[str, str]],
    purpose: str,
    at: datetime,
) -> None:
    """Put pictures, as (page id, media type), into the queue in the transaction that takes them in."""
    rows = [
        {
            "reading_id": new_id(),
            "county": county,
            "account_id": account_id,
            "application_id": application_id,
            "page_id": page_id,
            "media_type": media_type,
            "purpose": purpose,
            "rank": RANKS[purpose],
            "asked_at": at,
            "tries": 0,
        }
        for page_id, media_type in pages
    ]
    if rows:
        conn.execute(insert(readings), rows)


def waiting(conn: Connection, account_id: str | None = None) -> int:
    """How many cards wait, of everybody or of one account."""
    wanted = select(func.count()).select_from(readings).where(readings.c.done_at.is_(None), readings.c.rank == 0)
    if account_id is not None:
        wanted = wanted.where(readings.c.account_id == account_id)
    return int(conn.execute(wanted).scalar_one())


def is_any_free(conn: Connection, county: str, now: datetime) -> bool:
    """Whether anything waits that nobody reads."""
    wanted = select(readings.c.reading_id).where(readings.c.done_at.is_(None), readings.c.county == county, _free(now))
    return conn.execute(wanted.limit(1)).first() is not None


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(readings.c.taken_until.is_(None), readings.c.taken_until <= now)


def take(conn: Connection, keyring: Keyring, county: str, now: datetime, until: datetime) -> Reading | None:
    """The next picture, taken until then; None if nothing waits."""
    chosen = (
        select(readings.c.reading_id)
        .where(readings.c.done_at.is_(None), readings.c.county == county, _free(now))
        .order_by(readings.c.rank, readings.c.asked_at)
        .limit(1)
    )
    reading_id = conn.execute(for_update(chosen, skip_locked=True)).scalar()
    if reading_id is None:
        return None
    this = readings.c.reading_id == reading_id
    conn.execute(update(readings).where(this).values(taken_until=until, tries=readings.c.tries + 1))
    joined = readings.join(applications, applications.c.application_id == readings.c.application_id)
    r = conn.execute(select(*readings.c, applications.c.data_key).select_from(joined).where(this)).one()
    return Reading(
        r.reading_id,
        r.account_id,
        r.application_id,
        r.page_id,
        r.media_type,
        r.purpose,
        r.asked_at,
        r.tries,
        keyring.data_key(r.application_id, r.data_key),
    )


def owner(conn: Connection, reading_id: str) -> str | None:
    """Whose it is now; None if somebody has finished it, or it was erased with its application. Locks its row.

    An account may have become another's since it was taken.
    """
    wanted = select(readings.c.account_id).where(readings.c.reading_id == reading_id, readings.c.done_at.is_(None))
    found = conn.execute(for_update(wanted)).scalar()
    return None if found is None else str(found)


def keep(conn: Connection, reading: Reading, said: bytes | None, trouble: str | None, at: datetime) -> None:
    """What a proof says, or why it cannot be read."""
    sealed = None if said is None else reading.key.seal(said, SEALED[0], reading.reading_id, SEALED[1])
    conn.execute(
        update(readings)
        .where(readings.c.reading_id == reading.reading_id)
        .values(said_sealed=sealed, trouble=trouble, done_at=at, taken_until=None)
    )


def drop(conn: Connection, reading_id: str) -> None:
    """A card that was read (or cannot be): nothing of it stays."""
    conn.execute(delete(readings).where(readings.c.reading_id == reading_id))


def forget(conn: Connection, application_id: str, page_ids: Iterable[str]) -> None:
    """These pages were taken out: what they said goes with them."""
    mine = readings.c.page_id.in_(list(page_ids)) & (readings.c.application_id == application_id)
    conn.execute(delete(readings).where(mine, readings.c.purpose == "proof"))


def of_application(conn: Connection, keyring: Keyring, application_id: str) -> list[Said]:
    """What its proofs say, of those pages that still belong to it."""
    joined = readings.join(applications, applications.c.application_id == readings.c.application_id).join(
        materials,
        (materials.c.page_id == readings.c.page_id) & (materials.c.application_id == readings.c.application_id),
    )
    rows = conn.execute(
        select(readings, applications.c.data_key)
        .select_from(joined)
        .where(
            readings.c.application_id == application_id,
            readings.c.done_at.is_not(None),
            materials.c.removed_at.is_(None),
        )
        .order_by(readings.c.reading_id)
    )
    found = []
    for r in rows:
        key = keyring.data_key(application_id, r.data_key)
        said = None if r.said_sealed is None else key.open(r.said_sealed, SEALED[0], r.reading_id, SEALED[1])
        found.append(Said(r.page_id, said, r.trouble))
    return found
