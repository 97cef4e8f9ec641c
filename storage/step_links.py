"""One-time links to our own page for one question: what should not be written into somebody else's chat.

Only the token's hash is stored. A link belongs to one question of one application; one browser takes it, and it ends
by time, by the answer, or when the question stands no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage.accounts import token_hash
from storage.channel_schema import step_links

_COLUMNS = tuple(step_links.c[name] for name in ("account_id", "channel_id", "application_id", "asks", "expires_at"))


@dataclass(frozen=True)
class StepLink:
    """What a link opens: one question (`asks`) of one application, for the account behind one channel."""

    account_id: str
    channel_id: str
    application_id: str
    asks: str
    expires_at: datetime


def open_link(conn: Connection, county: str, link: StepLink, token: str, at: datetime) -> None:
    """A new link. Earlier ones of the same question stay until they end: an older message's button still works."""
    conn.execute(delete(step_links).where(step_links.c.account_id == link.account_id, step_links.c.expires_at <= at))
    conn.execute(
        insert(step_links).values(
            token_sha256=token_hash(token),
            county=county,
            account_id=link.account_id,
            channel_id=link.channel_id,
            application_id=link.application_id,
            asks=link.asks,
            made_at=at,
            expires_at=link.expires_at,
        )
    )


def waiting(conn: Connection, county: str, token: str, now: datetime) -> StepLink | None:
    """The link, while it waits for its browser; looking at it changes nothing."""
    return _found(conn.execute(select(*_COLUMNS).where(*_waits(county, token, now))).first())


def take(conn: Connection, county: str, token: str, session: str, now: datetime) -> bool:
    """A browser takes the link; once. False if it is taken, ended or nobody's."""
    taken = conn.execute(
        update(step_links).where(*_waits(county, token, now)).values(session_sha256=token_hash(session))
    )
    return bool(taken.rowcount)


def of_session(conn: Connection, county: str, session: str, now: datetime) -> StepLink | None:
    """What a browser's session may answer; None once it was used or has ended."""
    mine = (
        step_links.c.session_sha256 == token_hash(session),
        step_links.c.county == county,
        step_links.c.expires_at > now,
        step_links.c.used_at.is_(None),
    )
    return _found(conn.execute(select(*_COLUMNS).where(*mine)).first())


def use(conn: Connection, session: str, at: datetime) -> bool:
    """The question is answered: this link and every other one of the same question end. False: it had ended."""
    mine = step_links.c.session_sha256 == token_hash(session)
    row = conn.execute(select(*_COLUMNS).where(mine, step_links.c.used_at.is_(None))).first()
    if row is None:
        return False
    same = (
        step_links.c.account_id == row.account_id,
        step_links.c.application_id == row.application_id,
        step_links.c.asks == row.asks,
    )
    conn.execute(update(step_links).where(*same, step_links.c.used_at.is_(None)).values(used_at=at))
    return True


def sweep(conn: Connection, now: datetime, most: int = 1000) -> int:
    """Delete links that have ended. Returns how many."""
    ended = select(step_links.c.token_sha256).where(step_links.c.expires_at <= now).limit(most)
    tokens = conn.execute(ended).scalars().all()
    return conn.execute(delete(step_links).where(step_links.c.token_sha256.in_(tokens))).rowcount


def _waits(county: str, token: str, now: datetime) -> tuple[Any, ...]:
    return (
        step_links.c.token_sha256 == token_hash(token),
        step_links.c.county == county,
        step_links.c.expires_at > now,
        step_links.c.session_sha256.is_(None),
        step_links.c.used_at.is_(None),
    )


def _found(row: Any) -> StepLink | None:
    return None if row is None else StepLink(*row)
