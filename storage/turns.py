"""The hot path of every turn: one select loads all of it, one insert records it. See `bot/reception.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from storage.blobs import from_bytes, to_bytes
from storage.dialect import lock_account, lock_session
from storage.errors import NotOurs
from storage.keys import Keyring
from storage.positions import LAST_NOTICE, LAST_TURN
from storage.prepared import Prepared
from storage.schema import accounts, applications, from_microseconds, sessions, to_microseconds, turns
from storage.sealing import DataKey


class Exchange(msgspec.Struct):
    """What was said in a turn and the reply's very bytes."""

    reply: msgspec.Raw
    text: str | None = None
    choice: str | None = None
    files: tuple[str, ...] = ()


@dataclass(slots=True)
class Opened:
    """Everything one turn needs."""

    account_id: str
    county: str
    key: DataKey
    in_hand: str | None
    conversation: bytes | None
    position: int  #: this turn's
    expires_at: datetime
    application_key: DataKey | None  #: None: nothing (or nothing any more) is in hand
    application_sealed: bytes | None
    answered: bytes | None  #: the stored reply, if this turn was taken before


_OF_ACCOUNT = (
    accounts.c.account_id,
    accounts.c.county,
    accounts.c.data_key,
    accounts.c.in_hand,
    accounts.c.conversation_sealed,
    accounts.c.position_base,
    LAST_TURN.label("last_turn"),
    LAST_NOTICE.label("last_notice"),
)
_OF_APPLICATION = (
    applications.c.data_key.label("application_key"),
    applications.c.interview_sealed,
    turns.c.position,
    turns.c.exchange_sealed,
)
_IN_HAND = applications.c.application_id == accounts.c.in_hand
_THIS_TURN = (turns.c.account_id == accounts.c.account_id) & (turns.c.turn_id == bindparam("turn_id"))
OPEN = Prepared(
    select(*_OF_ACCOUNT, sessions.c.expires_at, *_OF_APPLICATION)
    .select_from(
        sessions.join(accounts, accounts.c.account_id == sessions.c.account_id)
        .outerjoin(applications, _IN_HAND)
        .outerjoin(turns, _THIS_TURN)
    )
    .where(sessions.c.token_sha256 == bindparam("token"), accounts.c.county == bindparam("county"))
)
#: The same for an account known by something else than a session.
OPEN_ACCOUNT = Prepared(
    select(*_OF_ACCOUNT, accounts.c.created_at, *_OF_APPLICATION)
    .select_from(accounts.outerjoin(applications, _IN_HAND).outerjoin(turns, _THIS_TURN))
    .where(accounts.c.account_id == bindparam("account_id"))
)
_RECORD = Prepared(
    insert(turns).values(
        account_id=bindparam("account_id"),
        position=bindparam("position"),
        turn_id=bindparam("turn_id"),
        application_id=bindparam("application_id"),
        at=bindparam("at"),
        exchange_sealed=bindparam("exchange_sealed"),
        county=bindparam("county"),
    )
)
_REMEMBER = Prepared(
    update(accounts)
    .where(accounts.c.account_id == bindparam("which"))
    .values(in_hand=bindparam("in_hand"), conversation_sealed=bindparam("conversation_sealed"))
)


def open_turn(
    conn: Connection, keyring: Keyring, county: str, token: bytes, turn_id: str, now: datetime, *, lock: bool = True
) -> Opened | None:
    """Load all that this turn needs; None if the session is nobody's or has ended. Without `lock`, only to look."""
    if lock:
        lock_session(conn, token)
    row = OPEN.run(conn, token=token, turn_id=turn_id, county=county).fetchone()
    return None if row is None or row[8] <= to_microseconds(now) else _opened(keyring, row)


def open_account_turn(
    conn: Connection, keyring: Keyring, account_id: str, turn_id: str, *, lock: bool = True
) -> Opened:
    """Load all that a turn of this account needs, for a channel without sessions. Raises `NotOurs`."""
    if lock:
        lock_account(conn, account_id)
    row = OPEN_ACCOUNT.run(conn, account_id=account_id, turn_id=turn_id).fetchone()
    if row is None:
        raise NotOurs("no such account")
    return _opened(keyring, row)


def _opened(keyring: Keyring, row: Any) -> Opened:
    account_id, county, wrapped, in_hand, remembered, base, last_turn, last_notice, expires = row[:9]
    key = keyring.data_key(account_id, wrapped)
    application_key = None if row[9] is None else keyring.data_key(in_hand, row[9])
    conversation = None if remembered is None else key.open(remembered, "accounts", account_id, "conversation_sealed")
    answered = None if row[12] is None else bytes(_exchange(key, account_id, row[11], row[12]).reply)
    return Opened(
        account_id,
        county,
        key,
        in_hand,
        conversation,
        1 + max(base, last_turn, last_notice),
        from_microseconds(expires),
        application_key,
        row[10],
        answered,
    )


def record(
    conn: Connection, opened: Opened, turn_id: str, application_id: str | None, exchange: Exchange, at: datetime
) -> None:
    """Record the turn with its reply."""
    row = f"{opened.account_id}:{opened.position}"
    _RECORD.run(
        conn,
        account_id=opened.account_id,
        position=opened.position,
        turn_id=turn_id,
        application_id=application_id,
        at=to_microseconds(at),
        exchange_sealed=opened.key.seal(to_bytes(exchange), "turns", row, "exchange_sealed"),
        county=opened.county,
    )


def remember(conn: Connection, opened: Opened, in_hand: str | None, conversation: bytes | None) -> None:
    """What is in hand and what the chat remembers changed."""
    sealed = (
        None
        if conversation is None
        else opened.key.seal(conversation, "accounts", opened.account_id, "conversation_sealed")
    )
    _REMEMBER.run(conn, which=opened.account_id, in_hand=in_hand, conversation_sealed=sealed)


@dataclass(frozen=True)
class PastTurn:
    """One turn of the chat as it was."""

    position: int
    at: datetime
    exchange: Exchange


def past(
    conn: Connection, keyring: Keyring, account_id: str, before: int | None = None, limit: int | None = 50
) -> list[PastTurn]:
    """The last turns before a position, oldest first; without a limit, all."""
    wanted = (
        select(turns.c.position, turns.c.at, turns.c.exchange_sealed, accounts.c.data_key)
        .join(accounts, accounts.c.account_id == turns.c.account_id)
        .where(turns.c.account_id == account_id)
        .order_by(turns.c.position.desc())
    )
    if before is not None:
        wanted = wanted.where(turns.c.position < before)
    if limit is not None:
        wanted = wanted.limit(limit)
    rows = conn.execute(wanted).all()[::-1]
    if not rows:
        return []
    key = keyring.data_key(account_id, rows[0].data_key)
    return [PastTurn(r.position, r.at, _exchange(key, account_id, r.position, r.exchange_sealed)) for r in rows]


def _exchange(key: DataKey, account_id: str, position: int, sealed: bytes) -> Exchange:
    return from_bytes(key.open(sealed, "turns", f"{account_id}:{position}", "exchange_sealed"), Exchange)
