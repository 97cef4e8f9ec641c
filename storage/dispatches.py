"""What is to be sent, channel by channel: each place's messages stand in a lane and leave it one after another.

The first of a lane is `queued`, those behind it are `waiting`: so what is due is found by one index, however long a
lane is. Whoever ends a message lets the next one of its lane come forward, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    column,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)

from storage.blobs import from_bytes
from storage.channel_schema import channels, dispatches
from storage.dialect import lock_lane
from storage.errors import NotOurs, Sealed
from storage.ids import new_id
from storage.keys import Keyring
from storage.prepared import Prepared
from storage.schema import accounts, outbox, to_microseconds


class Source(StrEnum):
    """What a message is about."""

    ANSWER = "answer"  #: of a turn
    NOTICE = "notice"  #: of the outbox
    CODE = "code"  #: that proves a telephone number


class DispatchState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"  #: behind an earlier one of its lane
    QUEUED = "queued"  #: the first of its lane
    SENT = "sent"  #: the platform took it
    ARRIVED = "arrived"  #: the platform told that it arrived, or was read
    FAILED = "failed"  #: given up
    DROPPED = "dropped"  #: read elsewhere before it was sent


#: Not ended yet.
OPEN = (DispatchState.WAITING.value, DispatchState.QUEUED.value)


@dataclass(frozen=True)
class Claimed:
    """One message in a sender's hands. `say` is what was given to `add`."""

    dispatch_id: str
    account_id: str
    position: int
    part: int
    source: Source
    kind: str
    channel_id: str | None
    lane: str
    say: bytes = field(repr=False)
    tries: int
    created_at: datetime
    claim_until: datetime
    #: It was claimed before by a sender that ended without a word: it may have been sent.
    is_taken_over: bool
    case_id: str | None
    notice: str
    #: Where it goes; None where only the case knows (`addressee`).
    address: str | None = field(repr=False)
    #: Nothing is sent to that channel any more.
    is_gone: bool
    #: Of a notice: the applicant has it already, by another way.
    is_read: bool
    #: Why the last try failed.
    why: str | None = None
    #: It does not open: neither its words nor its address are known.
    is_broken: bool = False


_OWNER = Prepared(
    select(accounts.c.data_key, accounts.c.county).where(accounts.c.account_id == bindparam("account_id"))
)
#: Written out for both states: each is one seek at the end of the lane's index.
_LAST = Prepared(
    select(func.max(column("last"))).select_from(
        union_all(
            *(
                select(func.max(dispatches.c.created_at).label("last")).where(
                    dispatches.c.lane == bindparam("lane"), dispatches.c.state == literal_column(f"'{state}'")
                )
                for state in OPEN
            )
        ).subquery()
    )
)
#: One seek for each state, too.
_ANSWERS = Prepared(
    select(func.sum(column("unsent"))).select_from(
        union_all(
            *(
                select(
                    func.count(case((dispatches.c.source == literal_column("'answer'"), literal_column("1")))).label(
                        "unsent"
                    )
                ).where(dispatches.c.lane == bindparam("lane"), dispatches.c.state == literal_column(f"'{state}'"))
                for state in OPEN
            )
        ).subquery()
    )
)
_ADD = Prepared(
    insert(dispatches).values(
        **{
            name: bindparam(name)
            for name in (
                *("dispatch_id", "county", "account_id", "position", "part", "source", "kind", "channel_id", "lane"),
                *("case_id", "notice", "message_sealed", "state", "tries", "next_at", "created_at"),
            )
        }
    )
)


def add(
    conn: Connection,
    keyring: Keyring,
    *,
    account_id: str,
    position: int,
    part: int,
    source: Source,
    kind: str,
    channel_id: str | None,
    lane: str,
    say: bytes,
    at: datetime,
    case_id: str | None = None,
    notice: str = "",
) -> str:
    """Put a message into a lane, in the caller's transaction. Returns its id. Raises `NotOurs`.

    A lane's order is the order of `add`. `say` is sealed under the account's key. A notice has its case, if it is
    about one, and its kind.
    """
    lock_lane(conn, lane)
    row = _OWNER.run(conn, account_id=account_id).fetchone()
    if row is None:
        raise NotOurs("no such account")
    last, now = _LAST.run(conn, lane=lane).fetchone()[0], to_microseconds(at)
    dispatch_id, key = new_id(), keyring.data_key(account_id, bytes(row[0]))
    _ADD.run(
        conn,
        dispatch_id=dispatch_id,
        county=row[1],
        account_id=account_id,
        position=position,
        part=part,
        source=source.value,
        kind=kind,
        channel_id=channel_id,
        lane=lane,
        case_id=case_id,
        notice=notice or None,
        message_sealed=key.seal(say, "dispatches", dispatch_id, "message_sealed"),
        state=(DispatchState.QUEUED if last is None else DispatchState.WAITING).value,
        tries=0,
        next_at=now,
        created_at=now if last is None else max(now, int(last) + 1),
    )
    return dispatch_id


