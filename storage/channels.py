"""Where an account can be reached besides the web chat: a Telegram chat, a proved mobile number.

An address is sealed under its account's key and found again by a keyed hash. What a channel remembers between turns
is its own JSON, sealed as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, null, select, update

from storage.channel_schema import channels
from storage.errors import NotOurs
from storage.ids import new_id
from storage.keys import Keyring
from storage.prepared import Prepared
from storage.schema import accounts, applications, cases, from_microseconds, sessions, to_microseconds
from storage.sealing import DataKey

TELEGRAM, SMS = "telegram", "sms"
#: The order in which an account's channels are tried: a chat before an SMS, which costs money.
PREFERENCE = {TELEGRAM: 10, SMS: 90}
#: How far back a sweep looks for channels that have fallen silent.
LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Reached:
    """One channel of an account. `memory` is what the channel remembers; `gone_at`: nothing is sent there now."""

    channel_id: str
    account_id: str
    kind: str
    address: str = field(repr=False)
    memory: bytes | None = field(repr=False)
    gone_at: datetime | None
    heard_at: datetime | None
    county: str
    key: DataKey = field(repr=False)

    @property
    def lane(self) -> str:
        """Whose order messages to it keep."""
        return self.channel_id


_COLUMNS = (
    channels.c.channel_id,
    channels.c.account_id,
    channels.c.kind,
    channels.c.address_sealed,
    channels.c.memory_sealed,
    channels.c.gone_at,
    channels.c.heard_at,
    accounts.c.data_key,
    channels.c.county,
)
_OF_ACCOUNT = select(*_COLUMNS).join(accounts, accounts.c.account_id == channels.c.account_id)
_FIND = Prepared(
    _OF_ACCOUNT.where(
        channels.c.county == bindparam("county"),
        channels.c.kind == bindparam("kind"),
        channels.c.address_index == bindparam("address_index"),
    )
)
_HEARD = Prepared(
    update(channels)
    .where(channels.c.channel_id == bindparam("which"))
    .values(heard_at=bindparam("heard_at"), gone_at=null(), gone_why=null(), memory_sealed=bindparam("memory_sealed"))
)


def index_of(keyring: Keyring, kind: str, address: str) -> bytes:
    """What an address is found by: a telephone like every other telephone, anything else by itself."""
    return keyring.index.phone(address) if kind == SMS else keyring.index.subject(kind, address)


def find(conn: Connection, keyring: Keyring, county: str, kind: str, address: str) -> Reached | None:
    """The channel with this address; None if nobody's."""
    row = _FIND.run(conn, county=county, kind=kind, address_index=index_of(keyring, kind, address)).fetchone()
    return None if row is None else _reached(keyring, row)


def load(conn: Connection, keyring: Keyring, channel_id: str) -> Reached | None:
    """The channel of this id; None if there is none (any more)."""
    row = conn.execute(_OF_ACCOUNT.where(channels.c.channel_id == channel_id)).first()
    return None if row is None else _reached_row(keyring, row)


def of_account(conn: Connection, keyring: Keyring, account_id: str) -> list[Reached]:
    """An account's channels, those to be tried first coming first; those that are gone too."""
    wanted = _OF_ACCOUNT.where(channels.c.account_id == account_id)
    rows = conn.execute(wanted.order_by(channels.c.preference, channels.c.joined_at))
    return [_reached_row(keyring, row) for row in rows]


def join(
    conn: Connection, keyring: Keyring, county: str, account_id: str, kind: str, address: str, at: datetime
) -> str:
    """Put a new channel to an account. Returns its id. Raises `NotOurs` for an unknown account."""
    wrapped = conn.execute(select(accounts.c.data_key).where(accounts.c.account_id == account_id)).scalar()
    if wrapped is None:
        raise NotOurs("no such account")
    channel_id, key = new_id(), keyring.data_key(account_id, wrapped)
    conn.execute(
        insert(channels).values(
            channel_id=channel_id,
            county=county,
            account_id=account_id,
            kind=kind,
            address_index=index_of(keyring, kind, address),
            address_sealed=key.seal(address.encode(), "channels", channel_id, "address_sealed"),
            preference=PREFERENCE[kind],
            joined_at=at,
            heard_at=at,
        )
    )
    return channel_id


