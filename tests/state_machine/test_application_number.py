"""申请编号 and what people type for it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machine.application_number import ApplicationNumber, format_number, parse_number

DAYS = st.dates(date(2023, 9, 27), date(2099, 12, 31))


def test_a_number_looks_as_agreed() -> None:
    """The form is letters, the day, a dash and at least four digits."""
    assert format_number("QY", date(2026, 11, 23), 7) == "QY20261123-0007"


@given(st.from_regex(r"[A-Z]{2,4}", fullmatch=True), DAYS, st.integers(1, 999_999))
def test_a_number_reads_back(prefix: str, day: date, serial: int) -> None:
    """What is written can be read."""
    assert parse_number(format_number(prefix, day, serial)) == ApplicationNumber(prefix, day, serial)


@pytest.mark.parametrize(
    "typed",
    ["qy20261123-0007", "QY202611230007", " QY 20261123 - 0007 ", "ＱＹ２０２６１１２３－０００７", "QY20261123—0007"],
)
def test_a_number_is_read_as_typed(typed: str) -> None:
    """Case, width, blanks and the kind of dash do not matter."""
    assert parse_number(typed) == ApplicationNumber("QY", date(2026, 11, 23), 7)


@pytest.mark.parametrize("typed", ["", "0007", "QY20261323-0007", "QY20261123-0000", "QY20261123-007", "你好"])
def test_what_is_no_number_is_none(typed: str) -> None:
    """A wrong date, a zero serial and other words are no number."""
    assert parse_number(typed) is None


@pytest.mark.parametrize(("prefix", "serial"), [("q", 1), ("QY", 0), ("QY", 1_000_000)])
def test_a_number_out_of_form_is_not_made(prefix: str, serial: int) -> None:
    """Letters and serial must fit the form."""
    with pytest.raises(ValueError, match=r"prefix|serial"):
        format_number(prefix, date(2026, 11, 23), serial)
