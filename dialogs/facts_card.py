"""Several facts heard at once stand on a card: confirmed as a whole, struck out by line, or added to by talking on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dialogs import going, hearing, labels, photo_card
from dialogs.hearing import Spoken
from dialogs.readers import Unclear
from dialogs.scene import Scene
from dialogs.steps import STEPS
from dialogs.understanding import Intent
from state_machine.codes import Field

#: Nothing is kept on a yes in which no word of assent is to be found (河北的, 就是好久了呀).
_ASSENT = re.compile(
    r"[是对好行中成嗯恩哦噢欸唉]|可以|没错|没有错|没问题|要得|得行|确认|正确|一样|记|ok|yes|同意", re.I
)

#: 地址不一样, said of what was taken over from an earlier application.
_DIFFERS = re.compile(r"不一样|不同了?|不相同|变了|换了|改了")


def press(scene: Scene, value: str) -> bool:
    """都对, 都不算, or one line is wrong. False if it is none of the card's buttons."""
    facts = dict(scene.conversation.overlay_about["facts"])
    if value == "yes":
        scene.close_overlay()
        scene.say("facts.kept")
        going.keep_facts(scene, facts)
    elif value == "no":
        scene.close_overlay()
        scene.say("facts.dropped" if len(facts) > 1 else "facts.dropped_one")
    elif value.startswith("wrong:") and value.removeprefix("wrong:") in facts:
        _strike_out(scene, value.removeprefix("wrong:"))
    else:
        return False
    return True


def _strike_out(scene: Scene, name: str) -> None:
    """One line is wrong, and with it what makes no sense without it (the county of a wrong province)."""
    about = scene.conversation.overlay_about
    gone = [f for f in (name, *photo_card.HANGS_ON.get(name, ())) if f in about["facts"]]
    about["facts"] = {f: value for f, value in about["facts"].items() if f not in gone}
    scene.say("facts.one_dropped", field="」「".join(labels.label_of(f) for f in gone))
    if not about["facts"]:
        scene.close_overlay()


def spoken(scene: Scene, meant: Spoken) -> bool:
    """同意; 电话不对; 电话不对，是138…; more facts, which join the card. False if it is about something else."""
    facts, understood = scene.conversation.overlay_about["facts"], meant.understood
    if _DIFFERS.search(meant.text):
        understood = hearing.as_wish(scene, _DIFFERS.sub("不对", meant.text))
    if understood.intent is Intent.START and understood.fills:
        return goes_on_below(scene, meant.text)
    if understood.intent is Intent.YES:
        if _ASSENT.search(meant.text):
            return press(scene, "yes")
        going.miss(scene)
        return True
    if understood.intent not in (Intent.ANSWER, Intent.CHANGE):
        return False
    if understood.fills == {Field.PLEDGE: "agree"}:
        return press(scene, "yes")
    if understood.fills:
        told = {_whose(str(name), facts): value for name, value in understood.fills.items()}
        going.show_facts(scene, facts | _news(scene, told))
        return True
    name = _whose(understood.field or "", facts)
    if understood.intent is Intent.CHANGE and name in facts:
        return press(scene, f"wrong:{name}" if len(facts) > 1 else "no")
    return False


def _whose(name: str, facts: Mapping[str, Any]) -> str:
    """电话, where only the agent's stands on the card, is the agent's."""
    agents = next((mine for mine, theirs in hearing.AGENTS.items() if theirs == name), name)
    return agents if name not in facts and agents in facts else name


def _news(scene: Scene, fills: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is answered so already."""
    return {name: value for name, value in fills.items() if scene.record.answers.get(name) != value}


def goes_on_below(scene: Scene, text: str) -> bool:
    """Somebody who goes on answering the question below the card: it joins the card, or what is wrong is said."""
    below = hearing.as_answer(scene, text)
    if below.intent is not Intent.ANSWER:
        return False
    if below.fills:
        going.show_facts(scene, scene.conversation.overlay_about["facts"] | _news(scene, below.fills))
        return True
    step = STEPS[scene.record.state]
    value = step.read(scene, text)
    if isinstance(value, Unclear):
        scene.say_text(going.problem_text(scene, step.field, value))
    return isinstance(value, Unclear)
