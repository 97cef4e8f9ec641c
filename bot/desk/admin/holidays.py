"""A year's arrangement as an administrator gives it: pasted lines, or days ticked in a calendar. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from state_machine.working_days import PACKAGE_THROUGH, Calendar, YearNotPublished

OFF = frozenset({"休", "放假", "休息", "off", "holiday", "false", "0"})
WORKED = frozenset({"班", "上班", "补班", "work", "workday", "true", "1"})
_DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_TO = rf"""(?:\s*(?:至|到|~|—|\.\.)\s*{_DAY})?"""
_LINE = re.compile(rf"""^[-"'\s]*{_DAY}["']?{_TO}["']?[\s:：,，;；=]+["']?(\w+)["']?\s*$""")
#: More is no arrangement of a year.
MOST_DAYS = 120
#: 全国年节及纪念日放假办法 2: days off in every year.
ALWAYS_OFF = ((1, 1), (5, 1), (10, 1))


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a list: a code with words in desk_admin.yaml, and where."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


def read_days(text: str, year: int) -> tuple[dict[date, bool], list[Trouble]]:
    """The days of pasted lines (YAML `2027-01-01: 休`, CSV `2027/1/1,休`, a span `… 至 …`) and every trouble."""
    days: dict[date, bool] = {}
    troubles: list[Trouble] = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.partition("#")[0].strip()
        if not plain:
            continue
        read = _read_line(plain)
        if read is None:
            troubles.append(Trouble("line", {"line": number}))
            continue
        span, worked = read
        for day in span:
            if day.year != year:
                troubles.append(Trouble("other_year", {"line": number, "day": day.isoformat()}))
            elif days.get(day, worked) != worked:
                troubles.append(Trouble("twice", {"line": number, "day": day.isoformat()}))
            else:
                days[day] = worked
    return days, troubles


def _read_line(line: str) -> tuple[list[date], bool] | None:
    found = _LINE.match(line)
    if found is None or (word := found[7].lower()) not in OFF | WORKED:
        return None
    try:
        first = date(int(found[1]), int(found[2]), int(found[3]))
        last = date(int(found[4]), int(found[5]), int(found[6])) if found[4] else first
    except ValueError:
        return None
    if not 0 <= (last - first).days < MOST_DAYS:
        return None
    return [first + timedelta(days=n) for n in range((last - first).days + 1)], word in WORKED


def from_ticks(ticked: Collection[str], year: int, base: Calendar) -> dict[date, bool]:
    """The days that differ from an ordinary year, given every day ticked as worked."""
    worked = set(ticked)
    return {
        day: day.isoformat() in worked for day in days_of(year) if (day.isoformat() in worked) != ordinary(day, base)
    }


def ordinary(day: date, base: Calendar) -> bool:
    """Whether a day is worked as far as is known without an entry at the desk: Monday to Friday in an unknown year."""
    try:
        return base.is_workday(day)
    except YearNotPublished:
        return day.weekday() < 5


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def troubles_of(days: Mapping[date, bool], year: int, base: Calendar, published_through: int) -> list[Trouble]:
    """What speaks against taking this list for the year."""
    if not days:
        return [Trouble("empty")]
    found: list[Trouble] = []
    if year > published_through + 1:
        found.append(Trouble("year_before_first", {"year": published_through + 1}))
    if len(days) > MOST_DAYS:
        found.append(Trouble("too_many", {"count": len(days)}))
    found += [
        Trouble("always_off", {"month": month, "day": day})
        for month, day in ALWAYS_OFF
        if days.get(date(year, month, day), ordinary(date(year, month, day), base))
    ]
    return found


def as_text(days: Mapping[date, bool]) -> str:
    """The list as it is pasted, a day a line."""
    return "\n".join(f"{day.isoformat()}: {'班' if days[day] else '休'}" for day in sorted(days))


def open_years(published_through: int) -> range:
    """The years that may be entered: the package's last, and up to the first that is not published yet."""
    return range(PACKAGE_THROUGH, published_through + 2)
