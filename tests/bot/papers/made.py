"""Cases of made-up people at every end, and the sheets of their papers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bot.papers.form_sheet import blank_form, case_form, draft_form
from bot.papers.kinds import LETTER_OF, PaperKind
from bot.papers.letter_sheets import Issued, Letter, letter_sheet
from bot.papers.permit_sheet import PermitFacts, permit_sheet
from bot.papers.typesetting import Sheet
from bot.papers.words import say
from dialogs import reasons
from dialogs.rules import Rules
from state_machine.case import SHANGHAI, judge, judge_rest_met, perform
from state_machine.case_records import Act, CaseRecord, EventKind
from state_machine.signature import Drawing, Signature
from state_machine.working_days import Calendar
from tests.state_machine.made import APPROVER, INTAKE, MONDAY, REVIEWER, answers, new_case

RULES = Rules(calendar=Calendar(), station_name="松源派出所（样例）", station_phone="0578-0000000")
COUNTY = RULES.county_name
UNMET = {
    "answer:name": ("name_differs",),
    "answer:current_address": ("address_incomplete",),
    "material:labour_contract": ("page_missing",),
}
DRAWING = Drawing(
    (
        ((60, 120), (180, 90), (300, 80), (260, 200), (120, 260)),
        ((420, 60), (430, 180), (400, 300)),
        ((420, 170), (600, 140), (760, 260), (900, 230)),
    ),
    350,
)


def at(hours: float) -> datetime:
    """So many hours after the submission."""
    return MONDAY + timedelta(hours=hours)


def signature(name: str = "麻小样", drawing: Drawing | None = None) -> Signature:
    """Of a made-up person."""
    return Signature(name, MONDAY, "2026-11-22", "ab" * 32, drawing)


def accepted(**told: Any) -> CaseRecord:
    """A case accepted."""
    case = new_case(answers(**told))
    judge_rest_met(case, INTAKE, at(1))
    perform(case, Act.ACCEPT, INTAKE, at(1), opinion="材料齐全。", calendar=Calendar())
    return case


def approved(**told: Any) -> CaseRecord:
    """A case approved."""
    case = accepted(**told)
    perform(case, Act.EXAMINE, REVIEWER, at(5), opinion="情况属实。", recommends=Act.APPROVE)
    perform(case, Act.APPROVE, APPROVER, at(6), opinion="同意。")
    return case


def issued(**told: Any) -> CaseRecord:
    """A case that ended well."""
    case = approved(**told)
    perform(case, Act.ISSUE, APPROVER, at(6.5))
    return case


def refused(act: Act, **told: Any) -> CaseRecord:
    """A case returned, not accepted or declined, with reasons."""
    case = accepted(**told) if act is Act.DECLINE else new_case(answers(**told))
    officer = REVIEWER if act is Act.DECLINE else INTAKE
    known = reasons.reason_rules()
    for item in UNMET:
        fitting = [code for code, rule in known.items() if rule.fits(item)][:2]
        judge(case, officer, item, False, fitting, "第 3 页看不清。", at(2), catalogue=known)
    judge_rest_met(case, officer, at(2))
    if act is Act.DECLINE:
        perform(case, Act.EXAMINE, REVIEWER, at(3), recommends=Act.DECLINE)
        officer = APPROVER
    perform(case, act, officer, at(4), opinion="请按下面的理由处理。")
    return case


def letter_of(case: CaseRecord, kind: EventKind, rules: Rules = RULES) -> Sheet:
    """The letter of the case's last event of a kind."""
    event = next(event for event in reversed(case.events) if event.kind is kind)
    told = Issued("3311262026000012", date(2027, 11, 23), annuls=True, earlier="330302000001")
    extra = told if kind is EventKind.ISSUED else None
    number = say(f"{LETTER_OF[kind].value}.number", place="庆元", year=2026, serial=12)
    return letter_sheet(Letter(LETTER_OF[kind], number, case, event, rules, SHANGHAI, extra))


def permit(**told: Any) -> Sheet:
    """An issued permit."""
    facts = PermitFacts("3311262026000012", at(6.5), date(2027, 11, 23), "https://example.test/permits/x" * 1, True)
    return permit_sheet(answers(**told), facts, RULES, SHANGHAI)


def every_sheet(**told: Any) -> dict[str, Sheet]:
    """One sheet of every kind there is."""
    return {
        "blank": blank_form(COUNTY),
        "draft": draft_form(COUNTY, answers(**told)),
        "form": case_form(COUNTY, issued(**told), signature(drawing=DRAWING), SHANGHAI),
        PaperKind.RECEIPT: letter_of(accepted(**told), EventKind.ACCEPTED),
        PaperKind.RETURN: letter_of(refused(Act.RETURN_FOR_CORRECTION, **told), EventKind.RETURNED),
        PaperKind.NOT_ACCEPTED: letter_of(refused(Act.NOT_ACCEPT, **told), EventKind.NOT_ACCEPTED),
        PaperKind.DECLINED: letter_of(refused(Act.DECLINE, **told), EventKind.DECLINED),
        PaperKind.ISSUED: letter_of(issued(**told), EventKind.ISSUED),
        PaperKind.PERMIT: permit(**told),
    }
