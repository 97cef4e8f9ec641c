"""Plain counts by day: how often something happened, never to whom. Counted in memory or in a job, added here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from storage.dialect import insert_or
from storage.schema import tallies


@dataclass(frozen=True, order=True)
class Count:
    """What is counted: which tally, on which day, and one or two codes (a step and the next; a notice and a reason)."""

    tally: str
    day: date
    first: str
    second: str = ""


def add(conn: Connection, county: str, counted: Mapping[Count, int]) -> None:
    """Add these counts to what is stored, in one statement. Sorted, so that two writers never wait crosswise."""
    if not counted:
        return
    rows = [
        {"county": county, "tally": c.tally, "day": c.day, "first": c.first, "second": c.second, "count": counted[c]}
        for c in sorted(counted)
    ]
    statement = insert_or(conn, tallies)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=list(tallies.primary_key.columns),
            set_={"count": tallies.c.count + statement.excluded.count},
        ),
        rows,
    )


def sums(conn: Connection, county: str, tally: str, since: date, until: date) -> dict[tuple[str, str], int]:
    """The counts of one tally from `since` to `until` (both counted), by its two codes."""
    rows = conn.execute(
        select(tallies.c.first, tallies.c.second, func.sum(tallies.c.count))
        .where(tallies.c.county == county, tallies.c.tally == tally, tallies.c.day >= since, tallies.c.day <= until)
        .group_by(tallies.c.first, tallies.c.second)
    )
    return {(first, second): int(total) for first, second, total in rows}
