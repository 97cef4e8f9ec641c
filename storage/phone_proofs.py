"""Proved telephone numbers: by a code sent there, or by a contact that its platform vouches for.

A code is kept as a keyed hash, ends after five minutes or five wrong tries, and is asked for at a measured pace.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from storage import dispatches
from storage.channel_schema import phone_codes, proved_phones
from storage.dialect import insert_or, lock_account, lock_lane
from storage.dispatches import Source
from storage.ids import new_id
from storage.keys import Keyring
from storage.merged_rows import BY_CODE, proved_place
from storage.notice_ways import SMS
from storage.outbox import account_key
from storage.schema import accounts, to_microseconds

DIGITS = 6
LASTS = timedelta(minutes=5)
MOST_ATTEMPTS = 5
#: One a minute and five a day, for a number and for an account. A dormitory has one address for many people.
PAUSE, A_DAY, A_DAY_ADDRESS = timedelta(minutes=1), 5, 30
DAY = timedelta(days=1)
#: A number given up is given to somebody else after 90 days at the earliest: an older proof finds nothing again.
HOLDS = timedelta(days=90)


class How(StrEnum):
    """How a number was proved."""

    SMS = BY_CODE
    CONTACT = "contact"


class Asking(StrEnum):
    """What became of the wish for a code. None of them tells whether the number is known here."""

    SENT = "sent"
    TOO_SOON = "too_soon"
    TOO_MANY = "too_many"


class Proving(StrEnum):
    """What became of a typed code."""

    PROVED = "proved"
    WRONG = "wrong"
    ENDED = "ended"  #: too late, tried too often, used, or never asked for


@dataclass(frozen=True)
class Proved:
    """The outcome; `phone_index` once it is proved."""

    outcome: Proving
    phone_index: bytes | None = None
    left: int = 0


def ask(
    conn: Connection, keyring: Keyring, county: str, account_id: str, phone: str, address: str, at: datetime
) -> Asking:
    """Send a code to a number, through the one sender. `phone`: 11 digits. Raises `NotOurs`."""
    number, asked_from = keyring.index.phone(phone), keyring.index.subject("address", address)
    lane = f"code:{number.hex()}"
    lock_account(conn, account_id)
    lock_lane(conn, lane)
    refused = _too_often(conn, number, account_id, asked_from, at)
    if refused is not None:
        return refused
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    proof_id, key = new_id(), account_key(conn, keyring, account_id)
    _end_codes(conn, account_id, at)
    conn.execute(
        insert(phone_codes).values(
            proof_id=proof_id,
            county=county,
            account_id=account_id,
            phone_index=number,
            phone_sealed=key.seal(phone.encode(), "phone_codes", proof_id, "phone_sealed"),
            code_index=_code_index(keyring, proof_id, code),
            from_index=asked_from,
            attempts=0,
            made_at=at,
            expires_at=at + LASTS,
        )
    )
    dispatches.add(
        conn,
        keyring,
        account_id=account_id,
        position=to_microseconds(at),
        part=0,
        source=Source.CODE,
        kind=SMS,
        channel_id=None,
        lane=lane,
        say=dispatches.code_message(phone, code),
        at=at,
    )
    return Asking.SENT


def prove(conn: Connection, keyring: Keyring, county: str, account_id: str, typed: str, at: datetime) -> Proved:
    """Judge a typed code; every try counts. The caller commits in any case: a try is not to be undone."""
    row = conn.execute(
        select(phone_codes)
        .where(phone_codes.c.account_id == account_id, phone_codes.c.used_at.is_(None), phone_codes.c.expires_at > at)
        .order_by(phone_codes.c.made_at.desc())
        .limit(1)
        .with_for_update()
    ).first()
    if row is None or row.attempts >= MOST_ATTEMPTS:
        return Proved(Proving.ENDED)
    mine = phone_codes.c.proof_id == row.proof_id
    conn.execute(update(phone_codes).where(mine).values(attempts=row.attempts + 1))
    if not hmac.compare_digest(row.code_index, _code_index(keyring, row.proof_id, typed)):
        left = MOST_ATTEMPTS - row.attempts - 1
        return Proved(Proving.WRONG if left else Proving.ENDED, left=left)
    conn.execute(update(phone_codes).where(mine).values(used_at=at))
    key = account_key(conn, keyring, account_id)
    phone = key.open(row.phone_sealed, "phone_codes", row.proof_id, "phone_sealed").decode()
    return Proved(Proving.PROVED, keep(conn, keyring, county, account_id, phone, How.SMS, at))


def keep(conn: Connection, keyring: Keyring, county: str, account_id: str, phone: str, how: How, at: datetime) -> bytes:
    """Write down that an account has proved a number. Returns the number's index. Raises `NotOurs`.

    A contact neither replaces nor prolongs the proof of a code that was sent there.
    """
    number, key = keyring.index.phone(phone), account_key(conn, keyring, account_id)
    statement = insert_or(conn, proved_phones).values(
        account_id=account_id,
        county=county,
        phone_index=number,
        phone_sealed=key.seal(phone.encode(), "proved_phones", proved_place(account_id, number), "phone_sealed"),
        how=how.value,
        proved_at=at,
    )
    weaker = None if how is How.SMS else proved_phones.c.how != How.SMS.value
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "phone_index"], set_={"how": how.value, "proved_at": at}, where=weaker
        )
    )
    return number


def is_awaited(conn: Connection, account_id: str, at: datetime) -> bool:
    """Whether a code was sent for this account and may still be typed."""
    mine = (phone_codes.c.account_id == account_id) & phone_codes.c.used_at.is_(None) & (phone_codes.c.expires_at > at)
    return conn.execute(select(phone_codes.c.proof_id).where(mine).limit(1)).first() is not None


def others(conn: Connection, county: str, account_id: str, number: bytes, at: datetime) -> list[str]:
    """The other accounts that proved the same number by a code, not long ago; the oldest account first.

    A shared contact does not count: its platform knows the number of years ago, which may be somebody else's by now.
    """
    same = (
        (proved_phones.c.phone_index == number)
        & (proved_phones.c.how == How.SMS.value)
        & (proved_phones.c.county == county)
        & (proved_phones.c.account_id != account_id)
        & (proved_phones.c.proved_at > at - HOLDS)
    )
    joined = select(proved_phones.c.account_id).join(accounts, accounts.c.account_id == proved_phones.c.account_id)
    return list(conn.execute(joined.where(same).order_by(accounts.c.created_at)).scalars())


def numbers_of(conn: Connection, keyring: Keyring, account_id: str) -> list[str]:
    """The numbers an account has proved, the newest first."""
    mine = select(proved_phones).where(proved_phones.c.account_id == account_id)
    rows = conn.execute(mine.order_by(proved_phones.c.proved_at.desc())).all()
    if not rows:
        return []
    key = account_key(conn, keyring, account_id)
    return [
        key.open(row.phone_sealed, "proved_phones", proved_place(account_id, row.phone_index), "phone_sealed").decode()
        for row in rows
    ]


def sweep(conn: Connection, now: datetime) -> int:
    """Forget codes once they count for no limit any more. Returns how many."""
    return conn.execute(delete(phone_codes).where(phone_codes.c.expires_at < now - DAY)).rowcount


def _too_often(conn: Connection, number: bytes, account_id: str, asked_from: bytes, at: datetime) -> Asking | None:
    bounds: tuple[tuple[ColumnElement[bool], int, bool], ...] = (
        (phone_codes.c.phone_index == number, A_DAY, True),
        (phone_codes.c.account_id == account_id, A_DAY, True),
        (phone_codes.c.from_index == asked_from, A_DAY_ADDRESS, False),
    )
    for whose, a_day, has_pause in bounds:
        counted = select(func.count(), func.max(phone_codes.c.made_at)).where(whose, phone_codes.c.made_at > at - DAY)
        count, last = conn.execute(counted).one()
        if count >= a_day:
            return Asking.TOO_MANY
        if has_pause and last is not None and last > at - PAUSE:
            return Asking.TOO_SOON
    return None


def _end_codes(conn: Connection, account_id: str, at: datetime) -> None:
    """Only the newest code counts."""
    running = (phone_codes.c.account_id == account_id) & (phone_codes.c.expires_at > at)
    conn.execute(update(phone_codes).where(running).values(expires_at=at))


def _code_index(keyring: Keyring, proof_id: str, typed: str) -> bytes:
    return keyring.index.subject("phone code", f"{proof_id}\x1f{typed}")
