"""The parser by itself: lines of text and where they stand, however a phone was held."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading_pictures.card import Card, CardKind, without_contradiction
from bot.reading_pictures.cards import read_card
from bot.reading_pictures.numbers import numbers_in
from bot.reading_pictures.proposals import facts_of
from bot.reading_pictures.seen import Seen, common_slant, straightened
from dialogs.photos import CardOf
from state_machine.codes import Field, Sex
from tests.bot.reading_pictures.made.people import holder
from tests.simulators.people import check_digit

TODAY = date(2026, 11, 23)
NUMBER = "52262719870503997X"
LINES = (
    ("姓名", 60, 60, 70), ("罗大勇", 170, 56, 130),
    ("性别", 60, 150, 70), ("男", 170, 148, 36), ("民族", 290, 150, 70), ("苗", 390, 148, 36),
    ("出生", 60, 230, 70), ("1987年5月3日", 170, 228, 300),
    ("住址", 60, 310, 70), ("贵州省松桃苗族自治县盘", 170, 306, 420), ("石镇响水洞村三组12号", 170, 356, 400),
    ("公民身份号码", 60, 545, 190), (NUMBER, 340, 530, 560),
)  # fmt: skip


def piece(text: str, x: float, y: float, wide: float, tall: float = 40, score: float = 0.99) -> Seen:
    """One piece of text on an upright picture."""
    return Seen(text, score, ((x, y), (x + wide, y), (x + wide, y + tall), (x, y + tall)))


def card(**instead: str) -> list[Seen]:
    """A card; `instead` replaces whole pieces."""
    return [piece(instead.get(text, text), x, y, wide) for text, x, y, wide in LINES if instead.get(text, text)]


def leaning(pieces: list[Seen], degrees: float) -> list[Seen]:
    """The same, on a picture that is not quite straight."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [
        Seen(one.text, one.score, tuple((x * cos - y * sin, x * sin + y * cos) for x, y in one.corners))  # type: ignore[arg-type]  # four of them
        for one in pieces
    ]


def test_every_line_of_a_card_is_told() -> None:
    """Number, name, sex, 民族, birth date, and the address over two lines."""
    assert read_card(card(), TODAY) == Card(
        kind=CardKind.ID_CARD,
        number=NUMBER,
        name="罗大勇",
        sex=Sex.MALE,
        ethnicity="苗族",
        born=date(1987, 5, 3),
        address="贵州省松桃苗族自治县盘石镇响水洞村三组12号",
    )


@pytest.mark.parametrize("degrees", [-6.0, -2.5, 1.0, 4.0, 7.0])
def test_a_card_that_leans_reads_the_same(degrees: float) -> None:
    """What stands in one line is found in one line."""
    assert read_card(leaning(card(), degrees), TODAY) == read_card(card(), TODAY)


@pytest.mark.parametrize(
    ("told", "stays"),
    [
        ({"born": date(1987, 5, 3), "sex": Sex.MALE}, True),
        ({}, True),
        ({"born": date(1987, 5, 8)}, False),
        ({"sex": Sex.FEMALE}, False),
    ],
)
def test_a_number_is_not_proposed_against_what_the_second_look_saw(told: dict[str, Any], stays: bool) -> None:
    """The first look saw no birth date and no sex; the second one did, and they are not the number's."""
    kept = without_contradiction(Card(CardKind.ID_CARD, number=NUMBER, **told), TODAY)
    assert kept.number == (NUMBER if stays else None)


def test_what_lies_about_the_card_does_not_come_into_its_address() -> None:
    """Print in another direction, beside the column, or of another size."""
    clutter = [
        piece("No.90258917", 700, 330, 180),
        piece("特价", 20, 360, 60),
        piece("大减价", 180, 400, 500, tall=120),
        Seen("促销广告牌子", 0.99, ((40, 430), (240, 300), (260, 330), (60, 460))),
    ]
    assert read_card([*card(), *clutter], TODAY).address == "贵州省松桃苗族自治县盘石镇响水洞村三组12号"


