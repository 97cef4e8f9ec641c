"""The flow of a case as a table (附件 2): the machine and the drawn flow chart come from here.

A return (补正) exists only before acceptance, so that the two working days, once running, never pause (办法 二).
"""

from __future__ import annotations

from dataclasses import dataclass

from transitions import Machine

from state_machine.case_records import Act, CaseState, EventKind
from state_machine.officers import Role


@dataclass(frozen=True)
class Move:
    """One row of the table. `office` is who acts; None is the applicant."""

    act: Act
    source: CaseState
    dest: CaseState
    office: Role | None
    guards: tuple[str, ...]
    happened: EventKind


S, A, E = CaseState, Act, EventKind
FIT = ("is_all_judged", "has_nothing_unmet")
UNFIT = ("is_all_judged", "has_unmet")

MOVES: tuple[Move, ...] = (
    Move(A.ACCEPT, S.SUBMITTED, S.ACCEPTED, Role.INTAKE, FIT, E.ACCEPTED),
    Move(A.ACCEPT, S.RESUBMITTED, S.ACCEPTED, Role.INTAKE, FIT, E.ACCEPTED),
    Move(A.RETURN_FOR_CORRECTION, S.SUBMITTED, S.RETURNED, Role.INTAKE, UNFIT, E.RETURNED),
    Move(A.RETURN_FOR_CORRECTION, S.RESUBMITTED, S.RETURNED, Role.INTAKE, UNFIT, E.RETURNED),
    Move(A.NOT_ACCEPT, S.SUBMITTED, S.NOT_ACCEPTED, Role.INTAKE, UNFIT, E.NOT_ACCEPTED),
    Move(A.NOT_ACCEPT, S.RESUBMITTED, S.NOT_ACCEPTED, Role.INTAKE, UNFIT, E.NOT_ACCEPTED),
    Move(A.RESUBMIT, S.RETURNED, S.RESUBMITTED, None, (), E.RESUBMITTED),
    Move(A.EXAMINE, S.ACCEPTED, S.EXAMINED, Role.REVIEWER, ("is_all_judged",), E.EXAMINED),
    Move(A.SEND_BACK, S.EXAMINED, S.ACCEPTED, Role.APPROVER, (), E.SENT_BACK),
    Move(A.APPROVE, S.EXAMINED, S.APPROVED, Role.APPROVER, FIT, E.APPROVED),
    Move(A.DECLINE, S.EXAMINED, S.DECLINED, Role.APPROVER, UNFIT, E.DECLINED),
    Move(A.ISSUE, S.APPROVED, S.ISSUED, Role.APPROVER, FIT, E.ISSUED),
    Move(A.WITHDRAW, S.SUBMITTED, S.WITHDRAWN, None, (), E.WITHDRAWN),
    Move(A.WITHDRAW, S.RETURNED, S.WITHDRAWN, None, (), E.WITHDRAWN),
    Move(A.WITHDRAW, S.RESUBMITTED, S.WITHDRAWN, None, (), E.WITHDRAWN),
    Move(A.WITHDRAW, S.ACCEPTED, S.WITHDRAWN, None, (), E.WITHDRAWN),
    Move(A.WITHDRAW, S.EXAMINED, S.WITHDRAWN, None, (), E.WITHDRAWN),
)

#: Nothing leaves these.
ENDED: tuple[CaseState, ...] = (S.ISSUED, S.NOT_ACCEPTED, S.DECLINED, S.WITHDRAWN)
#: The acts that send the applicant a notice of everything not met.
NOTIFYING: tuple[Act, ...] = (A.RETURN_FOR_CORRECTION, A.NOT_ACCEPT, A.DECLINE)
#: Who judges the items while a case stands here.
JUDGE_IN: dict[CaseState, Role] = {
    S.SUBMITTED: Role.INTAKE,
    S.RESUBMITTED: Role.INTAKE,
    S.ACCEPTED: Role.REVIEWER,
    S.EXAMINED: Role.APPROVER,
}


def _build() -> Machine:
    machine = Machine(model=None, states=CaseState, initial=None, auto_transitions=False)
    for move in MOVES:
        machine.add_transition(move.act.value, move.source, move.dest, conditions=list(move.guards))
    return machine


MACHINE = _build()
