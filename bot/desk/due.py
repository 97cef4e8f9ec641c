"""When a case must be decided, in words, for the queue and the case page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk.words import Words, closing_time, due_in_words, say
from dialogs.rules import Rules
from state_machine.case_records import CaseState
from state_machine.case_table import ENDED
from state_machine.working_days import Calendar, YearNotPublished


def due_words(
    state: CaseState,
    due_on: date | None,
    unknown: bool,
    submitted_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    rules: Rules,
) -> Words:
    """The line for one case. An approved case has been decided in time or not; issuing it stays due.

    Before acceptance no term runs, but somebody waits: how long since the application was handed in.
    """
    if state in ENDED:
        return Words(say("due.decided"))
    if state is CaseState.RETURNED:
        return Words(say("due.waiting"))
    if unknown:
        return Words(say("due.unknown"), "warn")
    if due_on is None:
        return _waiting(now - submitted_at)
    local = now.astimezone(zone)
    left = workdays_left(local.date(), due_on, rules.calendar)
    return due_in_words(due_on, local, closing_time(rules.office_hours), left)


def _waiting(span: timedelta) -> Words:
    if span < timedelta(days=1):
        hours = span // timedelta(hours=1)
        return Words(say("due.none_hours", hours=hours) if hours > 0 else say("due.none_now"))
    return Words(say("due.none_days", days=span.days), "warn")


def workdays_left(today: date, due_on: date, calendar: Calendar) -> int | None:
    """How many working days follow today up to the due day; None where a year is not published."""
    days = (due_on - today).days
    try:
        return sum(calendar.is_workday(today + timedelta(days=n)) for n in range(1, days + 1))
    except YearNotPublished:
        return None