@given(place=st.integers(0, 16), more=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_no_wrong_digit_ever_makes_a_number(place: int, more: int) -> None:
    """A number that fails its checksum is not read as one."""
    wrong = NUMBER[:place] + str((int(NUMBER[place]) + more) % 10) + NUMBER[place + 1 :]
    assert read_card(card(**{NUMBER: wrong}), TODAY).number is None


@given(place=st.integers(6, 13), more=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_a_number_that_checks_beside_another_birth_date_is_none(place: int, more: int) -> None:
    """Two digits misread may check by chance; the birth date printed above speaks against it."""
    wrong = NUMBER[:place] + str((int(NUMBER[place]) + more) % 10) + NUMBER[place + 1 : 17]
    assert read_card(card(**{NUMBER: wrong + check_digit(wrong)}), TODAY).number is None


def test_a_number_of_the_other_sex_is_none() -> None:
    """The seventeenth digit against 性别."""
    assert read_card(card(男="女"), TODAY).number is None


def test_two_different_numbers_are_no_number() -> None:
    """Two cards in one photo: nobody guesses."""
    first17 = "52262719870503001"
    another = piece(first17 + check_digit(first17), 340, 800, 560)
    assert read_card([*card(), another], TODAY).number is None


def test_a_number_glued_to_its_label_or_split_in_two_is_found() -> None:
    """A window of eighteen characters slides over the line."""
    glued = card(**{NUMBER: f"号码{NUMBER}"})
    assert read_card(glued, TODAY).number == NUMBER
    halves = [*card(**{NUMBER: ""}), piece(NUMBER[:9], 340, 530, 280), piece(NUMBER[9:], 625, 531, 280)]
    assert read_card(halves, TODAY).number == NUMBER


def test_letters_for_digits_are_mended_only_where_the_checksum_agrees() -> None:
    """O for 0 and l for 1, two at the most."""
    assert [one.number for one in numbers_in([NUMBER.replace("0", "O", 1)], TODAY)] == [NUMBER]
    assert numbers_in([NUMBER.replace("0", "O").replace("7", "Z")], TODAY) == []


def test_a_name_with_a_dot_and_one_of_rare_characters_are_names() -> None:
    """阿卜杜·热合曼 may be set with any dot; 喆 and 堃 stay as they are."""
    assert read_card(card(罗大勇="阿卜杜.热合曼"), TODAY).name == "阿卜杜·热合曼"
    assert read_card(card(罗大勇="欧阳喆堃"), TODAY).name == "欧阳喆堃"


def test_what_is_no_name_is_left_out() -> None:
    """A gap costs a line of typing, a wrong name more."""
    assert read_card(card(罗大勇="12ab"), TODAY).name is None


def test_traditional_characters_become_simplified_ones() -> None:
    """The engine sometimes takes one for the other."""
    assert (
        read_card(card(石镇响水洞村三组12号="石鎮響水洞村三組12號"), TODAY).address == read_card(card(), TODAY).address
    )


def test_nothing_at_all_is_an_empty_card() -> None:
    """A photo of a table."""
    assert read_card([], TODAY).is_empty
    assert read_card([piece("No.123", 5, 5, 90)], TODAY).is_empty


def test_the_direction_of_the_print_is_found_among_clutter() -> None:
    """By length, whichever way the rest lies."""
    boxes = [one.corners for one in leaning(card(), 33)]
    clutter = [piece("广告", 900, 900, 160).corners, piece("No.1", 20, 900, 120).corners]
    slant = common_slant([*boxes, *clutter])
    assert slant is not None
    assert abs(slant - 33) < 1.5
    assert common_slant([]) is None


def test_straightening_keeps_every_piece_of_the_card() -> None:
    """Only what runs in another direction goes."""
    assert len(straightened(leaning(card(), 5))) == len(LINES)


@pytest.mark.parametrize("seed", range(40))
def test_an_address_line_becomes_province_county_and_rest(seed: int) -> None:
    """By the readers that read what is typed; what they cannot tell apart is left to be asked."""
    who = holder(seed)
    facts = facts_of(Card(address=who.address, name=who.name, number=who.number), CardOf.APPLICANT, TODAY)
    assert facts[Field.ID_NUMBER] == who.number
    assert facts[Field.HUKOU_PROVINCE] == who.province
    assert facts.get(Field.HUKOU_COUNTY) in (None, who.county)
    assert facts.get(Field.HUKOU_ADDRESS) in (None, who.rest)


def test_most_address_lines_are_told_apart_to_the_last_part() -> None:
    """Of two hundred drawn ones."""
    facts = [
        facts_of(Card(address=who.address), CardOf.APPLICANT, TODAY).get(Field.HUKOU_ADDRESS) == who.rest
        for who in (holder(seed) for seed in range(200))
    ]
    assert sum(facts) >= 180
