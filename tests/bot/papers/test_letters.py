"""The letters of the procedure: everything at once, the day, the law, and the way to object."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.papers.kinds import LETTER_OF, PaperKind
from bot.papers.typesetting import Sheet, Typesetter
from bot.papers.words import texts
from dialogs import labels, reasons
from dialogs.rules import Rules
from state_machine.case import judge_rest_met, perform
from state_machine.case_records import Act, CaseRecord, EventKind
from state_machine.working_days import Calendar
from tests.bot.papers import grid, made
from tests.state_machine.made import INTAKE, MONDAY, answers, new_case

ENDS = {
    EventKind.RETURNED: Act.RETURN_FOR_CORRECTION,
    EventKind.NOT_ACCEPTED: Act.NOT_ACCEPT,
    EventKind.DECLINED: Act.DECLINE,
}


def words_of(typesetter: Typesetter, sheet: Sheet) -> str:
    """Everything on the paper, blanks left out."""
    pages = grid.read(typesetter.set_now(sheet, made.at(7)))
    return "".join(page.text for page in pages).replace(" ", "").replace("　", "")


@pytest.mark.parametrize("kind", sorted(ENDS))
def test_a_notice_on_paper_holds_every_item_with_every_reason_and_how_to_mend_it(
    kind: EventKind, typesetter: Typesetter
) -> None:
    """一次性告知: nothing that is not met is left for a second letter, and the clerk's own words stand there too."""
    case = made.refused(ENDS[kind])
    printed = words_of(typesetter, made.letter_of(case, kind))
    known = reasons.catalogue()
    (notice,) = case.notices
    assert len(notice.items) == 3
    for item in notice.items:
        assert labels.item_label(item.item).replace(" ", "") in printed
        for code in item.reasons:
            assert known[code].text.replace(" ", "") in printed
            assert known[code].mend.replace(" ", "") in printed
    assert printed.count("工作人员说：第3页看不清。") == 3
    assert "工作人员的意见：请按下面的理由处理。" in printed


@pytest.mark.parametrize("kind", [EventKind.NOT_ACCEPTED, EventKind.DECLINED])
def test_a_refusal_says_where_and_by_when_to_object(kind: EventKind, typesetter: Typesetter) -> None:
    """行政许可法 38, 行政复议法 24: to whom and within sixty days, 诉讼 in six months; and to apply again."""
    printed = words_of(typesetter, made.letter_of(made.refused(ENDS[kind]), kind))
    assert "自知道本决定之日起六十日内，依法向庆元县人民政府申请行政复议" in printed
    assert "自知道本决定之日起六个月内，依法向人民法院提起行政诉讼" in printed
    assert "重新申请，不收钱" in printed
    assert "决定书" in printed


def test_a_return_is_no_refusal(typesetter: Typesetter) -> None:
    """It names the law, what is to be mended, and no court."""
    printed = words_of(typesetter, made.letter_of(made.refused(Act.RETURN_FOR_CORRECTION), EventKind.RETURNED))
    assert "《浙江省流动人口居住登记条例》第十八条" in printed
    assert "还有3项要补正" in printed
    assert "诉讼" not in printed


def test_the_receipt_names_the_day_a_decision_is_due(typesetter: Typesetter) -> None:
    """Two working days by the calendar from the day of acceptance, and what was received."""
    printed = words_of(typesetter, made.letter_of(made.accepted(), EventKind.ACCEPTED))
    assert "我们于2026年11月23日受理" in printed
    assert "2个工作日内" in printed
    assert "最晚2026年11月25日出结果" in printed
    assert "签订劳动合同，2页" in printed
    assert "参加社会保险，1页" in printed


def test_no_day_is_guessed_where_the_holidays_are_not_published(typesetter: Typesetter) -> None:
    """At the year's end the receipt says that the day will be told."""
    late = MONDAY.replace(month=12, day=31)
    case = new_case(answers())
    case.events[0] = replace(case.events[0], at=late)
    judge_rest_met(case, INTAKE, late)
    perform(case, Act.ACCEPT, INTAKE, late + timedelta(hours=1), calendar=Calendar())
    printed = words_of(typesetter, made.letter_of(case, EventKind.ACCEPTED))
    assert "放假安排还没有公布" in printed
    assert "最晚" not in printed


def test_the_last_letter_names_the_permit_and_what_it_annulled(typesetter: Typesetter) -> None:
    """办结通知书: number, day, the earlier permit, and when it has to be endorsed (条例 19)."""
    printed = words_of(typesetter, made.letter_of(made.issued(), EventKind.ISSUED))
    assert "证件编号：3311262026000012" in printed
    assert "自动注销的居住证：330302000001。" in printed
    assert "2027年11月23日前办理" in printed


@pytest.mark.parametrize("kind", sorted(LETTER_OF))
def test_a_county_without_a_named_station_gets_no_invented_one(kind: EventKind, typesetter: Typesetter) -> None:
    """Nothing is made up: no station, no telephone."""
    case = _case_of(kind)
    printed = words_of(typesetter, made.letter_of(case, kind, Rules(calendar=Calendar())))
    assert "受理机关（盖章）" in printed
    assert "派出所" not in printed
    assert "咨询" not in printed


def _case_of(kind: EventKind) -> CaseRecord:
    if kind in ENDS:
        return made.refused(ENDS[kind])
    return made.issued() if kind is EventKind.ISSUED else made.accepted()


def test_papers_name_no_article_but_those_they_rest_on() -> None:
    """条例 18 (一次性告知, 回执) and 19 (签注), and the county's own notice: no other."""
    named = {
        found for words in _all_texts(texts()) for found in re.findall(r"《[^》]+》第[一二三四五六七八九十]+条", words)
    }
    assert named == {"《浙江省流动人口居住登记条例》第十八条", "《浙江省流动人口居住登记条例》第十九条"}
    notices = {found for words in _all_texts(texts()) for found in re.findall(r"\S{2,6}〔\d{4}〕\d+号", words)}
    assert {notice[-13:] for notice in notices} == {"庆政办发〔2023〕43号"}


def _all_texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for inner in node.values() for text in _all_texts(inner)]
    return [str(node)]


def test_every_kind_of_paper_has_its_words() -> None:
    """A title, a number, a link; a kind without words would be a broken act on some Friday."""
    for kind in PaperKind:
        assert texts()["links"][kind.value]
    for kind in LETTER_OF.values():
        assert {"title", "number", "body"} <= set(texts()[kind.value])
