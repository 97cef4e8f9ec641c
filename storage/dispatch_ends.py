"""How a message ends, and who comes forward in its lane then. A notice that ends unsent goes the next way.

The next way: the account's other chats have messages of their own; then SMS to the number in the application; then
the desk's call list. Every function takes the row as it is now: two accounts may have been merged meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, literal_column, null, or_, select, update

from state_machine.notice_states import ENDED
from storage import calls, channels, notice_ways, outbox
from storage.channel_schema import dispatches
from storage.desk_schema import calls as calls_table
from storage.dialect import for_update, lock_lane
from storage.dispatches import OPEN, DispatchState, Source
from storage.keys import Keyring
from storage.prepared import Prepared
from storage.schema import outbox as outbox_table
from storage.schema import to_microseconds

NOTHING = timedelta(0)
#: Small jobs: everybody's turns wait for them.
AT_ONCE = 100


@dataclass(frozen=True)
class _Ending:
    """What is needed of a message that ends."""

    dispatch_id: str
    account_id: str
    county: str
    position: int
    source: str
    kind: str
    channel_id: str | None
    lane: str
    state: str
    notice: str | None


_LANE = Prepared(select(dispatches.c.lane).where(dispatches.c.dispatch_id == bindparam("dispatch_id")))
_OPEN_ROW = Prepared(
    for_update(
        select(*(dispatches.c[one.name] for one in fields(_Ending))).where(
            dispatches.c.dispatch_id == bindparam("dispatch_id"),
            or_(*(dispatches.c.state == literal_column(f"'{state}'") for state in OPEN)),
        )
    )
)
_SENT = Prepared(
    update(dispatches)
    .where(dispatches.c.dispatch_id == bindparam("which"))
    .values(
        state=bindparam("new_state"),
        tries=dispatches.c.tries + literal_column("1"),
        sent_at=bindparam("sent_at"),
        arrived_at=bindparam("arrived_at"),
        receipt=bindparam("receipt"),
        message_sealed=null(),
        claim_until=null(),
        why=null(),
    )
)
_WAITS = (dispatches.c.lane == bindparam("lane")) & (
    dispatches.c.state == literal_column(f"'{DispatchState.WAITING.value}'")
)
#: No two of a lane that have not ended were created at the same moment.
_NEXT = Prepared(
    select(dispatches.c.dispatch_id, dispatches.c.next_at).where(
        _WAITS, dispatches.c.created_at == select(func.min(dispatches.c.created_at)).where(_WAITS).scalar_subquery()
    )
)
_FORWARD = Prepared(
    update(dispatches)
    .where(dispatches.c.dispatch_id == bindparam("which"))
    .values(state=literal_column(f"'{DispatchState.QUEUED.value}'"), next_at=bindparam("due"))
)


def sent(
    conn: Connection,
    dispatch_id: str,
    receipt: str,
    at: datetime,
    arrived_at: datetime | None = None,
    rest: timedelta = NOTHING,
) -> bool:
    """The platform took it. The next of its lane is due after `rest`. False if it had ended already.

    Who sent it does not matter: a sender that lost its claim meanwhile has sent it all the same.
    """
    row = _open_row(conn, dispatch_id)
    if row is None:
        return False
    state = DispatchState.SENT if arrived_at is None else DispatchState.ARRIVED
    _SENT.run(
        conn,
        which=dispatch_id,
        new_state=state.value,
        sent_at=to_microseconds(at),
        arrived_at=None if arrived_at is None else to_microseconds(arrived_at),
        receipt=receipt,
    )
    if row.state == DispatchState.QUEUED.value:
        _come_forward(conn, row.lane, at, rest)
    _told(conn, row, at, has_arrived=arrived_at is not None)
    return True


def put_off(
    conn: Connection, dispatch_id: str, holder: str, next_at: datetime, why: str | None, *, counts: bool = True
) -> bool:
    """Not sent, or not known: try again at `next_at`. False if it has ended, or is another's by now.

    Without `counts` it was not even tried.
    """
    mine = (dispatches.c.dispatch_id == dispatch_id) & (dispatches.c.claimed_by == holder)
    values: dict[str, Any] = {"next_at": next_at, "claimed_by": None, "claim_until": None}
    if counts:
        values |= {"tries": dispatches.c.tries + 1, "why": why}
    still = dispatches.c.state == DispatchState.QUEUED.value
    return conn.execute(update(dispatches).where(mine, still).values(**values)).rowcount == 1


def give_up(
    conn: Connection, keyring: Keyring, dispatch_id: str, why: str, at: datetime, *, with_sms: bool, rest: timedelta
) -> bool:
    """It is not sent any more. A notice goes the next way. False if it had ended already."""
    row = _open_row(conn, dispatch_id)
    if row is None:
        return False
    _end(conn, row, DispatchState.FAILED, at, rest, why=why)
    _next_way(conn, keyring, row, at, with_sms=with_sms)
    return True


def drop(conn: Connection, dispatch_id: str, at: datetime, why: str | None = None) -> bool:
    """It was read elsewhere and need not be sent. False if it had ended already."""
    row = _open_row(conn, dispatch_id)
    if row is None:
        return False
    _end(conn, row, DispatchState.DROPPED, at, NOTHING, why=why)
    return True


def gone(conn: Connection, keyring: Keyring, dispatch_id: str, why: str, at: datetime, *, with_sms: bool) -> bool:
    """The address takes nothing any more: neither this message nor any other of its lane. False if it had ended."""
    row = _open_row(conn, dispatch_id)
    if row is None:
        return False
    if row.channel_id is None:
        return give_up(conn, keyring, dispatch_id, why, at, with_sms=with_sms, rest=NOTHING)
    channels.gone(conn, row.channel_id, why, at)
    end_lane(conn, keyring, row.lane, why, at, with_sms=with_sms)
    return True


def end_lane(conn: Connection, keyring: Keyring, lane: str, why: str, at: datetime, *, with_sms: bool) -> int:
    """Give up everything that waits in a lane. Returns how many."""
    lock_lane(conn, lane)
    mine = (dispatches.c.lane == lane) & dispatches.c.state.in_(OPEN)
    rows = conn.execute(for_update(select(dispatches).where(mine).order_by(dispatches.c.created_at))).all()
    ended = {"state": DispatchState.FAILED.value, "why": why, "message_sealed": None, "claim_until": None}
    conn.execute(update(dispatches).where(mine).values(**ended))
    for row in rows:
        _next_way(conn, keyring, row, at, with_sms=with_sms)
    return len(rows)


def drop_kind(conn: Connection, county: str, kind: str, why: str, at: datetime) -> int:
    """This way is not open here: what was put on it is taken off, and the other ways stay as they are."""
    mine = (
        (dispatches.c.county == county)
        & (dispatches.c.kind == kind)
        & (dispatches.c.state == DispatchState.QUEUED.value)
        & dispatches.c.claim_until.is_(None)
    )
    found = conn.execute(select(dispatches.c.dispatch_id).where(mine).limit(AT_ONCE)).scalars().all()
    for dispatch_id in found:
        drop(conn, dispatch_id, at, why)
    return len(found)


def give_up_older(
    conn: Connection, keyring: Keyring, county: str, kind: str, before: datetime, at: datetime, *, with_sms: bool
) -> int:
    """Give up what has been the first of its lane since before then: nobody sends by this channel any more."""
    old = (
        (dispatches.c.county == county)
        & (dispatches.c.kind == kind)
        & (dispatches.c.state == DispatchState.QUEUED.value)
        & (dispatches.c.next_at < before)
    )
    found = conn.execute(select(dispatches.c.dispatch_id).where(old).limit(AT_ONCE)).scalars().all()
    for dispatch_id in found:
        give_up(conn, keyring, dispatch_id, "too_late", at, with_sms=with_sms, rest=NOTHING)
    return len(found)


def drop_answers(conn: Connection, account_id: str, at: datetime) -> None:
    """The chat is erased: what was answered in it and is still to be sent goes too. What is under way cannot."""
    mine = (
        (dispatches.c.account_id == account_id)
        & (dispatches.c.source == Source.ANSWER.value)
        & dispatches.c.state.in_(OPEN)
        & dispatches.c.claim_until.is_(None)
    )
    for dispatch_id in conn.execute(select(dispatches.c.dispatch_id).where(mine)).scalars().all():
        drop(conn, dispatch_id, at)


def arrived(conn: Connection, kind: str, receipt: str, at: datetime) -> bool:
    """The channel tells that a message arrived, or was read; the first time counts. False if it is nobody's."""
    row = _by_receipt(conn, kind, receipt)
    if row is None:
        return False
    if row.state == DispatchState.SENT.value:
        values = {"state": DispatchState.ARRIVED.value, "arrived_at": at}
        conn.execute(update(dispatches).where(dispatches.c.dispatch_id == row.dispatch_id).values(**values))
        _told(conn, row, at, has_arrived=True)
    return True


