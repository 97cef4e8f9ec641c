"""With no question pending: the menu hears the turn."""

from __future__ import annotations

from dialogs import beginnings, digressions, going
from dialogs.hearing import Meaning, Pressed, Spoken
from dialogs.scene import Scene
from dialogs.understanding import Intent
from state_machine.codes import Field


def act(scene: Scene, meant: Meaning) -> None:
    """Buttons and wishes; facts told here begin an application."""
    if isinstance(meant, Pressed):
        if not digressions.press(scene, meant.value):
            scene.say("unclear.stale")
        return
    if not isinstance(meant, Spoken):
        return
    understood = meant.understood
    if not meant.text.strip():
        digressions.smalltalk(scene)
    elif digressions.asks_for_chart(meant.text):
        digressions.show_chart(scene)
    elif digressions.asks_for_devices(meant.text):
        digressions.devices(scene)
    elif understood.intent is Intent.ANSWER and _facts(understood.fills):
        beginnings.begin(scene, understood.fills)
        if scene.conversation.carried:
            scene.say("facts.later")
    elif understood.intent in (Intent.ANSWER, Intent.UNCLEAR, Intent.YES, Intent.NO):
        going.miss(scene)
    else:
        digressions.spoken(scene, understood)


def _facts(fills: dict[str, object]) -> bool:
    return any(name != Field.PLEDGE for name in fills)
