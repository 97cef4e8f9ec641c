"""Who applies for a second child need not type the agent and the address again: they are shown to be taken over.

One card, one confirmation, every line can be struck out. It is offered once an application, after the privacy notice,
and only from applications of the same account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs import aside
from dialogs.scene import Scene
from dialogs.turn import Overlay
from state_machine.codes import ApplicantIs, Field, Relation
from state_machine.interview import InterviewState, Purpose

#: Where the agent stood in an application made for somebody else.
_AS_AGENT: Mapping[Field, Field] = {
    Field.RELATION: Field.RELATION,
    Field.AGENT_NAME: Field.AGENT_NAME,
    Field.AGENT_ID_NUMBER: Field.AGENT_ID_NUMBER,
    Field.AGENT_PHONE: Field.AGENT_PHONE,
}
#: Where the agent stands in an application they made for themselves.
_AS_APPLICANT: Mapping[Field, Field] = {
    Field.AGENT_NAME: Field.NAME,
    Field.AGENT_ID_NUMBER: Field.ID_NUMBER,
    Field.AGENT_PHONE: Field.PHONE,
}
#: Of a family, who live together and mostly come from the same place.
_OF_THE_FAMILY = (Field.HUKOU_PROVINCE, Field.HUKOU_COUNTY, Field.HUKOU_ADDRESS, Field.CURRENT_ADDRESS)
#: Two children of one parent; two husbands nobody has.
_SEVERAL = (Relation.PARENT, Relation.GUARDIAN, Relation.CHILD, Relation.SIBLING, Relation.GRANDPARENT)


def bring_up(scene: Scene) -> None:
    """Show what may be taken over, when 代办 begins and nothing of it has been told yet."""
    conversation = scene.conversation
    if conversation.overlay is not None or not scene.in_interview:
        return
    record = scene.record
    is_first = record.state is InterviewState.RELATION and not {Field.RELATION, *_AS_APPLICANT} & record.answers.keys()
    if record.purpose is not Purpose.APPLICATION or not is_first or aside.of(conversation, record, record.state):
        return
    facts = {name: value for name, value in told_before(scene).items() if name not in record.answers}
    if Field.AGENT_NAME in facts:
        aside.put(conversation, record, record.state, "offered")
        scene.overlay(Overlay.CONFIRM_FACTS, facts=facts, lead="facts.ask_again")


def not_now(scene: Scene) -> None:
    """The card was neither confirmed nor refused: it may be shown again when the agent is asked for."""
    if scene.in_interview:
        aside.put(scene.conversation, scene.record, InterviewState.RELATION, None)


def told_before(scene: Scene) -> dict[str, Any]:
    """The agent, the family's 户口 and the address, as the newest other application has them."""
    earlier = scene.office.earlier_answers(scene.record.application_id)
    is_for_other = earlier.get(Field.APPLICANT_IS) == ApplicantIs.OTHER
    found = {to.value: earlier.get(source) for to, source in (_AS_AGENT if is_for_other else _AS_APPLICANT).items()}
    if found.get(Field.RELATION) not in _SEVERAL:
        found.pop(Field.RELATION, None)
    found |= {field.value: earlier.get(field) for field in _OF_THE_FAMILY}
    order = [field.value for field in Field]
    return {name: found[name] for name in sorted(found, key=order.index) if found[name]}
