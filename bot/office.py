"""The `Office` of `dialogs/turn.py` over the archive: inside one turn's transaction, for one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.corrections import begin_correction, end_correction, is_buffer
from bot.flags import duplicate_flags, eligibility_flags
from bot.papers.kinds import PaperKind
from bot.papers.making import Facts, Made, form_as_signed
from bot.papers.words import say
from dialogs import labels
from dialogs.rules import Rules
from dialogs.turn import CaseSummary, ConnectCode, Document, DraftSummary, PersonCall
from dialogs.yaml_files import read_yaml
from state_machine import case as rules_of_case
from state_machine.application_number import format_number
from state_machine.case import ActRefused, CaseState, Flag, accepted_on, due_date
from state_machine.interview import InterviewRecord, Page
from state_machine.officers import Officer
from state_machine.signature import Signature
from state_machine.working_days import YearNotPublished
from storage import accounts, applications, cases, join_codes, materials, mutes, papers, person_requests, readings
from storage.applications import StoredApplication
from storage.cases import StoredCase
from storage.ids import new_id
from storage.keys import Keyring

EXPORT_HREF = "/chat/export"
DEVICES_HREF = "/chat/devices"
#: Photos of cards that may wait to be read: of one account, and of all.
MOST_PHOTOS_OF_ONE, MOST_PHOTOS = 3, 200
FORM_HREF = "/chat/form.pdf"


@cache
def export_label() -> str:
    """What stands on the button of the copy."""
    texts = read_yaml(Path(__file__).parent / "texts" / "office.yaml")
    return str(texts["export_label"])


class ArchiveOffice:
    """One turn's office. What the interview opened is stored by `keep` when the turn ends."""

    def __init__(
        self,
        conn: Connection,
        keyring: Keyring,
        account_id: str,
        rules: Rules,
        zone: tzinfo,
        at: datetime,
        number_prefix: str = "QY",
        *,
        by: Officer | None = None,
    ) -> None:
        self._conn, self._keyring, self._account_id = conn, keyring, account_id
        self._rules, self._zone, self._at, self._prefix = rules, zone, at, number_prefix
        self._county = rules.county_code
        #: The clerk who speaks for somebody at the counter.
        self._by = by
        #: Applications of this account opened in this turn, by id; and the pages each had when it was opened.
        self._opened: dict[str, StoredApplication] = {}
        self._pages: dict[str, list[Page]] = {}
        self._gone: set[str] = set()
        #: Ids given out in this turn: nothing is stored under them yet.
        self._fresh: set[str] = set()

    # What the interview asks.

    def drafts(self) -> Sequence[DraftSummary]:
        """This account's unfinished applications, newest first."""
        stored = applications.drafts(self._conn, self._keyring, self._account_id)
        return [self._draft(self._opened.get(one.interview.application_id, one)) for one in stored]

    def open_draft(self, application_id: str) -> InterviewRecord | None:
        """Take a draft in hand; None if there is none of that id here."""
        found = self._find(application_id)
        if found is None or not applications.is_draft(found.interview):
            return None
        return found.interview

    def new_application_id(self) -> str:
        """A fresh id."""
        name = new_id()
        self._fresh.add(name)
        return name

    def cases(self) -> Sequence[CaseSummary]:
        """This account's submitted applications, newest first."""
        return [self._summary(one) for one in cases.of_account(self._conn, self._keyring, self._account_id)]

    def earlier_answers(self, besides: str) -> Mapping[str, Any]:
        """The answers of this account's newest other application: of a draft first, else of a case."""
        for one in applications.drafts(self._conn, self._keyring, self._account_id):
            if one.interview.application_id != besides and one.interview.answers:
                return dict(one.interview.answers)
        for stored in cases.of_account(self._conn, self._keyring, self._account_id):
            if stored.record.application_id != besides:
                return dict(stored.record.answers)
        return {}

    def submit(self, interview: InterviewRecord, at: datetime) -> CaseSummary:
        """Make the case, with its number and what a clerk should know from the start."""
        day = at.astimezone(self._zone).date()
        application = self.keep(interview)
        serial = applications.next_serial(self._conn, self._county, f"{self._county}:{self._prefix}", day)
        flags = [
            *eligibility_flags(interview.answers, day, self._rules),
            *duplicate_flags(self._conn, self._keyring, self._county, interview.answers),
        ]
        record = rules_of_case.open_case(
            new_id(),
            format_number(self._prefix, day, serial),
            interview.application_id,
            interview.answers,
            interview.acknowledgements,
            interview.pages,
            at,
            flags,
            entered_by=self._by,
        )
        stored = cases.insert_case(self._conn, self._keyring, self._county, self._account_id, application.key, record)
        materials.give_to_case(self._conn, interview.application_id, record.case_id)
        form_as_signed(self._conn, self._facts(), stored, at)
        return self._summary(stored)

    def open_correction(self, case_id: str) -> InterviewRecord | None:
        """The returned case's answers as a buffer to edit, as it was left; None if not returned or not theirs."""
        stored = self._case(case_id)
        if stored is None or stored.record.state is not CaseState.RETURNED:
            return None
        found = self._find(stored.record.application_id)
        if found is None:
            return None
        if not is_buffer(found.interview):
            begin_correction(found.interview, stored)
        return found.interview

    def resubmit(self, interview: InterviewRecord, at: datetime) -> CaseSummary:
        """Hand the corrected answers to the case."""
        stored = cases.of_application(self._conn, self._keyring, interview.application_id, lock=True)
        if stored is None or stored.account_id != self._account_id:
            raise LookupError("no such case here")
        rules_of_case.resubmit(
            stored.record, interview.answers, interview.pages, interview.acknowledgements, at, entered_by=self._by
        )
        self.keep(interview)
        self._save(stored)
        materials.give_to_case(self._conn, interview.application_id, stored.case_id)
        form_as_signed(self._conn, self._facts(), stored, at)
        return self._summary(stored)

    def keep_signature(self, interview: InterviewRecord, signature: Signature) -> None:
        """Store how the application is signed, before it is handed in."""
        application = self.keep(interview)
        papers.keep_signature(self._conn, self._county, interview.application_id, application.key, signature)

    def form_preview(self) -> Document:
        """Where the form can be looked at before it is signed."""
        return Document(FORM_HREF, say("links.form_preview"))

    def papers(self, case_id: str) -> Sequence[Document]:
        """A case's papers so far, in their order; none if it is not theirs."""
        if (stored := self._case(case_id)) is None:
            return []
        found = papers.of_case(self._conn, self._keyring, stored.case_id)
        return [Made(paper.paper_id, PaperKind(paper.kind)).document() for paper in found]

    def withdraw(self, case_id: str, at: datetime) -> CaseSummary | None:
        """Take a case back; None if it is decided already or not theirs."""
        stored = self._case(case_id, lock=True)
        if stored is None:
            return None
        try:
            rules_of_case.withdraw(stored.record, at)
        except ActRefused:
            return None
        self._save(stored)
        return self._summary(stored)

    def discard(self, application_id: str) -> None:
        """Erase one draft and its pages. Of a correction only the buffer goes: the case stays as it was."""
        found = self._find(application_id)
        if found is None:
            return
        stored = cases.of_application(self._conn, self._keyring, application_id)
        if stored is not None:
            if is_buffer(found.interview):
                end_correction(found.interview, stored)
                self.keep(found.interview)
                self._forget(application_id)
            return
        applications.erase(self._conn, application_id)
        self._forget(application_id)

    def erase(self) -> int:
        """Erase every draft and all chat records of this account; cases stay."""
        mine = applications.drafts(self._conn, self._keyring, self._account_id)
        for one in mine:
            applications.erase(self._conn, one.interview.application_id)
            self._forget(one.interview.application_id)
        accounts.erase_chat(self._conn, self._account_id, self._at)
        return len(mine)

    def connect_code(self, at: datetime) -> ConnectCode | None:
        """A new code that joins another device to this chat; none at the counter."""
        if self._by is not None:
            return None
        code = join_codes.make(self._conn, self._keyring, self._county, self._account_id, at)
        minutes = int(join_codes.LASTS.total_seconds() // 60)
        page = Document(DEVICES_HREF, labels.button("devices_page"))
        return ConnectCode(join_codes.shown(code), minutes, self._rules.public_address, page)

    def export(self) -> Document:
        """Where a copy of everything held about this account is to be had (个人信息保护法 art. 45)."""
        return Document(EXPORT_HREF, export_label())

    def read_picture(self, interview: InterviewRecord, page: Page, whose: str) -> bool:
        """Have the photo of a card read; False if too many of this account, or of everybody, wait already."""
        mine, everybodys = readings.waiting(self._conn, self._account_id), readings.waiting(self._conn)
        if mine >= MOST_PHOTOS_OF_ONE or everybodys >= MOST_PHOTOS:
            return False
        self._queue(interview.application_id, [page], whose)
        return True

    def _queue(self, application_id: str, pages: Sequence[Page], purpose: str) -> None:
        named = [(page.page_id, page.media_type) for page in pages]
        readings.add(self._conn, self._county, self._account_id, application_id, named, purpose, self._at)

    def call_person(self, why: str, at: datetime) -> PersonCall:
        """Put this chat on the list of 坐席, unless the account is muted; says when somebody will be there."""
        if self._by is not None:
            return PersonCall(open_now=True, is_here=True)
        muted = mutes.running(self._conn, self._account_id, at)
        if muted is not None:
            return PersonCall(muted_until=muted.until.astimezone(self._zone))
        person_requests.add(self._conn, self._keyring, self._county, self._account_id, why, at)
        hours, local = self._rules.opening, at.astimezone(self._zone)
        if hours is None:
            return PersonCall()
        if hours.open_since(local, self._rules.calendar) is not None:
            return PersonCall(open_now=True)
        return PersonCall(open_now=False, opens_at=hours.next_opening(local, self._rules.calendar))

    # For the reception.

    def adopt(self, application: StoredApplication) -> InterviewRecord:
        """The application in hand, loaded with the turn."""
        interview = application.interview
        self._opened[interview.application_id] = application
        self._pages[interview.application_id] = list(interview.pages)
        return interview

    def keep(self, interview: InterviewRecord) -> StoredApplication:
        """Store an interview and its pages, new or changed."""
        name = interview.application_id
        application = self._find(name)
        if application is None:
            application = applications.add(
                self._conn, self._keyring, self._county, self._account_id, interview, self._at
            )
            self._opened[name], self._pages[name] = application, []
        else:
            application.interview = interview
            applications.save(self._conn, application, self._at)
        if self._pages[name] != interview.pages:
            self._have_read(name, self._pages[name], interview.pages)
            materials.change(self._conn, self._county, name, self._pages[name], interview.pages, self._at)
            self._pages[name] = list(interview.pages)
        return application

    def _have_read(self, application_id: str, old: Sequence[Page], new: Sequence[Page]) -> None:
        """New pages of proofs are read in their turn; what pages said that were taken out is forgotten."""
        before, now = {page.page_id for page in old}, {page.page_id for page in new}
        if gone := before - now:
            readings.forget(self._conn, application_id, gone)
        if self._rules.reads_pictures:
            self._queue(application_id, [page for page in new if page.page_id not in before], "proof")

    def keep_others(self, in_hand: str | None) -> None:
        """At the end of the turn: store what else was opened in it and has changed."""
        for name, application in list(self._opened.items()):
            if name != in_hand:
                self.keep(application.interview)

    def is_gone(self, application_id: str) -> bool:
        """Erased in this turn."""
        return application_id in self._gone

    def _find(self, application_id: str) -> StoredApplication | None:
        known = self._opened.get(application_id)
        if known is not None or application_id in self._gone or application_id in self._fresh:
            return known
        found = applications.load(self._conn, self._keyring, application_id, self._account_id)
        if found is not None:
            self.adopt(found)
        return found

    def _forget(self, application_id: str) -> None:
        self._opened.pop(application_id, None)
        self._pages.pop(application_id, None)
        self._gone.add(application_id)

    def _case(self, case_id: str, *, lock: bool = False) -> StoredCase | None:
        stored = cases.load(self._conn, self._keyring, case_id, lock=lock)
        return stored if stored is not None and stored.account_id == self._account_id else None

    def _facts(self) -> Facts:
        return Facts(self._keyring, self._rules, self._zone)

    def _save(self, stored: StoredCase) -> None:
        try:
            due_on = due_date(stored.record, self._rules.calendar, self._rules.due_days)
        except YearNotPublished:
            cases.save(self._conn, self._keyring, stored, due_on=None, due_unknown=True)
        else:
            cases.save(self._conn, self._keyring, stored, due_on=due_on, due_unknown=False)

    def _draft(self, application: StoredApplication) -> DraftSummary:
        interview = application.interview
        touched = (application.updated_at or self._at).astimezone(self._zone).date()
        name = applications.name_on(interview)
        return DraftSummary(interview.application_id, name, interview.state.value, touched)

    def _summary(self, stored: StoredCase) -> CaseSummary:
        record = stored.record
        returned = record.state is CaseState.RETURNED and record.notices
        return CaseSummary(
            record.case_id,
            record.application_id,
            record.application_number,
            record.state.value,
            str(record.answers.get("name", "")),
            stored.submitted_at.astimezone(self._zone).date(),
            stored.due_on,
            stored.due_unknown,
            tuple(item.item for item in record.notices[-1].items) if returned else (),
            Flag.AT_COUNTER in record.flags,
            accepted_on=accepted_on(record),
        )
