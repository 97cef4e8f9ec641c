"""Tasks that only one process may do at a time: who does it, until when, and what the platform asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.channel_schema import leases
from storage.dialect import insert_or


@dataclass(frozen=True)
class Lease:
    """A task in somebody's hands. Nothing is sent before `not_before`."""

    task: str
    holder: str
    until: datetime
    not_before: datetime | None


def take(
    conn: Connection, county: str, task: str, holder: str, now: datetime, until: datetime, *, alone: bool = False
) -> Lease | None:
    """Take or prolong a task; None while somebody else holds it.

    `alone`: no other process can be at work on this database (an SQLite file is served by one), so that whoever holds
    it has died.
    """
    free = (leases.c.holder == holder) | (leases.c.until <= now)
    statement = insert_or(conn, leases).values(task=task, county=county, holder=holder, until=until)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[leases.c.task],
            set_={"holder": holder, "until": until},
            where=None if alone else free,
        )
    )
    lease = held(conn, task)
    return lease if lease is not None and lease.holder == holder else None


def held(conn: Connection, task: str) -> Lease | None:
    """Who has the task, or had it last; None if nobody ever did."""
    row = conn.execute(
        select(leases.c.task, leases.c.holder, leases.c.until, leases.c.not_before).where(leases.c.task == task)
    ).first()
    return None if row is None else Lease(*row)


def give_back(conn: Connection, task: str, holder: str, now: datetime) -> None:
    """Somebody else may take it at once."""
    conn.execute(update(leases).where(leases.c.task == task, leases.c.holder == holder).values(until=now))


def be_silent(conn: Connection, task: str, until: datetime) -> None:
    """The platform asked for silence; a shorter one than was asked before changes nothing."""
    sooner = leases.c.not_before.is_(None) | (leases.c.not_before < until)
    conn.execute(update(leases).where(leases.c.task == task, sooner).values(not_before=until))
