"""Positions in one account's chat: turns and notices share one order, which is also the event id of a notice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, literal_column, select

from storage.dialect import lock_account
from storage.errors import NotOurs
from storage.schema import accounts, outbox, turns


def _last_of(table: Table) -> ColumnElement[Any]:
    last = select(func.max(table.c.position)).where(table.c.account_id == accounts.c.account_id)
    return func.coalesce(last.correlate(accounts).scalar_subquery(), literal_column("0"))


#: The last position in the chat of the statement's account. Two seeks at an index's end, however long the chat.
LAST_TURN = _last_of(turns)
LAST_NOTICE = _last_of(outbox)


def next_position(conn: Connection, account_id: str) -> int:
    """The chat's next free position; locks the account so that nobody else takes it. Raises `NotOurs`."""
    lock_account(conn, account_id)
    last = conn.execute(
        select(accounts.c.position_base, LAST_TURN, LAST_NOTICE).where(accounts.c.account_id == account_id)
    ).first()
    if last is None:
        raise NotOurs("no such account")
    return 1 + max(int(position) for position in last)
