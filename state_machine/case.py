"""The case (办件): what becomes of a submitted application, and who may do what to it when.

The table is in `case_table`, the record in `case_records`; their names can be had from here as well. Every function
here either does all of its work or raises `ActRefused` and leaves the case as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from typing import Any

from state_machine.case_history import SHANGHAI, accepted_on, changes_between, due_date, in_force
from state_machine.case_records import (
    Act,
    CaseEvent,
    CaseRecord,
    CaseState,
    Change,
    EventKind,
    Flag,
    NoticeItem,
    NoticeRecord,
)
from state_machine.case_table import ENDED, FIT, JUDGE_IN, MACHINE, MOVES, NOTIFYING, UNFIT, Move
from state_machine.codes import Field, Recognition
from state_machine.interview import Acknowledgement, Page
from state_machine.officers import Officer, Role
from state_machine.verdicts import ActRefused, ReasonRule, Refusal, Verdict, VerdictSheet, check_verdict, items_of
from state_machine.working_days import Calendar, YearNotPublished, due_on

__all__ = [
    "ENDED",
    "JUDGE_IN",
    "MACHINE",
    "MOVES",
    "NOTIFYING",
    "SHANGHAI",
    "Act",
    "ActRefused",
    "CaseEvent",
    "CaseRecord",
    "CaseState",
    "Change",
    "EventKind",
    "Flag",
    "Move",
    "NoticeItem",
    "NoticeRecord",
    "Refusal",
    "accepted_on",
    "acts_open",
    "changes_between",
    "due_date",
    "in_force",
    "judge",
    "judge_rest_met",
    "move_of",
    "open_case",
    "perform",
    "resubmit",
    "withdraw",
]


def open_case(
    case_id: str,
    application_number: str,
    application_id: str,
    answers: Mapping[str, Any],
    acknowledgements: Sequence[Acknowledgement],
    pages: Sequence[Page],
    at: datetime,
    flags: Sequence[str] = (),
    *,
    entered_by: Officer | None = None,
) -> CaseRecord:
    """A new case from a submitted application, with an empty sheet and its first event.

    `entered_by`: who entered it at the counter for a walk-in applicant. Entering is no office: it decides nothing.
    """
    _aware(at)
    flags = [*flags, Flag.AT_COUNTER.value] if entered_by is not None else flags
    return CaseRecord(
        case_id=case_id,
        application_number=application_number,
        application_id=application_id,
        answers=deepcopy(dict(answers)),
        acknowledgements=list(acknowledgements),
        pages=list(pages),
        sheet=VerdictSheet(items=items_of(answers, pages)),
        events=[_applicants(EventKind.SUBMITTED, at, entered_by)],
        flags=list(flags),
    )


def move_of(case: CaseRecord, act: Act) -> Move:
    """The row of the table for this act from where the case stands. Raises ActRefused(WRONG_STATE)."""
    for move in MOVES:
        if move.act is act and move.source is case.state:
            return move
    raise ActRefused(Refusal.WRONG_STATE, {"state": case.state.value, "act": act.value})


def acts_open(case: CaseRecord, officer: Officer) -> list[Act]:
    """What this officer could do here as far as office and state go; the sheet may still forbid it. For the desk."""
    return [
        move.act
        for move in MOVES
        if move.source is case.state
        and move.office is not None
        and officer.holds(move.office)
        and case.offices.get(officer.staff_id, move.office) is move.office
    ]


def perform(
    case: CaseRecord,
    act: Act,
    officer: Officer,
    at: datetime,
    *,
    opinion: str = "",
    recommends: Act | None = None,
    calendar: Calendar | None = None,
    days: int = 2,
) -> list[CaseEvent]:
    """An official's act. Returns the new events, already appended; raises ActRefused and changes nothing.

    `recommends` (approve or decline) belongs to `examine` alone; `opinion` is mandatory for `send_back`. With a
    `calendar`, the acceptance records the date then promised; `due_date` is what counts.
    """
    move = move_of(case, act)
    if move.office is None:
        raise ActRefused(Refusal.APPLICANTS_ACT, {"act": act.value})
    _check_officer(case, officer, move.office)
    _aware(at)
    _check_words(act, opinion, recommends)
    _check_guards(case, move.guards)
    if recommends is not None:
        _check_guards(case, FIT if recommends is Act.APPROVE else UNFIT)
    details = _promise(at, days, calendar) if act is Act.ACCEPT and calendar is not None else {}
    event = CaseEvent(
        move.happened, at, officer.staff_id, officer.name, move.office, opinion.strip(), recommends, details=details
    )
    events = [event]
    if act is Act.ISSUE and case.answers.get(Field.RECOGNITION) == Recognition.HELD_PERMIT:
        events.append(CaseEvent(EventKind.EARLIER_PERMIT_ANNULLED, at, officer.staff_id, officer.name, move.office))
    _fire(case, act)
    if act in NOTIFYING:
        case.notices.append(_notice(case, event))
        case.sheet.lock()
    case.offices[officer.staff_id] = move.office
    case.events.extend(events)
    return events


def judge(
    case: CaseRecord,
    officer: Officer,
    item: str,
    met: bool,
    reasons: Sequence[str],
    note: str,
    at: datetime,
    *,
    catalogue: Mapping[str, ReasonRule],
) -> Verdict:
    """Give (or change) the verdict on one item. Raises ActRefused and changes nothing.

    The office whose turn it is judges: intake before acceptance, then the reviewer, then the approver.
    """
    office = _judging_office(case, officer, at)
    check_verdict(case.sheet, item, met, reasons, catalogue)
    verdict = Verdict(item, met, tuple(dict.fromkeys(reasons)), note.strip(), officer.staff_id, at)
    case.sheet.verdicts[item] = verdict
    case.offices[officer.staff_id] = office
    return verdict


def judge_rest_met(case: CaseRecord, officer: Officer, at: datetime) -> list[Verdict]:
    """其余均符合: find every item nobody has judged met. Raises ActRefused and changes nothing."""
    office = _judging_office(case, officer, at)
    verdicts = [Verdict(item, True, (), "", officer.staff_id, at) for item in case.sheet.unjudged()]
    case.sheet.verdicts.update({verdict.item: verdict for verdict in verdicts})
    if verdicts:
        case.offices[officer.staff_id] = office
    return verdicts


def resubmit(
    case: CaseRecord,
    answers: Mapping[str, Any],
    pages: Sequence[Page],
    acknowledgements: Sequence[Acknowledgement],
    at: datetime,
    *,
    entered_by: Officer | None = None,
) -> CaseEvent:
    """The applicant hands in the corrected application. What was met and is unchanged stays locked.

    The event's `changes` hold before and after of every item that differs. Raises ActRefused and changes nothing.
    """
    move_of(case, Act.RESUBMIT)
    _aware(at)
    event = replace(
        _applicants(EventKind.RESUBMITTED, at, entered_by),
        changes=tuple(changes_between(case.answers, case.pages, answers, pages)),
    )
    items = items_of(answers, pages)
    _fire(case, Act.RESUBMIT)
    case.answers, case.pages = deepcopy(dict(answers)), list(pages)
    case.acknowledgements = list(acknowledgements)
    case.sheet.renew(items)
    case.events.append(event)
    return event


def withdraw(case: CaseRecord, at: datetime) -> CaseEvent:
    """The applicant takes the application back; possible until it is decided. Raises ActRefused."""
    move_of(case, Act.WITHDRAW)
    _aware(at)
    event = CaseEvent(EventKind.WITHDRAWN, at)
    _fire(case, Act.WITHDRAW)
    case.events.append(event)
    return event


def _applicants(kind: EventKind, at: datetime, entered_by: Officer | None) -> CaseEvent:
    """What the applicant did, by themselves or by the hand of a clerk at the counter."""
    if entered_by is None:
        return CaseEvent(kind, at)
    return CaseEvent(kind, at, entered_by.staff_id, entered_by.name, details={"at_counter": True})


def _fire(case: CaseRecord, act: Act) -> None:
    if not MACHINE.events[act.value].trigger(case):
        raise ActRefused(Refusal.WRONG_STATE, {"state": case.state.value, "act": act.value})


def _notice(case: CaseRecord, event: CaseEvent) -> NoticeRecord:
    items = tuple(NoticeItem(v.item, v.reasons, v.note) for v in case.sheet.unmet())
    return NoticeRecord(event.kind, event.at, event.by or "", items)


def _promise(at: datetime, days: int, calendar: Calendar) -> dict[str, Any]:
    try:
        due = due_on(at.astimezone(SHANGHAI).date(), days, calendar).isoformat()
    except YearNotPublished as unknown:
        return {"due_on": None, "year_not_published": unknown.year}
    return {"due_on": due}


def _aware(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("a time without a zone")


def _check_officer(case: CaseRecord, officer: Officer, office: Role) -> None:
    if not officer.holds(office):
        raise ActRefused(Refusal.WRONG_ROLE, {"needs": office.value})
    held = case.offices.get(officer.staff_id, office)
    if held is not office:
        raise ActRefused(Refusal.OTHER_OFFICE_HELD, {"held": held.value, "needs": office.value})


def _judging_office(case: CaseRecord, officer: Officer, at: datetime) -> Role:
    office = JUDGE_IN.get(case.state)
    if office is None:
        raise ActRefused(Refusal.WRONG_STATE, {"state": case.state.value})
    _check_officer(case, officer, office)
    _aware(at)
    return office


def _check_words(act: Act, opinion: str, recommends: Act | None) -> None:
    if act is Act.SEND_BACK and not opinion.strip():
        raise ActRefused(Refusal.NOTE_MISSING)
    if act is not Act.EXAMINE and recommends is not None:
        raise ActRefused(Refusal.RECOMMENDATION_MISPLACED)
    if act is Act.EXAMINE and recommends not in (Act.APPROVE, Act.DECLINE):
        raise ActRefused(Refusal.RECOMMENDATION_MISSING)


def _check_guards(case: CaseRecord, guards: Sequence[str]) -> None:
    for guard in guards:
        if not getattr(case, guard)():
            raise _refused_by(case, guard)


def _refused_by(case: CaseRecord, guard: str) -> ActRefused:
    sheet = case.sheet
    if guard == "is_all_judged":
        return ActRefused(Refusal.UNJUDGED_ITEMS, {"items": sheet.unjudged()})
    if guard == "has_nothing_unmet":
        return ActRefused(Refusal.UNMET_ITEMS, {"items": [v.item for v in sheet.unmet()]})
    return ActRefused(Refusal.NOTHING_UNMET)
