"""Adding up periods of registration."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machine.registered_time import (
    Counting,
    FuturePeriod,
    Period,
    RegisteredTime,
    ReversedPeriod,
    Span,
    add_months,
    add_up,
    periods_from,
)

TODAY = date(2026, 11, 23)
BOTH = st.sampled_from(Counting)
GAPS = st.integers(0, 20)


def d(text: str) -> date:
    """A date from its ISO form."""
    return date.fromisoformat(text)


@st.composite
def some_periods(draw: st.DrawFn) -> list[Period]:
    """Up to six periods within some three years, some still going on."""
    starts = draw(st.lists(st.integers(0, 1000), max_size=6))
    made = []
    for back in starts:
        start = TODAY - timedelta(days=back)
        end = draw(st.none() | st.integers(0, back).map(lambda n, start=start: start + timedelta(days=n)))
        made.append(Period("杭州市", start, end))
    return made


@pytest.mark.parametrize(
    ("start", "full"),
    [
        ("2026-05-15", "2026-11-15"),
        ("2025-08-31", "2026-02-28"),
        ("2023-08-30", "2024-02-29"),
        ("2025-10-31", "2026-04-30"),
        ("2026-02-28", "2026-08-28"),
    ],
)
def test_six_months_end_on_the_corresponding_day(start: str, full: str) -> None:
    """民法典 202: the same day six months on, or that month's last day if it has none."""
    assert add_months(d(start), 6) == d(full)
    assert add_up([Period("p", d(start), d(full))], TODAY).enough_on == d(full)
    assert not add_up([Period("p", d(start), d(full) - timedelta(days=1))], TODAY).enough


def test_it_says_how_many_days_are_missing_and_from_when_it_is_enough() -> None:
    """还差 23 天，12 月 15 日起可办."""
    time = add_up([Period("杭州市", d("2026-06-15"))], d("2026-11-22"))
    assert (time.enough, time.missing_days, time.enough_on) == (False, 23, d("2026-12-15"))


def test_full_on_the_very_day() -> None:
    """On the corresponding day it is enough, and nothing is missing."""
    time = add_up([Period("杭州市", d("2026-05-23"))], TODAY)
    assert (time.enough, time.missing_days, time.enough_on) == (True, 0, TODAY)


def test_overlapping_and_adjoining_periods_are_one_run() -> None:
    """Moving from one place to the next without a day between breaks nothing."""
    time = add_up(
        [
            Period("a", d("2026-01-01"), d("2026-03-31")),
            Period("b", d("2026-04-01"), d("2026-06-30")),
            Period("c", d("2026-06-01"), d("2026-07-31")),
        ],
        TODAY,
    )
    assert time.runs == (Span(d("2026-01-01"), d("2026-07-31")),)
    assert time.gaps == ()
    assert time.enough
    assert time.enough_on == d("2026-07-01")


def test_a_gap_breaks_the_run_unless_it_is_allowed() -> None:
    """Three days between two registrations part them at 0 and at 2 allowed days, not at 3."""
    two = [Period("a", d("2026-03-01"), d("2026-07-31")), Period("b", d("2026-08-04"))]
    for allowed, runs in ((0, 2), (2, 2), (3, 1)):
        assert len(add_up(two, TODAY, allowed).runs) == runs
    assert add_up(two, TODAY).gaps == (Span(d("2026-08-01"), d("2026-08-03")),)
    assert not add_up(two, TODAY).enough
    assert add_up(two, TODAY, 3).enough


def test_the_two_readings_part_over_a_gap() -> None:
    """Nine months in two pieces: enough as a total, not as one run; both are said, the setting decides."""
    two = [Period("a", d("2026-01-01"), d("2026-05-15")), Period("b", d("2026-07-15"))]
    as_run, as_total = add_up(two, TODAY), add_up(two, TODAY, counting=Counting.TOTAL)
    for time in (as_run, as_total):
        assert (time.enough_by_run, time.enough_by_total) == (False, True)
        assert time.total_days == 135 + 132
        assert time.longest_run == Span(d("2026-01-01"), d("2026-05-15"))
    assert (as_run.enough, as_run.enough_on) == (False, d("2027-01-15"))
    assert (as_total.enough, as_total.missing_days) == (True, 0)
    assert as_total.enough_on == add_months(d("2026-07-15") - timedelta(days=135), 6)


def test_earlier_days_count_towards_the_total_only() -> None:
    """A hundred earlier days bring the total's date forward by a hundred days, the run's not at all."""
    two = [Period("a", d("2026-01-01"), d("2026-04-10")), Period("b", d("2026-11-01"))]
    assert add_up(two, TODAY).enough_on == d("2027-05-01")
    total = add_up(two, TODAY, counting=Counting.TOTAL)
    assert total.enough_on == add_months(d("2026-11-01") - timedelta(days=100), 6)
    assert total.missing_days == (add_months(d("2026-07-24"), 6) - TODAY).days


