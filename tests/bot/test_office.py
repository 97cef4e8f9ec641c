"""The Office over the archive keeps to the same contract as the one on paper, reloaded between every two steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, func, select

from bot import past
from bot.office import ArchiveOffice
from dialogs.rules import Rules
from dialogs.turn import Office
from state_machine.case import Act, ActRefused, CaseRecord, CaseState
from state_machine.codes import Field, Proof
from state_machine.interview import InterviewRecord, InterviewState, Page
from state_machine.working_days import Calendar
from storage import accounts, applications, cases, materials, person_requests
from storage.archive import Archive
from tests.dialogs.office_contract import AT, Bench, OfficeContract, filled
from tests.dialogs.officers import decide

ZONE = ZoneInfo("Asia/Shanghai")
RULES = Rules(calendar=Calendar())


class ArchiveBench(Bench):
    """One account. Every `office()` is a new turn: what the last one did is committed and read anew."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.keyring = archive, archive.keyring
        self.conn: Connection = archive.engine.connect()
        self.account_id = self.open_account()

    def open_account(self) -> str:
        """Another account beside this one."""
        account_id = accounts.open_account(self.conn, self.keyring, RULES.county_code, AT)
        self.conn.commit()
        return account_id

    def office(self) -> ArchiveOffice:
        """A new turn of this account."""
        return self.office_of(self.account_id)

    def office_of(self, account_id: str, at: datetime = AT) -> ArchiveOffice:
        """A new turn of any account."""
        self.conn.commit()
        return ArchiveOffice(self.conn, self.keyring, account_id, RULES, ZONE, at)

    def end_turn(self, interview: InterviewRecord | None, at: datetime) -> None:
        """As the reception does it."""
        office = self.office_of(self.account_id, at)
        if interview is not None:
            office.keep(interview)
        office.keep_others(None if interview is None else interview.application_id)
        self.conn.commit()

    def decide(self, case_id: str, act: Act, unmet: dict[str, tuple[list[str], str]] | None = None) -> CaseRecord:
        """Through the case's own rules, stored as the desk stores it."""
        stored = cases.load(self.conn, self.keyring, case_id, lock=True)
        assert stored is not None
        decide(stored.record, act, AT + timedelta(minutes=30), RULES, unmet)
        ArchiveOffice(self.conn, self.keyring, self.account_id, RULES, ZONE, AT)._save(stored)
        self.conn.commit()
        return stored.record

    def count(self, table: object) -> int:
        """Rows of a table."""
        self.conn.commit()
        return int(self.conn.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type] # any table


@pytest.fixture
def bench(archive: Archive) -> Iterator[ArchiveBench]:
    """A fresh account on each of the two databases."""
    opened = ArchiveBench(archive)
    yield opened
    opened.conn.close()


