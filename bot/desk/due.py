"""When a case must be decided, in words, for the queue and the case page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk.words import Words, due_in_words, say
from dialogs.rules import Rules
from state_machine.case_records import CaseState
from state_machine.case_table import ENDED
from state_machine.working_days import Calendar, YearNotPublished
from state_machine.working_hours import WorkingHours, working_time_left


def due_words(
    state: CaseState,
    due_on: date | None,
    unknown: bool,
    submitted_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    rules: Rules,
    hours: WorkingHours,
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
    return due_in_words(due_on, local, _left(local, due_on, hours, rules.calendar), hours)


def _waiting(span: timedelta) -> Words:
    if span < timedelta(days=1):
        hours = span // timedelta(hours=1)
        return Words(say("due.none_hours", hours=hours) if hours > 0 else say("due.none_now"))
    return Words(say("due.none_days", days=span.days), "warn")


def _left(now: datetime, due_on: date, hours: WorkingHours, calendar: Calendar) -> timedelta | None:
    """Working time to the due day's close; None where a year is not published."""
    try:
        return working_time_left(now, due_on, hours, calendar)
    except YearNotPublished:
        return None
