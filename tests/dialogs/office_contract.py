"""What every Office must keep to. Run by the paper one and by the real one over storage, through a `Bench`."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta

from dialogs.turn import Conversation, Office
from state_machine.case import Act, CaseRecord, CaseState
from state_machine.codes import Field, Proof
from state_machine.interview import Acknowledgement, InterviewRecord, InterviewState, Page, Purpose

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def filled(application_id: str, name: str = "罗大勇") -> InterviewRecord:
    """A complete application before its signature."""
    return InterviewRecord(
        application_id=application_id,
        state=InterviewState.DECLARATION,
        answers={
            Field.APPLICANT_IS: "self",
            Field.RECOGNITION: "held_permit",
            Field.PERMIT_NUMBER: "33078120240315",
            Field.PERMIT_PLACE: "义乌市",
            Field.PERMIT_VALID_UNTIL: "2027-03-14",
            Field.GROUND: ["employment"],
            Field.HUKOU_PROVINCE: "贵州省",
            Field.HUKOU_COUNTY: "松桃苗族自治县",
            Field.ELIGIBILITY: "eligible",
            Field.HUKOU_ADDRESS: "盘石镇响水洞村三组12号",
            Field.ID_NUMBER: "52262719870503997X",
            Field.SEX: "male",
            Field.NAME: name,
            Field.ETHNICITY: "苗族",
            Field.CURRENT_ADDRESS: "庆元县屏都街道菊水村12号",
            Field.PHONE: "13900002580",
            Field.PROOFS: ["labour_contract"],
            Field.DECLARATION: name,
        },
        acknowledgements=[
            Acknowledgement(text, "1", "0" * 64, AT)
            for text in ("pledge_privacy", "pledge_truth", "pledge_annulment", "declaration")
        ],
        pages=[Page("p1", Proof.LABOUR_CONTRACT, "image/jpeg", "d" * 64)],
        finished_proofs=[Proof.LABOUR_CONTRACT],
    )


class Bench(ABC):
    """One account's Office and the hands the tests need behind it."""

    @abstractmethod
    def office(self) -> Office:
        """The Office as a turn gets it."""

    @abstractmethod
    def end_turn(self, interview: InterviewRecord | None, at: datetime) -> None:
        """Store the interview in hand, as reception does."""

    @abstractmethod
    def decide(self, case_id: str, act: Act, unmet: dict[str, tuple[list[str], str]] | None = None) -> CaseRecord:
        """Let the officials judge and act."""

    def conversation(self, interview: InterviewRecord | None) -> Conversation:
        """A conversation with that interview in hand."""
        return Conversation(interview=interview)


