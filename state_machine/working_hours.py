"""Working time left until a case must be decided: the hours an office is open, on the days that are worked.

The last day of a term ends when the office closes (民法典 203). Times are local; the calendar knows the days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from state_machine.working_days import Calendar

_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(\d{1,2})[:：](\d{2})")


@dataclass(frozen=True)
class WorkingHours:
    """The spans in which an office works on a working day, in order and without overlap, at least one."""

    spans: tuple[tuple[time, time], ...]

    @property
    def closes(self) -> time:
        """The end of the working day."""
        return self.spans[-1][1]

    @property
    def of_a_day(self) -> timedelta:
        """How long one working day is."""
        return sum((_length(start, end) for start, end in self.spans), timedelta())

    def between(self, start: time, end: time) -> timedelta:
        """The working time of one day between two times of it."""
        return sum((_length(max(start, opens), min(end, closes)) for opens, closes in self.spans), timedelta())


def read_working_hours(text: str) -> WorkingHours:
    """`8:30-12:00 14:00-17:30`. Raises ValueError where that is no working day."""
    spans = [(time(int(a), int(b)), time(int(c), int(d))) for a, b, c, d in _SPAN.findall(text)]
    edges = [edge for span in spans for edge in span]
    if not edges or _SPAN.sub("", text).strip(" ,，、;；") or any(a >= b for a, b in pairwise(edges)):
        raise ValueError("working hours look like 8:30-12:00 14:00-17:30")
    return WorkingHours(tuple(spans))


def working_time_left(now: datetime, due_on: date, hours: WorkingHours, calendar: Calendar) -> timedelta:
    """Working time from `now` (local) to the close of the due day; nothing once that has passed.

    Raises YearNotPublished where a day between lies in an unknown year.
    """
    today = now.date()
    if due_on < today:
        return timedelta()
    days = sum(calendar.is_workday(today + timedelta(days=n)) for n in range(1, (due_on - today).days + 1))
    counts_today = due_on == today or calendar.is_workday(today)
    rest = hours.between(now.time(), time.max) if counts_today else timedelta()
    return rest + days * hours.of_a_day


def _length(start: time, end: time) -> timedelta:
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return timedelta(minutes=max(0, minutes))
