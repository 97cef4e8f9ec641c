"""改某一项: at once when the new value is given in the same breath, otherwise by asking that question again."""

from __future__ import annotations

from typing import Any

from dialogs import beginnings, going, labels, materials, review
from dialogs.scene import Scene
from dialogs.turn import Overlay
from dialogs.understanding import Understanding
from state_machine.codes import Field
from state_machine.interview import InterviewState as S
from state_machine.interview import path


def change(scene: Scene, understood: Understanding) -> None:
    """改某一项: the one named, with its new value if that was given in the same breath; otherwise ask which."""
    if not scene.in_interview:
        waiting = beginnings.returned(scene)
        if len(waiting) != 1:
            scene.say("change.nothing_in_hand" if not scene.office.cases() else "change.submitted")
            return
        beginnings.mend(scene, waiting[0].case_id, "")
    if understood.field is None or understood.field not in labels.FIELDS:
        which_answer(scene)
        return
    change_to(scene, Field(understood.field), understood.fills)


def which_answer(scene: Scene) -> None:
    """Ask which one."""
    if review.lines(scene.record):
        scene.overlay(Overlay.CHOOSE_ANSWER)
    else:
        scene.say("change.nothing_yet")


def change_to(scene: Scene, field: Field, fills: dict[str, Any]) -> None:
    """Change one answer: at once if the new value is here, otherwise by asking its question again."""
    record = scene.record
    if field in (Field.PLEDGE, Field.REVIEW, Field.DECLARATION, Field.ELIGIBILITY):
        which_answer(scene)
    elif field is Field.MATERIALS:
        _change_materials(scene)
    elif field is Field.SEX:
        scene.say("id.sex_from_number")
        _revisit(scene, Field.ID_NUMBER)
    elif field in fills and len(fills) > 1:
        going.show_facts(scene, fills, is_answer=False)
    elif field in fills and record.answers.get(field) == fills[field]:
        scene.say("change.same", field=labels.label_of(field), shown=labels.show(field, fills[field]))
    elif field in fills and (field in record.answers or record.state is S(field.value)):
        going.keep(scene, field, fills[field])
    elif field in fills:
        going.show_facts(scene, fills, is_answer=False)
    else:
        _revisit(scene, field)


def _revisit(scene: Scene, field: Field) -> None:
    record, state = scene.record, S(field.value)
    if state not in path(record):
        scene.say("change.not_on_path", field=labels.label_of(field))
    elif field not in record.answers:
        scene.say("change.not_yet", field=labels.label_of(field))
    else:
        scene.say("change.was", field=labels.label_of(field), shown=labels.show(field, record.answers[field]))
        going.go_to(scene, state)


def _change_materials(scene: Scene) -> None:
    ticked = [p for p in materials.ticked(scene.record) if materials.pages_of(scene.record, p)]
    if not ticked:
        scene.say("change.no_photos_yet")
    elif len(ticked) == 1:
        materials.open_pages(scene, ticked[0])
    else:
        scene.overlay(Overlay.CHOOSE_ANSWER, materials=True)
