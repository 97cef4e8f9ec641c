"""Codes that join another channel to an account: short-lived, used once, kept as a keyed hash only."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from storage.channel_schema import join_codes
from storage.keys import Keyring

#: No 0, 1, I or O: they are read wrong from a screen.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8
LASTS = timedelta(minutes=10)


def make(conn: Connection, keyring: Keyring, county: str, account_id: str, at: datetime) -> str:
    """A new code for an account, in the caller's transaction; its earlier one, and every ended one, is gone."""
    ended = (join_codes.c.account_id == account_id) | (join_codes.c.expires_at <= at)
    conn.execute(delete(join_codes).where(ended))
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    conn.execute(
        insert(join_codes).values(
            code_index=_index(keyring, code), county=county, account_id=account_id, made_at=at, expires_at=at + LASTS
        )
    )
    return code


def owner(conn: Connection, keyring: Keyring, county: str, typed: str, now: datetime) -> str | None:
    """Whose code this is; None for a wrong or an ended one. It can still be used."""
    code = normalised(typed)
    if len(code) != LENGTH:
        return None
    mine = (join_codes.c.code_index == _index(keyring, code)) & (join_codes.c.county == county)
    found: str | None = conn.execute(
        select(join_codes.c.account_id).where(mine, join_codes.c.expires_at > now)
    ).scalar()
    return found


def use(conn: Connection, keyring: Keyring, typed: str) -> bool:
    """Use a code up. False if somebody else did a moment ago."""
    used = delete(join_codes).where(join_codes.c.code_index == _index(keyring, normalised(typed)))
    return conn.execute(used).rowcount == 1


def shown(code: str) -> str:
    """A code as people read it: `ABCD-EFGH`."""
    return f"{code[:4]}-{code[4:]}"


def normalised(typed: str) -> str:
    """A code as it was given out, however it was typed: small letters, full-width ones, blanks, hyphens."""
    folded = unicodedata.normalize("NFKC", typed[:64]).upper()
    return "".join(character for character in folded if character in ALPHABET)


def _index(keyring: Keyring, code: str) -> bytes:
    return keyring.index.subject("join code", code)
