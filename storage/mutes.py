"""Who may not call a person for a while: with a reason, for a time, by somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.desk_schema import mutes
from storage.ids import new_id


@dataclass(frozen=True)
class Mute:
    """One running mute. `reason` is a code."""

    account_id: str
    reason: str
    staff_id: str
    at: datetime
    until: datetime


def add(
    conn: Connection, county: str, account_id: str, reason: str, staff_id: str, at: datetime, until: datetime
) -> None:
    """Mute an account until then."""
    conn.execute(
        insert(mutes).values(
            mute_id=new_id(), county=county, account_id=account_id, reason=reason, staff_id=staff_id, at=at, until=until
        )
    )


def running(conn: Connection, account_id: str, now: datetime) -> Mute | None:
    """The mute that holds now; the one that lasts longest where there are several."""
    row = conn.execute(
        select(mutes).where(mutes.c.account_id == account_id, _holds(now)).order_by(mutes.c.until.desc()).limit(1)
    ).first()
    return None if row is None else Mute(row.account_id, row.reason, row.staff_id, row.at, row.until)


def of_account(conn: Connection, account_id: str) -> list[Mute]:
    """Every mute of this account, ended ones too, oldest first."""
    wanted = select(mutes).where(mutes.c.account_id == account_id).order_by(mutes.c.at)
    return [Mute(row.account_id, row.reason, row.staff_id, row.at, row.until) for row in conn.execute(wanted)]


def every(conn: Connection, county: str, now: datetime, limit: int = 100) -> list[Mute]:
    """All that hold now, the newest first."""
    wanted = select(mutes).where(mutes.c.county == county, _holds(now)).order_by(mutes.c.at.desc()).limit(limit)
    return [Mute(row.account_id, row.reason, row.staff_id, row.at, row.until) for row in conn.execute(wanted)]


def lift(conn: Connection, county: str, account_id: str, staff_id: str, at: datetime) -> bool:
    """End an account's mutes before their time; False if none held."""
    mine = (mutes.c.account_id == account_id) & (mutes.c.county == county)
    lifted = conn.execute(update(mutes).where(mine, _holds(at)).values(lifted_by=staff_id, lifted_at=at))
    return lifted.rowcount > 0


def _holds(now: datetime) -> ColumnElement[bool]:
    return (mutes.c.until > now) & mutes.c.lifted_at.is_(None)
