"""What a chat remembers, for whoever takes it over: read and written whole, under the account's lock."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from storage.dialect import lock_account
from storage.errors import NotOurs
from storage.keys import Keyring
from storage.schema import accounts


@dataclass(frozen=True)
class Remembered:
    """The application in hand and the conversation's bytes; None: the menu, nothing to remember."""

    in_hand: str | None
    conversation: bytes | None


def load(conn: Connection, keyring: Keyring, account_id: str, *, lock: bool = False) -> Remembered:
    """What this account's chat remembers. Raises `NotOurs`."""
    if lock:
        lock_account(conn, account_id)
    wanted = select(accounts.c.data_key, accounts.c.in_hand, accounts.c.conversation_sealed)
    row = conn.execute(wanted.where(accounts.c.account_id == account_id)).first()
    if row is None:
        raise NotOurs("no such account")
    if row.conversation_sealed is None:
        return Remembered(row.in_hand, None)
    key = keyring.data_key(account_id, row.data_key)
    opened = key.open(row.conversation_sealed, "accounts", account_id, "conversation_sealed")
    return Remembered(row.in_hand, opened)


def save(conn: Connection, keyring: Keyring, account_id: str, conversation: bytes | None) -> None:
    """The chat remembers something else now. Raises `NotOurs`."""
    wrapped = conn.execute(select(accounts.c.data_key).where(accounts.c.account_id == account_id)).scalar()
    if wrapped is None:
        raise NotOurs("no such account")
    key = keyring.data_key(account_id, wrapped)
    sealed = None
    if conversation is not None:
        sealed = key.seal(conversation, "accounts", account_id, "conversation_sealed")
    conn.execute(update(accounts).where(accounts.c.account_id == account_id).values(conversation_sealed=sealed))
