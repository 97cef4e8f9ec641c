"""The case (办件): what becomes of a submitted application, and who may do what to it when.

One `transitions` machine for all cases, as in `interview`; the table `MOVES` is the flow (附件 2), drawn from here.
A return (补正) exists only before acceptance; the two working days run from acceptance and never pause (办法 二).
Every public function either does all of its work or raises `ActRefused` and leaves the case as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from transitions import Machine

from state_machine.codes import Field, Recognition
from state_machine.interview import Acknowledgement, Page
from state_machine.officers import Officer, Role
from state_machine.verdicts import (
    ActRefused,
    ReasonRule,
    Refusal,
    Verdict,
    VerdictSheet,
    answer_key,
    answers_on_path,
    check_verdict,
    items_of,
    material_key,
    pages_of,
    ticked,
)
from state_machine.working_days import Calendar, YearNotPublished, due_on

#: Dates of the law are dates here.
SHANGHAI = ZoneInfo("Asia/Shanghai")


class CaseState(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    RESUBMITTED = "resubmitted"
    ACCEPTED = "accepted"
    EXAMINED = "examined"
    APPROVED = "approved"
    ISSUED = "issued"
    NOT_ACCEPTED = "not_accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What can be done to a case: the officials' acts, then the applicant's two."""

    ACCEPT = "accept"
    RETURN_FOR_CORRECTION = "return_for_correction"
    NOT_ACCEPT = "not_accept"
    EXAMINE = "examine"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    DECLINE = "decline"
    ISSUE = "issue"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"


class EventKind(StrEnum):
    """What happened to a case."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    NOT_ACCEPTED = "not_accepted"
    EXAMINED = "examined"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    DECLINED = "declined"
    ISSUED = "issued"
    EARLIER_PERMIT_ANNULLED = "earlier_permit_annulled"
    RESUBMITTED = "resubmitted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Change:
    """One item before and after a correction: the answers' values, or the page ids. None = there was / is none."""

    item: str
    before: Any
    after: Any


