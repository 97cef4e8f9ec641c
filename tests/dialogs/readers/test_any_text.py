"""Properties over any text, and over third-party generated people."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from faker import Faker
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogs.readers import READERS, Unclear, find_all
from dialogs.readers.folding import fold
from dialogs.readers.numerals import digits_of, number
from state_machine.codes import PROOFS_OF, Field, Ground
from state_machine.id_number import make_check_digit

TODAY = date(2026, 11, 22)
WORDS = [
    "我叫",
    "我",
    "的",
    "户口",
    "在",
    "贵州",
    "松桃",
    "庆元县",
    "竹口镇",
    "松源街道",
    "身份证",
    "电话",
    "13800138000",
    "530627199102149971",
    "去年",
    "三月",
    "到",
    "现在",
    "10月20号",
    "登记",
    "不",
    "没有",
    "同意",
    "如果",
    "吗",
    "苗族",
    "男",
    "女",
    "，",
    "。",
    "租房合同",
    "劳动合同",
    "女儿",
    "帮",
    "办",
    "居住证",
    "证号",
    "33078120240315",
    "幺三八",
    "四个零",
    "·",
    "号",
    "组",
    "村",
    "?",
    "错了",
    "是",
    "2025.3.1",
    "月底",
    "姓",
    "叫",
    "她",
    "老婆",
]
ANY = st.text(max_size=120)
#: Words of this domain thrown together: deeper into the readers than random characters get.
SALAD = st.lists(st.sampled_from(WORDS), max_size=14).map("".join)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=40)
FORMS = ["{y}年{m}月{d}日", "{y}.{m}.{d}", "{y}-{m}-{d}", "{y}/{m}/{d}"]
modest = settings(max_examples=250, deadline=None)


def show(field: Field, value: Any) -> str:
    """A value as a person would type it back."""
    if field in (Field.NAME, Field.AGENT_NAME, Field.DECLARATION):
        return f"我叫{value}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "；".join(f"{period['from']}到{period['to'] or '现在'}在{period['place']}" for period in value)
    return ",".join(value) if isinstance(value, list) else str(value)


@modest
@given(st.one_of(ANY, SALAD, HAN))
def test_no_text_raises_and_values_are_plain_json(text: str) -> None:
    """Whatever is typed, each reader gives a plain value or says why not; findings stay inside the text."""
    for read in READERS.values():
        told = read(text, TODAY)
        assert isinstance(told, Unclear) or json.dumps(told)
    for found in find_all(text, TODAY):
        assert 0 <= found.start < found.end <= len(text)


@modest
@given(st.one_of(SALAD, HAN))
@example("竹口镇竹口镇竹口镇")
def test_reading_what_was_read_gives_the_same(text: str) -> None:
    """A value shown back and typed again is that value."""
    for field, read in READERS.items():
        told = read(text, TODAY)
        if not isinstance(told, Unclear) and field is not Field.REVIEW:
            assert read(show(field, told), TODAY) == told, (field, told)


@modest
@given(ANY)
def test_folding_keeps_every_position(text: str) -> None:
    """Folded texts are as long as what was typed, and folding twice changes nothing more."""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@modest
@given(st.integers(0, 999), st.integers(0, 10**11))
def test_numerals_round_trip(small: int, long: int) -> None:
    """Figures spelled out in words are read as the same figures."""
    words = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
    assert digits_of("".join(words[figure] for figure in str(long))) == str(long)
    assert number(str(small)) == small


@modest
@given(st.dates(date(2024, 1, 1), date(2026, 11, 21)), st.integers(0, 400), st.sampled_from(FORMS))  # fmt: skip
def test_periods_come_back_as_they_were_said(start: date, days: int, form: str) -> None:
    """Any two dates in any form, with a place, are that period."""
    end = min(start + timedelta(days), TODAY)
    first, last = (form.format(y=day.year, m=day.month, d=day.day) for day in (start, end))
    told = READERS[Field.REGISTERED_PERIODS](f"{first}到{last}在义乌", TODAY)
    assert told == [{"place": "义乌市", "from": start.isoformat(), "to": end.isoformat()}]


@pytest.fixture(scope="module")
def people() -> Faker:
    """A third party's generator of Chinese people."""
    fake = Faker("zh_CN")
    fake.seed_instance(20261122)
    return fake


def test_generated_names_are_read(people: Faker) -> None:
    """Names by Faker are taken as they are, bare and behind 我叫."""
    names = [people.name() for _ in range(300)]
    missed = [name for name in names if READERS[Field.NAME](name, TODAY) != name]
    assert len(missed) <= 3, missed
    assert [name for name in names if READERS[Field.NAME](f"我叫{name}", TODAY) != name] == []


def test_generated_numbers_are_read(people: Faker) -> None:
    """ID and mobile numbers by Faker are read bare, broken up, spoken, and in a sentence."""
    words = dict(zip("0123456789X", "零幺二三四五六七八九X", strict=True))
    for _ in range(200):
        first = "33" + people.ssn()[2:17]
        card, phone = first + make_check_digit(first), people.phone_number()
        spoken = "".join(words[figure] for figure in card)
        assert READERS[Field.ID_NUMBER](f"{card[:6]} {card[6:14]} {card[14:]}".lower(), TODAY) == card
        assert READERS[Field.ID_NUMBER](spoken, TODAY) == card
        assert READERS[Field.PHONE](f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", TODAY) == phone
        found = {f.field: f.value for f in find_all(f"我的身份证{card}，手机{phone}", TODAY)}
        assert found == {Field.ID_NUMBER: card, Field.PHONE: phone}


def test_a_wrong_check_digit_is_never_filled(people: Faker) -> None:
    """One digit off, and no number is taken, bare or in a sentence."""
    for _ in range(100):
        first = people.ssn()[:17]
        wrong = first + ("1" if make_check_digit(first) != "1" else "2")
        assert isinstance(READERS[Field.ID_NUMBER](wrong, TODAY), Unclear)
        assert find_all(f"身份证{wrong}", TODAY) == []


def test_generated_addresses_elsewhere_are_no_present_address(people: Faker) -> None:
    """Addresses by Faker lie in other counties: none is found as one of 庆元."""
    for _ in range(200):
        address = people.address()
        assert Field.CURRENT_ADDRESS not in {found.field for found in find_all(f"我住在{address}", TODAY)}


def test_a_code_typed_is_that_choice() -> None:
    """The values of the buttons are read as what they stand for."""
    for proofs in PROOFS_OF.values():
        assert READERS[Field.PROOFS](",".join(proofs), TODAY) == [proof.value for proof in proofs]
    for ground in Ground:
        assert READERS[Field.GROUND](ground.value, TODAY) == [ground.value]
