"""The interview: which question comes next. One `transitions` machine for all applicants; only a state is stored.

The table below is the flow. `advance` follows it, and `walk` skips what is already settled, so that changing an
early answer asks again only what the change made meaningless. The order of the stages is the ordinance's own:
告知承诺 → 在线填表 → 上传材料 → 确认提交 (庆政办发〔2023〕43号, 二).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from transitions import Machine

from state_machine.codes import PROOFS_OF, ApplicantIs, Field, Ground, Proof, Recognition

#: Raise when questions change; `InterviewRecord.flow_version` tells which flow an answer was given under.
FLOW_VERSION = 1


class Purpose(StrEnum):
    """Why the questions are asked."""

    CHECK = "check"  #: 「我能办吗」: the few questions before the eligibility answer; nothing is kept.
    APPLICATION = "application"  #: an application on its way to 申请编号.
    CORRECTION = "correction"  #: 补正: edits to a submitted application, a buffer until resubmitted.


class InterviewState(StrEnum):
    """Where the applicant is. Every member but the last four is a question."""

    PLEDGE_PRIVACY = "pledge_privacy"
    PLEDGE_TRUTH = "pledge_truth"
    PLEDGE_ANNULMENT = "pledge_annulment"
    APPLICANT_IS = "applicant_is"
    RELATION = "relation"
    AGENT_NAME = "agent_name"
    AGENT_ID_NUMBER = "agent_id_number"
    AGENT_PHONE = "agent_phone"
    RECOGNITION = "recognition"
    PERMIT_NUMBER = "permit_number"
    PERMIT_PLACE = "permit_place"
    PERMIT_VALID_UNTIL = "permit_valid_until"
    REGISTERED_PERIODS = "registered_periods"
    GROUND = "ground"
    HUKOU_PROVINCE = "hukou_province"
    HUKOU_COUNTY = "hukou_county"
    ELIGIBILITY = "eligibility"
    HUKOU_ADDRESS = "hukou_address"
    ID_NUMBER = "id_number"
    NAME = "name"
    ETHNICITY = "ethnicity"
    CURRENT_ADDRESS = "current_address"
    PHONE = "phone"
    PROOFS = "proofs"
    MATERIALS = "materials"
    REVIEW = "review"
    DECLARATION = "declaration"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Stage(StrEnum):
    """The four stages of the ordinance, as the applicant reads them."""

    PLEDGE = "告知承诺"
    FORM = "在线填表"
    UPLOAD = "上传材料"
    CONFIRM = "确认提交"


@dataclass(frozen=True)
class Acknowledgement:
    """One text the applicant agreed to: which (`text_id`), in which wording (version and SHA-256), and when (UTC)."""

    text_id: str
    version: str
    sha256: str
    at: datetime


@dataclass(frozen=True)
class Page:
    """One uploaded page (or PDF) of a proof. `page_id` names the stored file; `digest` tells equal pictures."""

    page_id: str
    proof: Proof
    media_type: str
    digest: str
    sheets: int = 1  #: pages inside a PDF; 1 for a picture
    advice: tuple[str, ...] = ()  #: codes such as `small`, `blurred`


@dataclass
class InterviewRecord:
    """One application being filled in. `answers` maps `Field` values to plain JSON (see docs/protocol.md)."""

    application_id: str
    purpose: Purpose = Purpose.APPLICATION
    state: InterviewState = InterviewState.PLEDGE_PRIVACY
    flow_version: int = FLOW_VERSION
    answers: dict[str, Any] = field(default_factory=dict)
    acknowledgements: list[Acknowledgement] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    finished_proofs: list[Proof] = field(default_factory=list)
    #: In a correction: the item keys the notice named (see `state_machine.verdicts`), and what stood before.
    to_mend: list[str] = field(default_factory=list)
    #: `before` maps every item key to its value then: an answer's value, or the digests of a proof's pages in order.
    before: dict[str, Any] = field(default_factory=dict)
    #: In a correction: the reason codes and the clerk's words for each item of `to_mend`.
    mend_reasons: dict[str, list[str]] = field(default_factory=dict)
    mend_notes: dict[str, str] = field(default_factory=dict)
    #: In a correction: the edition of the reasons' texts in which the notice was written.
    mend_wording: int = 0
    #: In a correction: items of `to_mend` the applicant has decided to leave as they are.
    left_as_is: list[str] = field(default_factory=list)

    # Guards: the questions the table asks of a record.
    def is_for_other(self) -> bool:
        """代办."""
        return self.answers.get(Field.APPLICANT_IS) == ApplicantIs.OTHER

    def holds_permit(self) -> bool:
        """Route 互认一."""
        return self.answers.get(Field.RECOGNITION) == Recognition.HELD_PERMIT

    def is_check(self) -> bool:
        """Only asking whether it can be done."""
        return self.purpose is Purpose.CHECK

    def names_permit(self) -> bool:
        """Route 互认一, and the number is wanted: a mere check asks for no number."""
        return self.holds_permit() and not self.is_check()

    def names_no_ground(self) -> bool:
        """None of the three grounds: there is nothing to prove. Submitted all the same, a clerk decides."""
        return self.answers.get(Field.GROUND) == []

    def has_everything(self) -> bool:
        """Nothing on the applicant's path is open: the application may be submitted."""
        return not self.is_check() and all(is_settled(self, s) for s in path(self) if s in FIELD_OF)


