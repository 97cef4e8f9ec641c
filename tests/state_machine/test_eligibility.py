"""The eligibility answer: all reasons at once, notes that do not block."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machine.eligibility import NOTES, Assessment, FindingCode, assess, is_outside_zhejiang
from state_machine.registered_time import Counting

TODAY = date(2026, 11, 23)
F = FindingCode


def by_permit(**changed: Any) -> dict[str, Any]:
    """互认一, all in order."""
    told = {
        "recognition": "held_permit",
        "permit_place": "杭州市余杭区",
        "permit_valid_until": "2027-03-01",
        "ground": ["employment"],
        "hukou_province": "贵州省",
        "hukou_county": "松桃苗族自治县",
    }
    return told | changed


def by_time(*periods: tuple[str, str, str | None], **changed: Any) -> dict[str, Any]:
    """互认二 with these periods."""
    told = by_permit(recognition="registered_time") | changed
    del told["permit_place"], told["permit_valid_until"]
    return told | {"registered_periods": [{"place": p, "from": a, "to": b} for p, a, b in periods]}


def codes(told: dict[str, Any], **settings: Any) -> list[FindingCode]:
    """The codes found, in order."""
    return [finding.code for finding in assess(told, TODAY, **settings).findings]


def details(assessment: Assessment, code: FindingCode) -> dict[str, Any]:
    """What the finding of this code says."""
    return next(f.details for f in assessment.findings if f.code is code)


def test_both_routes_in_order_find_nothing() -> None:
    """Whoever qualifies hears nothing in the way."""
    for told in (by_permit(), by_time(("宁波市", "2026-01-01", None))):
        assert assess(told, TODAY).findings == ()
        assert assess(told, TODAY).eligible


def test_every_reason_is_said_at_once() -> None:
    """A local with a lapsed permit from elsewhere and no ground hears all four."""
    told = by_permit(
        permit_place="上海市",
        permit_valid_until="2026-11-22",
        ground=[],
        hukou_province="浙江省",
        hukou_county="庆元县",
    )
    assert set(codes(told)) == {F.PERMIT_PLACE_OUTSIDE_ZHEJIANG, F.PERMIT_LAPSED, F.NO_GROUND, F.LOCAL_HUKOU}
    assert not assess(told, TODAY).eligible


def test_a_permit_is_valid_through_its_last_day() -> None:
    """Valid until today is valid; until yesterday has lapsed, and the other route is named."""
    assert codes(by_permit(permit_valid_until="2026-11-23")) == []
    lapsed = assess(by_permit(permit_valid_until="2026-11-22"), TODAY)
    assert details(lapsed, F.PERMIT_LAPSED) == {
        "valid_until": "2026-11-22",
        "days_ago": 1,
        "other_route": "registered_time",
    }


def test_time_that_is_short_says_what_would_change_it() -> None:
    """The missing days and the date are there, and 条例 16 ¶2 is mentioned for a clerk."""
    found = assess(by_time(("杭州市", "2026-06-15", None)), date(2026, 11, 22))
    short = details(found, F.TIME_SHORT)
    assert (short["missing_days"], short["enough_on"], short["longest_run_days"]) == (23, "2026-12-15", 161)
    assert [f.code for f in found.findings] == [F.TIME_SHORT, F.SPECIAL_PROVISION_POSSIBLE]
    assert not found.eligible


def test_the_setting_decides_between_the_two_readings() -> None:
    """Two pieces: short as one run, enough as a total; that the readings differ is said either way."""
    told = by_time(("杭州市", "2026-01-01", "2026-05-15"), ("宁波市", "2026-07-15", None))
    assert codes(told) == [F.TIME_SHORT, F.SPECIAL_PROVISION_POSSIBLE, F.TIME_READINGS_DIFFER]
    assert codes(told, counting=Counting.TOTAL) == [F.TIME_READINGS_DIFFER]
    assert assess(told, TODAY, counting=Counting.TOTAL).eligible
    assert assess(told, TODAY, allowed_gap_days=60).eligible


def test_registration_outside_zhejiang_does_not_count() -> None:
    """A year in Shanghai helps nothing, and it is said which place does not count."""
    found = assess(by_time(("上海市闵行区", "2025-01-01", "2026-10-31"), ("庆元县", "2026-11-01", None)), TODAY)
    assert details(found, F.REGISTERED_OUTSIDE_ZHEJIANG) == {"places": ["上海市闵行区"]}
    assert details(found, F.TIME_SHORT)["total_days"] == 23


def test_a_registration_that_ended_is_noted() -> None:
    """Half a year that ended earlier is enough by the text; a clerk is told that it has ended."""
    found = assess(by_time(("杭州市", "2025-01-01", "2026-01-31")), TODAY)
    assert [f.code for f in found.findings] == [F.REGISTRATION_NOT_CURRENT]
    assert found.eligible


def test_a_boarder_may_have_no_registration() -> None:
    """A pupil with no registration is told so kindly (条例 12), beside the missing time."""
    assert F.BOARDER_WITHOUT_REGISTRATION in codes(by_time(ground=["schooling"]))
    assert F.BOARDER_WITHOUT_REGISTRATION not in codes(by_time(ground=["employment"]))


def test_a_permit_of_this_county_is_noted() -> None:
    """Whoever already holds 庆元's permit may have nothing to convert; it does not block."""
    found = assess(by_permit(permit_place="丽水市庆元县"), TODAY)
    assert [f.code for f in found.findings] == [F.PERMIT_OF_THIS_COUNTY]
    assert found.eligible


