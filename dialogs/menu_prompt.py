"""The menu: what can be done when no question is pending."""

from __future__ import annotations

from dialogs import labels
from dialogs.scene import Scene
from dialogs.turn import Choice, Say
from state_machine.case import CaseState


def prompt(scene: Scene) -> Say:
    """What would you like; only what makes sense for this account."""
    codes = ["start", "eligibility"]
    cases = scene.office.cases()
    if scene.office.drafts() or any(case.state == CaseState.RETURNED for case in cases):
        codes.append("resume")
    if cases:
        codes.append("status")
    choices: tuple[Choice, ...] = labels.buttons(*codes, "question", "human")
    return Say(scene.text("menu.ask_simpler" if scene.simpler else "menu.ask"), choices)
