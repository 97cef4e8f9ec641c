"""Working time to a due date: the vectors of the calendar, lunch, weekends and make-up days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from state_machine.working_days import Calendar, YearNotPublished, due_on
from state_machine.working_hours import read_working_hours, working_time_left

HOURS = read_working_hours("8:30-12:00 14:00-17:30")
CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("now", "due", "hours"),
    [
        ((2026, 11, 20, 16, 30), (2026, 11, 24), 15),  # Friday afternoon, Monday, Tuesday
        ((2026, 11, 21, 10, 0), (2026, 11, 24), 14),  # Saturday
        ((2026, 2, 12, 17, 30), (2026, 2, 14), 14),  # a make-up Saturday is worked
        ((2026, 2, 13, 8, 0), (2026, 2, 24), 21),  # the Spring Festival between
        ((2026, 9, 5, 12, 0), (2026, 9, 8), 14),
        ((2026, 9, 30, 17, 0), (2026, 10, 9), 14.5),
        ((2026, 10, 8, 9, 30), (2026, 10, 10), 20),
        ((2026, 11, 24, 13, 0), (2026, 11, 24), 3.5),  # at lunch
        ((2026, 11, 24, 17, 29), (2026, 11, 24), 1 / 60),
        ((2026, 11, 24, 17, 30), (2026, 11, 24), 0),
        ((2026, 11, 25, 9, 0), (2026, 11, 24), 0),
    ],
)
def test_the_time_left_is_counted_in_working_hours(
    now: tuple[int, ...], due: tuple[int, int, int], hours: float
) -> None:
    """Weekends, holidays and lunch do not count, make-up days do; past the close nothing is left."""
    left = working_time_left(datetime(*now), date(*due), HOURS, CALENDAR)  # type: ignore[arg-type, misc]  # noqa: DTZ001  # local time, five numbers
    assert left == timedelta(hours=hours)


@pytest.mark.parametrize("accepted", [date(2026, 2, 12), date(2026, 2, 13), date(2026, 10, 8), date(2026, 11, 20)])
def test_a_case_just_accepted_after_hours_has_its_whole_term(accepted: date) -> None:
    """Two working days are twice the hours of a day, whatever lies between."""
    evening = datetime.combine(accepted, datetime.max.time().replace(hour=18))
    left = working_time_left(evening, due_on(accepted, 2, CALENDAR), HOURS, CALENDAR)
    assert left == 2 * HOURS.of_a_day == timedelta(hours=14)


def test_a_year_that_is_not_published_is_not_guessed() -> None:
    """待放假安排公布."""
    with pytest.raises(YearNotPublished):
        working_time_left(datetime(2026, 12, 31, 9), date(2027, 1, 5), HOURS, CALENDAR)  # noqa: DTZ001  # local time


@pytest.mark.parametrize("text", ["", "全天", "12:00-8:30", "8:30-12:00 11:00-17:30", "8:30", "25:00-26:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    """A wrong setting stops the start, it does not count wrongly."""
    with pytest.raises(ValueError, match=r"8:30-12:00|hour must be"):
        read_working_hours(text)