class TestArchiveOffice(OfficeContract):
    """The contract, over the archive; and what only rows and several accounts can show."""

    def returned(self, bench: ArchiveBench) -> tuple[str, str]:
        """A case sent back for its phone number: (application id, case id)."""
        interview, case_id = self.submitted(bench)
        bench.decide(case_id, Act.RETURN_FOR_CORRECTION, {"answer:phone": (["phone_unreachable"], "打不通")})
        return interview.application_id, case_id

    def test_another_accounts_ids_answer_like_missing_ones(self, bench: ArchiveBench) -> None:
        """Whatever is tried with somebody else's ids, nothing comes back and nothing of theirs changes."""
        draft, case_id = self.draft(bench), self.returned(bench)[1]
        theirs = bench.office().cases()
        stranger = bench.open_account()
        assert bench.office_of(stranger).open_draft(draft.application_id) is None
        assert bench.office_of(stranger).open_correction(case_id) is None
        assert bench.office_of(stranger).withdraw(case_id, AT) is None
        bench.office_of(stranger).discard(draft.application_id)
        assert bench.office_of(stranger).erase() == 0
        assert (bench.office_of(stranger).drafts(), bench.office_of(stranger).cases()) == ([], [])
        buffer = bench.office().open_correction(case_id)
        assert buffer is not None
        with pytest.raises(LookupError):
            bench.office_of(stranger).resubmit(buffer, AT)
        bench.conn.rollback()
        assert bench.office().open_draft(draft.application_id) == draft
        assert bench.office().cases() == theirs

    def test_somebody_elses_draft_cannot_be_overwritten(self, bench: ArchiveBench) -> None:
        """An interview that bears another account's application id is not stored."""
        draft = self.draft(bench)
        forged = filled(draft.application_id, "冒名")
        with pytest.raises(Exception, match="applications"):
            bench.office_of(bench.open_account()).keep(forged)
        bench.conn.rollback()
        assert bench.office().open_draft(draft.application_id) == draft

    def test_several_applications_stand_beside_each_other(self, bench: ArchiveBench) -> None:
        """Two drafts and two cases: each keeps its own answers, pages and number."""
        one, two = self.draft(bench, "甲一"), self.draft(bench, "乙二", AT + timedelta(hours=1))
        numbers = set()
        for name in ("丙三", "丁四"):
            interview = filled(bench.office().new_application_id(), name)
            numbers.add(bench.office().submit(interview, AT).application_number)
            interview.state = InterviewState.SUBMITTED
            bench.end_turn(interview, AT)
        assert len(numbers) == 2
        assert {summary.name for summary in bench.office().cases()} == {"丙三", "丁四"}
        bench.office().discard(one.application_id)
        assert [summary.name for summary in bench.office().drafts()] == ["乙二"]
        assert bench.office().open_draft(two.application_id) == two
        assert bench.count(materials.materials) == 3

    def test_a_submission_that_fails_leaves_the_draft_and_takes_no_number(self, bench: ArchiveBench) -> None:
        """Numbers are gapless: an undone submission gives its number back."""
        interview = self.draft(bench)
        bench.office().submit(interview, AT)
        bench.conn.rollback()
        assert bench.office().open_draft(interview.application_id) == interview
        assert bench.office().cases() == []
        assert bench.office().submit(interview, AT).application_number == "QY20261123-0001"

    def test_a_correction_given_up_leaves_the_case_as_it_was(self, bench: ArchiveBench) -> None:
        """取消 in a correction drops the edits; opened again, it stands where the notice left it."""
        application_id, case_id = self.returned(bench)
        buffer = bench.office().open_correction(case_id)
        assert buffer is not None
        buffer.answers[Field.PHONE] = "13800001357"
        bench.end_turn(buffer, AT)
        bench.office().discard(application_id)
        (summary,) = bench.office().cases()
        assert summary.state == CaseState.RETURNED
        assert bench.office().drafts() == []
        again = bench.office().open_correction(case_id)
        assert again is not None
        assert again.answers[Field.PHONE] == "13900002580"
        assert again.to_mend == ["answer:phone"]

    def test_a_buffer_is_no_draft_and_survives_erasing(self, bench: ArchiveBench) -> None:
        """Erasing takes drafts only: an application that is a case keeps its edits and its pages."""
        _, case_id = self.returned(bench)
        buffer = bench.office().open_correction(case_id)
        assert buffer is not None
        buffer.answers[Field.PHONE] = "13800001357"
        bench.end_turn(buffer, AT)
        assert bench.office().erase() == 0
        kept = bench.office().open_correction(case_id)
        assert kept is not None
        assert kept.answers[Field.PHONE] == "13800001357"

    def test_a_page_replaced_in_a_correction_stays_for_the_clerk(self, bench: ArchiveBench) -> None:
        """What the case's record shows is kept and marked; what only the buffer had goes."""
        application_id, case_id = self.returned(bench)
        buffer = bench.office().open_correction(case_id)
        assert buffer is not None
        for digest in ("e", "f"):
            buffer.pages = [Page(f"p-{digest}", Proof.LABOUR_CONTRACT, "image/jpeg", digest * 64)]
            bench.end_turn(buffer, AT)
        bench.office().resubmit(buffer, AT + timedelta(hours=1))
        bench.conn.commit()
        rows = bench.conn.execute(select(materials.materials).order_by(materials.materials.c.page_id)).all()
        assert [(r.page_id, r.case_id, r.removed_at is None) for r in rows] == [
            ("p-f", case_id, True),
            ("p1", case_id, False),
        ]
        assert {r.application_id for r in rows} == {application_id}

    def test_resubmitting_twice_is_refused_and_changes_nothing(self, bench: ArchiveBench) -> None:
        """The second hand-in of a buffer finds a case that is not returned any more."""
        _, case_id = self.returned(bench)
        buffer = bench.office().open_correction(case_id)
        assert buffer is not None
        bench.office().resubmit(buffer, AT + timedelta(hours=1))
        before = bench.office().cases()
        with pytest.raises(ActRefused):
            bench.office().resubmit(buffer, AT + timedelta(hours=2))
        bench.conn.rollback()
        assert bench.office().cases() == before

    def test_a_discarded_draft_leaves_no_page(self, bench: ArchiveBench) -> None:
        """取消 takes the rows of its pages with it, so that housekeeping sweeps the files."""
        interview = self.draft(bench)
        bench.office().discard(interview.application_id)
        assert bench.count(materials.materials) == bench.count(applications.applications) == 0

    def test_the_list_of_agents_shows_the_chat_once_with_the_reason(self, bench: ArchiveBench) -> None:
        """Called twice, waiting once; the reason is readable to the desk and sealed in the row."""
        for _ in range(2):
            bench.office().call_person("三次没听懂", AT)
        bench.conn.commit()
        (request,) = person_requests.waiting(bench.conn, bench.keyring, RULES.county_code)
        assert (request.account_id, request.why) == (bench.account_id, "三次没听懂")
        sealed = bench.conn.execute(select(person_requests.person_requests.c.why_sealed)).scalar_one()
        assert "三次没听懂".encode() not in bytes(sealed)

    def test_the_copy_names_this_accounts_applications_only(self, bench: ArchiveBench) -> None:
        """A draft and a case are in the copy of one's own data; a stranger's copy is empty."""
        self.submitted(bench)
        self.draft(bench, "乙二")
        bench.conn.commit()
        mine = past.export(bench.conn, bench.keyring, bench.account_id).decode()
        assert "罗大勇" in mine
        assert "乙二" in mine
        theirs = past.export(bench.conn, bench.keyring, bench.open_account()).decode()
        assert "罗大勇" not in theirs

    def test_it_is_an_office(self, bench: ArchiveBench) -> None:
        """The protocol of the dialogs holds for it."""
        office: Office = bench.office()
        assert office.new_application_id()
