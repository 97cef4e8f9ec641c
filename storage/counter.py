"""Walk-in applicants: accounts without a chat of their own, and the one-time links of their telephones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from storage import accounts
from storage.desk_schema import counter_accounts, upload_links
from storage.keys import Keyring


@dataclass(frozen=True)
class CounterAccount:
    """One walk-in applicant: who began the entry, and when."""

    account_id: str
    staff_id: str
    opened_at: datetime


@dataclass(frozen=True)
class UploadLink:
    """A telephone's way to one application."""

    account_id: str
    application_id: str
    staff_id: str
    expires_at: datetime


def open_account(conn: Connection, keyring: Keyring, county: str, staff_id: str, at: datetime) -> str:
    """An account for somebody who stands at the counter. Returns its id."""
    account_id = accounts.open_account(conn, keyring, county, at)
    conn.execute(insert(counter_accounts).values(account_id=account_id, county=county, staff_id=staff_id, opened_at=at))
    return account_id


def by_id(conn: Connection, county: str, account_id: str) -> CounterAccount | None:
    """A walk-in applicant of this county; None if the account is none."""
    mine = (counter_accounts.c.account_id == account_id) & (counter_accounts.c.county == county)
    row = conn.execute(select(counter_accounts).where(mine)).first()
    return None if row is None else CounterAccount(row.account_id, row.staff_id, row.opened_at)


def recent(conn: Connection, county: str, limit: int = 30) -> list[CounterAccount]:
    """The walk-in applicants entered last."""
    rows = conn.execute(
        select(counter_accounts)
        .where(counter_accounts.c.county == county)
        .order_by(counter_accounts.c.opened_at.desc(), counter_accounts.c.account_id.desc())
        .limit(limit)
    )
    return [CounterAccount(row.account_id, row.staff_id, row.opened_at) for row in rows]


def open_link(conn: Connection, county: str, link: UploadLink, token: str, at: datetime) -> None:
    """A new link for an application; the account's earlier one, and every ended one, is gone."""
    ended = (upload_links.c.account_id == link.account_id) | (upload_links.c.expires_at <= at)
    conn.execute(delete(upload_links).where(ended))
    conn.execute(
        insert(upload_links).values(
            token_sha256=accounts.token_hash(token),
            county=county,
            account_id=link.account_id,
            application_id=link.application_id,
            staff_id=link.staff_id,
            opened_at=at,
            expires_at=link.expires_at,
        )
    )


def is_open(conn: Connection, county: str, token: str, now: datetime) -> bool:
    """Whether a link still waits for its telephone."""
    waits = (
        (upload_links.c.token_sha256 == accounts.token_hash(token))
        & (upload_links.c.county == county)
        & (upload_links.c.expires_at > now)
        & upload_links.c.session_sha256.is_(None)
    )
    return conn.execute(select(upload_links.c.account_id).where(waits)).first() is not None


def take_link(conn: Connection, county: str, token: str, session: str, now: datetime) -> bool:
    """A telephone takes the link; once. False if it is taken, ended or nobody's."""
    waits = (
        (upload_links.c.token_sha256 == accounts.token_hash(token))
        & (upload_links.c.county == county)
        & (upload_links.c.expires_at > now)
        & upload_links.c.session_sha256.is_(None)
    )
    taken = conn.execute(update(upload_links).where(waits).values(session_sha256=accounts.token_hash(session)))
    return taken.rowcount == 1


def link_of(conn: Connection, county: str, session: str, now: datetime) -> UploadLink | None:
    """What a telephone's session may send to; None once it has ended."""
    mine = (upload_links.c.session_sha256 == accounts.token_hash(session)) & (upload_links.c.county == county)
    row = conn.execute(select(upload_links).where(mine, upload_links.c.expires_at > now)).first()
    return None if row is None else _link(row)


def open_link_of(conn: Connection, account_id: str, now: datetime) -> UploadLink | None:
    """The account's link that still runs, taken or not."""
    mine = (upload_links.c.account_id == account_id) & (upload_links.c.expires_at > now)
    row = conn.execute(select(upload_links).where(mine)).first()
    return None if row is None else _link(row)


def end_links(conn: Connection, account_id: str) -> None:
    """No telephone sends anything to this account any more."""
    conn.execute(delete(upload_links).where(upload_links.c.account_id == account_id))


def _link(row: Row[tuple[object, ...]]) -> UploadLink:
    m = row._mapping
    return UploadLink(m["account_id"], m["application_id"], m["staff_id"], m["expires_at"])