S = InterviewState

#: (from, to, guards). Where several rows leave a state, the first whose guards all hold is taken.
ADVANCE: tuple[tuple[InterviewState, InterviewState, tuple[str, ...]], ...] = (
    (S.PLEDGE_PRIVACY, S.PLEDGE_TRUTH, ()),
    (S.PLEDGE_TRUTH, S.PLEDGE_ANNULMENT, ()),
    (S.PLEDGE_ANNULMENT, S.APPLICANT_IS, ()),
    (S.APPLICANT_IS, S.RELATION, ("is_for_other",)),
    (S.APPLICANT_IS, S.RECOGNITION, ()),
    (S.RELATION, S.AGENT_NAME, ()),
    (S.AGENT_NAME, S.AGENT_ID_NUMBER, ()),
    (S.AGENT_ID_NUMBER, S.AGENT_PHONE, ()),
    (S.AGENT_PHONE, S.RECOGNITION, ()),
    (S.RECOGNITION, S.PERMIT_NUMBER, ("names_permit",)),
    (S.RECOGNITION, S.PERMIT_PLACE, ("holds_permit",)),
    (S.RECOGNITION, S.REGISTERED_PERIODS, ()),
    (S.PERMIT_NUMBER, S.PERMIT_PLACE, ()),
    (S.PERMIT_PLACE, S.PERMIT_VALID_UNTIL, ()),
    (S.PERMIT_VALID_UNTIL, S.GROUND, ()),
    (S.REGISTERED_PERIODS, S.GROUND, ()),
    (S.GROUND, S.HUKOU_PROVINCE, ()),
    (S.HUKOU_PROVINCE, S.HUKOU_COUNTY, ()),
    (S.HUKOU_COUNTY, S.ELIGIBILITY, ()),
    (S.ELIGIBILITY, S.HUKOU_ADDRESS, ()),
    (S.HUKOU_ADDRESS, S.ID_NUMBER, ()),
    (S.ID_NUMBER, S.NAME, ()),
    (S.NAME, S.ETHNICITY, ()),
    (S.ETHNICITY, S.CURRENT_ADDRESS, ()),
    (S.CURRENT_ADDRESS, S.PHONE, ()),
    (S.PHONE, S.REVIEW, ("names_no_ground",)),
    (S.PHONE, S.PROOFS, ()),
    (S.PROOFS, S.MATERIALS, ()),
    (S.MATERIALS, S.REVIEW, ()),
    (S.REVIEW, S.DECLARATION, ()),
)

#: Which answer settles which question. REVIEW and DECLARATION are never settled by walking past them.
FIELD_OF: dict[InterviewState, Field] = {
    state: Field(state.value)
    for state in InterviewState
    if state.value in Field._value2member_map_ and state not in (S.REVIEW, S.DECLARATION)
}

