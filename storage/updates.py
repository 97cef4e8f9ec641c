"""What came in from a bot: each update once; those that wait for their files; those put aside for a person.

An update is recorded in the transaction of what it caused. One that cannot be answered at once (pages to fetch, or
anything behind them in its chat) waits sealed, and leaves in the transaction of its turn.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from storage.channel_schema import heard_updates, set_aside, waiting_updates
from storage.channels import Reached
from storage.dialect import for_update, insert_or
from storage.keys import Keyring
from storage.prepared import Prepared

_WAITS = Prepared(
    select(func.count()).select_from(waiting_updates).where(waiting_updates.c.channel_id == bindparam("channel_id"))
)


def hear(conn: Connection, county: str, bot: str, update_id: int, at: datetime) -> bool:
    """Record an update. False: it was taken before, and nothing is to be done."""
    row = insert_or(conn, heard_updates).values(bot=bot, update_id=update_id, at=at, county=county)
    fresh = row.on_conflict_do_nothing().returning(heard_updates.c.update_id)
    return conn.execute(fresh).first() is not None


@dataclass(frozen=True)
class Waiting:
    """One update that waits for its chat's files. `content` is what the channel needs of it."""

    bot: str
    update_id: int
    channel_id: str
    at: datetime
    content: bytes = field(repr=False)


def wait(
    conn: Connection, county: str, bot: str, update_id: int, reached: Reached, content: bytes, at: datetime
) -> None:
    """Let an update wait, in the transaction that records it."""
    row = f"{bot}:{update_id}"
    conn.execute(
        insert(waiting_updates).values(
            bot=bot,
            update_id=update_id,
            county=county,
            channel_id=reached.channel_id,
            at=at,
            update_sealed=reached.key.seal(content, "waiting_updates", row, "update_sealed"),
        )
    )


def is_waiting(conn: Connection, channel_id: str) -> bool:
    """Whether anything of this chat waits: what comes now waits behind it."""
    return count_waiting(conn, channel_id) > 0


def count_waiting(conn: Connection, channel_id: str) -> int:
    """How many updates of this chat wait."""
    return int(_WAITS.run(conn, channel_id=channel_id).fetchone()[0])


def waiting_of(conn: Connection, reached: Reached, limit: int = 200) -> list[Waiting]:
    """What waits in a chat, in the order of the updates."""
    mine = waiting_updates.c.channel_id == reached.channel_id
    rows = conn.execute(select(waiting_updates).where(mine).order_by(waiting_updates.c.update_id).limit(limit))
    return [
        Waiting(
            row.bot,
            row.update_id,
            row.channel_id,
            row.at,
            reached.key.open(row.update_sealed, "waiting_updates", f"{row.bot}:{row.update_id}", "update_sealed"),
        )
        for row in rows
    ]


def leave(conn: Connection, bot: str, update_ids: Collection[int]) -> bool:
    """These wait no longer: their turn is being taken. False: another process has taken some; the rest waits on."""
    theirs = (waiting_updates.c.bot == bot) & waiting_updates.c.update_id.in_(update_ids)
    still = for_update(select(waiting_updates.c.update_id).where(theirs).order_by(waiting_updates.c.update_id))
    if len(conn.execute(still).all()) != len(update_ids):
        return False
    conn.execute(delete(waiting_updates).where(theirs))
    return True


def chats_waiting(conn: Connection, county: str, before: datetime) -> list[str]:
    """Channels in which something has waited since before then: a process ended over it."""
    mine = (waiting_updates.c.county == county) & (waiting_updates.c.at < before)
    return list(conn.execute(select(waiting_updates.c.channel_id).where(mine).distinct()).scalars())


# Put aside.

_SHOWN = tuple(set_aside.c[name] for name in ("bot", "update_id", "why", "at", "closed_by", "closed_at", "note"))


@dataclass(frozen=True)
class SetAside:
    """One update nobody could take. `why` is a code and a type's name, never what was in it."""

    bot: str
    update_id: int
    why: str
    at: datetime
    closed_by: str | None
    closed_at: datetime | None
    note: str | None


