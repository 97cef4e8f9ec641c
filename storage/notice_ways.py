"""The ways a notice goes besides the web chat: to every joined chat at once, and by SMS where that is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, Row, select

from storage import dispatches
from storage.blobs import from_bytes
from storage.channel_schema import channels
from storage.channel_schema import dispatches as dispatches_table
from storage.dispatches import Source
from storage.keys import Keyring
from storage.long_texts import parts_of
from storage.schema import cases, outbox

SMS = "sms"
#: 办结通知: the ordinance sends it by SMS besides the free push (庆政办发〔2023〕43号).
BY_SMS = frozenset({"issued", "declined", "not_accepted"})
#: What somebody has to know of soon: an SMS follows when it lies unopened.
MATTERS = BY_SMS | {"returned"}
LOOKED_BACK = timedelta(days=7)
#: An SMS says only this much: a notice with reasons is not in it, so that its arrival does not deliver the notice.
SMS_TELLS_ALL = frozenset({"issued"})


class _Payload(msgspec.Struct):
    """A notice as the outbox holds it; names we do not need are ignored."""

    says: tuple[msgspec.Raw, ...] = ()


def tells_all(kind: str, notice: str, has_arrived: bool) -> bool:
    """Whether a message of this kind, sent (or even arrived), means that the applicant has the notice itself."""
    return (has_arrived and notice in SMS_TELLS_ALL) if kind == SMS else True


def send_everywhere(
    conn: Connection,
    keyring: Keyring,
    account_id: str,
    position: int,
    case_id: str | None,
    notice: str,
    payload: bytes,
    at: datetime,
) -> None:
    """Put a new notice on its ways, in the transaction that wrote it."""
    chats = _open_channels(conn, account_id)
    says = list(_parts(payload)) if chats else []
    for chat in chats:
        for part, say in enumerate(says):
            dispatches.add(
                conn,
                keyring,
                account_id=account_id,
                position=position,
                part=part,
                source=Source.NOTICE,
                kind=chat.kind,
                channel_id=chat.channel_id,
                lane=chat.channel_id,
                say=say,
                at=at,
                case_id=case_id,
                notice=notice,
            )
    if notice in BY_SMS and case_id is not None:
        by_sms(conn, keyring, account_id, position, case_id, notice, at)


def by_sms(
    conn: Connection, keyring: Keyring, account_id: str, position: int, case_id: str, notice: str, at: datetime
) -> bool:
    """Send word of a notice to the number in its case. False if that was done before, or there is no such case."""
    number = conn.execute(select(cases.c.phone_index).where(cases.c.case_id == case_id)).scalar()
    before = select(dispatches_table.c.dispatch_id).where(
        dispatches_table.c.account_id == account_id,
        dispatches_table.c.position == position,
        dispatches_table.c.source == Source.NOTICE.value,
        dispatches_table.c.kind == SMS,
    )
    if number is None or conn.execute(before.limit(1)).first() is not None:
        return False
    dispatches.add(
        conn,
        keyring,
        account_id=account_id,
        position=position,
        part=0,
        source=Source.NOTICE,
        kind=SMS,
        channel_id=None,
        lane=lane_of(number),
        say=b"",
        at=at,
        case_id=case_id,
        notice=notice,
    )
    return True


def lane_of(phone_index: bytes) -> str:
    """The lane of a telephone number, by its keyed hash."""
    return f"{SMS}:{phone_index.hex()}"


def _open_channels(conn: Connection, account_id: str) -> list[Row[tuple[str, str]]]:
    mine = (channels.c.account_id == account_id) & channels.c.gone_at.is_(None) & (channels.c.kind != SMS)
    wanted = select(channels.c.channel_id, channels.c.kind).where(mine)
    return list(conn.execute(wanted.order_by(channels.c.preference, channels.c.channel_id)))


def _parts(payload: bytes) -> Iterator[bytes]:
    for say in from_bytes(payload, _Payload).says:
        yield from parts_of(bytes(say))


def tell_unopened(conn: Connection, keyring: Keyring, county: str, since: datetime, now: datetime, most: int) -> int:
    """An SMS for results that lie unopened since before `since` and that no other message may still tell.

    Only what has lain for less than a week longer is looked at, so that what nobody ever opens costs nothing: it is
    on the desk's call list. Returns how many.
    """
    told = select(dispatches_table.c.dispatch_id).where(
        dispatches_table.c.account_id == outbox.c.account_id,
        dispatches_table.c.position == outbox.c.position,
        dispatches_table.c.source == Source.NOTICE.value,
        (dispatches_table.c.kind == SMS) | dispatches_table.c.state.in_(dispatches.OPEN),
    )
    unopened = (
        select(outbox.c.account_id, outbox.c.position, outbox.c.case_id, outbox.c.kind)
        .where(
            outbox.c.delivered_at.is_(None),
            outbox.c.at <= since,
            outbox.c.at > since - LOOKED_BACK,
            outbox.c.county == county,
            outbox.c.case_id.is_not(None),
            outbox.c.kind.in_(sorted(MATTERS)),
            ~told.exists(),
        )
        .order_by(outbox.c.at)
        .limit(most)
    )
    rows = conn.execute(unopened).all()
    return sum(by_sms(conn, keyring, row.account_id, row.position, row.case_id, row.kind, now) for row in rows)
