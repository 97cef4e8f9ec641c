"""Staff accounts, their sessions, and failed logins."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from state_machine.officers import Officer, Role
from storage.dialect import insert_or
from storage.errors import NotOurs
from storage.ids import new_id
from storage.schema import login_failures, second_factors, staff, staff_sessions

#: A session's last sight is written at most this often.
SEEN_EVERY = timedelta(minutes=1)


class LoginTaken(Exception):
    """There is a member of staff with this login already."""


@dataclass(frozen=True)
class StaffMember:
    """One member of staff as stored. `password_hash` is argon2id."""

    staff_id: str
    county: str
    login: str
    name: str
    roles: frozenset[Role]
    password_hash: str
    created_at: datetime
    disabled_at: datetime | None
    #: Set while the password is one an administrator gave out: good until then, changed at the first login.
    one_time_until: datetime | None = None

    def as_officer(self) -> Officer:
        """As the rules of the case see them."""
        return Officer(self.staff_id, self.name, self.roles)


@dataclass(frozen=True)
class StaffSession:
    """A signed-in session. `has_factor`: its owner has a second factor; `proved_at`: this session has given it."""

    staff: StaffMember
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    has_factor: bool = False
    proved_at: datetime | None = None


@dataclass(frozen=True)
class Failures:
    """Failed logins in a row and when the last was."""

    count: int
    last_at: datetime


def _member(row: Row[tuple[object, ...]]) -> StaffMember:
    m = row._mapping
    roles = frozenset(Role(role) for role in json.loads(m["roles"]))
    return StaffMember(
        m["staff_id"],
        m["county"],
        m["login"],
        m["name"],
        roles,
        m["password_hash"],
        m["created_at"],
        m["disabled_at"],
        m["one_time_until"],
    )


def add(
    conn: Connection,
    county: str,
    login: str,
    name: str,
    roles: Collection[Role],
    password_hash: str,
    at: datetime,
    *,
    one_time_until: datetime | None = None,
) -> StaffMember:
    """Add a member of staff; `one_time_until` for a password that is given out. Raises `LoginTaken`."""
    member = StaffMember(new_id(), county, login, name, frozenset(roles), password_hash, at, None, one_time_until)
    try:
        with conn.begin_nested():
            conn.execute(
                insert(staff).values(
                    staff_id=member.staff_id,
                    county=county,
                    login=login,
                    name=name,
                    roles=json.dumps(sorted(member.roles)),
                    password_hash=password_hash,
                    created_at=at,
                    one_time_until=one_time_until,
                )
            )
    except IntegrityError:
        raise LoginTaken from None
    return member


def by_login(conn: Connection, county: str, login: str) -> StaffMember | None:
    """The member of staff with this login, disabled ones too."""
    row = conn.execute(select(staff).where(staff.c.login == login, staff.c.county == county)).first()
    return None if row is None else _member(row)


def by_id(conn: Connection, staff_id: str) -> StaffMember | None:
    """The member of staff with this id, disabled ones too."""
    row = conn.execute(select(staff).where(staff.c.staff_id == staff_id)).first()
    return None if row is None else _member(row)


def every(conn: Connection, county: str) -> list[StaffMember]:
    """All staff of a county by login, disabled ones too."""
    return [_member(row) for row in conn.execute(select(staff).where(staff.c.county == county).order_by(staff.c.login))]


def set_password(
    conn: Connection,
    staff_id: str,
    password_hash: str,
    *,
    keep_token: str | None = None,
    one_time_until: datetime | None = None,
) -> None:
    """A new password; every session but `keep_token`'s ends. Raises `NotOurs`."""
    _change(conn, staff_id, password_hash=password_hash, one_time_until=one_time_until)
    others = staff_sessions.c.staff_id == staff_id
    if keep_token is not None:
        others &= staff_sessions.c.token_sha256 != keep_token
    conn.execute(delete(staff_sessions).where(others))


def set_roles(conn: Connection, staff_id: str, roles: Collection[Role]) -> None:
    """Other roles from now on. Raises `NotOurs`."""
    _change(conn, staff_id, roles=json.dumps(sorted(roles)))


def disable(conn: Connection, staff_id: str, at: datetime) -> None:
    """The member of staff may not sign in again; sessions end. Their acts stay. Raises `NotOurs`."""
    _change(conn, staff_id, disabled_at=at)
    conn.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))


def enable(conn: Connection, staff_id: str) -> None:
    """The member of staff may sign in again. Raises `NotOurs`."""
    _change(conn, staff_id, disabled_at=None)


