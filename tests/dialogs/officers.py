"""Three officials at three desks, through the case's own rules, for conversations that go on after submission."""

from __future__ import annotations

from datetime import datetime

from dialogs import notices, reasons
from dialogs.rules import Rules
from dialogs.turn import Say
from state_machine import case as cases
from state_machine.case import Act, CaseRecord
from state_machine.officers import Officer, Role

INTAKE = Officer("s1", "受理人一", frozenset({Role.INTAKE}))
REVIEWER = Officer("s2", "审核人二", frozenset({Role.REVIEWER}))
APPROVER = Officer("s3", "审批人三", frozenset({Role.APPROVER}))
_BY = {
    Act.ACCEPT: INTAKE,
    Act.RETURN_FOR_CORRECTION: INTAKE,
    Act.NOT_ACCEPT: INTAKE,
    Act.EXAMINE: REVIEWER,
    Act.APPROVE: APPROVER,
    Act.DECLINE: APPROVER,
    Act.ISSUE: APPROVER,
}


def decide(
    case: CaseRecord, act: Act, at: datetime, rules: Rules, unmet: dict[str, tuple[list[str], str]] | None = None
) -> list[Say]:
    """Judge what is open (`unmet`: item → reasons and note; the rest met), act, and return what the applicant reads."""
    officer = _BY[act]
    for item, (codes, note) in (unmet or {}).items():
        cases.judge(case, officer, item, False, codes, note, at, catalogue=reasons.reason_rules())
    if act is not Act.ISSUE:
        cases.judge_rest_met(case, officer, at)
    recommends = (Act.DECLINE if unmet else Act.APPROVE) if act is Act.EXAMINE else None
    events = cases.perform(case, act, officer, at, recommends=recommends, calendar=rules.calendar, days=rules.due_days)
    said = [notices.compose(case, event, rules) for event in events]
    return [say for say in said if say is not None]
