"""The menu: what can be done when no question is pending."""

from __future__ import annotations

from dialogs import labels
from dialogs.scene import Scene
from dialogs.turn import Choice, Say


def prompt(scene: Scene) -> Say:
    """What would you like; only what makes sense for this account."""
    codes = ["start", "eligibility"]
    if scene.office.drafts():
        codes.append("resume")
    if scene.office.cases():
        codes.append("status")
    choices: tuple[Choice, ...] = labels.buttons(*codes, "question", "human")
    return Say(scene.text("menu.ask_simpler" if scene.simpler else "menu.ask"), choices)
