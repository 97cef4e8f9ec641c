"""The questions. A new question = one state in the table, one step here, one entry in steps.yaml, one transcript."""

from __future__ import annotations

from dialogs.steps.choices import ForWhom, Grounds, Proofs, RelationOf, Route
from dialogs.steps.closing import Declaration, Review
from dialogs.steps.eligibility import Eligibility
from dialogs.steps.hukou import HukouAddress, HukouCounty, HukouProvince
from dialogs.steps.permit import PermitNumber, PermitPlace, PermitValidUntil, RegisteredPeriods
from dialogs.steps.person import (
    AgentIdNumber,
    AgentName,
    AgentPhone,
    CurrentAddress,
    Ethnicity,
    Name,
    OwnIdNumber,
    Phone,
)
from dialogs.steps.pledges import Annulment, Privacy, Truth
from dialogs.steps.step import Step
from dialogs.steps.uploads import Materials
from state_machine.codes import Field
from state_machine.interview import InterviewState

_ALL: tuple[type[Step], ...] = (
    Privacy, Truth, Annulment, ForWhom, RelationOf, AgentName, AgentIdNumber, AgentPhone, Route, PermitNumber,
    PermitPlace, PermitValidUntil, RegisteredPeriods, Grounds, HukouProvince, HukouCounty, Eligibility, HukouAddress,
    OwnIdNumber, Name, Ethnicity, CurrentAddress, Phone, Proofs, Materials, Review, Declaration,
)  # fmt: skip

STEPS: dict[InterviewState, Step] = {step.state: step() for step in _ALL}

#: The question that asks for a field (the pledges share one field and are not among them).
STEP_OF: dict[Field, Step] = {s.field: s for s in STEPS.values() if s.field is not Field.PLEDGE}

__all__ = ["STEPS", "STEP_OF", "Step"]