@dataclass(frozen=True)
class CaseEvent:
    """One entry of the case's history. `by`, `name` and `office` are empty for what the applicant did."""

    kind: EventKind
    at: datetime
    by: str | None = None
    name: str = ""
    office: Role | None = None
    opinion: str = ""
    recommends: Act | None = None
    changes: tuple[Change, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NoticeItem:
    """One thing a notice names: the item, why it is not met, and the official's own words."""

    item: str
    reasons: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class NoticeRecord:
    """A notice with every item not met at that moment. `kind` is returned, not_accepted or declined."""

    kind: EventKind
    at: datetime
    by: str
    items: tuple[NoticeItem, ...]


@dataclass
class CaseRecord:
    """One case. Plain values all the way down: `msgspec.json` writes and reads it back."""

    case_id: str
    application_number: str
    application_id: str
    state: CaseState = CaseState.SUBMITTED
    answers: dict[str, Any] = field(default_factory=dict)
    acknowledgements: list[Acknowledgement] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    sheet: VerdictSheet = field(default_factory=VerdictSheet)
    events: list[CaseEvent] = field(default_factory=list)
    notices: list[NoticeRecord] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    #: In which office each member of staff has served this case, by act or verdict (staff_id → office).
    offices: dict[str, Role] = field(default_factory=dict)

    # Guards: the questions the table asks of a case.
    def is_all_judged(self) -> bool:
        """Nothing on the sheet waits for a verdict."""
        return not self.sheet.unjudged()

    def has_nothing_unmet(self) -> bool:
        """No verdict is 不符."""
        return not self.sheet.unmet()

    def has_unmet(self) -> bool:
        """At least one verdict is 不符."""
        return bool(self.sheet.unmet())


@dataclass(frozen=True)
class Move:
    """One row of the table. `office` is who acts; None is the applicant."""

    act: Act
    source: CaseState
    dest: CaseState
    office: Role | None
    guards: tuple[str, ...]
    happened: EventKind


S, A, E = CaseState, Act, EventKind
FIT = ("is_all_judged", "has_nothing_unmet")
UNFIT = ("is_all_judged", "has_unmet")

MOVES: tuple[Move, ...] = (
    Move(A.ACCEPT, S.SUBMITTED, S.ACCEPTED, Role.INTAKE, FIT, E.ACCEPTED),
    Move(A.ACCEPT, S.RESUBMITTED, S.ACCEPTED, Role.INTAKE, FIT, E.ACCEPTED),
    Move(A.RETURN_FOR_CORRECTION, S.SUBMITTED, S.RETURNED, Role.INTAKE, UNFIT, E.RETURNED),
    Move(A.RETURN_FOR_CORRECTION, S.RESUBMITTED, S.RETURNED, Role.INTAKE, UNFIT, E.RETURNED),
    Move(A.NOT_ACCEPT, S.SUBMITTED, S.NOT_ACCEPTED, Role.INTAKE, UNFIT, E.NOT_ACCEPTED),
    Move(A.NOT_ACCEPT, S.RESUBMITTED, S.NOT_ACCEPTED, Role.INTAKE, UNFIT, E.NOT_ACCEPTED),
    Move(A.RESUBMIT, S.RETURNED, S.RESUBMITTED, None, (), E.RESUBMITTED),
    Move(A.EXAMINE, S.ACCEPTED, S.EXAMINED, Role.REVIEWER, ("is_all_judged",), E.EXAMINED),
    Move(A.SEND_BACK, S.EXAMINED, S.ACCEPTED, Role.APPROVER, (), E.SENT_BACK),
    Move(A.APPROVE, S.EXAMINED, S.APPROVED, Role.APPROVER, FIT, E.APPROVED),
    Move(A.DECLINE, S.EXAMINED, S.DECLINED, Role.APPROVER, UNFIT, E.DECLINED),
    Move(A.ISSUE, S.APPROVED, S.ISSUED, Role.APPROVER, FIT, E.ISSUED),
    Move(A.WITHDRAW, S.SUBMITTED, S.WITHDRAWN, None, (), E.WITHDRAWN),
    Move(A.WITHDRAW, S.RETURNED, S.WITHDRAWN, None, (), E.WITHDRAWN),
    Move(A.WITHDRAW, S.RESUBMITTED, S.WITHDRAWN, None, (), E.WITHDRAWN),
    Move(A.WITHDRAW, S.ACCEPTED, S.WITHDRAWN, None, (), E.WITHDRAWN),
    Move(A.WITHDRAW, S.EXAMINED, S.WITHDRAWN, None, (), E.WITHDRAWN),
)

#: Nothing leaves these.
ENDED: tuple[CaseState, ...] = (S.ISSUED, S.NOT_ACCEPTED, S.DECLINED, S.WITHDRAWN)
#: The acts that send the applicant a notice of everything not met.
NOTIFYING: tuple[Act, ...] = (A.RETURN_FOR_CORRECTION, A.NOT_ACCEPT, A.DECLINE)
#: Who judges the items while a case stands here.
JUDGE_IN: dict[CaseState, Role] = {
    S.SUBMITTED: Role.INTAKE,
    S.RESUBMITTED: Role.INTAKE,
    S.ACCEPTED: Role.REVIEWER,
    S.EXAMINED: Role.APPROVER,
}


def _build() -> Machine:
    machine = Machine(model=None, states=CaseState, initial=None, auto_transitions=False)
    for move in MOVES:
        machine.add_transition(move.act.value, move.source, move.dest, conditions=list(move.guards))
    return machine


MACHINE = _build()


def open_case(
    case_id: str,
    application_number: str,
    application_id: str,
    answers: Mapping[str, Any],
    acknowledgements: Sequence[Acknowledgement],
    pages: Sequence[Page],
    at: datetime,
    flags: Sequence[str] = (),
) -> CaseRecord:
    """A new case from a submitted application, with an empty sheet and its first event."""
    _aware(at)
    return CaseRecord(
        case_id=case_id,
        application_number=application_number,
        application_id=application_id,
        answers=dict(answers),
        acknowledgements=list(acknowledgements),
        pages=list(pages),
        sheet=VerdictSheet(items=items_of(answers, pages)),
        events=[CaseEvent(E.SUBMITTED, at)],
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
        _check_guards(case, FIT if recommends is A.APPROVE else UNFIT)
    details = _promise(at, days, calendar) if act is A.ACCEPT and calendar is not None else {}
    event = CaseEvent(
        move.happened, at, officer.staff_id, officer.name, move.office, opinion.strip(), recommends, details=details
    )
    events = [event]
    if act is A.ISSUE and case.answers.get(Field.RECOGNITION) == Recognition.HELD_PERMIT:
        events.append(CaseEvent(E.EARLIER_PERMIT_ANNULLED, at, officer.staff_id, officer.name, move.office))
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
) -> CaseEvent:
    """The applicant hands in the corrected application. What was met and is unchanged stays locked.

    The event's `changes` hold before and after of every item that differs. Raises ActRefused and changes nothing.
    """
    move_of(case, A.RESUBMIT)
    _aware(at)
    event = CaseEvent(E.RESUBMITTED, at, changes=tuple(changes_between(case.answers, case.pages, answers, pages)))
    items = items_of(answers, pages)
    _fire(case, A.RESUBMIT)
    case.answers, case.pages = dict(answers), list(pages)
    case.acknowledgements = list(acknowledgements)
    case.sheet.renew(items)
    case.events.append(event)
    return event


def withdraw(case: CaseRecord, at: datetime) -> CaseEvent:
    """The applicant takes the application back; possible until it is decided. Raises ActRefused."""
    move_of(case, A.WITHDRAW)
    _aware(at)
    event = CaseEvent(E.WITHDRAWN, at)
    _fire(case, A.WITHDRAW)
    case.events.append(event)
    return event


def accepted_on(case: CaseRecord) -> date | None:
    """The day of acceptance in Asia/Shanghai; None before it."""
    for event in case.events:
        if event.kind is E.ACCEPTED:
            return event.at.astimezone(SHANGHAI).date()
    return None


def due_date(case: CaseRecord, calendar: Calendar, days: int = 2) -> date | None:
    """办结期限, from the history alone; None before acceptance. Raises YearNotPublished: show 待放假安排公布."""
    accepted = accepted_on(case)
    return None if accepted is None else due_on(accepted, days, calendar)


def in_force(case: CaseRecord, kind: EventKind) -> CaseEvent | None:
    """The last event of this kind that still stands (an examination sent back does not), for the form's opinions."""
    found: CaseEvent | None = None
    for event in case.events:
        if event.kind is kind:
            found = event
        elif event.kind is E.SENT_BACK and kind is E.EXAMINED:
            found = None
    return found


def changes_between(
    answers: Mapping[str, Any], pages: Sequence[Page], new_answers: Mapping[str, Any], new_pages: Sequence[Page]
) -> list[Change]:
    """Every item that differs, in the order of the form: the new one's items, then those that are gone."""
    old, new = _values(answers, pages), _values(new_answers, new_pages)
    before = {item.key: item.fingerprint for item in items_of(answers, pages)}
    after = {item.key: item.fingerprint for item in items_of(new_answers, new_pages)}
    keys = [*after, *(key for key in before if key not in after)]
    return [Change(k, old.get(k), new.get(k)) for k in keys if before.get(k) != after.get(k)]


def _values(answers: Mapping[str, Any], pages: Sequence[Page]) -> dict[str, Any]:
    told = {answer_key(f): value for f, value in answers_on_path(answers).items()}
    shown = {material_key(p): [page.page_id for page in pages_of(pages, p)] for p in ticked(answers)}
    return told | shown


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
    if act is A.SEND_BACK and not opinion.strip():
        raise ActRefused(Refusal.NOTE_MISSING)
    if act is not A.EXAMINE and recommends is not None:
        raise ActRefused(Refusal.RECOMMENDATION_MISPLACED)
    if act is A.EXAMINE and recommends not in (A.APPROVE, A.DECLINE):
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
