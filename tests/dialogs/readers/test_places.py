"""Places: 户口, present address and where registrations were, against the whole country's divisions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogs.divisions import lookup
from dialogs.readers import READERS, Problem, Unclear
from state_machine.codes import Field

TODAY = date(2026, 11, 22)
INDEX = lookup.index()


def read(field: Field, text: str, **context: Any) -> Any:
    """The value, or the problem's code."""
    told = READERS[field](text, TODAY, **context)
    return told.problem if isinstance(told, Unclear) else told


def test_every_county_is_found_by_its_full_name_behind_its_province() -> None:
    """No county of the country is lost or taken for another."""
    wrong = []
    for code, name in INDEX.names.items():
        if len(code) == 6:
            told = READERS[Field.HUKOU_COUNTY](INDEX.names[code[:2]] + INDEX.names.get(code[:4], "") + name, TODAY)
            wrong += [(name, told)] if told != name else []
    assert wrong == []


def test_every_province_is_found_by_name_and_short_form() -> None:
    """贵州省 and 贵州 are the same."""
    for code, name in INDEX.names.items():
        if len(code) == 2:
            assert read(Field.HUKOU_PROVINCE, name) == name
            assert read(Field.HUKOU_PROVINCE, lookup.short_of(name)) == name


def test_short_forms_of_counties_never_name_another_county() -> None:
    """A short form behind its province is that county, or asked back; never a different one."""
    wrong = []
    for code, name in INDEX.names.items():
        if len(code) == 6:
            told = read(Field.HUKOU_COUNTY, lookup.short_of(name), province=INDEX.names[code[:2]])
            wrong += [] if told == name or isinstance(told, Problem) else [(name, told)]
    assert wrong == []


def test_old_names_lead_to_todays_divisions() -> None:
    """A 户口簿 may still say 横县 or 思茅市."""
    assert read(Field.HUKOU_COUNTY, "横县") == "横州市"
    assert read(Field.HUKOU_COUNTY, "黔西县") == "黔西市"
    assert read(Field.HUKOU_PROVINCE, "思茅市") == "云南省"
    assert read(Field.HUKOU_PROVINCE, "内蒙") == "内蒙古自治区"


def test_a_name_that_exists_twice_is_asked_back_with_the_choices() -> None:
    """There are several 新华区; the province settles it where it can."""
    told = READERS[Field.HUKOU_COUNTY]("新华区", TODAY)
    assert told.problem is Problem.AMBIGUOUS_PLACE
    assert {option["province"] for option in told.details["options"]} == {"河北省", "河南省"}
    assert read(Field.HUKOU_COUNTY, "鼓楼区", province="福建省") == "鼓楼区"
    assert READERS[Field.HUKOU_COUNTY]("松桃", TODAY, province="湖南省").details["province"] == "贵州省"
    assert read(Field.HUKOU_COUNTY, "长沙") == Problem.AMBIGUOUS_PLACE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("松元街道新建路27号3楼", "庆元县松源街道新建路27号3楼"),
        ("猪口镇工业园B区8号", "庆元县竹口镇工业园B区8号"),
        ("浙江丽水庆元县 萌洲街道 石龙山路 9 号 401 室", "庆元县濛洲街道石龙山路9号401室"),
        ("我住在竹口镇厂区2幢206室", "庆元县竹口镇厂区2幢206室"),
        ("松源镇咏归路5号", "庆元县松源街道咏归路5号"),
        ("隆宫乡隆宫村１号", "庆元县隆宫乡隆宫村1号"),
        ("庆元竹口新窑村", "庆元县竹口镇新窑村"),
        ("我家住张村乡张村街22号，电话是一三三四个零二零二六", "庆元县张村乡张村街22号"),
        ("竹口镇", Problem.NO_DETAIL),
        ("浙江省丽水市庆元县松源街道", Problem.NO_DETAIL),
        ("龙泉市剑池街道1号", Problem.OUTSIDE_COUNTY),
        ("北京市朝阳区建国路1号", Problem.OUTSIDE_COUNTY),
        ("住在朋友家", Problem.NO_DETAIL),
        ("住在厂里，厂在屏都", Problem.NO_DETAIL),
        ("松源街道明月路18号", "庆元县松源街道明月路18号"),
        ("不知道", Problem.NO_DETAIL),
    ],
)
def test_the_present_address_is_written_as_an_official_would(text: str, value: Any) -> None:
    """From the county on, without blanks, slips of voice typing set right."""
    assert read(Field.CURRENT_ADDRESS, text) == value


@pytest.mark.parametrize("town", INDEX.towns_of("331126"))
def test_every_town_of_the_county_is_known(town: str) -> None:
    """All streets, towns and townships of 庆元."""
    assert read(Field.CURRENT_ADDRESS, f"{town}新村路8号") == f"庆元县{town}新村路8号"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("孟溪镇头京村三组", "孟溪镇头京村三组"),
        ("贵州省松桃苗族自治县孟溪镇头京村三组", "孟溪镇头京村三组"),
        ("盘石镇 响水洞村 三组 12 号", "盘石镇响水洞村三组12号"),
        ("不知道", Problem.NO_DETAIL),
        ("不对 电话打错了 是13800001357", Problem.NO_DETAIL),
    ],
)
def test_the_rest_of_the_hukou_address_is_kept_as_said(text: str, value: Any) -> None:
    """Without province, county and blanks; other talk is no address."""
    assert read(Field.HUKOU_ADDRESS, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("25年3月份到现在 庆元登记的", [("庆元县", "2025-03-01", None)]),
        (
            "先在温岭，去年1月登到8月；后头9月起在庆元",
            [("温岭市", "2025-01-01", "2025-08-31"), ("庆元县", "2025-09-01", None)],
        ),
        ("从去年10月20号在庆元登记", [("庆元县", "2025-10-20", None)]),
        (
            "2025.3.1-2025.8.31 义乌 2025.9.1-至今 庆元",
            [("义乌市", "2025-03-01", "2025-08-31"), ("庆元县", "2025-09-01", None)],
        ),
        ("去年二月在缙云登的 六月底走的", [("缙云县", "2025-02-01", "2025-06-30")]),
        ("去年11月到2月在义乌", [("义乌市", "2025-11-01", "2026-02-28")]),
        ("11月到2月在庆元", [("庆元县", "2025-11-01", "2026-02-28")]),
        ("福建福鼎2025年1月到6月", [("福建省福鼎市", "2025-01-01", "2025-06-30")]),
        ("登记在松源街道，2026年1月15日至今", [("庆元县", "2026-01-15", None)]),
        ("大概有半年吧", Problem.VAGUE),
        ("去年3月在义乌登的，今年1月在庆元登的", Problem.VAGUE),
        ("去年三月到现在", Problem.NO_PLACE),
        ("今年3月到12月在庆元", Problem.IN_FUTURE),
        ("2025年3月到2025年1月 庆元", Problem.REVERSED),
        ("2025年2月30日到现在庆元", Problem.NO_SUCH_DATE),
        ("去年到现在 庆元", Problem.AMBIGUOUS_DATE),
        ("没登记过", Problem.NO_PERIOD),
    ],
)
def test_periods_are_paired_with_their_places(text: str, value: Any) -> None:
    """Several periods in one breath; what is open, reversed or still to come is asked again."""
    told = read(Field.REGISTERED_PERIODS, text)
    assert (told if isinstance(told, Problem) else [tuple(period.values()) for period in told]) == value
