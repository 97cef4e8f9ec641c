"""Working days and due dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machine.working_days import PACKAGE_THROUGH, Calendar, YearNotPublished, due_on

CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("2026-02-12", "2026-02-14"),
        ("2026-02-13", "2026-02-24"),
        ("2026-09-05", "2026-09-08"),
        ("2026-09-30", "2026-10-09"),
        ("2026-10-08", "2026-10-10"),
        ("2026-11-20", "2026-11-24"),
        ("2026-11-23", "2026-11-25"),
    ],
)
def test_two_working_days_as_the_office_counts_them(accepted: str, due: str) -> None:
    """The vectors of the domain page, make-up Saturdays and long holidays among them."""
    assert due_on(date.fromisoformat(accepted), 2, CALENDAR) == date.fromisoformat(due)


@given(st.dates(date(2004, 1, 1), date(2026, 12, 1)), st.integers(1, 10))
def test_the_term_holds_exactly_its_working_days(accepted: date, days: int) -> None:
    """From the day after acceptance to the due day lie exactly that many working days, the last one worked."""
    due = due_on(accepted, days, CALENDAR)
    after = [accepted + timedelta(days=n) for n in range(1, (due - accepted).days + 1)]
    assert sum(CALENDAR.is_workday(day) for day in after) == days
    assert CALENDAR.is_workday(due)


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(PACKAGE_THROUGH + 1, 1, 4)])
def test_a_year_not_known_is_an_error(day: date) -> None:
    """Outside the published years nothing is guessed."""
    with pytest.raises(YearNotPublished) as unknown:
        CALENDAR.is_workday(day)
    assert unknown.value.year == day.year


def test_a_term_that_runs_into_an_unknown_year_is_an_error() -> None:
    """A case accepted on the last day of the last known year has no due date yet."""
    with pytest.raises(YearNotPublished):
        due_on(date(PACKAGE_THROUGH, 12, 31), 2, CALENDAR)


def test_a_published_year_is_counted_from_its_overrides() -> None:
    """Once next year's arrangement is entered, the due date appears."""
    following = PACKAGE_THROUGH + 1
    calendar = Calendar({date(following, 1, 1): False}, published_through=following)
    accepted = date(PACKAGE_THROUGH, 12, 31)
    due = due_on(accepted, 1, calendar)
    assert due > date(following, 1, 1)
    assert due.weekday() < 5


def test_an_override_wins_over_the_package() -> None:
    """A day declared off at short notice is off."""
    day = date(2026, 11, 24)
    assert CALENDAR.is_workday(day)
    assert due_on(date(2026, 11, 23), 2, Calendar({day: False})) == date(2026, 11, 26)


def test_a_single_overridden_day_is_known_in_an_unknown_year() -> None:
    """One day announced ahead is known; its neighbours are not."""
    first = date(PACKAGE_THROUGH + 1, 1, 1)
    calendar = Calendar({first: False})
    assert calendar.is_workday(first) is False
    with pytest.raises(YearNotPublished):
        calendar.is_workday(first + timedelta(days=1))


def test_a_year_without_any_override_cannot_be_called_published() -> None:
    """Forgetting to enter the year's holidays is noticed at the start, not by an applicant."""
    with pytest.raises(ValueError, match=str(PACKAGE_THROUGH + 1)):
        Calendar(published_through=PACKAGE_THROUGH + 1)


def test_a_year_can_be_held_back() -> None:
    """Lowering the last year makes later ones unknown, whatever the package says."""
    with pytest.raises(YearNotPublished):
        Calendar(published_through=2025).is_workday(date(2026, 1, 5))


def test_a_term_has_at_least_a_day() -> None:
    """A term of no days is a mistake of the caller."""
    with pytest.raises(ValueError, match="at least one"):
        due_on(date(2026, 11, 23), 0, CALENDAR)
