"""When somebody is at the office: weekly hours with the working calendar over them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from state_machine.office_hours import HoursUnreadable, OfficeHours, read_hours
from state_machine.working_days import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = "周一至周五 8:30-12:00 14:00-17:30；周六 9:00-11:30"


def at(text: str) -> datetime:
    """A local moment."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def hours(text: str = HOURS) -> OfficeHours:
    """Hours that are there."""
    found = read_hours(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2026-11-23T08:30", "2026-11-23T08:30"),  # Monday, the very minute
        ("2026-11-23T11:59", "2026-11-23T08:30"),
        ("2026-11-23T12:00", None),
        ("2026-11-23T15:00", "2026-11-23T14:00"),
        ("2026-11-28T10:00", "2026-11-28T09:00"),  # an ordinary Saturday
        ("2026-11-29T10:00", None),  # Sunday
        ("2026-10-01T10:00", None),  # 国庆, a Thursday
        ("2026-10-03T10:00", None),  # 国庆, a Saturday
        ("2026-10-10T15:00", "2026-10-10T14:00"),  # 调休: a Saturday that is worked has working days' hours
    ],
)
def test_who_is_there_follows_the_weekday_and_the_calendar(moment: str, opened: str | None) -> None:
    """Holidays close, make-up days open, and a span ends when it ends."""
    found = hours().open_since(at(moment), Calendar())
    assert found == (at(opened) if opened else None)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23T07:00", "2026-11-23T08:30"),
        ("2026-11-23T12:30", "2026-11-23T14:00"),
        ("2026-11-27T18:00", "2026-11-28T09:00"),
        ("2026-11-28T12:00", "2026-11-30T08:30"),
        ("2026-09-30T18:00", "2026-10-08T08:30"),
        ("2026-12-31T18:00", None),  # 2027 is not published: nothing is promised
    ],
)
def test_the_next_opening_is_a_promise_or_nothing(moment: str, opens: str | None) -> None:
    """Over weekends and holidays; never into a year nobody knows."""
    found = hours().next_opening(at(moment), Calendar())
    assert found == (at(opens) if opens else None)


def test_hours_without_a_day_are_those_of_working_days() -> None:
    """As counties write them, with the blanks and marks they use."""
    plain = hours("8:30-12:00，14:00—17:30")
    assert plain.open_since(at("2026-11-24T09:00"), Calendar()) is not None
    assert plain.open_since(at("2026-11-28T09:00"), Calendar()) is None
    assert read_hours("") is None


def test_a_day_off_entered_by_hand_closes_the_weekend_too() -> None:
    """An override wins over weekly hours."""
    calendar = Calendar(overrides={date(2026, 11, 28): False})
    assert hours().open_since(at("2026-11-28T10:00"), calendar) is None


@pytest.mark.parametrize("text", ["早上八点", "25:00-26:00", "12:00-8:00", "周八 8:00-9:00", "8:30-12:00 有时候"])
def test_what_is_no_hours_is_refused_with_an_example(text: str) -> None:
    """A setting that cannot be counted by stops the start."""
    with pytest.raises(HoursUnreadable, match="周一至周五"):
        read_hours(text)
