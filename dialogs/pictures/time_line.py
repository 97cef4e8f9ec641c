"""The registered periods as a bar on a time line: registered, not registered, and the day six months are full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dialogs import labels, wording
from dialogs.pictures.canvas import WIDTH, Drawing, line, rect, words
from state_machine.registered_time import Counting, Period, RegisteredTime, Span, add_up

_LEFT, _RIGHT = 22, WIDTH - 22
_BAR_TOP, _BAR_HEIGHT = 62, 34
#: Months under the bar at the most; on a longer line every second, third, sixth or twelfth is named.
_MOST_MONTHS = 7
#: Half the width of a month's name.
_HALF_NAME = 26


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        """Where the beginning of a day lies."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return _LEFT + (_RIGHT - _LEFT) * min(1.0, max(0.0, share))


def draw(
    periods: Sequence[Period], today: date, allowed_gap_days: int = 0, counting: Counting = Counting.LONGEST_RUN
) -> Drawing:
    """The bar from the first day of the first period on. Raises `ImpossiblePeriod` as `add_up` does; `ValueError`
    without any period.
    """
    if not periods:
        raise ValueError("no period")
    time = add_up(list(periods), today, allowed_gap_days, counting)
    last = max([today, *[period.end or today for period in periods], time.enough_on or today])
    scale = _Scale(min(period.start for period in periods), last + timedelta(days=1))
    shapes = [_gap(gap, scale) for gap in time.gaps]
    shapes += [_run(period, scale, today) for period in periods]
    marks = [_Mark(today, wording.text("pictures", "time_line.today"), 48, "line", "soft")]
    if time.enough_on is not None:
        full = f"{wording.text('pictures', 'time_line.full')} {_dated(time.enough_on)}"
        marks.append(_Mark(time.enough_on, full, 26, "green", "green"))
    shapes += [_months(scale), *[_post(mark, scale) for mark in marks], *[_name(mark, scale) for mark in marks]]
    shapes.append(_legend(bool(time.gaps)))
    title = wording.text("pictures", "time_line.title")
    return Drawing(182, "".join(shapes), title, in_words(periods, time))


def in_words(periods: Sequence[Period], time: RegisteredTime) -> str:
    """What the bar says."""
    said = "，".join(_period(period) for period in periods)
    gaps = ""
    if time.gaps:
        gaps = wording.text("pictures", "time_line.gaps", gaps="、".join(_gap_span(gap) for gap in time.gaps))
    if time.enough_on is None:
        full = wording.text("pictures", "time_line.not_full")
    else:
        full = wording.text("pictures", "time_line.full_on", day=labels.day(time.enough_on))
    return wording.text("pictures", "time_line.words", periods=said, gaps=gaps, full=full)


def _period(period: Period) -> str:
    if period.end is None:
        return wording.text("pictures", "time_line.still", start=labels.day(period.start))
    return wording.text("pictures", "time_line.period", start=labels.day(period.start), end=labels.day(period.end))


def _gap_span(gap: Span) -> str:
    start, end = labels.day(gap.start), labels.day(gap.end)
    return wording.text("pictures", "time_line.gap_span", start=start, end=end, days=gap.days)


def _run(period: Period, scale: _Scale, today: date) -> str:
    start, end = scale.x(period.start), scale.x((period.end or max(today, period.start)) + timedelta(days=1))
    return rect(start, _BAR_TOP, max(2, end - start), _BAR_HEIGHT, "f-green", round_by=4)


def _gap(gap: Span, scale: _Scale) -> str:
    start, end = scale.x(gap.start), scale.x(gap.end + timedelta(days=1))
    box = rect(start, _BAR_TOP, max(2, end - start), _BAR_HEIGHT, "f-paper s-red", line=2)
    stripes, x = [], start + 6
    while x < end - 2:
        stripes.append(f"M{x:g} {_BAR_TOP + _BAR_HEIGHT - 5}L{min(x + 10, end - 2):g} {_BAR_TOP + 5}")
        x += 12
    return box + (line("".join(stripes), "s-red", width=1.5) if stripes else "")


@dataclass(frozen=True)
class _Mark:
    """A day with its name above the bar."""

    day: date
    label: str
    y: float
    stroke: str
    fill: str


def _post(mark: _Mark, scale: _Scale) -> str:
    x = scale.x(mark.day)
    return line(f"M{x:g} {mark.y + 5:g}V{_BAR_TOP + _BAR_HEIGHT + 4}", f"s-{mark.stroke}", width=2.5)


def _name(mark: _Mark, scale: _Scale) -> str:
    half = 8 * len(mark.label)
    middle = min(max(scale.x(mark.day), _LEFT + half), _RIGHT - half)
    behind = rect(middle - half, mark.y - 15, 2 * half, 19, "f-paper")  # the other day's post may stand here
    return behind + words(middle, mark.y, mark.label, f"f-{mark.fill}", size=15, bold=mark.fill == "green")


def _months(scale: _Scale) -> str:
    firsts = []
    year, month = scale.first.year, scale.first.month
    while (day := date(year, month, 1)) <= scale.last:
        if day >= scale.first:
            firsts.append(day)
        year, month = year + month // 12, month % 12 + 1
    step = next((n for n in (1, 2, 3, 6, 12) if len(firsts) <= n * _MOST_MONTHS), max(12, len(firsts) // 4))
    shapes = [line(f"M{_LEFT} {_BAR_TOP + _BAR_HEIGHT + 8}H{_RIGHT}", "s-line", width=1)]
    named_to = float(_LEFT)
    for day in firsts[::step]:
        x = scale.x(day)
        shapes.append(line(f"M{x:g} {_BAR_TOP + _BAR_HEIGHT + 4}v8", "s-line", width=1))
        middle = min(max(x, _LEFT + _HALF_NAME), _RIGHT - _HALF_NAME)
        if middle - _HALF_NAME >= named_to:
            shapes.append(words(middle, _BAR_TOP + _BAR_HEIGHT + 30, f"{day:%y}年{day.month}月", "f-soft", size=13))
            named_to = middle + _HALF_NAME + 4
    return "".join(shapes)


def _dated(day: date) -> str:
    return f"{day:%y}年{day.month}月{day.day}日"


def _legend(has_gap: bool) -> str:
    entries = [rect(_LEFT, 150, 22, 14, "f-green", round_by=3)]
    entries.append(words(_LEFT + 30, 163, wording.text("pictures", "time_line.registered"), size=15, anchor="start"))
    if has_gap:
        entries.append(rect(_LEFT + 110, 150, 22, 14, "f-paper s-red", line=2))
        entries.append(words(_LEFT + 140, 163, wording.text("pictures", "time_line.gap"), size=15, anchor="start"))
    return "".join(entries)
