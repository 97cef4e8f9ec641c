"""Reading the manager's numbers for a period: one reading job, nothing opened, nothing kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from bot.desk.acts import REASONS
from bot.desk.manage import tables
from bot.desk.manage.tables import AGE_STEPS, KINDS, WAIT_STEPS, Table
from bot.desk.offices import WAITING
from bot.desk.visit import Visit
from bot.tally import STEPS
from state_machine.case_records import EventKind
from storage import figures, tallies
from storage.figures import OnTime, Waits

PERIODS = (7, 30, 90)


@dataclass(frozen=True)
class Figures:
    """Everything the page and the files show."""

    since: date
    until: date
    today: dict[EventKind, int]
    yesterday: dict[EventKind, int]
    on_time: OnTime
    waits: Waits
    begun: tuple[int, int]
    tables: dict[str, Table]


def period(visit: Visit) -> int:
    """How many days are asked for; thirty unless said otherwise."""
    asked = visit.request.query.get("days", "")
    return int(asked) if asked in {str(days) for days in PERIODS} else 30


async def read(visit: Visit, days: int) -> Figures:
    """The numbers of the last `days` days, today among them."""
    await visit.service.desk.rounds.write_counts()
    county, until = visit.service.rules.county_code, visit.today
    since = until - timedelta(days=days - 1)
    start = datetime.combine(since, time(0), visit.zone)
    end = datetime.combine(until + timedelta(days=1), time(0), visit.zone)
    offset = start.utcoffset() or timedelta(0)
    states = [state for waiting in WAITING.values() for state in waiting]

    def job(conn: Connection) -> Figures:
        counted = figures.events_by_day(conn, county, KINDS, start, end, offset)
        on_time = figures.on_time(conn, county, start, end, offset)
        ages = figures.ages(conn, county, states, visit.now, AGE_STEPS)
        waits = figures.waits(conn, county, start, end, WAIT_STEPS)
        steps = tallies.sums(conn, county, STEPS, since, until)
        reasons = tallies.sums(conn, county, REASONS, since, until)
        every = [
            tables.days_table(counted, since, until),
            tables.on_time_table(on_time),
            tables.ages_table(ages),
            tables.reasons_table(reasons),
            tables.steps_table(steps),
            tables.waits_table(waits),
        ]
        return Figures(
            since,
            until,
            {kind: counted.get((until, kind), 0) for kind in KINDS},
            {kind: counted.get((until - timedelta(days=1), kind), 0) for kind in KINDS},
            on_time,
            waits,
            tables.begun(steps),
            {table.key: table for table in every},
        )

    return await visit.service.archive.read(job)
