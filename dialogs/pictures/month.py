"""A month's calendar with the day of acceptance and the day the result is due; days off are marked (通则 5.2)."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta

from dialogs import labels, wording
from dialogs.pictures.canvas import WIDTH, Drawing, rect, words
from state_machine.working_days import Calendar, YearNotPublished

_DAY = timedelta(days=1)
_CELL, _ROW, _LEFT = 54, 54, 11
#: What is drawn at the most: an acceptance and its due date are days apart, weeks at the worst.
LONGEST = timedelta(days=62)


def draw(accepted: date, due: date, calendar: Calendar) -> Drawing:
    """One grid for each month from acceptance to the due date. Raises `ValueError` if that is backwards or too long."""
    if not timedelta(0) <= due - accepted <= LONGEST:
        raise ValueError("not a time limit")
    shapes, top = [], 8.0
    for year, month in _months(accepted, due):
        drawn, top = _grid(year, month, top, accepted, due, calendar)
        shapes.append(drawn)
    shapes.append(words(WIDTH / 2, top + 22, wording.text("pictures", "month.legend"), "f-soft", size=15))
    title = wording.text("pictures", "month.title")
    return Drawing(top + 36, "".join(shapes), title, in_words(accepted, due, calendar))


def in_words(accepted: date, due: date, calendar: Calendar) -> str:
    """What the grid says."""
    between = [accepted + _DAY * n for n in range(1, (due - accepted).days)]
    off = [day for day in between if _is_off(day, calendar)]
    said = ""
    if off:
        said = wording.text("pictures", "month.words_off", days="、".join(f"{d.month}月{d.day}日" for d in off))
    if not _is_published(due, calendar):
        said += wording.text("pictures", "month.words_unpublished")
    return wording.text("pictures", "month.words", accepted=labels.day(accepted), due=labels.day(due), off=said)


def _months(first: date, last: date) -> list[tuple[int, int]]:
    found = [(first.year, first.month)]
    while found[-1] < (last.year, last.month):
        year, month = found[-1]
        found.append((year + month // 12, month % 12 + 1))
    return found


def _grid(year: int, month: int, top: float, accepted: date, due: date, calendar: Calendar) -> tuple[str, float]:
    heading = wording.text("pictures", "month.heading", year=year, month=month)
    shapes = [words(WIDTH / 2, top + 26, heading, size=20, bold=True)]
    for column, name in enumerate(wording.text("pictures", "month.weekdays")):
        shapes.append(words(_middle(column), top + 56, name, "f-soft", size=15))
    top += 66
    for week in months.Calendar().monthdatescalendar(year, month):
        for column, day in enumerate(week):
            if day.month == month:
                shapes.append(_cell(_LEFT + column * _CELL, top, day, accepted, due, calendar))
        top += _ROW
    return "".join(shapes), top + 6


def _middle(column: int) -> float:
    return _LEFT + column * _CELL + _CELL / 2


def _cell(x: float, y: float, day: date, accepted: date, due: date, calendar: Calendar) -> str:
    box = (x + 2, y + 2, _CELL - 4, _ROW - 4)
    middle, note, style, soft = x + _CELL / 2, "", "f-ink", "f-soft"
    shape = ""
    if day == due:
        shape, note = rect(*box, "f-green", round_by=8), wording.text("pictures", "month.due")
        style = soft = "f-on_green"
    elif day == accepted:
        shape, note = rect(*box, "f-here s-green", round_by=8, line=2), wording.text("pictures", "month.accepted")
    elif _is_off(day, calendar):
        shape, style, note = rect(*box, "f-pale", round_by=8), "f-soft", wording.text("pictures", "month.day_off")
    elif day.weekday() > 4:
        note = wording.text("pictures", "month.make_up")
    number = words(middle, y + 26, str(day.day), style, size=19, bold=day in (accepted, due))
    return shape + number + (words(middle, y + 45, note, soft, size=14) if note else "")


def _is_off(day: date, calendar: Calendar) -> bool:
    try:
        return not calendar.is_workday(day)
    except YearNotPublished:
        return day.weekday() > 4


def _is_published(day: date, calendar: Calendar) -> bool:
    try:
        calendar.is_workday(day)
    except YearNotPublished:
        return False
    return True
