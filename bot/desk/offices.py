"""Which cases belong to which office, and who may open them."""

from __future__ import annotations

from collections.abc import Mapping

from state_machine.case_records import CaseState
from state_machine.case_table import MOVES
from state_machine.officers import OFFICES, Role


def _waiting() -> Mapping[Role, tuple[CaseState, ...]]:
    """From the table itself: an office's cases are those it can move."""
    return {office: tuple(dict.fromkeys(move.source for move in MOVES if move.office is office)) for office in OFFICES}


#: The states in which a case waits for each office.
WAITING = _waiting()


def office_of(state: CaseState) -> Role | None:
    """The office whose turn it is; None while the applicant's, or after the end."""
    return next((office for office, states in WAITING.items() if state in states), None)
