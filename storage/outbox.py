"""待发箱: what the applicant is to hear, written in the transaction that decides it, delivered live or later."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage import notice_ways
from storage.errors import NotOurs
from storage.keys import Keyring
from storage.positions import next_position
from storage.schema import accounts, outbox
from storage.sealing import DataKey


@dataclass(frozen=True)
class OutboxEntry:
    """One notice. `position` is its event id: it grows within an account. `payload` is JSON."""

    account_id: str
    position: int
    case_id: str | None
    kind: str
    payload: bytes
    at: datetime
    delivered_at: datetime | None


def account_key(conn: Connection, keyring: Keyring, account_id: str) -> DataKey:
    """The data key of an account's chat. Raises `NotOurs`."""
    wrapped = conn.execute(select(accounts.c.data_key).where(accounts.c.account_id == account_id)).scalar()
    if wrapped is None:
        raise NotOurs("no such account")
    return keyring.data_key(account_id, wrapped)


def add(
    conn: Connection, keyring: Keyring, account_id: str, case_id: str | None, kind: str, payload: bytes, at: datetime
) -> int:
    """Put a notice into the account's chat and on its other ways, in the caller's transaction.

    Returns its event id. Raises `NotOurs`.
    """
    position = next_position(conn, account_id)
    row = conn.execute(select(accounts.c.data_key, accounts.c.county).where(accounts.c.account_id == account_id)).one()
    key = keyring.data_key(account_id, row.data_key)
    conn.execute(
        insert(outbox).values(
            account_id=account_id,
            position=position,
            county=row.county,
            case_id=case_id,
            kind=kind,
            payload_sealed=key.seal(payload, "outbox", f"{account_id}:{position}", "payload_sealed"),
            at=at,
        )
    )
    notice_ways.send_everywhere(conn, keyring, account_id, position, case_id, kind, payload, at)
    return position


def after(conn: Connection, keyring: Keyring, account_id: str, position: int, limit: int = 100) -> list[OutboxEntry]:
    """An account's notices after an event id, oldest first. An unknown account has none."""
    rows = conn.execute(
        select(outbox)
        .where(outbox.c.account_id == account_id, outbox.c.position > position)
        .order_by(outbox.c.position)
        .limit(limit)
    ).all()
    if not rows:
        return []
    key = account_key(conn, keyring, account_id)
    return [
        OutboxEntry(
            r.account_id,
            r.position,
            r.case_id,
            r.kind,
            key.open(r.payload_sealed, "outbox", f"{account_id}:{r.position}", "payload_sealed"),
            r.at,
            r.delivered_at,
        )
        for r in rows
    ]


def before(conn: Connection, keyring: Keyring, account_id: str, position: int | None, limit: int) -> list[OutboxEntry]:
    """An account's last notices before a position, oldest first (for the page's history)."""
    wanted = select(outbox.c.position).where(outbox.c.account_id == account_id)
    if position is not None:
        wanted = wanted.where(outbox.c.position < position)
    found = list(conn.execute(wanted.order_by(outbox.c.position.desc()).limit(limit)).scalars())
    if not found:
        return []
    return [e for e in after(conn, keyring, account_id, found[-1] - 1, len(found)) if e.position <= found[0]]


def mark_delivered(conn: Connection, account_id: str, position: int, at: datetime) -> None:
    """The applicant's browser has it; the first time counts."""
    conn.execute(
        update(outbox)
        .where(outbox.c.account_id == account_id, outbox.c.position == position, outbox.c.delivered_at.is_(None))
        .values(delivered_at=at)
    )


def acknowledge(conn: Connection, account_id: str, position: int, at: datetime) -> None:
    """The applicant's browser came back and says that it has everything up to `position`."""
    conn.execute(
        update(outbox)
        .where(outbox.c.account_id == account_id, outbox.c.position <= position, outbox.c.delivered_at.is_(None))
        .values(delivered_at=at)
    )


def newest(conn: Connection, account_ids: Collection[str]) -> dict[str, int]:
    """The last event id of each of these accounts that has any."""
    rows = conn.execute(
        select(outbox.c.account_id, func.max(outbox.c.position))
        .where(outbox.c.account_id.in_(account_ids))
        .group_by(outbox.c.account_id)
    )
    return {row.account_id: row[1] for row in rows}