PLEDGES: tuple[InterviewState, ...] = (S.PLEDGE_PRIVACY, S.PLEDGE_TRUTH, S.PLEDGE_ANNULMENT)
QUESTIONS: tuple[InterviewState, ...] = tuple(s for s in S if s not in (S.SUBMITTED, S.CANCELLED, S.EXPIRED))
ENDS: tuple[InterviewState, ...] = (S.SUBMITTED, S.CANCELLED, S.EXPIRED)

#: An answer that changes makes these answers meaningless: they are asked again, all others stay.
FORGETS: dict[Field, tuple[Field, ...]] = {
    Field.APPLICANT_IS: (Field.NAME, Field.ID_NUMBER, Field.SEX, Field.ETHNICITY, Field.DECLARATION),
    Field.ID_NUMBER: (Field.SEX,),
    Field.HUKOU_PROVINCE: (Field.HUKOU_COUNTY, Field.HUKOU_ADDRESS, Field.ELIGIBILITY),
    Field.HUKOU_COUNTY: (Field.HUKOU_ADDRESS, Field.ELIGIBILITY),
    Field.RECOGNITION: (Field.ELIGIBILITY,),
    Field.PERMIT_PLACE: (Field.ELIGIBILITY,),
    Field.PERMIT_VALID_UNTIL: (Field.ELIGIBILITY,),
    Field.REGISTERED_PERIODS: (Field.ELIGIBILITY,),
    Field.GROUND: (Field.ELIGIBILITY,),
}


def _build() -> Machine:
    machine = Machine(model=None, states=InterviewState, initial=None, auto_transitions=False)
    for source, dest, guards in ADVANCE:
        machine.add_transition("advance", source, dest, conditions=list(guards))
    for target in QUESTIONS:
        machine.add_transition(f"revisit_{target.value}", list(QUESTIONS), target)
    machine.add_transition("apply", S.ELIGIBILITY, S.PLEDGE_PRIVACY, conditions=["is_check"])
    machine.add_transition("submit", S.DECLARATION, S.SUBMITTED, conditions=["has_everything"])
    machine.add_transition("cancel", list(QUESTIONS), S.CANCELLED)
    machine.add_transition("expire", list(QUESTIONS), S.EXPIRED)
    return machine


MACHINE = _build()


def fire(record: InterviewRecord, event: str) -> bool:
    """Fire one event of the table. False (and nothing changed) if a guard forbids it.

    Raises `transitions.MachineError` if the table has no such move from here: a programming error.
    """
    return bool(MACHINE.events[event].trigger(record))


def is_settled(record: InterviewRecord, state: InterviewState) -> bool:
    """Whether this question needs no asking now."""
    if state in PLEDGES:
        return any(a.text_id == state for a in record.acknowledgements)
    if state is S.MATERIALS:
        ticked = [Proof(p) for p in record.answers.get(Field.PROOFS, ())]
        return bool(ticked) and all(p in record.finished_proofs for p in ticked)
    return state in FIELD_OF and FIELD_OF[state] in record.answers


#: The rows of the table that leave each state, in the table's order.
_ROWS_FROM: dict[InterviewState, tuple[tuple[InterviewState, tuple[str, ...]], ...]] = {
    state: tuple((dest, guards) for source, dest, guards in ADVANCE if source is state) for state in S
}


def next_of(record: InterviewRecord, state: InterviewState) -> InterviewState | None:
    """Where `advance` would lead from `state`, without moving."""
    for dest, guards in _ROWS_FROM[state]:
        if all(getattr(record, guard)() for guard in guards):
            return dest
    return None


def path(record: InterviewRecord) -> tuple[InterviewState, ...]:
    """The questions on this applicant's way, in order, under the answers given so far."""
    return _path(
        record.purpose is Purpose.CHECK,
        record.answers.get(Field.APPLICANT_IS),
        record.answers.get(Field.RECOGNITION),
        record.names_no_ground(),
    )


