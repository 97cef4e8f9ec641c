"""An Office on paper: everything behind the interview in memory, through the same rules as the real one."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.turn import CaseSummary, ConnectCode, Conversation, Document, DraftSummary, PersonCall
from state_machine import case as cases
from state_machine.application_number import format_number
from state_machine.case import CaseRecord, CaseState
from state_machine.codes import Field
from state_machine.interview import ENDS, InterviewRecord, InterviewState, Page, Purpose
from state_machine.signature import Signature
from state_machine.verdicts import ActRefused, material_key, pages_of, ticked
from state_machine.working_days import Calendar, YearNotPublished

SHANGHAI = ZoneInfo("Asia/Shanghai")


class PaperOffice:
    """One account's drawer."""

    def __init__(self, calendar: Calendar | None = None) -> None:
        self.calendar = calendar or Calendar()
        self.interviews: dict[str, InterviewRecord] = {}
        self.updated: dict[str, datetime] = {}
        self.records: dict[str, CaseRecord] = {}
        self.buffers: dict[str, InterviewRecord] = {}
        self.calls: list[tuple[str, datetime]] = []
        #: Photos of cards handed on: (application, page, whose).
        self.to_read: list[tuple[str, str, str]] = []
        self.signatures: list[Signature] = []
        self.called = PersonCall()
        self.numbers = 0

    def end_turn(self, conversation: Conversation, at: datetime) -> None:
        """What reception does when a turn ends: store the interview in hand. A mere check is not stored."""
        interview = conversation.interview
        if interview is None or interview.purpose is Purpose.CHECK:
            return
        shelf = self.buffers if interview.purpose is Purpose.CORRECTION else self.interviews
        if interview.state in ENDS:
            shelf.pop(interview.application_id, None)
        else:
            shelf[interview.application_id] = copy.deepcopy(interview)
            self.updated[interview.application_id] = at

    def drafts(self) -> Sequence[DraftSummary]:
        """Newest first."""
        newest = sorted(self.interviews.values(), key=lambda i: self.updated[i.application_id], reverse=True)
        return [
            DraftSummary(
                i.application_id,
                str(i.answers.get(Field.NAME, "")),
                i.state.value,
                self.updated[i.application_id].astimezone(SHANGHAI).date(),
            )
            for i in newest
        ]

    def open_draft(self, application_id: str) -> InterviewRecord | None:
        """A copy, as a row read from a table would be."""
        return copy.deepcopy(self.interviews.get(application_id))

    def new_application_id(self) -> str:
        """Counted, so that transcripts stay the same."""
        self.numbers += 1
        return f"a{self.numbers}"

    def cases(self) -> Sequence[CaseSummary]:
        """Newest first."""
        return [self._summary(record) for record in reversed(self.records.values())]

    def earlier_answers(self, besides: str) -> Mapping[str, Any]:
        """Of the newest draft, or else of the newest case."""
        for draft in self.drafts():
            if draft.application_id != besides and self.interviews[draft.application_id].answers:
                return copy.deepcopy(self.interviews[draft.application_id].answers)
        others = [record for record in self.records.values() if record.application_id != besides]
        return copy.deepcopy(others[-1].answers) if others else {}

    def _summary(self, record: CaseRecord) -> CaseSummary:
        due, unknown = None, False
        try:
            due = cases.due_date(record, self.calendar)
        except YearNotPublished:
            unknown = True
        to_mend = [i.item for i in record.notices[-1].items] if record.state is CaseState.RETURNED else []
        return CaseSummary(
            case_id=record.case_id,
            application_id=record.application_id,
            application_number=record.application_number,
            state=record.state.value,
            name=str(record.answers.get(Field.NAME, "")),
            submitted_on=record.events[0].at.astimezone(SHANGHAI).date(),
            due_on=due,
            due_unknown=unknown,
            to_mend=tuple(to_mend),
            accepted_on=cases.accepted_on(record),
        )

    def submit(self, interview: InterviewRecord, at: datetime) -> CaseSummary:
        """Open the case."""
        number = format_number("QY", at.astimezone(SHANGHAI).date(), len(self.records) + 1)
        record = cases.open_case(
            f"c{len(self.records) + 1}",
            number,
            interview.application_id,
            copy.deepcopy(interview.answers),
            interview.acknowledgements,
            interview.pages,
            at,
        )
        self.records[record.case_id] = record
        self.interviews.pop(interview.application_id, None)
        return self._summary(record)

    def open_correction(self, case_id: str) -> InterviewRecord | None:
        """The buffer as it was left, or a fresh one from the case."""
        record = self.records.get(case_id)
        if record is None or record.state is not CaseState.RETURNED:
            return None
        if record.application_id in self.buffers:
            return copy.deepcopy(self.buffers[record.application_id])
        items = record.notices[-1].items
        before = {f"answer:{name}": value for name, value in record.answers.items()}
        before |= {material_key(p): [g.digest for g in pages_of(record.pages, p)] for p in ticked(record.answers)}
        return InterviewRecord(
            application_id=record.application_id,
            purpose=Purpose.CORRECTION,
            state=InterviewState.REVIEW,
            answers=copy.deepcopy(record.answers),
            acknowledgements=list(record.acknowledgements),
            pages=list(record.pages),
            finished_proofs=ticked(record.answers),
            to_mend=[item.item for item in items],
            before=before,
            mend_reasons={item.item: list(item.reasons) for item in items},
            mend_notes={item.item: item.note for item in items if item.note},
        )

    def resubmit(self, interview: InterviewRecord, at: datetime) -> CaseSummary:
        """Hand the buffer to the case."""
        record = next(r for r in self.records.values() if r.application_id == interview.application_id)
        cases.resubmit(record, copy.deepcopy(interview.answers), interview.pages, interview.acknowledgements, at)
        self.buffers.pop(interview.application_id, None)
        return self._summary(record)

    def withdraw(self, case_id: str, at: datetime) -> CaseSummary | None:
        """Until it is decided."""
        record = self.records.get(case_id)
        if record is None:
            return None
        try:
            cases.withdraw(record, at)
        except ActRefused:
            return None
        self.buffers.pop(record.application_id, None)
        return self._summary(record)

    def discard(self, application_id: str) -> None:
        """Erase one draft."""
        self.interviews.pop(application_id, None)

    def erase(self) -> int:
        """Erase every draft; cases stay."""
        count = len(self.interviews)
        self.interviews.clear()
        return count

    def keep_signature(self, interview: InterviewRecord, signature: Signature) -> None:
        """Remember it."""
        self.signatures.append(signature)

    def form_preview(self) -> Document:
        """An address on our own origin."""
        return Document("/chat/form.pdf", "看看申请表（PDF）")

    def papers(self, case_id: str) -> Sequence[Document]:
        """The form as it was signed."""
        return [Document(f"/chat/papers/{case_id}", "申请表（PDF）")] if case_id in self.records else []

    def connect_code(self, at: datetime) -> ConnectCode | None:
        """Always the same one, so that transcripts read alike."""
        return ConnectCode("ABCD-2345", 10, "", Document("/chat/devices", "我有连接码，去输入"))

    def export(self) -> Document:
        """An address on our own origin."""
        return Document("/chat/export/copy.json", "我的资料.json")

    def read_picture(self, interview: InterviewRecord, page: Page, whose: str) -> bool:
        """Remember what is to be read; at most three at a time, as in the real office."""
        if len(self.to_read) >= 3:
            return False
        self.to_read.append((interview.application_id, page.page_id, whose))
        return True

    def call_person(self, why: str, at: datetime) -> PersonCall:
        """Remember that a person was asked for."""
        if not self.called.is_muted:
            self.calls.append((why, at))
        return self.called
