"""The second factor of a member of staff: a sealed TOTP secret, and recovery codes as keyed hashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.keys import Keyring
from storage.schema import recovery_codes, second_factors, staff_sessions
from storage.staff import StaffMember


@dataclass(frozen=True)
class SecondFactor:
    """A secret, when it was confirmed (None: still being set up), the last time step whose code was taken."""

    staff_id: str
    secret: bytes = field(repr=False)
    confirmed_at: datetime | None
    last_step: int


def begin(conn: Connection, keyring: Keyring, member: StaffMember, secret: bytes) -> None:
    """Keep a secret that is being set up; an older one that was never confirmed goes. Fails if one is confirmed."""
    unfinished = (second_factors.c.staff_id == member.staff_id) & second_factors.c.confirmed_at.is_(None)
    conn.execute(delete(second_factors).where(unfinished))
    key, wrapped = keyring.new_data_key(member.staff_id)
    conn.execute(
        insert(second_factors).values(
            staff_id=member.staff_id,
            county=member.county,
            data_key=wrapped,
            secret_sealed=key.seal(secret, "second_factors", member.staff_id, "secret_sealed"),
            last_step=0,
        )
    )


def of(conn: Connection, keyring: Keyring, staff_id: str) -> SecondFactor | None:
    """The second factor of a member of staff, set up or being set up; None if there is none."""
    r = conn.execute(select(second_factors).where(second_factors.c.staff_id == staff_id)).first()
    if r is None:
        return None
    key = keyring.data_key(staff_id, r.data_key)
    secret = key.open(r.secret_sealed, "second_factors", staff_id, "secret_sealed")
    return SecondFactor(staff_id, secret, r.confirmed_at, r.last_step)


def confirm(conn: Connection, staff_id: str, step: int, at: datetime) -> None:
    """The first code was right: from now on every login asks for one."""
    conn.execute(
        update(second_factors).where(second_factors.c.staff_id == staff_id).values(confirmed_at=at, last_step=step)
    )


def take_step(conn: Connection, staff_id: str, step: int) -> bool:
    """A code of this time step is taken, once: False if it, or a later one, was taken before."""
    taken = conn.execute(
        update(second_factors)
        .where(second_factors.c.staff_id == staff_id, second_factors.c.last_step < step)
        .values(last_step=step)
    )
    return taken.rowcount == 1


def prove(conn: Connection, token_sha256: str, at: datetime) -> None:
    """This session has given its second factor."""
    conn.execute(update(staff_sessions).where(staff_sessions.c.token_sha256 == token_sha256).values(proved_at=at))


def renew_recovery(conn: Connection, keyring: Keyring, member: StaffMember, codes: Sequence[str]) -> None:
    """Keep the hashes of fresh recovery codes in place of all older ones."""
    conn.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == member.staff_id))
    rows = [
        {"staff_id": member.staff_id, "county": member.county, "code_hash": _hash(keyring, member.staff_id, code)}
        for code in codes
    ]
    conn.execute(insert(recovery_codes), rows)


def use_recovery(conn: Connection, keyring: Keyring, staff_id: str, code: str) -> bool:
    """A recovery code is used up; False if there is no such code (any more)."""
    here = recovery_codes.c.staff_id == staff_id
    used = conn.execute(
        delete(recovery_codes).where(here, recovery_codes.c.code_hash == _hash(keyring, staff_id, code))
    )
    return used.rowcount == 1


def recovery_left(conn: Connection, staff_id: str) -> int:
    """How many recovery codes are left."""
    count = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.staff_id == staff_id)
    return int(conn.execute(count).scalar_one())


def remove(conn: Connection, staff_id: str) -> None:
    """No second factor and no recovery codes any more."""
    conn.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    conn.execute(delete(second_factors).where(second_factors.c.staff_id == staff_id))


def _hash(keyring: Keyring, staff_id: str, code: str) -> bytes:
    plain = "".join(code.split()).replace("-", "").upper()
    return keyring.index.subject("recovery", f"{staff_id}\x1f{plain}")