@cache
def _path(
    is_check: bool, applicant_is: str | None, recognition: str | None, no_ground: bool
) -> tuple[InterviewState, ...]:
    """The path of every record with these: the guards on the table look at nothing else (a test holds them to it)."""
    given = {Field.APPLICANT_IS: applicant_is, Field.RECOGNITION: recognition}
    record = InterviewRecord(
        application_id="",
        purpose=Purpose.CHECK if is_check else Purpose.APPLICATION,
        answers={name.value: value for name, value in given.items() if value is not None},
    )
    if no_ground:
        record.answers[Field.GROUND] = []
    return tuple(_walk_table(record))


def _walk_table(record: InterviewRecord) -> Iterator[InterviewState]:
    state: InterviewState | None = S.RECOGNITION if record.is_check() else S.PLEDGE_PRIVACY
    while state is not None:
        yield state
        if record.is_check() and state is S.ELIGIBILITY:
            return
        state = next_of(record, state)


def walk(record: InterviewRecord) -> InterviewState:
    """Move on to the first question on the path that is not settled, and return it.

    From the start of the path rather than from here: an answer changed late may have opened an early question.
    """
    target = next(s for s in path(record) if not is_settled(record, s))
    if target is not record.state:
        step_to(record, target)
    return record.state


def step_to(record: InterviewRecord, target: InterviewState) -> None:
    """Go to `target`: by `advance` where that leads there, otherwise as a revisit.

    Every turn does this, and both moves only set the state: the table is asked here, not the machine built from it,
    whose bookkeeping costs as much as the rest of a turn (a test holds the two to the same moves).
    """
    if record.state not in _MAY_REVISIT or target not in _MAY_REVISIT:
        fire(record, f"revisit_{target.value}")  # raises: no such move
    record.state = target


_MAY_REVISIT = frozenset(QUESTIONS)


def before(record: InterviewRecord) -> InterviewState | None:
    """The question before this one on the applicant's path (上一步); None at the first."""
    previous: InterviewState | None = None
    for state in path(record):
        if state is record.state:
            return previous
        previous = state
    return None


def answer(record: InterviewRecord, name: Field, value: Any) -> tuple[Field, ...]:
    """Store an answer; forget what it makes meaningless. Returns the fields that will be asked again."""
    changed = name in record.answers and record.answers[name] != value
    record.answers[name] = value
    if not changed:
        return ()
    forgotten = tuple(f for f in FORGETS.get(name, ()) if f in record.answers)
    for other in forgotten:
        del record.answers[other]
    if name is Field.GROUND:
        forgotten += _drop_proofs_without_ground(record)
    if name is Field.PROOFS:
        _drop_pages_without_proof(record)
    return forgotten


def _drop_proofs_without_ground(record: InterviewRecord) -> tuple[Field, ...]:
    allowed = {p for g in record.answers[Field.GROUND] for p in PROOFS_OF[Ground(g)]}
    ticked = record.answers.get(Field.PROOFS, [])
    kept = [p for p in ticked if Proof(p) in allowed]
    if kept == ticked:
        return ()
    if kept:
        record.answers[Field.PROOFS] = kept
    else:
        del record.answers[Field.PROOFS]
    _drop_pages_without_proof(record)
    return (Field.PROOFS,)


def _drop_pages_without_proof(record: InterviewRecord) -> None:
    ticked = set(record.answers.get(Field.PROOFS, ()))
    record.pages = [p for p in record.pages if p.proof in ticked]
    record.finished_proofs = [p for p in record.finished_proofs if p in ticked]


def stage_of(state: InterviewState) -> Stage:
    """The ordinance's stage a question belongs to."""
    if state in PLEDGES:
        return Stage.PLEDGE
    if state in (S.PROOFS, S.MATERIALS):
        return Stage.UPLOAD
    if state in (S.REVIEW, S.DECLARATION, S.SUBMITTED):
        return Stage.CONFIRM
    return Stage.FORM


def progress(record: InterviewRecord) -> tuple[int, int]:
    """(which question this is, how many there are on this path), counted from 1; an ended interview is full."""
    on_path = path(record)
    if record.state in ENDS:
        return len(on_path), len(on_path)
    done = on_path.index(record.state) + 1 if record.state in on_path else len(on_path)
    return done, len(on_path)
