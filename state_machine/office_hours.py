"""When somebody is at the office: weekly hours, and the working calendar over them (调休, public holidays).

Written as the county would write them on the door: `周一至周五 8:30-12:00 14:00-17:30；周六 9:00-11:30`.
Hours without a day are those of working days. A make-up Saturday has the hours of working days; a public holiday has
none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import chinese_calendar

from state_machine.working_days import Calendar, YearNotPublished

DAYS = "一二三四五六日"
WORKING_WEEK = range(5)
#: How far ahead an opening is looked for: longer than any holiday.
LOOK_AHEAD = 20

_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")
_RANGE = re.compile(
    r"(?:周|星期|礼拜)([一二三四五六日天])(?:\s*[至到\-–—~～]\s*(?:周|星期|礼拜)?([一二三四五六日天]))?"
)
_SEPARATORS = re.compile(r"[；;\n。]+")
_BETWEEN = re.compile(r"[\s,，、:：和及]*")


class HoursUnreadable(ValueError):
    """These hours cannot be read; the message says how they are written."""

    def __init__(self, part: str) -> None:
        super().__init__(f"周一至周五 8:30-12:00 14:00-17:30；周六 9:00-11:30 (not: {part})")


@dataclass(frozen=True)
class Span:
    """From `begins` up to `ends` on one day."""

    begins: time
    ends: time


@dataclass(frozen=True)
class OfficeHours:
    """Hours by weekday (0 is Monday); `working` are those of a working day. All times are the county's own."""

    weekly: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    working: Sequence[Span] = ()

    def spans_on(self, day: date, calendar: Calendar) -> Sequence[Span]:
        """The hours of one day. A year whose holidays are not published is taken by its weekdays."""
        try:
            works = calendar.is_workday(day)
        except YearNotPublished:
            works = day.weekday() in WORKING_WEEK
        if works:
            return self.weekly.get(day.weekday(), ()) if day.weekday() in WORKING_WEEK else self.working
        if day.weekday() in WORKING_WEEK or _is_public_holiday(day, calendar):
            return ()
        return self.weekly.get(day.weekday(), ())

    def open_since(self, now: datetime, calendar: Calendar) -> datetime | None:
        """When the hours that run at `now` (local time) began; None while nobody is there."""
        at = now.time().replace(tzinfo=None)
        for span in self.spans_on(now.date(), calendar):
            if span.begins <= at < span.ends:
                return datetime.combine(now.date(), span.begins, now.tzinfo)
        return None

    def next_opening(self, now: datetime, calendar: Calendar) -> datetime | None:
        """When somebody will be there next, after `now`; None where that cannot be said.

        A promise is not guessed: in a year whose holidays are not published there is none.
        """
        for ahead in range(LOOK_AHEAD):
            day = now.date() + timedelta(days=ahead)
            try:
                calendar.is_workday(day)
            except YearNotPublished:
                return None
            for span in self.spans_on(day, calendar):
                begins = datetime.combine(day, span.begins, now.tzinfo)
                if begins > now:
                    return begins
        return None


def read_hours(text: str) -> OfficeHours | None:
    """The hours as written; None where nothing is written. Raises `HoursUnreadable`."""
    weekly: dict[int, list[Span]] = {}
    for part in _SEPARATORS.split(text):
        if part.strip():
            _read_part(part.strip(), weekly)
    if not weekly:
        return None
    working = next((weekly[day] for day in WORKING_WEEK if day in weekly), [])
    return OfficeHours({day: tuple(spans) for day, spans in weekly.items()}, tuple(working))


def _read_part(part: str, weekly: dict[int, list[Span]]) -> None:
    spans = [_span(match, part) for match in _SPAN.finditer(part)]
    rest = _SPAN.sub(" ", part)
    days = [day for match in _RANGE.finditer(rest) for day in _days(match)]
    rest = _RANGE.sub(" ", rest).replace("工作日", " ").replace("上午", " ").replace("下午", " ")
    if not spans or not _BETWEEN.fullmatch(rest):
        raise HoursUnreadable(part)
    for day in days or WORKING_WEEK:
        weekly.setdefault(day, []).extend(spans)
        weekly[day].sort(key=lambda span: span.begins)


def _span(match: re.Match[str], part: str) -> Span:
    first, second, third, fourth = (int(figure) for figure in match.groups())
    if first > 23 or third > 24 or second > 59 or fourth > 59 or (third == 24 and fourth):
        raise HoursUnreadable(part)
    ends = time(23, 59, 59) if third == 24 else time(third, fourth)
    if time(first, second) >= ends:
        raise HoursUnreadable(part)
    return Span(time(first, second), ends)


def _days(match: re.Match[str]) -> list[int]:
    first, last = (DAYS.index((found or match[1]).replace("天", "日")) for found in (match[1], match[2]))
    return list(range(first, last + 1)) if first <= last else [*range(first, 7), *range(last + 1)]


def _is_public_holiday(day: date, calendar: Calendar) -> bool:
    return day in chinese_calendar.holidays or calendar.overrides.get(day) is False