def test_a_registration_that_ended_promises_no_date() -> None:
    """Without a registration going on there is no date, only how long a new one must last."""
    time = add_up([Period("a", d("2026-01-01"), d("2026-02-01"))], TODAY)
    assert (time.enough, time.enough_on) == (False, None)
    assert time.missing_days == (d("2027-05-23") - TODAY).days


def test_no_periods_at_all() -> None:
    """Never registered: nothing, and six months missing."""
    time = add_up([], TODAY)
    assert (time.total_days, time.runs, time.longest_run, time.enough, time.enough_on) == (0, (), None, False, None)
    assert time.missing_days == (d("2027-05-23") - TODAY).days


@pytest.mark.parametrize(
    ("start", "end", "error"),
    [
        ("2026-11-24", None, FuturePeriod),
        ("2026-11-01", "2026-11-24", FuturePeriod),
        ("2026-11-10", "2026-11-09", ReversedPeriod),
    ],
)
def test_impossible_periods_are_named(start: str, end: str | None, error: type[Exception]) -> None:
    """A future or a reversed period is an error by name, without place or date in its message."""
    with pytest.raises(error) as raised:
        add_up([Period("余杭区某路", d(start), d(end) if end else None)], TODAY)
    assert "余杭" not in str(raised.value)
    assert "2026" not in str(raised.value)


def test_periods_are_read_from_an_answer() -> None:
    """The answer's JSON becomes periods; a null end is still going on."""
    told = [
        {"place": "杭州市", "from": "2026-01-01", "to": None},
        {"place": "x", "from": "2025-01-01", "to": "2025-02-01"},
    ]
    assert periods_from(told) == [Period("杭州市", d("2026-01-01")), Period("x", d("2025-01-01"), d("2025-02-01"))]


@given(some_periods(), st.randoms(use_true_random=False), GAPS, BOTH)
def test_order_and_repeats_do_not_matter(periods, random, gap: int, counting: Counting) -> None:
    """Shuffled, or told twice, it is the same time."""
    shuffled = periods + periods[: len(periods) // 2]
    random.shuffle(shuffled)
    assert add_up(shuffled, TODAY, gap, counting) == add_up(periods, TODAY, gap, counting)


@given(some_periods(), some_periods(), GAPS, BOTH)
def test_another_period_never_makes_it_less(periods, more, gap: int, counting: Counting) -> None:
    """Telling of one more registration can only help."""
    less, much = add_up(periods, TODAY, gap, counting), add_up(periods + more, TODAY, gap, counting)
    assert much.total_days >= less.total_days
    assert longest(much) >= longest(less)
    assert much.enough >= less.enough
    assert much.missing_days <= less.missing_days


def longest(time: RegisteredTime) -> int:
    """Days of the longest run."""
    return time.longest_run.days if time.longest_run else 0


@given(some_periods(), GAPS, BOTH)
def test_the_figures_agree_with_a_calendar_ticked_day_by_day(periods, gap: int, counting: Counting) -> None:
    """Runs, gaps and total are what one gets by ticking the days one by one."""
    time = add_up(periods, TODAY, gap, counting)
    ticked = {p.start + timedelta(days=n) for p in periods for n in range(((p.end or TODAY) - p.start).days + 1)}
    runs: list[list[date]] = []
    for day in sorted(ticked):
        if runs and (day - runs[-1][-1]).days - 1 <= gap:
            runs[-1].append(day)
        else:
            runs.append([day])
    assert time.runs == tuple(Span(run[0], run[-1]) for run in runs)
    assert len(time.gaps) == max(0, len(runs) - 1)
    assert time.total_days == sum(run.days for run in time.runs)
    assert (time.missing_days == 0) == time.enough
    assert time.enough_by_total >= time.enough_by_run
    assert time.enough_by_run == any(add_months(run.start, 6) <= run.end for run in time.runs)


@given(some_periods(), GAPS, BOTH)
def test_the_promised_date_is_kept(periods, gap: int, counting: Counting) -> None:
    """If registration goes on, it is not enough the day before the promised date and enough on it."""
    time = add_up(periods, TODAY, gap, counting)
    if time.enough or time.enough_on is None:
        return
    on, eve = time.enough_on, time.enough_on - timedelta(days=1)
    going_on = [Period(p.place, p.start, None if p.end in (None, TODAY) else p.end) for p in periods]
    assert (on - TODAY).days == time.missing_days
    assert add_up(going_on, on, gap, counting).enough
    assert not add_up(going_on, eve, gap, counting).enough
