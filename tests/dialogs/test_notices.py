"""Notices hold every reason, and the way on."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from dialogs import notices, reasons
from dialogs.pictures import flow_chart
from dialogs.pictures.canvas import framed
from dialogs.rules import Rules
from state_machine.case import Act, CaseEvent, CaseRecord, CaseState, EventKind, Flag
from state_machine.interview import QUESTIONS
from state_machine.working_days import Calendar
from tests.dialogs.office_contract import AT, filled
from tests.dialogs.officers import decide
from tests.dialogs.paper_office import PaperOffice

RULES = Rules(calendar=Calendar(), station_name="某某派出所", station_phone="12345678")
UNMET: dict[str, tuple[list[str], str]] = {
    "answer:phone": (["phone_unreachable", "phone_wrong_person"], "打了两次"),
    "material:labour_contract": (["unreadable", "pages_missing"], ""),
}


def new_case() -> CaseRecord:
    """A submitted case."""
    office = PaperOffice()
    office.submit(filled("a1"), AT)
    return next(iter(office.records.values()))


def test_a_return_names_every_item_with_every_reason_how_to_mend_it_and_a_button() -> None:
    """一次性告知: all at once, and each button leads to that very answer."""
    case = new_case()
    (said,) = decide(case, Act.RETURN_FOR_CORRECTION, AT, RULES, UNMET)
    for codes, note in UNMET.values():
        assert note in said.text
        for code in codes:
            assert reasons.catalogue()[code].text in said.text
            assert reasons.catalogue()[code].mend in said.text
    assert [c.value for c in said.choices] == [f"mend:{case.case_id}:{item}" for item in UNMET]


@pytest.mark.parametrize("act", [Act.NOT_ACCEPT, Act.DECLINE])
def test_a_refusal_says_all_reasons_and_the_right_to_object(act: Act) -> None:
    """行政许可法 38: reasons, 复议 within 60 days, 诉讼 within six months."""
    case = new_case()
    if act is Act.DECLINE:
        decide(case, Act.ACCEPT, AT, RULES)
        decide(case, Act.EXAMINE, AT, RULES, UNMET)
    (said,) = decide(case, act, AT + timedelta(hours=1), RULES, UNMET)
    for codes, _ in UNMET.values():
        assert all(reasons.catalogue()[code].text in said.text for code in codes)
    assert "60 日" in said.text
    assert "行政复议" in said.text
    assert "6 个月" in said.text


def test_an_acceptance_promises_the_date() -> None:
    """Two working days, the day itself not counted."""
    (said,) = decide(new_case(), Act.ACCEPT, AT, RULES)
    assert "2026年11月25日" in said.text


def test_an_acceptance_in_an_unpublished_year_guesses_no_date() -> None:
    """待放假安排公布, never a guess."""
    event = CaseEvent(EventKind.ACCEPTED, AT, details={"due_on": None, "year_not_published": 2027})
    said = notices.compose(new_case(), event, RULES)
    assert said is not None
    assert "待放假安排公布" in said.text


def test_the_offices_own_events_are_not_told() -> None:
    """Examination and sending back stay inside."""
    for kind in (EventKind.EXAMINED, EventKind.SENT_BACK, EventKind.EARLIER_PERMIT_ANNULLED):
        assert notices.compose(new_case(), CaseEvent(kind, AT), RULES) is None


def test_an_issued_permit_says_that_the_earlier_one_is_annulled() -> None:
    """On the route of a held permit the 重要提示 comes true."""
    case = new_case()
    for act in (Act.ACCEPT, Act.EXAMINE, Act.APPROVE):
        decide(case, act, AT, RULES)
    said = decide(case, Act.ISSUE, AT, RULES)
    assert "自动注销" in said[0].text


def test_a_walk_in_is_never_told_to_look_here_or_to_press_a_button() -> None:
    """A notice read out by telephone or printed at the counter names ways that person has."""
    for act, unmet in ((Act.RETURN_FOR_CORRECTION, UNMET), (Act.ACCEPT, {})):
        case = new_case()
        case.flags.append(Flag.AT_COUNTER)
        (said,) = decide(case, act, AT, RULES, unmet)
        assert "在这里告诉您" not in said.text
        assert "点下面的按钮" not in said.text
        assert "窗口" in said.text
    for act in (Act.EXAMINE, Act.APPROVE):
        said_then = decide(case, act, AT, RULES)
    assert "打电话告诉您" in said_then[0].text


def test_a_persons_words_are_marked_as_a_persons() -> None:
    """The applicant can tell the clerk from the bot."""
    assert notices.person_message("请补一张照片").text == "工作人员：请补一张照片"


@pytest.mark.parametrize("state", [*[q.value for q in QUESTIONS], *[s.value for s in CaseState], "menu", "", None])
def test_the_chart_is_a_picture_that_can_be_read_aloud(state: str | None) -> None:
    """Well-formed, with a title and a description."""
    picture = ElementTree.fromstring(framed(flow_chart.draw(state)))  # noqa: S314 -- our own text
    names = [child.tag.rpartition("}")[2] for child in picture]
    assert "title" in names
    assert "desc" in names


def test_the_chart_shows_where_the_applicant_is() -> None:
    """您在这里 stands once, at the right box."""
    assert "您在这里：在线填表" in flow_chart.draw("phone").words
    assert "您在这里：审核" in flow_chart.draw("examined").words
    assert "您在这里" not in flow_chart.draw("menu").words


def test_the_chart_holds_every_state_of_the_table() -> None:
    """Drawn from the tables: no way is missing but taking it back."""
    drawn = {*flow_chart.main_line(), *[dest for _, dest in flow_chart.side_ways()]}
    assert drawn == set(CaseState) - {CaseState.WITHDRAWN, CaseState.RESUBMITTED}