def not_arrived(conn: Connection, keyring: Keyring, kind: str, receipt: str, why: str, at: datetime) -> bool:
    """The channel tells that a message it had taken did not arrive. False if it is nobody's."""
    row = _by_receipt(conn, kind, receipt)
    if row is None:
        return False
    if row.state == DispatchState.SENT.value:
        values = {"state": DispatchState.FAILED.value, "why": why}
        conn.execute(update(dispatches).where(dispatches.c.dispatch_id == row.dispatch_id).values(**values))
        _next_way(conn, keyring, row, at, with_sms=kind != "sms")
    return True


def bring_forward(conn: Connection, now: datetime) -> int:
    """Mend lanes in which somebody waits and nobody is first. There should be none; returns how many there were."""
    first = dispatches.alias()
    has_first = select(first.c.dispatch_id).where(
        first.c.lane == dispatches.c.lane, first.c.state == DispatchState.QUEUED.value
    )
    stuck = select(dispatches.c.lane).where(dispatches.c.state == DispatchState.WAITING.value, ~has_first.exists())
    lanes = conn.execute(stuck.distinct()).scalars().all()
    for lane in lanes:
        lock_lane(conn, lane)
        if conn.execute(_heads(lane)).first() is None:
            _come_forward(conn, lane, now, NOTHING)
    return len(lanes)


