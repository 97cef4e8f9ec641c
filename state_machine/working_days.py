"""Working days in China, 调休 included, and the date by which a case must be decided.

2004 to the last year of `chinesecalendar` come from that package, which follows the yearly notice of the State
Council. A later year is known only once its notice is entered as overrides; until then it is an error, not a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

_ARRANGED = frozenset(chinese_calendar.holidays)
FIRST_YEAR: int = min(_ARRANGED).year
#: The last year whose arrangement the package knows.
PACKAGE_THROUGH: int = max(_ARRANGED).year


class YearNotPublished(Exception):
    """The holiday arrangement of this year is not published (待放假安排公布)."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no holiday arrangement is known for {year}")
        self.year = year


@dataclass(frozen=True)
class Calendar:
    """Which days are worked.

    `overrides` (True = worked) win over everything. `published_through` is the last year that may be answered: to
    raise it beyond the package's data, the overrides must hold that year's holidays and make-up workdays; every
    other day of such a year is worked from Monday to Friday. Raises ValueError if such a year has no override.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)
    published_through: int = PACKAGE_THROUGH

    def __post_init__(self) -> None:
        known = {day.year for day in self.overrides}
        for year in range(PACKAGE_THROUGH + 1, self.published_through + 1):
            if year not in known:
                raise ValueError(f"the overrides hold no day of {year}, so it cannot count as published")

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked. Raises YearNotPublished outside the years known."""
        if day in self.overrides:
            return self.overrides[day]
        if not FIRST_YEAR <= day.year <= self.published_through:
            raise YearNotPublished(day.year)
        if day.year > PACKAGE_THROUGH:
            return day.weekday() < 5
        return bool(chinese_calendar.is_workday(day))


def due_on(accepted: date, days: int, calendar: Calendar) -> date:
    """The last day of a term of `days` working days; the day of acceptance is not counted (民法典 201).

    Raises ValueError for a term shorter than one day and YearNotPublished if the term runs into an unknown year.
    """
    if days < 1:
        raise ValueError("a term has at least one working day")
    day, left = accepted, days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_workday(day)
    return day