def _change(conn: Connection, staff_id: str, **values: object) -> None:
    if conn.execute(update(staff).where(staff.c.staff_id == staff_id).values(**values)).rowcount != 1:
        raise NotOurs("no such member of staff")


def open_session(
    conn: Connection, member: StaffMember, token_sha256: str, at: datetime, expires_at: datetime
) -> StaffSession:
    """Keep a session by its token's hash."""
    conn.execute(
        insert(staff_sessions).values(
            token_sha256=token_sha256,
            county=member.county,
            staff_id=member.staff_id,
            opened_at=at,
            seen_at=at,
            expires_at=expires_at,
        )
    )
    return StaffSession(member, at, at, expires_at)


def session(conn: Connection, token_sha256: str, now: datetime) -> StaffSession | None:
    """The session of this token's hash; None if it ended or its owner is disabled."""
    row = conn.execute(
        select(
            staff,
            staff_sessions.c.opened_at,
            staff_sessions.c.seen_at,
            staff_sessions.c.expires_at,
            staff_sessions.c.proved_at,
            second_factors.c.confirmed_at,
        )
        .join(staff_sessions, staff_sessions.c.staff_id == staff.c.staff_id)
        .outerjoin(second_factors, second_factors.c.staff_id == staff.c.staff_id)
        .where(
            staff_sessions.c.token_sha256 == token_sha256,
            staff_sessions.c.expires_at > now,
            staff.c.disabled_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    has_factor = row.confirmed_at is not None
    return StaffSession(_member(row), row.opened_at, row.seen_at, row.expires_at, has_factor, row.proved_at)


def touch_session(conn: Connection, token_sha256: str, now: datetime, expires_at: datetime) -> None:
    """The session is in use: it ends later."""
    conn.execute(
        update(staff_sessions)
        .where(staff_sessions.c.token_sha256 == token_sha256)
        .values(seen_at=now, expires_at=expires_at)
    )


@dataclass(frozen=True)
class OpenSession:
    """One line of the list of sessions."""

    token_sha256: str
    staff_id: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


def open_sessions(conn: Connection, county: str, now: datetime) -> list[OpenSession]:
    """Who is signed in now, last seen first."""
    s = staff_sessions.c
    wanted = select(s.token_sha256, s.staff_id, s.opened_at, s.seen_at, s.expires_at)
    rows = conn.execute(wanted.where(s.county == county, s.expires_at > now).order_by(s.seen_at.desc()))
    return [OpenSession(*row) for row in rows]


def close_sessions(conn: Connection, county: str, staff_id: str | None = None, *, but: str = "") -> int:
    """Sign out one member of staff, or everybody; the session `but` stays. Returns how many ended."""
    ending = (staff_sessions.c.county == county) & (staff_sessions.c.token_sha256 != but)
    if staff_id is not None:
        ending &= staff_sessions.c.staff_id == staff_id
    return conn.execute(delete(staff_sessions).where(ending)).rowcount


def close_session(conn: Connection, token_sha256: str) -> None:
    """Sign out."""
    conn.execute(delete(staff_sessions).where(staff_sessions.c.token_sha256 == token_sha256))


def sweep_sessions(conn: Connection, now: datetime) -> int:
    """Delete ended sessions and old failures. Returns how many sessions."""
    conn.execute(delete(login_failures).where(login_failures.c.last_at < now - timedelta(days=1)))
    return conn.execute(delete(staff_sessions).where(staff_sessions.c.expires_at <= now)).rowcount


def failures(conn: Connection, subject: bytes) -> Failures | None:
    """Failed logins in a row of a subject (`keyring.index.subject("login", …)`)."""
    row = conn.execute(select(login_failures).where(login_failures.c.subject == subject)).first()
    return None if row is None else Failures(row.failures, row.last_at)


def count_failure(conn: Connection, county: str, subject: bytes, at: datetime, *, anew: bool = False) -> int:
    """One more failed login; `anew` starts the count at one. Returns the count."""
    statement = insert_or(conn, login_failures).values(subject=subject, county=county, failures=1, last_at=at)
    count = 1 if anew else login_failures.c.failures + 1
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[login_failures.c.subject], set_={"failures": count, "last_at": at}
        )
    )
    found = failures(conn, subject)
    return 0 if found is None else found.count


def forget_failures(conn: Connection, subject: bytes) -> None:
    """A login worked: the count starts anew."""
    conn.execute(delete(login_failures).where(login_failures.c.subject == subject))
