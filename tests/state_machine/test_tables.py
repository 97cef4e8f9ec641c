"""The walk over both machines' tables."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import pytest
from transitions import Machine

from state_machine import case_table, interview
from state_machine.case import ENDED, MOVES, CaseRecord, CaseState, EventKind
from state_machine.interview import ENDS, InterviewRecord, InterviewState
from state_machine.officers import OFFICES

MACHINES = [
    pytest.param(
        interview.MACHINE, InterviewState, InterviewState.PLEDGE_PRIVACY, ENDS, InterviewRecord, id="interview"
    ),
    pytest.param(case_table.MACHINE, CaseState, CaseState.SUBMITTED, ENDED, CaseRecord, id="case"),
]
WALK = pytest.mark.parametrize(("machine", "states", "first", "ends", "record"), MACHINES)


def rows(machine: Machine) -> list[tuple[str, str, list[str]]]:
    """(source, dest, guards) of every transition of a machine."""
    return [
        (t.source, t.dest, [c.func for c in t.conditions])
        for event in machine.events.values()
        for transitions in event.transitions.values()
        for t in transitions
    ]


def reach(starts: Iterable[str], steps: Iterable[tuple[str, str]]) -> set[str]:
    """Every state that can be come to from `starts`."""
    seen, edges = set(starts), list(steps)
    while more := {b for a, b in edges if a in seen} - seen:
        seen |= more
    return seen


@WALK
def test_every_target_is_a_state(machine: Machine, states: type[Enum], first, ends, record) -> None:
    """No row of the table leads anywhere that does not exist."""
    names = {state.name for state in states}
    assert names == set(machine.states)
    assert {name for source, dest, _ in rows(machine) for name in (source, dest)} <= names


@WALK
def test_every_state_is_reachable(machine: Machine, states: type[Enum], first, ends, record) -> None:
    """Whoever starts can come to every state."""
    assert reach([first.name], [(a, b) for a, b, _ in rows(machine)]) == {state.name for state in states}


@WALK
def test_every_state_can_end(machine: Machine, states: type[Enum], first, ends, record) -> None:
    """From every state an end can be come to."""
    back = reach([end.name for end in ends], [(b, a) for a, b, _ in rows(machine)])
    assert back == {state.name for state in states}


@WALK
def test_nothing_leaves_an_end(machine: Machine, states: type[Enum], first, ends, record) -> None:
    """An ended record stays ended."""
    assert not {source for source, _, _ in rows(machine)} & {end.name for end in ends}


@WALK
def test_every_guard_is_a_method_of_the_record(machine: Machine, states, first, ends, record) -> None:
    """Every guard named in a table can be asked of a record."""
    guards = {guard for _, _, named in rows(machine) for guard in named}
    assert guards
    assert all(callable(getattr(record, guard)) for guard in guards)


def test_the_case_table_and_the_machine_are_one() -> None:
    """What is drawn is what runs: the machine has exactly the table's rows."""
    assert sorted((m.source.name, m.dest.name, list(m.guards)) for m in MOVES) == sorted(rows(case_table.MACHINE))


def test_one_row_per_act_and_state() -> None:
    """An act from a state leads to one place only."""
    assert len({(m.act, m.source) for m in MOVES}) == len(MOVES)


def test_only_officials_of_the_form_act() -> None:
    """Acts belong to one of the three offices of 附件 1, or to the applicant."""
    assert {m.office for m in MOVES} == {*OFFICES, None}


def test_no_return_once_the_clock_runs() -> None:
    """补正 cannot be reached any more after acceptance."""
    after = reach([CaseState.ACCEPTED.name], [(m.source.name, m.dest.name) for m in MOVES])
    assert CaseState.RETURNED.name not in after


def test_every_event_kind_comes_from_somewhere() -> None:
    """No event kind is dead: each is a row's, or the first, or the annulment beside the issue."""
    assert {m.happened for m in MOVES} | {EventKind.SUBMITTED, EventKind.EARLIER_PERMIT_ANNULLED} == set(EventKind)
