"""Reading a year's arrangement: lines people paste, days they tick, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.admin.holidays import as_text, days_of, from_ticks, ordinary, read_days, troubles_of
from state_machine.working_days import PACKAGE_THROUGH, Calendar

YEAR = PACKAGE_THROUGH + 1
BASE = Calendar()
GOOD = f"{YEAR}-01-01 至 {YEAR}-01-03: 休\n{YEAR}-05-01: 休\n{YEAR}-10-01 到 {YEAR}-10-07 休\n{YEAR}-10-09: 班"


@pytest.mark.parametrize(
    "line",
    [
        f"{YEAR}-01-01: 休",
        f"- {YEAR}-1-1: 休",
        f'"{YEAR}-01-01": 休  # 元旦',
        f"{YEAR}/1/1,休",
        f"{YEAR}.1.1 放假",
        f"{YEAR}年1月1日：休",
        f"{YEAR}-01-01: false",
    ],
)
def test_one_day_may_be_written_in_many_ways(line: str) -> None:
    """YAML, CSV, slashes, Chinese dates."""
    assert read_days(line, YEAR) == ({date(YEAR, 1, 1): False}, [])


def test_a_span_is_all_its_days_and_the_list_comes_back_as_it_went() -> None:
    """至 means every day from the first to the last."""
    days, troubles = read_days(GOOD, YEAR)
    assert troubles == []
    assert sum(not worked for worked in days.values()) == 11
    assert read_days(as_text(days), YEAR) == (days, [])
    assert troubles_of(days, YEAR, BASE, PACKAGE_THROUGH) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("元旦放假", "line"),
        (f"{YEAR}-02-30: 休", "line"),
        (f"{YEAR}-01-05 至 {YEAR}-01-01: 休", "line"),
        (f"{YEAR + 1}-01-01: 休", "other_year"),
        (f"{YEAR}-01-01: 休\n{YEAR}-01-01: 班", "twice"),
        ("=cmd|' /C calc'!A0", "line"),
    ],
)
def test_a_line_that_cannot_be_right_is_named(text: str, code: str) -> None:
    """Nothing is guessed and nothing is dropped in silence."""
    assert [trouble.code for trouble in read_days(text, YEAR)[1]] == [code]


def test_a_year_without_its_holidays_is_refused() -> None:
    """1 January, 1 May and 1 October are days off in every year; years come one after another."""
    worked_new_year = dict.fromkeys([date(YEAR, 1, 1)], True)
    codes = {trouble.code for trouble in troubles_of(worked_new_year, YEAR, BASE, PACKAGE_THROUGH)}
    assert "always_off" in codes
    assert [t.code for t in troubles_of({}, YEAR, BASE, PACKAGE_THROUGH)] == ["empty"]
    days, _ = read_days(GOOD.replace(str(YEAR), str(YEAR + 1)), YEAR + 1)
    assert "year_before_first" in {t.code for t in troubles_of(days, YEAR + 1, BASE, PACKAGE_THROUGH)}


def test_ticks_say_the_same_as_lines() -> None:
    """Only what differs from Monday-to-Friday is kept."""
    days, _ = read_days(f"{YEAR}-01-01: 休\n{YEAR}-05-01: 休\n{YEAR}-10-01: 休", YEAR)
    ticked = [day.isoformat() for day in days_of(YEAR) if days.get(day, ordinary(day, BASE))]
    expected = {day: worked for day, worked in days.items() if worked != ordinary(day, BASE)}
    assert from_ticks(ticked, YEAR, BASE) == expected