class OfficeContract:
    """Inherit, and give a fixture `bench`."""

    def draft(self, bench: Bench, name: str = "罗大勇", at: datetime = AT) -> InterviewRecord:
        """A stored draft."""
        interview = filled(bench.office().new_application_id(), name)
        bench.end_turn(interview, at)
        return interview

    def submitted(self, bench: Bench) -> tuple[InterviewRecord, str]:
        """A submitted application and its case."""
        interview = self.draft(bench)
        case = bench.office().submit(interview, AT)
        interview.state = InterviewState.SUBMITTED
        bench.end_turn(interview, AT)
        return interview, case.case_id

    def test_application_ids_are_never_given_twice(self, bench: Bench) -> None:
        """Two applications of one account cannot be mixed up."""
        ids = {bench.office().new_application_id() for _ in range(5)}
        assert len(ids) == 5

    def test_a_stored_draft_comes_back_as_it_was(self, bench: Bench) -> None:
        """What was answered before is there after days or a restart."""
        interview = self.draft(bench)
        assert bench.office().open_draft(interview.application_id) == interview

    def test_drafts_are_listed_newest_first_by_name(self, bench: Bench) -> None:
        """Somebody with two applications finds the one worked on last at the top."""
        self.draft(bench, "甲一", AT)
        self.draft(bench, "乙二", AT + timedelta(hours=1))
        assert [d.name for d in bench.office().drafts()] == ["乙二", "甲一"]

    def test_answers_of_an_earlier_application_are_found_and_never_those_in_hand(self, bench: Bench) -> None:
        """The newest other draft first, then the newest case; nothing where there is no other."""
        first, _ = self.submitted(bench)
        assert bench.office().earlier_answers(first.application_id) == {}
        assert bench.office().earlier_answers("another") == first.answers
        second = self.draft(bench, "乙二")
        assert bench.office().earlier_answers("another")[Field.NAME] == "乙二"
        assert bench.office().earlier_answers(second.application_id)[Field.NAME] == "罗大勇"

    def test_an_unknown_draft_is_none(self, bench: Bench) -> None:
        """An id that is not this account's opens nothing."""
        assert bench.office().open_draft("no-such-application") is None

    def test_a_discarded_draft_is_gone(self, bench: Bench) -> None:
        """取消 leaves nothing behind."""
        interview = self.draft(bench)
        bench.office().discard(interview.application_id)
        assert bench.office().open_draft(interview.application_id) is None
        assert not bench.office().drafts()

    def test_submitting_makes_one_case_with_a_number_and_no_draft(self, bench: Bench) -> None:
        """The application has its 申请编号 and is no longer a draft."""
        interview, case_id = self.submitted(bench)
        (case,) = bench.office().cases()
        assert case.case_id == case_id
        assert case.application_id == interview.application_id
        assert case.application_number
        assert case.state == CaseState.SUBMITTED
        assert not bench.office().drafts()

    def test_only_a_returned_case_opens_a_correction(self, bench: Bench) -> None:
        """Before the notice there is nothing to mend, and of another's case nothing at all."""
        _, case_id = self.submitted(bench)
        assert bench.office().open_correction(case_id) is None
        assert bench.office().open_correction("no-such-case") is None

    def test_a_correction_carries_the_notice(self, bench: Bench) -> None:
        """The buffer knows what to mend, why, and what stood before."""
        _, case_id = self.submitted(bench)
        bench.decide(case_id, Act.RETURN_FOR_CORRECTION, {"answer:phone": (["phone_unreachable"], "打不通")})
        buffer = bench.office().open_correction(case_id)
        assert buffer is not None
        assert buffer.purpose is Purpose.CORRECTION
        assert buffer.state is InterviewState.REVIEW
        assert buffer.to_mend == ["answer:phone"]
        assert buffer.mend_reasons == {"answer:phone": ["phone_unreachable"]}
        assert buffer.mend_notes["answer:phone"] == "打不通"
        assert buffer.before["answer:phone"] == "13900002580"
        assert buffer.before["material:labour_contract"] == ["d" * 64]
        assert bench.office().cases()[0].to_mend == ("answer:phone",)

    def test_a_correction_in_progress_is_found_again(self, bench: Bench) -> None:
        """Edits stay in the buffer until they are handed in; the case itself is untouched."""
        _, case_id = self.submitted(bench)
        bench.decide(case_id, Act.RETURN_FOR_CORRECTION, {"answer:phone": (["phone_unreachable"], "")})
        buffer = bench.office().open_correction(case_id)
        assert buffer is not None
        buffer.answers[Field.PHONE] = "13800001357"
        bench.end_turn(buffer, AT)
        again = bench.office().open_correction(case_id)
        assert again is not None
        assert again.answers[Field.PHONE] == "13800001357"
        assert again.before["answer:phone"] == "13900002580"

    def test_resubmitting_hands_the_buffer_to_the_case(self, bench: Bench) -> None:
        """The same number, the new answers, and no second correction."""
        _, case_id = self.submitted(bench)
        bench.decide(case_id, Act.RETURN_FOR_CORRECTION, {"answer:phone": (["phone_unreachable"], "")})
        buffer = bench.office().open_correction(case_id)
        assert buffer is not None
        buffer.answers[Field.PHONE] = "13800001357"
        number = bench.office().cases()[0].application_number
        case = bench.office().resubmit(buffer, AT + timedelta(hours=1))
        assert case.state == CaseState.RESUBMITTED
        assert case.application_number == number
        assert bench.office().open_correction(case_id) is None

    def test_a_case_can_be_withdrawn_until_it_is_decided(self, bench: Bench) -> None:
        """Withdrawn once; a second time, or another's, is None."""
        _, case_id = self.submitted(bench)
        case = bench.office().withdraw(case_id, AT)
        assert case is not None
        assert case.state == CaseState.WITHDRAWN
        assert bench.office().withdraw(case_id, AT) is None
        assert bench.office().withdraw("no-such-case", AT) is None

    def test_an_accepted_case_shows_its_date(self, bench: Bench) -> None:
        """Two working days from acceptance, the day itself not counted."""
        _, case_id = self.submitted(bench)
        bench.decide(case_id, Act.ACCEPT)
        (case,) = bench.office().cases()
        assert case.state == CaseState.ACCEPTED
        assert case.due_on is not None

    def test_erasing_takes_the_drafts_and_leaves_the_cases(self, bench: Bench) -> None:
        """What was submitted is archived; what was not is gone."""
        self.submitted(bench)
        self.draft(bench, "乙二")
        assert bench.office().erase() == 1
        assert not bench.office().drafts()
        assert len(bench.office().cases()) == 1

    def test_a_form_can_be_looked_at_before_and_after_it_is_handed_in(self, bench: Bench) -> None:
        """Both addresses lead nowhere else; a case of nobody has no papers here."""
        assert bench.office().form_preview().href.startswith("/")
        _, case_id = self.submitted(bench)
        (form,) = bench.office().papers(case_id)
        assert form.href.startswith("/")
        assert not bench.office().papers("nobodys")

    def test_a_code_for_another_device_is_given_and_the_place_to_type_one(self, bench: Bench) -> None:
        """Eight letters and figures people can read, minutes that are said, and a page on our own origin."""
        code = bench.office().connect_code(AT)
        assert code is not None
        assert re.fullmatch("[2-9A-Z]{4}-[2-9A-Z]{4}", code.code)
        assert code.minutes > 0
        assert code.page.href.startswith("/")

    def test_a_copy_of_ones_own_data_is_on_our_own_origin(self, bench: Bench) -> None:
        """The address leads nowhere else."""
        self.draft(bench)
        assert bench.office().export().href.startswith("/")

    def test_a_person_can_be_called(self, bench: Bench) -> None:
        """Twice is no error."""
        bench.office().call_person("asked", AT)
        bench.office().call_person("asked", AT)
