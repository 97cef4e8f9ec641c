"""What administrators edit while the service runs: texts and the calendar's years, version by version.

An edition counts the changes of one topic; every process looks at the two numbers and reads anew what has moved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from storage.dialect import insert_or
from storage.schema import calendar_years, editions, wording_versions

CALENDAR, WORDING = "calendar", "wording"


class EditedMeanwhile(Exception):
    """Somebody saved another version after the one that was read."""


@dataclass(frozen=True)
class YearVersion:
    """One version of a year: its days (True = worked), or None where the year was taken back."""

    year: int
    version: int
    days: Mapping[date, bool] | None
    staff_id: str
    at: datetime


@dataclass(frozen=True)
class TextVersion:
    """One version of one text: its parts, or None where it is as shipped."""

    book: str
    entry: str
    version: int
    edition: int
    content: Mapping[str, Any] | None
    staff_id: str
    at: datetime


def current(conn: Connection, county: str) -> dict[str, int]:
    """The edition of each topic; a topic nobody ever changed is 0."""
    rows = conn.execute(select(editions.c.topic, editions.c.edition).where(editions.c.county == county))
    return {CALENDAR: 0, WORDING: 0} | {r.topic: r.edition for r in rows}


def _next(conn: Connection, county: str, topic: str) -> int:
    """The topic's next edition. Its row stays locked until the commit: editors come one after another."""
    statement = insert_or(conn, editions).values(county=county, topic=topic, edition=1)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[editions.c.county, editions.c.topic], set_={"edition": editions.c.edition + 1}
        )
    )
    return current(conn, county)[topic]


def save_year(
    conn: Connection,
    county: str,
    year: int,
    days: Mapping[date, bool] | None,
    *,
    seen: int,
    staff_id: str,
    at: datetime,
) -> YearVersion:
    """A new version of a year. `seen` is the version it replaces; raises `EditedMeanwhile` if that has moved."""
    _next(conn, county, CALENDAR)
    last = conn.execute(
        select(func.max(calendar_years.c.version)).where(
            calendar_years.c.county == county, calendar_years.c.year == year
        )
    ).scalar()
    if (last or 0) != seen:
        raise EditedMeanwhile
    stored = None if days is None else json.dumps({day.isoformat(): days[day] for day in sorted(days)})
    conn.execute(
        insert(calendar_years).values(county=county, year=year, version=seen + 1, days=stored, staff_id=staff_id, at=at)
    )
    return YearVersion(year, seen + 1, days, staff_id, at)


def year_versions(conn: Connection, county: str, year: int | None = None) -> list[YearVersion]:
    """All versions of a year (or of all years), the newest first."""
    wanted = select(calendar_years).where(calendar_years.c.county == county)
    if year is not None:
        wanted = wanted.where(calendar_years.c.year == year)
    rows = conn.execute(wanted.order_by(calendar_years.c.year, calendar_years.c.version.desc()))
    return [YearVersion(r.year, r.version, _days(r.days), r.staff_id, r.at) for r in rows]


def years_in_force(conn: Connection, county: str) -> dict[int, Mapping[date, bool]]:
    """The newest version of each year that was not taken back."""
    newest: dict[int, YearVersion] = {}
    for version in year_versions(conn, county):
        newest.setdefault(version.year, version)
    return {year: version.days for year, version in newest.items() if version.days is not None}


def _days(stored: str | None) -> Mapping[date, bool] | None:
    if stored is None:
        return None
    return {date.fromisoformat(day): bool(worked) for day, worked in json.loads(stored).items()}


def save_text(
    conn: Connection,
    county: str,
    book: str,
    entry: str,
    content: Mapping[str, Any] | None,
    *,
    seen: int,
    staff_id: str,
    at: datetime,
) -> TextVersion:
    """A new version of a text. `seen` is the version it replaces; raises `EditedMeanwhile` if that has moved."""
    edition = _next(conn, county, WORDING)
    here = (wording_versions.c.county == county, wording_versions.c.book == book, wording_versions.c.entry == entry)
    last = conn.execute(select(func.max(wording_versions.c.version)).where(*here)).scalar()
    if (last or 0) != seen:
        raise EditedMeanwhile
    stored = None if content is None else json.dumps(dict(content), ensure_ascii=False)
    conn.execute(
        insert(wording_versions).values(
            county=county,
            book=book,
            entry=entry,
            version=seen + 1,
            edition=edition,
            content=stored,
            staff_id=staff_id,
            at=at,
        )
    )
    return TextVersion(book, entry, seen + 1, edition, content, staff_id, at)


def text_versions(
    conn: Connection, county: str, book: str | None = None, entry: str | None = None
) -> list[TextVersion]:
    """All versions (of a book, of one entry), in the order in which they came into force."""
    wanted = select(wording_versions).where(wording_versions.c.county == county)
    if book is not None:
        wanted = wanted.where(wording_versions.c.book == book)
    if entry is not None:
        wanted = wanted.where(wording_versions.c.entry == entry)
    rows = conn.execute(wanted.order_by(wording_versions.c.edition))
    return [
        TextVersion(
            r.book,
            r.entry,
            r.version,
            r.edition,
            None if r.content is None else json.loads(r.content),
            r.staff_id,
            r.at,
        )
        for r in rows
    ]
