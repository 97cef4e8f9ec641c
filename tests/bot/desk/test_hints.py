"""Automatic checks: the working is shown, and nothing is decided by them."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from bot.desk.hints import hints_of
from dialogs.rules import Rules
from state_machine.case import open_case
from state_machine.case_records import CaseRecord
from state_machine.working_days import Calendar
from tests.bot.desk import people

TODAY = date(2026, 11, 20)
RULES = Rules(calendar=Calendar())


def case(**given: Any) -> CaseRecord:
    """A case of somebody generated."""
    told = people.answers(random.Random(3), **given)
    interview = people.interview("a", told, people.MORNING)
    return open_case("c", "QY20261120-0001", "a", told, interview.acknowledgements, interview.pages, people.MORNING)


def said(record: CaseRecord, item: str) -> str:
    """All hints beside one item, with their tones."""
    return "；".join(f"{hint.tone}:{hint.text}" for hint in hints_of(record, RULES, TODAY).get(item, ()))


def test_a_good_number_shows_its_check_digit_birth_date_age_and_sex() -> None:
    """校验码, 出生日期, 周岁, and the sex against the seventeenth digit."""
    words = said(case(), "answer:id_number")
    assert "good:校验码正确" in words
    assert "1990年5月17日" in words
    assert "36 周岁" in words
    assert "一致" in words


def test_a_wrong_check_digit_shows_which_it_should_be() -> None:
    """The working, not only the verdict of a machine."""
    number = people.number(random.Random(5))
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    words = said(case(id_number=wrong), "answer:id_number")
    assert f"应是 {number[17]}" in words
    assert "bad:" in words


def test_a_child_applying_alone_and_a_sex_that_differs_are_pointed_at() -> None:
    """未满 16 周岁 by oneself, and the other sex than the number's."""
    number = people.number(random.Random(5), born=date(2012, 3, 1))
    other = "female" if int(number[16]) % 2 else "male"
    words = said(case(id_number=number, sex=other), "answer:id_number")
    assert "14 周岁，未满 16 周岁，填的却是本人办理" in words
    assert "应为" in words


def test_registered_time_is_added_up_run_by_run() -> None:
    """Every run, every gap, the sum, and what is missing."""
    periods = [
        {"place": "丽水市莲都区", "from": "2026-01-01", "to": "2026-04-30"},
        {"place": "庆元县", "from": "2026-06-01", "to": None},
    ]
    words = said(case(recognition="registered_time", registered_periods=periods), "answer:registered_periods")
    assert "120 天" in words
    assert "173 天" in words
    assert "中断：2026年5月1日至2026年5月31日，31 天" in words
    assert "合计 293 天，最长连续 173 天" in words
    assert "还差 11 天" in words


def test_permit_hukou_proofs_and_signature_are_looked_at() -> None:
    """A lapsed permit, a local hukou, a ticked box without pages, a ground without a box, another's signature."""
    record = case(
        permit_valid_until="2026-11-01",
        hukou_province="浙江省",
        hukou_county="庆元县",
        ground=["employment", "schooling"],
        declaration="别人",
    )
    record.pages = []
    assert "已过期 19 天" in said(record, "answer:permit_valid_until")
    assert "bad:户口就在庆元县" in said(record, "answer:hukou_county")
    assert "没有上传" in said(record, "material:labour_contract")
    assert "没有勾选这一类的证明材料" in said(record, "answer:proofs")
    assert "与姓名不同" in said(record, "answer:declaration")


def test_one_picture_under_two_boxes_is_said() -> None:
    """The same digest twice points to the other box."""
    record = case(proofs=["labour_contract", "social_insurance"])
    record.pages = [page if n == 0 else _like(record.pages[0], page) for n, page in enumerate(record.pages)]
    assert "同一张图" in said(record, "material:social_insurance")


def _like(first: Any, page: Any) -> Any:
    return type(page)(page.page_id, page.proof, page.media_type, first.digest)


def test_a_permit_that_lapsed_while_the_case_waited_is_told_from_one_that_had_lapsed_before() -> None:
    """Valid on the day of handing in: said beside the lapse, and left to the clerk."""
    record = case(permit_valid_until="2026-11-21")
    later = hints_of(record, RULES, date(2026, 11, 23))["answer:permit_valid_until"]
    assert any("还有效" in hint.text and hint.tone == "warn" for hint in later)
    assert "还有效" not in said(case(permit_valid_until="2026-11-01"), "answer:permit_valid_until")


def test_somebody_who_applies_for_another_is_named_and_is_another() -> None:
    """No agent's number, or the applicant's own, is pointed at."""
    assert "没有代办人" in said(case(applicant_is="other"), "answer:applicant_is")
    number = people.number(random.Random(5))
    same = case(applicant_is="other", id_number=number, agent_name="某某", agent_id_number=number)
    assert "同一个身份证号" in said(same, "answer:agent_id_number")


def test_a_short_time_says_when_it_will_be_enough() -> None:
    """If the registration goes on, the day is worked out."""
    periods = [{"place": "庆元县", "from": "2026-06-01", "to": None}]
    words = said(case(recognition="registered_time", registered_periods=periods), "answer:registered_periods")
    assert "一直登记下去，到2026年12月1日满六个月" in words or "一直登记下去，到2026年11月30日满六个月" in words