_ITS_NOTICE = and_(
    outbox.c.account_id == dispatches.c.account_id,
    outbox.c.position == dispatches.c.position,
    dispatches.c.source == Source.NOTICE.value,
)


def claim(
    conn: Connection,
    keyring: Keyring,
    county: str,
    kinds: Collection[str],
    holder: str,
    now: datetime,
    until: datetime,
    limit: int,
) -> list[Claimed]:
    """Take up to `limit` messages that are due, at most one of each lane, until `until`; those longest due first."""
    free = dispatches.c.claim_until.is_(None) | (dispatches.c.claim_until <= now)
    due = (
        select(dispatches, accounts.c.data_key, channels.c.address_sealed, channels.c.gone_at)
        .add_columns(outbox.c.delivered_at)
        .join(accounts, accounts.c.account_id == dispatches.c.account_id)
        .outerjoin(channels, channels.c.channel_id == dispatches.c.channel_id)
        .outerjoin(outbox, _ITS_NOTICE)
        .where(
            dispatches.c.county == county,
            dispatches.c.kind.in_(kinds),
            dispatches.c.state == DispatchState.QUEUED.value,
            dispatches.c.next_at <= now,
            free,
        )
        .order_by(dispatches.c.next_at)
        .limit(limit)
        .with_for_update(of=dispatches, skip_locked=True)
    )
    rows = conn.execute(due).all()
    conn.execute(
        update(dispatches)
        .where(dispatches.c.dispatch_id.in_([row.dispatch_id for row in rows]))
        .values(claimed_by=holder, claim_until=until)
    )
    return [_claimed(keyring, row, until) for row in rows]


def next_due(conn: Connection, county: str, kinds: Collection[str], now: datetime) -> datetime | None:
    """When the next message that nobody holds is due; None while there is none."""
    free = dispatches.c.claim_until.is_(None) | (dispatches.c.claim_until <= now)
    first = (
        select(dispatches.c.next_at)
        .where(
            dispatches.c.county == county,
            dispatches.c.kind.in_(kinds),
            dispatches.c.state == DispatchState.QUEUED.value,
            free,
        )
        .order_by(dispatches.c.next_at)
        .limit(1)
    )
    found: datetime | None = conn.execute(first).scalar()
    return found


def count_answers(conn: Connection, lane: str) -> int:
    """How many answers lie unsent in a lane."""
    return int(_ANSWERS.run(conn, lane=lane).fetchone()[0])


def depths(conn: Connection, county: str) -> dict[str, int]:
    """How many messages have not ended, by channel kind."""
    counted = (
        select(dispatches.c.kind, func.count())
        .where(dispatches.c.county == county, dispatches.c.state.in_(OPEN))
        .group_by(dispatches.c.kind)
    )
    return {row[0]: int(row[1]) for row in conn.execute(counted)}


def let_go(conn: Connection, kind: str) -> int:
    """Take back every claim of a channel: whoever made them is no more. The message keeps the claimant's mark."""
    held = (
        (dispatches.c.kind == kind)
        & (dispatches.c.state == DispatchState.QUEUED.value)
        & dispatches.c.claim_until.is_not(None)
    )
    return conn.execute(update(dispatches).where(held).values(claim_until=None)).rowcount


def _claimed(keyring: Keyring, row: Any, until: datetime) -> Claimed:
    """One that does not open is claimed all the same: it must not keep the others of its channel from being sent."""
    say, address, is_broken = b"", None, False
    try:
        key = keyring.data_key(row.account_id, row.data_key)
        if row.message_sealed is not None:
            say = key.open(row.message_sealed, "dispatches", row.dispatch_id, "message_sealed")
        if row.address_sealed is not None:
            address = key.open(row.address_sealed, "channels", row.channel_id, "address_sealed").decode()
    except Sealed:
        is_broken = True
    return Claimed(
        row.dispatch_id,
        row.account_id,
        row.position,
        row.part,
        Source(row.source),
        row.kind,
        row.channel_id,
        row.lane,
        say,
        row.tries,
        row.created_at,
        until,
        row.claimed_by is not None,
        row.case_id,
        row.notice or "",
        address,
        row.gone_at is not None,
        row.delivered_at is not None,
        row.why,
        is_broken,
    )


def code_message(phone: str, code: str) -> bytes:
    """What `add` is given for a code that proves a number."""
    return msgspec.json.encode({"phone": phone, "code": code})


def code_of(claimed: Claimed) -> dict[str, str]:
    """Of a message that proves a number: `phone` and `code`."""
    return from_bytes(claimed.say, dict[str, str])
