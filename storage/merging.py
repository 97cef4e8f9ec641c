"""Two accounts turn out to be one person's: the younger comes into the older, and nothing of either is lost.

What the younger said keeps its order behind what the older said: its positions are moved beyond the last one of
both. So a browser of either account may come back with any event id it remembers, and passes over nothing. For the
same reason the older account's notices that nobody has taken yet move behind the younger's last position.

Whatever was sealed under the younger account's key, or for its id, is sealed anew. Applications and cases have keys of
their own and only change hands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from storage import audit, channels, conversations, merged_rows
from storage.conversations import Remembered
from storage.desk_schema import counter_accounts
from storage.dialect import for_update
from storage.errors import NotOurs
from storage.keys import Keyring
from storage.merged_rows import Two
from storage.schema import accounts, outbox, turns

#: Of what both chats remember, what the one chat remembers now: (the older's, the younger's).
Choice = Callable[[Remembered, Remembered], Remembered]


@dataclass(frozen=True)
class Merged:
    """The account that stays and the one that is no more."""

    kept: str
    gone: str


def merge(
    conn: Connection, keyring: Keyring, county: str, one: str, other: str, choose: Choice, at: datetime
) -> Merged | None:
    """Make two accounts one, in the caller's transaction. None: they are one already.

    Both are locked in the order of their ids, so that two merges at once wait for each other instead of forever.
    Raises `NotOurs` if one is no more (it may have been merged a moment ago), is another county's, or is a walk-in's,
    which only the desk speaks for.
    """
    if one == other:
        return None
    two = _locked(conn, keyring, county, one, other)
    base = max(_last(conn, two.kept), _last(conn, two.gone))
    remembered = [conversations.load(conn, keyring, who) for who in (two.kept, two.gone)]
    moved = merged_rows.move_notices(conn, two, _new_places(conn, two, base))
    merged_rows.move_turns(conn, two, base)
    merged_rows.move_dispatches(conn, two, base, moved)
    merged_rows.move_call_tries(conn, two, moved)
    merged_rows.move_requests(conn, two, base, at)
    for reached in channels.of_account(conn, keyring, two.gone):
        merged_rows.move_waiting(conn, two, reached.channel_id)
        channels.move(conn, keyring, reached, two.kept)
    merged_rows.move_numbers(conn, two)
    merged_rows.move_the_rest(conn, two)
    _remember(conn, keyring, two, base, choose(*remembered))
    conn.execute(delete(accounts).where(accounts.c.account_id == two.gone))
    audit.add(conn, county, "accounts_joined", at, account_id=two.kept, details={"joined": two.gone})
    return Merged(two.kept, two.gone)


def _locked(conn: Connection, keyring: Keyring, county: str, one: str, other: str) -> Two:
    both = accounts.c.account_id.in_([one, other])
    wanted = select(accounts.c.account_id, accounts.c.data_key, accounts.c.county, accounts.c.created_at).where(both)
    rows = conn.execute(for_update(wanted.order_by(accounts.c.account_id))).all()
    counted = select(func.count()).select_from(counter_accounts).where(counter_accounts.c.account_id.in_([one, other]))
    if len(rows) != 2 or any(row.county != county for row in rows) or conn.execute(counted).scalar_one():
        raise NotOurs("these accounts cannot be joined")
    older, younger = sorted(rows, key=lambda row: (row.created_at, row.account_id))
    return Two(
        older.account_id,
        younger.account_id,
        keyring.data_key(older.account_id, older.data_key),
        keyring.data_key(younger.account_id, younger.data_key),
    )


def _last(conn: Connection, account_id: str) -> int:
    """The last position ever given in this chat."""
    last_turn = select(func.max(turns.c.position)).where(turns.c.account_id == account_id)
    last_notice = select(func.max(outbox.c.position)).where(outbox.c.account_id == account_id)
    base = conn.execute(select(accounts.c.position_base).where(accounts.c.account_id == account_id)).scalar_one()
    return max(int(base), conn.execute(last_turn).scalar() or 0, conn.execute(last_notice).scalar() or 0)


def _new_places(conn: Connection, two: Two, base: int) -> Mapping[tuple[str, int], int]:
    """(account, position) → the position in the chat that stays, for every notice that moves."""
    mine = outbox.c.account_id == two.gone
    theirs = conn.execute(select(outbox.c.position).where(mine).order_by(outbox.c.position)).scalars().all()
    places = {(two.gone, position): base + position for position in theirs}
    untaken = (outbox.c.account_id == two.kept) & outbox.c.delivered_at.is_(None)
    waiting = conn.execute(select(outbox.c.position).where(untaken).order_by(outbox.c.position)).scalars().all()
    after = base + _last(conn, two.gone)
    return places | {(two.kept, position): after + n for n, position in enumerate(waiting, 1)}


def _remember(conn: Connection, keyring: Keyring, two: Two, base: int, chosen: Remembered) -> None:
    conversations.save(conn, keyring, two.kept, chosen.conversation)
    mine = accounts.c.account_id == two.kept
    conn.execute(update(accounts).where(mine).values(in_hand=chosen.in_hand, position_base=base))
