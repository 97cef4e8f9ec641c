"""Accounts and their sessions. A session is known by the SHA-256 of its token only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from storage import dispatch_ends
from storage.channel_schema import channels, join_codes, proved_phones
from storage.dialect import lock_account
from storage.ids import new_id
from storage.keys import Keyring
from storage.positions import next_position
from storage.prepared import Prepared
from storage.schema import accounts, applications, cases, outbox, person_requests, sessions, to_microseconds, turns


@dataclass(frozen=True)
class Account:
    """Who a session belongs to."""

    account_id: str
    county: str
    in_hand: str | None
    expires_at: datetime


def token_hash(token: str) -> bytes:
    """What is stored of a session's token."""
    return sha256(token.encode()).digest()


_OPEN_ACCOUNT = Prepared(
    insert(accounts).values(
        account_id=bindparam("account_id"),
        county=bindparam("county"),
        data_key=bindparam("data_key"),
        created_at=bindparam("created_at"),
    )
)
_OPEN_SESSION = Prepared(
    insert(sessions).values(
        token_sha256=bindparam("token_sha256"),
        county=bindparam("county"),
        account_id=bindparam("account_id"),
        opened_at=bindparam("opened_at"),
        expires_at=bindparam("expires_at"),
    )
)


def open_account(conn: Connection, keyring: Keyring, county: str, at: datetime) -> str:
    """A new, empty account. Returns its id."""
    account_id = new_id()
    _, wrapped = keyring.new_data_key(account_id)
    _OPEN_ACCOUNT.run(conn, account_id=account_id, county=county, data_key=wrapped, created_at=to_microseconds(at))
    return account_id


def open_session(
    conn: Connection, county: str, account_id: str, token: str, at: datetime, expires_at: datetime
) -> None:
    """A session of an account, known by its token's hash."""
    _OPEN_SESSION.run(
        conn,
        token_sha256=token_hash(token),
        county=county,
        account_id=account_id,
        opened_at=to_microseconds(at),
        expires_at=to_microseconds(expires_at),
    )


def close_session(conn: Connection, token: str) -> None:
    """End one session."""
    conn.execute(delete(sessions).where(sessions.c.token_sha256 == token_hash(token)))


def by_token(conn: Connection, county: str, token: str, now: datetime) -> Account | None:
    """Whose running session this is; None if nobody's."""
    row = conn.execute(
        select(accounts.c.account_id, accounts.c.county, accounts.c.in_hand, sessions.c.expires_at)
        .join(sessions, sessions.c.account_id == accounts.c.account_id)
        .where(sessions.c.token_sha256 == token_hash(token), sessions.c.expires_at > now, accounts.c.county == county)
    ).first()
    return None if row is None else Account(*row)


def known(conn: Connection, account_ids: Collection[str]) -> set[str]:
    """Those of these accounts that there are (still)."""
    return set(conn.execute(select(accounts.c.account_id).where(accounts.c.account_id.in_(account_ids))).scalars())


def prolong(conn: Connection, token: str, expires_at: datetime) -> None:
    """The session is in use: it ends later."""
    conn.execute(update(sessions).where(sessions.c.token_sha256 == token_hash(token)).values(expires_at=expires_at))


def erase_chat(conn: Connection, account_id: str, at: datetime) -> None:
    """Delete what was said in this chat. Notices nobody has received yet stay; positions are never given twice."""
    lock_account(conn, account_id)
    base = next_position(conn, account_id) - 1
    dispatch_ends.drop_answers(conn, account_id, at)
    conn.execute(delete(turns).where(turns.c.account_id == account_id))
    conn.execute(delete(outbox).where(outbox.c.account_id == account_id, outbox.c.delivered_at.is_not(None)))
    for table in (person_requests, proved_phones, join_codes):
        conn.execute(delete(table).where(table.c.account_id == account_id))
    conn.execute(
        update(accounts)
        .where(accounts.c.account_id == account_id)
        .values(conversation_sealed=None, in_hand=None, position_base=base)
    )


#: One round's job stays short: everybody's turns wait for it.
MOST_SWEPT = 500


def sweep(conn: Connection, now: datetime, most: int = MOST_SWEPT) -> tuple[int, int]:
    """Delete ended sessions, `most` at a time, and those of their accounts that nobody can reach any more.

    Only accounts whose session has just ended are looked at, so that the cost does not grow with what is stored.
    An account that holds an application, a case or another channel stays. Returns (sessions ended, accounts deleted).
    """
    due = select(sessions.c.token_sha256, sessions.c.account_id).where(sessions.c.expires_at <= now)
    ended = conn.execute(due.order_by(sessions.c.expires_at).limit(most)).all()
    conn.execute(delete(sessions).where(sessions.c.token_sha256.in_([row.token_sha256 for row in ended])))
    mine = accounts.c.account_id
    held = (exists().where(table.c.account_id == mine) for table in (sessions, applications, cases, channels))
    of_them = mine.in_({row.account_id for row in ended})
    return len(ended), conn.execute(delete(accounts).where(of_them, *(~one for one in held))).rowcount