@pytest.mark.parametrize(
    ("province", "county", "local"),
    [("浙江省", "庆元县", True), ("浙江省", "龙泉市", False), ("浙江省", "莲都区", False), ("福建省", "松溪县", False)],
)
def test_only_this_countys_hukou_is_local(province: str, county: str, local: bool) -> None:
    """Other counties of 丽水 are away from home here (条例 2)."""
    assert (F.LOCAL_HUKOU in codes(by_permit(hukou_province=province, hukou_county=county))) is local


def test_another_county_may_run_it() -> None:
    """The county is a setting, not a constant."""
    told = by_permit(hukou_province="浙江省", hukou_county="龙泉市")
    assert codes(told, county_name="龙泉市") == [F.LOCAL_HUKOU]


def test_nothing_is_said_before_the_questions_are_answered() -> None:
    """Half an answer is never called eligible."""
    found = assess({"recognition": "held_permit"}, TODAY)
    assert not found.eligible
    assert details(found, F.NOT_ANSWERED)["fields"] == [
        "ground",
        "hukou_province",
        "hukou_county",
        "permit_place",
        "permit_valid_until",
    ]


@pytest.mark.parametrize(
    ("place", "outside"),
    [
        ("上海市闵行区", True),
        ("广东省东莞市", True),
        ("内蒙古自治区", True),
        ("江苏苏州", True),
        ("杭州市余杭区", False),
        ("浙江省温州市", False),
        ("湖南镇", False),
        ("海宁市", False),
        ("", False),
    ],
)
def test_other_provinces_are_known_by_name(place: str, outside: bool) -> None:
    """A place that names another province is outside; 衢州's 湖南镇 is not 湖南."""
    assert is_outside_zhejiang(place) is outside


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "recognition": st.sampled_from(["held_permit", "registered_time"]),
        "permit_place": st.sampled_from(["杭州市", "上海市", "庆元县"]),
        "permit_valid_until": st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat),
        "registered_periods": st.lists(
            st.dates(date(2024, 1, 1), TODAY).map(lambda day: {"place": "绍兴市", "from": day.isoformat(), "to": None}),
            max_size=3,
        ),
        "ground": st.lists(st.sampled_from(["employment", "housing", "schooling"]), unique=True),
        "hukou_province": st.sampled_from(["浙江省", "贵州省"]),
        "hukou_county": st.sampled_from(["庆元县", "松桃苗族自治县"]),
    },
)


@given(ANSWERS)
def test_eligible_is_nothing_but_notes_and_all_is_plain(told: dict[str, Any]) -> None:
    """Eligible means no finding but notes; findings survive JSON; no finding is said twice."""
    found = assess(told, TODAY)
    assert found.eligible == ({f.code for f in found.findings} <= NOTES) == (not found.blocking)
    assert len({f.code for f in found.findings}) == len(found.findings)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Assessment) == found
    for finding in found.findings:
        assert msgspec.json.decode(msgspec.json.encode(finding.details)) == finding.details
