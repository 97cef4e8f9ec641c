"""What stands before the applicant now: the overlay's question, the pending question, or the menu."""

from __future__ import annotations

from dataclasses import replace

from dialogs import labels, menu_prompt, overlay_prompts, photos
from dialogs.scene import Scene
from dialogs.steps import STEPS
from dialogs.turn import MISSES_BEFORE_A_PERSON, Choice, Say
from state_machine.codes import Field


def current(scene: Scene) -> Say:
    """The question that stands, with its buttons; after three turns not understood a person, as the last of them."""
    said = _standing(scene)
    if scene.conversation.misses < MISSES_BEFORE_A_PERSON or any(choice.value == "human" for choice in said.choices):
        return said
    return replace(said, choices=(*said.choices, *labels.buttons("human")))


def _standing(scene: Scene) -> Say:
    """The question and its own buttons. Ticked ones carry ✓; questions that take several offer 选好了."""
    if scene.conversation.overlay is not None:
        return overlay_prompts.prompt(scene)
    if not scene.in_interview:
        return menu_prompt.prompt(scene)
    step = STEPS[scene.record.state]
    said = step.prompt(scene)
    if hint := photos.hint(scene):
        said = replace(said, text=f"{said.text}\n{hint}", wants_file=True)
    if not step.takes_several:
        return said
    ticked = scene.conversation.ticked
    choices = tuple(Choice(c.value, f"✓ {c.label}" if c.value in ticked else c.label) for c in said.choices)
    return Say(said.text, (*choices, Choice("done", labels.button("done_choosing"))))


def asked(scene: Scene) -> str | None:
    """The code of the pending question; None in the menu, and while something is asked on top of it."""
    if scene.conversation.overlay is not None or not scene.in_interview:
        return None
    return Field(STEPS[scene.record.state].field).value
