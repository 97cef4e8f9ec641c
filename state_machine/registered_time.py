"""居住登记时间: adding up periods of registration, and when six calendar months are full (办法 一.2; 条例 16).

Months are counted as 民法典 201 and 202 do: the first day is not counted, the last day is the corresponding day of the
month in which the term ends, or that month's last day if it has none. 「累计连续」 can be read as one unbroken run or
as a cumulated total; which one counts is a setting, both are always computed, and `enough_by_…` tells where they part.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

MONTHS_NEEDED = 6
DAY = timedelta(days=1)


class Counting(StrEnum):
    """Which reading of 累计连续登记满六个月 counts."""

    LONGEST_RUN = "longest_run"  #: 连续: one unbroken run of six months
    TOTAL = "total"  #: 累计: all runs together


class ImpossiblePeriod(ValueError):
    """A period that cannot be: one of the two below."""


class ReversedPeriod(ImpossiblePeriod):
    """The period ends before it begins."""


class FuturePeriod(ImpossiblePeriod):
    """The period begins or ends after today."""


@dataclass(frozen=True)
class Period:
    """Registered at `place` from `start` through `end`, both days included; `end` None = still registered."""

    place: str
    start: date
    end: date | None = None


@dataclass(frozen=True)
class Span:
    """Days on end, both ends included: a run of registration, or a gap between two runs."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class RegisteredTime:
    """The working. `enough`, `enough_on` and `missing_days` follow `counting`.

    `enough_on` is the day six months are (or were first) full if the present registration goes on; None if there is
    none at present. `missing_days` is then how many days from today; without a present registration, how many days
    of a new one from today. It is 0 exactly when `enough`. A tolerated gap counts as registered.
    """

    total_days: int
    runs: tuple[Span, ...]
    gaps: tuple[Span, ...]
    longest_run: Span | None
    enough: bool
    enough_on: date | None
    missing_days: int
    enough_by_run: bool
    enough_by_total: bool
    counting: Counting = Counting.LONGEST_RUN


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later, or that month's last day if it has none (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def periods_from(answer: Sequence[Mapping[str, Any]]) -> list[Period]:
    """The periods in an answer's value (`[{"place", "from", "to"}]`)."""
    return [
        Period(
            place=str(told.get("place") or ""),
            start=date.fromisoformat(told["from"]),
            end=date.fromisoformat(told["to"]) if told.get("to") else None,
        )
        for told in answer
    ]


def add_up(
    periods: Iterable[Period],
    today: date,
    allowed_gap_days: int = 0,
    counting: Counting = Counting.LONGEST_RUN,
) -> RegisteredTime:
    """Join overlapping, adjoining and nearly adjoining periods and say whether six months are full.

    Raises ReversedPeriod or FuturePeriod; the message names no place and no date.
    """
    runs = _join(sorted({_span(p, today) for p in periods}, key=lambda s: (s.start, s.end)), allowed_gap_days)
    by_run = _first_full(runs, add_before=False)
    by_total = _first_full(runs, add_before=True)
    full = by_run if counting is Counting.LONGEST_RUN else by_total
    ahead = _full_if_going_on(runs, today, counting)
    is_current = bool(runs) and runs[-1].end == today
    return RegisteredTime(
        total_days=sum(run.days for run in runs),
        runs=tuple(runs),
        gaps=tuple(Span(a.end + DAY, b.start - DAY) for a, b in pairwise(runs)),
        longest_run=max(runs, key=lambda run: run.days, default=None),
        enough=full is not None,
        enough_on=full or (ahead if is_current else None),
        missing_days=0 if full else max(1, (ahead - today).days),
        enough_by_run=by_run is not None,
        enough_by_total=by_total is not None,
        counting=counting,
    )


def _span(period: Period, today: date) -> Span:
    end = period.end or today
    if period.start > today or end > today:
        raise FuturePeriod("a period of registration lies in the future")
    if end < period.start:
        raise ReversedPeriod("a period of registration ends before it begins")
    return Span(period.start, end)


def _join(spans: Sequence[Span], allowed_gap_days: int) -> list[Span]:
    runs: list[Span] = []
    for span in spans:
        if runs and (span.start - runs[-1].end).days - 1 <= allowed_gap_days:
            runs[-1] = Span(runs[-1].start, max(runs[-1].end, span.end))
        else:
            runs.append(span)
    return runs


def _counted_from(runs: Sequence[Span], add_before: bool) -> Iterator[tuple[Span, date]]:
    """Each run with the day it counts from: its own, or moved back by all earlier days when they are added."""
    before = 0
    for run in runs:
        yield run, run.start - timedelta(days=before if add_before else 0)
        before += run.days


def _first_full(runs: Sequence[Span], add_before: bool) -> date | None:
    for run, start in _counted_from(runs, add_before):
        full = max(run.start, add_months(start, MONTHS_NEEDED))
        if full <= run.end:
            return full
    return None


def _full_if_going_on(runs: Sequence[Span], today: date, counting: Counting) -> date:
    """When six months will be full: of the run that reaches today, or of a new one from today."""
    going_on = list(runs) if runs and runs[-1].end == today else [*runs, Span(today, today)]
    *_, (_, start) = _counted_from(going_on, counting is Counting.TOTAL)
    return add_months(start, MONTHS_NEEDED)
