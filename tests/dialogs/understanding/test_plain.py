"""A plain answer means what the long way would have found, for every place, and for numbers and dates of all kinds."""

from __future__ import annotations

from datetime import date

import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

from dialogs.divisions import lookup
from dialogs.understanding.decide import weigh
from dialogs.understanding.plain import plain_answer
from tests.simulators.people import id_number, person

TODAY = date(2026, 11, 23)
NUMBERS = ("id_number", "phone", "permit_number")
PLACES = ("permit_place", "hukou_province", "hukou_county")

digits = st.text("0123456789", min_size=5, max_size=22)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
people = st.builds(
    id_number,
    st.sampled_from(["331126", "522229", "110101"]),
    st.dates(date(1930, 1, 1), date(2026, 11, 1)),
    st.integers(1, 998),
)
permits = st.from_regex(r"33[0-9]{12,16}X?", fullmatch=True)


def assert_the_same(text: str, asking: str) -> bool:
    """Where there is a plain answer it is the long way's. Returns whether there is one."""
    short = plain_answer(text, asking, TODAY)
    if short is None:
        return False
    long = weigh(text, asking, TODAY)
    assert (short.intent, short.fills, short.faq, short.field) == (long.intent, long.fills, long.faq, long.field)
    return True


@given(st.one_of(digits, mobiles, people, permits), st.sampled_from(NUMBERS))
def test_numbers_mean_the_same_both_ways(text: str, asking: str) -> None:
    """Numbers of every length, with and without meaning, at each question for a number."""
    assert_the_same(text, asking)


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{y}年{m}月{d}日", "{y}-{m:02}-{d:02}", "{y}.{m}.{d}"]),
)
def test_dates_mean_the_same_both_ways(day: date, spelling: str) -> None:
    """Full dates in the usual spellings; each is a plain answer."""
    assert assert_the_same(spelling.format(y=day.year, m=day.month, d=day.day), "permit_valid_until")


@pytest.mark.parametrize("asking", PLACES)
def test_places_mean_the_same_both_ways(asking: str) -> None:
    """Every division of the country by its official name."""
    names = sorted(set(lookup.index().names.values()))
    assert sum(assert_the_same(name, asking) for name in names) > 20


@pytest.mark.parametrize("seed", range(300))
def test_names_mean_the_same_both_ways(seed: int) -> None:
    """Names drawn by the simulators and by Faker."""
    faker = Faker("zh_CN")
    faker.seed_instance(seed)
    for name in (person(seed, TODAY).name, faker.name(), faker.name()):
        assert_the_same(name, "name")


def test_most_names_are_plain() -> None:
    """Otherwise the short way would be for nobody."""
    assert sum(plain_answer(person(seed, TODAY).name, "name", TODAY) is not None for seed in range(200)) > 100


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("13800001234", None),
        ("13800001234", "name"),
        ("我的是13800001234", "phone"),
        ("不是温岭市", "permit_place"),
        ("取消", "name"),
    ],
)
def test_what_may_be_more_is_understood_the_long_way(text: str, asking: str | None) -> None:
    """Anything beside the answer, or another question, is no plain answer."""
    assert plain_answer(text, asking, TODAY) is None
