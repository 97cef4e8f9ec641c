"""Which cases a clerk may open. What is not theirs answers exactly like what does not exist."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.desk.offices import office_of
from state_machine.case_records import CaseRecord, CaseState
from state_machine.case_table import ENDED
from state_machine.officers import OFFICES, Officer, Role
from storage import cases
from storage.cases import StoredCase
from storage.errors import NotOurs
from storage.keys import Keyring


def may_open(state: CaseState, served: bool, officer: Officer) -> bool:
    """The case waits for an office of theirs, or they served it, or it has ended (the dossier)."""
    if served or (state is CaseState.RETURNED and officer.holds(Role.INTAKE)):
        return True
    if state in ENDED:
        return any(officer.holds(office) for office in OFFICES)
    office = office_of(state)
    return office is not None and officer.holds(office)


def may_open_record(case: CaseRecord, officer: Officer) -> bool:
    """`may_open` of a whole record."""
    return may_open(case.state, officer.staff_id in case.offices, officer)


def is_at_hand(case: CaseRecord, officer: Officer) -> bool:
    """The case waits for this clerk: their office's turn, and they served it in no other office."""
    office = office_of(case.state)
    if office is None or not officer.holds(office):
        return False
    return case.offices.get(officer.staff_id, office) is office


def opened_case(
    conn: Connection, keyring: Keyring, county: str, case_id: str, officer: Officer, *, lock: bool = False
) -> StoredCase:
    """The case, if this clerk may open it. Raises `NotOurs` for another office's, another county's and none at all."""
    stored = cases.load(conn, keyring, case_id, lock=lock)
    if stored is None or stored.county != county or not may_open_record(stored.record, officer):
        raise NotOurs("no such case")
    return stored
