"""Who asked for a person: the list of 坐席. What was asked is sealed under the account's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage import chats
from storage.ids import new_id
from storage.keys import Keyring
from storage.outbox import account_key
from storage.schema import accounts, person_requests


@dataclass(frozen=True)
class PersonRequest:
    """One chat waiting for a person, or in a person's hands."""

    request_id: str
    account_id: str
    why: str
    opened_at: datetime
    taken_by: str | None
    taken_at: datetime | None


def add(conn: Connection, keyring: Keyring, county: str, account_id: str, why: str, at: datetime) -> str:
    """Put a chat on the list; one that is on it already stays where it is. Returns the request's id."""
    is_open = (person_requests.c.account_id == account_id) & person_requests.c.closed_at.is_(None)
    already = conn.execute(select(person_requests.c.request_id).where(is_open)).scalar()
    if already is not None:
        return str(already)
    request_id = new_id()
    key = account_key(conn, keyring, account_id)
    conn.execute(
        insert(person_requests).values(
            request_id=request_id,
            county=county,
            account_id=account_id,
            why_sealed=key.seal(why.encode(), "person_requests", request_id, "why_sealed"),
            opened_at=at,
        )
    )
    chats.begin(conn, county, account_id, request_id)
    return request_id


def waiting(conn: Connection, keyring: Keyring, county: str, limit: int = 100) -> list[PersonRequest]:
    """The open requests, oldest first."""
    rows = conn.execute(
        select(person_requests, accounts.c.data_key)
        .join(accounts, accounts.c.account_id == person_requests.c.account_id)
        .where(person_requests.c.county == county, person_requests.c.closed_at.is_(None))
        .order_by(person_requests.c.opened_at)
        .limit(limit)
    )
    found = []
    for r in rows:
        key = keyring.data_key(r.account_id, r.data_key)
        why = key.open(r.why_sealed, "person_requests", r.request_id, "why_sealed").decode()
        found.append(PersonRequest(r.request_id, r.account_id, why, r.opened_at, r.taken_by, r.taken_at))
    return found


def by_id(conn: Connection, keyring: Keyring, county: str, request_id: str) -> tuple[PersonRequest, bool] | None:
    """One request of this county and whether it is still open; None if there is none."""
    r = conn.execute(
        select(person_requests, accounts.c.data_key)
        .join(accounts, accounts.c.account_id == person_requests.c.account_id)
        .where(person_requests.c.county == county, person_requests.c.request_id == request_id)
    ).first()
    if r is None:
        return None
    key = keyring.data_key(r.account_id, r.data_key)
    why = key.open(r.why_sealed, "person_requests", r.request_id, "why_sealed").decode()
    found = PersonRequest(r.request_id, r.account_id, why, r.opened_at, r.taken_by, r.taken_at)
    return found, r.closed_at is None


def of_account(conn: Connection, keyring: Keyring, account_id: str) -> list[PersonRequest]:
    """Every request of this account, answered ones too, oldest first."""
    wanted = select(person_requests).where(person_requests.c.account_id == account_id)
    rows = conn.execute(wanted.order_by(person_requests.c.opened_at)).all()
    if not rows:
        return []
    key = account_key(conn, keyring, account_id)
    found = []
    for r in rows:
        why = key.open(r.why_sealed, "person_requests", r.request_id, "why_sealed").decode()
        found.append(PersonRequest(r.request_id, r.account_id, why, r.opened_at, r.taken_by, r.taken_at))
    return found


def spans(conn: Connection, account_id: str) -> list[tuple[datetime, datetime | None]]:
    """From when to when (None: still) this account's chat waited for a person or was in one's hands, oldest first."""
    mine = person_requests.c.account_id == account_id
    wanted = select(person_requests.c.opened_at, person_requests.c.closed_at).where(mine)
    rows = conn.execute(wanted.order_by(person_requests.c.opened_at, person_requests.c.request_id))
    return [(row[0], row[1]) for row in rows]


def take(conn: Connection, request_id: str, staff_id: str, at: datetime) -> bool:
    """A member of staff answers this chat; False if another does already, or it is closed."""
    free = person_requests.c.taken_by.is_(None) | (person_requests.c.taken_by == staff_id)
    taken = conn.execute(
        update(person_requests)
        .where(person_requests.c.request_id == request_id, person_requests.c.closed_at.is_(None), free)
        .values(taken_by=staff_id, taken_at=at)
    )
    return taken.rowcount == 1


def close(conn: Connection, request_id: str, at: datetime) -> None:
    """The chat is answered."""
    conn.execute(
        update(person_requests)
        .where(person_requests.c.request_id == request_id, person_requests.c.closed_at.is_(None))
        .values(closed_at=at)
    )


def close_of(conn: Connection, account_id: str, at: datetime) -> None:
    """Whatever this account asked for is answered, or taken back."""
    conn.execute(
        update(person_requests)
        .where(person_requests.c.account_id == account_id, person_requests.c.closed_at.is_(None))
        .values(closed_at=at)
    )
