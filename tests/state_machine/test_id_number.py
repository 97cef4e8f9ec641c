"""公民身份证号码."""

from __future__ import annotations

from datetime import date

import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

from state_machine.codes import Sex
from state_machine.id_number import IdNumber, IdNumberProblem, make_check_digit, read_id_number
from tests.state_machine.made import id_number

TODAY = date(2026, 11, 23)
P = IdNumberProblem
REGIONS = st.from_regex(r"[1-6][0-9]{5}", fullmatch=True)


@given(REGIONS, st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))
def test_a_made_number_reads_back(region: str, birth: date, serial: int) -> None:
    """Birth date and sex stand in every number that checks, whatever the region."""
    number = id_number(f"{birth:%Y%m%d}", f"{serial:03d}", region)
    read = read_id_number(number, TODAY)
    assert read == IdNumber(number, birth, Sex.MALE if serial % 2 else Sex.FEMALE)


@given(REGIONS, st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_no_single_wrong_digit_passes(region: str, birth: date, serial: int, at: int, by: int) -> None:
    """Every slip in one digit is noticed."""
    number = id_number(f"{birth:%Y%m%d}", f"{serial:03d}", region)
    digit = 10 if number[at] == "X" else int(number[at])
    slip = number[:at] + str((digit + by) % 10) + number[at + 1 :]
    assert slip == number or isinstance(read_id_number(slip, TODAY), IdNumberProblem)


@given(REGIONS, st.integers(0, 15))
def test_no_two_swapped_neighbours_pass(region: str, at: int) -> None:
    """Every swap of neighbours is noticed."""
    number = id_number(region=region)
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert swapped == number or isinstance(read_id_number(swapped, TODAY), IdNumberProblem)


def test_numbers_made_by_others_read() -> None:
    """A third party's generator and ours agree."""
    people = Faker("zh_CN")
    people.seed_instance(7)
    assert all(isinstance(read_id_number(people.ssn(), TODAY), IdNumber) for _ in range(200))


def test_width_case_and_blanks_do_not_matter() -> None:
    """Full-width digits, a small x, blanks and dashes are read as meant."""
    plain = next(n for s in range(100) if (n := id_number(serial=f"{s:03d}")).endswith("X"))
    wide = plain.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    spelled = f" {plain[:6]} {plain[6:14]}-{plain[14:17]}x"
    assert read_id_number(wide, TODAY) == read_id_number(spelled, TODAY) == read_id_number(plain, TODAY)
    assert isinstance(read_id_number(plain, TODAY), IdNumber)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (id_number()[:17], P.WRONG_LENGTH),
        (id_number() + "1", P.WRONG_LENGTH),
        ("1", P.WRONG_LENGTH),
        (id_number()[:15], P.FIRST_GENERATION),
        (id_number("19900230"), P.NO_SUCH_DATE),
        (id_number("19901301"), P.NO_SUCH_DATE),
        (id_number("00190101"), P.NO_SUCH_DATE),
        (id_number("20261124"), P.BORN_IN_FUTURE),
        (id_number(region="810000"), P.HMT_PERMIT),
        (id_number(region="820000"), P.HMT_PERMIT),
        (id_number(region="830000"), P.HMT_PERMIT),
        (id_number(region="911156"), P.FOREIGNER),
        ("USA123456789012", P.FOREIGNER),
        ("", P.NOT_A_NUMBER),
        ("X", P.NOT_A_NUMBER),
        ("张三", P.NOT_A_NUMBER),
        ("52222919X00307217X", P.NOT_A_NUMBER),
    ],
)
def test_every_wrong_number_has_its_own_answer(text: str, problem: IdNumberProblem) -> None:
    """Each way of being wrong is told apart."""
    assert read_id_number(text, TODAY) is problem


def test_born_today_is_not_the_future() -> None:
    """A child born today has a number that reads."""
    assert isinstance(read_id_number(id_number("20261123"), TODAY), IdNumber)


@pytest.mark.parametrize("region", ["332525", "331126", "330106", "330113"])
def test_old_and_renumbered_regions_read(region: str) -> None:
    """庆元's two codes and Hangzhou's renumbered ones are all just numbers."""
    assert isinstance(read_id_number(id_number("19880512", region=region), TODAY), IdNumber)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is a number or a named problem."""
    assert isinstance(read_id_number(text, TODAY), IdNumber | IdNumberProblem)


def test_age_is_reached_on_the_birthday() -> None:
    """周岁 as 民法典 counts it: the day before the birthday is a year less."""
    read = read_id_number(id_number("20101123"), TODAY)
    assert isinstance(read, IdNumber)
    assert (read.age_on(date(2026, 11, 22)), read.age_on(TODAY)) == (15, 16)


@pytest.mark.parametrize("wrong", ["", "123", "5222291990030721X", "522229199003072170"])
def test_a_check_digit_needs_seventeen_digits(wrong: str) -> None:
    """Nothing but 17 digits has a check digit."""
    with pytest.raises(ValueError, match="17 digits"):
        make_check_digit(wrong)
