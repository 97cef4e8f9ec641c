"""The walk over both machines' tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from itertools import product

import pytest
from transitions import Machine, MachineError

from state_machine import case_table, interview
from state_machine.case import ENDED, MOVES, CaseRecord, CaseState, EventKind
from state_machine.codes import ApplicantIs, Field, Recognition
from state_machine.interview import ADVANCE, ENDS, QUESTIONS, InterviewRecord, InterviewState, Purpose
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


def records() -> Iterable[InterviewRecord]:
    """A record for everything the guards may look at, and with answers they must not look at."""
    for purpose, applicant, route in product(Purpose, (None, *ApplicantIs), (None, *Recognition)):
        given = {Field.APPLICANT_IS.value: applicant, Field.RECOGNITION.value: route}
        answers = {name: value.value for name, value in given.items() if value is not None}
        for beside in ({}, {Field.GROUND.value: ["housing"], Field.PROOFS.value: [], Field.SEX.value: "male"}):
            yield InterviewRecord("a", purpose=purpose, answers=answers | beside)


@pytest.mark.parametrize("record", list(records()))
def test_the_path_is_the_table_followed_row_by_row(record: InterviewRecord) -> None:
    """The path kept in memory is the one the table gives for this very record."""
    state, followed = interview.path(record)[0], []
    while state is not None:
        followed.append(state)
        ends = record.is_check() and state is InterviewState.ELIGIBILITY
        rows_on = [
            dest for source, dest, guards in ADVANCE if source is state and all(getattr(record, g)() for g in guards)
        ]
        state = rows_on[0] if rows_on and not ends else None
    assert interview.path(record) == tuple(followed)


@pytest.mark.parametrize("record", list(records()))
def test_a_step_moves_as_the_machine_moves(record: InterviewRecord) -> None:
    """Going to a question leads where the machine's own event leads, from every state to every state."""
    for source, target in product(InterviewState, InterviewState):
        stepping, by_machine = replace(record, state=source), replace(record, state=source)
        if source in QUESTIONS and target in QUESTIONS:
            event = "advance" if interview.next_of(by_machine, source) is target else f"revisit_{target.value}"
            assert interview.fire(by_machine, event)
            interview.step_to(stepping, target)
            assert stepping == by_machine
        else:
            with pytest.raises((MachineError, KeyError)):
                interview.step_to(stepping, target)
            assert stepping.state is source
