"""补正 as a buffer: the returned case's answers, to be edited and handed in again; the case waits."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from state_machine.codes import Field
from state_machine.interview import ENDS, FLOW_VERSION, InterviewRecord, InterviewState, Purpose
from state_machine.verdicts import answer_key, answers_on_path, material_key, pages_of, ticked
from storage.cases import StoredCase


def is_buffer(interview: InterviewRecord) -> bool:
    """A correction is under way in it."""
    return interview.purpose is Purpose.CORRECTION and interview.state not in ENDS


def begin_correction(interview: InterviewRecord, stored: StoredCase) -> None:
    """Fill the buffer from the case and its last notice: every item with its reasons and the clerk's words."""
    case = stored.record
    notice = case.notices[-1]
    named = notice.items
    _as_in_case(interview, stored)
    interview.purpose, interview.state, interview.flow_version = Purpose.CORRECTION, InterviewState.REVIEW, FLOW_VERSION
    interview.to_mend = [item.item for item in named]
    interview.mend_reasons = {item.item: list(item.reasons) for item in named}
    interview.mend_notes = {item.item: item.note for item in named}
    interview.mend_wording = notice.wording
    interview.left_as_is = []
    interview.before = values_by_item(interview)


def end_correction(interview: InterviewRecord, stored: StoredCase) -> None:
    """Give the buffer up: what is kept is the application as the case has it."""
    _as_in_case(interview, stored)
    interview.purpose, interview.state = Purpose.APPLICATION, InterviewState.SUBMITTED
    interview.to_mend, interview.left_as_is, interview.before = [], [], {}
    interview.mend_reasons, interview.mend_notes = {}, {}


def values_by_item(interview: InterviewRecord) -> dict[str, Any]:
    """Every item's value: an answer, or the digests of a proof's pages in order."""
    answers: dict[Field, Any] = answers_on_path(interview.answers)
    told = {answer_key(name): deepcopy(value) for name, value in answers.items()}
    proofs = ticked(interview.answers)
    return told | {material_key(p): [page.digest for page in pages_of(interview.pages, p)] for p in proofs}


def _as_in_case(interview: InterviewRecord, stored: StoredCase) -> None:
    case = stored.record
    interview.answers = deepcopy(case.answers)
    interview.acknowledgements = list(case.acknowledgements)
    interview.pages = list(case.pages)
    interview.finished_proofs = ticked(case.answers)