def put_aside(
    conn: Connection, keyring: Keyring, county: str, bot: str, update_id: int, why: str, content: bytes, at: datetime
) -> bool:
    """Put an update aside, sealed under a data key of its own. False: it lies there already."""
    owner = _owner(bot, update_id)
    key, wrapped = keyring.new_data_key(owner)
    row = insert_or(conn, set_aside).values(
        bot=bot,
        update_id=update_id,
        county=county,
        why=why,
        at=at,
        data_key=wrapped,
        update_sealed=key.seal(content, "set_aside", owner, "update_sealed"),
    )
    fresh = row.on_conflict_do_nothing().returning(set_aside.c.update_id)
    return conn.execute(fresh).first() is not None


def aside(conn: Connection, county: str, *, closed: bool = False, limit: int = 100) -> list[SetAside]:
    """What lies aside, newest first: what is open, or with `closed` what was dealt with."""
    which = set_aside.c.closed_at.is_not(None) if closed else set_aside.c.closed_at.is_(None)
    wanted = select(*_SHOWN).where(set_aside.c.county == county, which)
    rows = conn.execute(wanted.order_by(set_aside.c.at.desc(), set_aside.c.update_id.desc()).limit(limit))
    return [SetAside(*row) for row in rows]


def one_aside(conn: Connection, county: str, bot: str, update_id: int) -> SetAside | None:
    """One of them, closed or not; None if there is none."""
    mine = (set_aside.c.bot == bot) & (set_aside.c.update_id == update_id) & (set_aside.c.county == county)
    row = conn.execute(select(*_SHOWN).where(mine)).first()
    return None if row is None else SetAside(*row)


def count_aside(conn: Connection, county: str) -> int:
    """How many wait for somebody to look."""
    open_ones = select(func.count()).where(set_aside.c.county == county, set_aside.c.closed_at.is_(None))
    return int(conn.execute(open_ones).scalar() or 0)


def aside_content(conn: Connection, keyring: Keyring, county: str, bot: str, update_id: int) -> bytes | None:
    """The very bytes of one; None if it does not lie here, or was dealt with and is gone."""
    mine = (set_aside.c.bot == bot) & (set_aside.c.update_id == update_id) & (set_aside.c.county == county)
    row = conn.execute(select(set_aside.c.data_key, set_aside.c.update_sealed).where(mine)).first()
    if row is None or row.update_sealed is None:
        return None
    owner = _owner(bot, update_id)
    return keyring.data_key(owner, row.data_key).open(row.update_sealed, "set_aside", owner, "update_sealed")


def close_aside(
    conn: Connection, county: str, bot: str, update_id: int, staff_id: str, note: str, at: datetime
) -> bool:
    """Somebody has dealt with it: what it held is erased, the note stays. False if it is not open."""
    mine = (set_aside.c.bot == bot) & (set_aside.c.update_id == update_id) & (set_aside.c.county == county)
    closed = {"closed_by": staff_id, "closed_at": at, "note": note, "update_sealed": None}
    return bool(conn.execute(update(set_aside).where(mine, set_aside.c.closed_at.is_(None)).values(**closed)).rowcount)


def sweep(conn: Connection, heard_before: datetime, most: int = 5000) -> int:
    """Forget updates nobody can bring again (a platform keeps them a day). Returns how many."""
    old = select(heard_updates.c.bot, heard_updates.c.update_id).where(heard_updates.c.at < heard_before).limit(most)
    rows = conn.execute(old).all()
    for bot in {row.bot for row in rows}:
        ids = [row.update_id for row in rows if row.bot == bot]
        conn.execute(delete(heard_updates).where(heard_updates.c.bot == bot, heard_updates.c.update_id.in_(ids)))
    return len(rows)


def _owner(bot: str, update_id: int) -> str:
    return f"{bot}:{update_id}"