def move(conn: Connection, keyring: Keyring, reached: Reached, account_id: str) -> None:
    """Give a channel to another account (the two were joined): sealed anew under that account's key."""
    wrapped = conn.execute(select(accounts.c.data_key).where(accounts.c.account_id == account_id)).scalar()
    if wrapped is None:
        raise NotOurs("no such account")
    key, row = keyring.data_key(account_id, wrapped), reached.channel_id
    memory = None if reached.memory is None else key.seal(reached.memory, "channels", row, "memory_sealed")
    sealed = key.seal(reached.address.encode(), "channels", row, "address_sealed")
    changed = {"account_id": account_id, "address_sealed": sealed, "memory_sealed": memory}
    conn.execute(update(channels).where(channels.c.channel_id == row).values(**changed))


def heard(conn: Connection, reached: Reached, memory: bytes | None, at: datetime) -> None:
    """Something came from there: it can be reached (again), and remembers this."""
    sealed = None
    if memory is not None:
        sealed = reached.key.seal(memory, "channels", reached.channel_id, "memory_sealed")
    _HEARD.run(conn, which=reached.channel_id, heard_at=to_microseconds(at), memory_sealed=sealed)


def remember(conn: Connection, reached: Reached, memory: bytes) -> None:
    """The channel remembers something else now; nothing was heard."""
    sealed = reached.key.seal(memory, "channels", reached.channel_id, "memory_sealed")
    mine = channels.c.channel_id == reached.channel_id
    conn.execute(update(channels).where(mine).values(memory_sealed=sealed))


def gone(conn: Connection, channel_id: str, why: str, at: datetime) -> None:
    """Nothing is sent there until something is heard from there again. `why` is a code; the first one counts."""
    mine = (channels.c.channel_id == channel_id) & channels.c.gone_at.is_(None)
    conn.execute(update(channels).where(mine).values(gone_at=at, gone_why=why))


def sweep(conn: Connection, silent_since: datetime, most: int = 500) -> int:
    """Delete accounts that only a channel keeps which has just been silent for too long. Returns how many.

    An account with a session, an application or a case stays; only the last month's silences are looked at, so that
    the cost does not grow with what is stored.
    """
    mine = accounts.c.account_id
    window = channels.c.heard_at.between(silent_since - LOOKED_BACK, silent_since)
    others = channels.alias()
    lively = exists().where(others.c.account_id == mine, others.c.heard_at > silent_since)
    held = (exists().where(table.c.account_id == mine) for table in (sessions, applications, cases))
    silent = select(mine).join(channels, channels.c.account_id == mine).where(window, ~lively)
    ids = conn.execute(silent.where(*(~one for one in held)).limit(most)).scalars().all()
    return conn.execute(delete(accounts).where(mine.in_(ids))).rowcount


def _reached(keyring: Keyring, row: Any) -> Reached:
    """A row of a prepared statement: instants as they are stored."""
    gone_at, heard_at = (None if at is None else from_microseconds(at) for at in row[5:7])
    return _opened(keyring, row, gone_at, heard_at)


def _reached_row(keyring: Keyring, row: Any) -> Reached:
    return _opened(keyring, row, row[5], row[6])


def _opened(keyring: Keyring, row: Any, gone_at: datetime | None, heard_at: datetime | None) -> Reached:
    channel_id, account_id, kind, address, memory = row[:5]
    key = keyring.data_key(account_id, row[7])
    remembered = None if memory is None else key.open(memory, "channels", channel_id, "memory_sealed")
    opened = key.open(address, "channels", channel_id, "address_sealed").decode()
    return Reached(channel_id, account_id, kind, opened, remembered, gone_at, heard_at, row[8], key)
