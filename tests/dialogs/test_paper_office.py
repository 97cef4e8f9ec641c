"""The Office on paper keeps to the same contract as the real one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialogs.rules import Rules
from dialogs.turn import Office
from state_machine.case import Act, CaseRecord
from state_machine.interview import InterviewRecord
from state_machine.working_days import Calendar
from tests.dialogs.office_contract import AT, Bench, OfficeContract
from tests.dialogs.officers import decide
from tests.dialogs.paper_office import PaperOffice


class PaperBench(Bench):
    """A paper office and its officials."""

    def __init__(self) -> None:
        self.paper = PaperOffice()
        self.rules = Rules(calendar=Calendar())

    def office(self) -> Office:
        """The same drawer every turn."""
        return self.paper

    def end_turn(self, interview: InterviewRecord | None, at: datetime) -> None:
        """Put it back."""
        self.paper.end_turn(self.conversation(interview), at)

    def decide(self, case_id: str, act: Act, unmet: dict[str, tuple[list[str], str]] | None = None) -> CaseRecord:
        """Through the case's own rules."""
        case = self.paper.records[case_id]
        decide(case, act, AT + timedelta(minutes=30), self.rules, unmet)
        return case


class TestPaperOffice(OfficeContract):
    """The contract, on paper."""

    @pytest.fixture
    def bench(self) -> PaperBench:
        """A fresh drawer."""
        return PaperBench()