def _heads(lane: str) -> Any:
    return select(dispatches.c.dispatch_id).where(
        dispatches.c.lane == lane, dispatches.c.state == DispatchState.QUEUED.value
    )


def _open_row(conn: Connection, dispatch_id: str) -> _Ending | None:
    """The row as it is now, its lane locked; None once it has ended, or is no more."""
    lane = _LANE.run(conn, dispatch_id=dispatch_id).fetchone()
    if lane is None:
        return None
    lock_lane(conn, lane[0])
    row = _OPEN_ROW.run(conn, dispatch_id=dispatch_id).fetchone()
    return None if row is None else _Ending(*row)


def _by_receipt(conn: Connection, kind: str, receipt: str) -> Row[Any] | None:
    mine = (dispatches.c.kind == kind) & (dispatches.c.receipt == receipt)
    return conn.execute(for_update(select(dispatches).where(mine).limit(1))).first()


def _end(conn: Connection, row: _Ending, state: DispatchState, at: datetime, rest: timedelta, **values: Any) -> None:
    values |= {"state": state.value, "message_sealed": None, "claim_until": None}
    if state is DispatchState.FAILED:
        values["tries"] = dispatches.c.tries + 1
    conn.execute(update(dispatches).where(dispatches.c.dispatch_id == row.dispatch_id).values(**values))
    if row.state == DispatchState.QUEUED.value:
        _come_forward(conn, row.lane, at, rest)


def _come_forward(conn: Connection, lane: str, at: datetime, rest: timedelta) -> None:
    """The next of the lane is the first now."""
    following = _NEXT.run(conn, lane=lane).fetchone()
    if following is not None:
        due = max(following[1], to_microseconds(at + rest)) if rest else following[1]
        _FORWARD.run(conn, which=following[0], due=due)


def _told(conn: Connection, row: Row[Any] | _Ending, at: datetime, *, has_arrived: bool) -> None:
    """The applicant has a notice once every part of it was sent to one chat."""
    if row.source != Source.NOTICE.value or not notice_ways.tells_all(row.kind, row.notice or "", has_arrived):
        return
    its_parts = (
        (dispatches.c.lane == row.lane)
        & (dispatches.c.account_id == row.account_id)
        & (dispatches.c.position == row.position)
        & (dispatches.c.source == row.source)
        & dispatches.c.state.not_in([DispatchState.SENT.value, DispatchState.ARRIVED.value])
    )
    if conn.execute(select(func.count()).select_from(dispatches).where(its_parts)).scalar_one() == 0:
        outbox.mark_delivered(conn, row.account_id, row.position, at)


def _next_way(conn: Connection, keyring: Keyring, row: Row[Any] | _Ending, at: datetime, *, with_sms: bool) -> None:
    """A notice that nobody has and no other way carries any more: by SMS, or else by telephone."""
    if row.source != Source.NOTICE.value:
        return
    notice = conn.execute(
        select(outbox_table.c.case_id, outbox_table.c.delivered_at).where(
            outbox_table.c.account_id == row.account_id, outbox_table.c.position == row.position
        )
    ).first()
    if notice is None or notice.delivered_at is not None or notice.case_id is None:
        return
    if _is_carried(conn, row):
        return
    if with_sms and notice_ways.by_sms(
        conn, keyring, row.account_id, row.position, notice.case_id, row.notice or "", at
    ):
        return
    _to_the_desk(conn, row, at)


def _is_carried(conn: Connection, row: Row[Any] | _Ending) -> bool:
    """Whether a message of this notice may still tell it: one on its way, or one that was sent."""
    carries = [*OPEN, DispatchState.SENT.value, DispatchState.ARRIVED.value]
    others = (
        (dispatches.c.account_id == row.account_id)
        & (dispatches.c.position == row.position)
        & (dispatches.c.source == Source.NOTICE.value)
        & (dispatches.c.lane != row.lane)
        & dispatches.c.state.in_(carries)
    )
    return conn.execute(select(dispatches.c.dispatch_id).where(others).limit(1)).first() is not None


def _to_the_desk(conn: Connection, row: Row[Any] | _Ending, at: datetime) -> None:
    settled = conn.execute(
        select(calls_table.c.state).where(
            calls_table.c.account_id == row.account_id, calls_table.c.position == row.position
        )
    ).scalar()
    if settled is None or settled not in _settled():
        calls.mark_failed(conn, row.county, row.account_id, row.position, at)


def _settled() -> Iterable[str]:
    return {state.value for state in ENDED}
