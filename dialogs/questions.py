"""The pending question hears the turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs import aside, changes, consent, digressions, going, labels, materials, review, submission, wording
from dialogs.hearing import Exact, Meaning, Pressed, PressedSeveral, Spoken
from dialogs.readers import Unclear
from dialogs.readers.owners import speaks_of_kin
from dialogs.scene import Scene
from dialogs.steps import STEPS, Step
from dialogs.turn import Overlay
from dialogs.understanding import Intent, Understanding
from state_machine.codes import Field
from state_machine.interview import PLEDGES, InterviewState, Purpose, fire

S = InterviewState


def act(scene: Scene, meant: Meaning) -> None:
    """An answer, a wish, or a miss."""
    if isinstance(meant, Exact):
        _take(scene, STEPS[scene.record.state], meant.value)
    elif isinstance(meant, PressedSeveral):
        _chosen(scene, meant.values)
    elif isinstance(meant, Pressed):
        if not press(scene, meant.value):
            scene.say("unclear.stale")
    else:
        _spoken(scene, meant)


def press(scene: Scene, value: str) -> bool:
    """A pressed value. False if it belongs to nothing on offer."""
    if any(hears(scene, value) for hears in (_pledge, _press_several, _press_eligibility, _press_review, _press_step)):
        scene.conversation.misses = 0
        return True
    return digressions.press(scene, value)


def _press_step(scene: Scene, value: str) -> bool:
    """The pending question's own buttons: a plain answer, or what only it offers."""
    step = STEPS[scene.record.state]
    if step.none is not None and value == step.none:
        going.keep(scene, step.field, [])
        return True
    if step.press(scene, value):
        if scene.record.state is S.MATERIALS and scene.conversation.overlay is None:
            going.settle(scene)
        return True
    if step.takes_several or scene.record.state in PLEDGES:
        return False
    if value not in step.options and not (step.takes_any_value and step.read(scene, value) == value):
        return False
    going.keep(scene, step.field, value)
    return True


def _pledge(scene: Scene, value: str) -> bool:
    state = scene.record.state
    if state not in PLEDGES or value not in ("agree", "refuse"):
        return False
    if value == "refuse":
        scene.say_text(wording.text("acknowledgements", f"{state.value}.refused", **scene.places()))
        scene.simpler = True
        return True
    consent.acknowledge(scene, state.value)
    going.settle(scene)
    carried = scene.conversation.carried
    if carried and state is S.PLEDGE_PRIVACY:
        scene.conversation.carried = {}
        going.show_facts(scene, carried)
    return True


def _press_several(scene: Scene, value: str) -> bool:
    step, ticked = STEPS[scene.record.state], scene.conversation.ticked
    if not step.takes_several or value == step.none:
        return False
    if value == "done":
        _chosen(scene, tuple(ticked))
        return True
    if value not in [choice.value for choice in step.choices(scene)]:
        return False
    (ticked.remove if value in ticked else ticked.append)(value)
    if step.field not in scene.record.answers:
        aside.put(scene.conversation, scene.record, scene.record.state, list(ticked))
    chosen = "、".join(labels.value_label(step.field, v) for v in ordered(scene, step, ticked))
    scene.instead = scene.text("several.chosen", chosen=chosen) if ticked else scene.text("several.nothing")
    return True


def _chosen(scene: Scene, values: tuple[str, ...]) -> None:
    """选好了; or 1 3, or 1 5 where 5 is 选好了. What says that there is none does not go with others."""
    step = STEPS[scene.record.state]
    if chosen := [value for value in ordered(scene, step, list(values)) if value != step.none]:
        going.keep(scene, step.field, chosen)
    else:
        scene.say("several.none_yet" if step.none is None else "several.none_yet_or_none")


def ordered(scene: Scene, step: Step, values: list[str]) -> list[str]:
    """In the order of the form, each once."""
    return [choice.value for choice in step.choices(scene) if choice.value in values]


def _press_eligibility(scene: Scene, value: str) -> bool:
    record = scene.record
    if record.state is not S.ELIGIBILITY:
        return False
    if value == "apply" and record.is_check():
        fire(record, "apply")
        record.purpose = Purpose.APPLICATION
        scene.say("eligibility.carried")
        going.settle(scene)
    elif value == "menu" and record.is_check():
        scene.say("eligibility.nothing_kept")
        scene.leave()
    elif value == "go_on" and not record.is_check():
        scene.say("eligibility.going_on")
        going.keep(scene, Field.ELIGIBILITY, "go_on")
    elif value == "stop":
        scene.overlay(Overlay.CONFIRM_CANCEL)
    elif value == Field.REGISTERED_PERIODS:
        going.go_to(scene, S.REGISTERED_PERIODS)
    else:
        return False
    return True


def _press_review(scene: Scene, value: str) -> bool:
    record = scene.record
    if record.state is not S.REVIEW:
        return False
    if value == "confirm":
        submission.confirm_review(scene)
    elif value.startswith("leave:") and value.removeprefix("leave:") in review.still_to_mend(record):
        scene.overlay(Overlay.CONFIRM_LEAVE, item=value.removeprefix("leave:"))
    elif value in [code for code, _, _ in review.lines(record)]:
        changes.change_to(scene, Field(value), {})
    else:
        return False
    return True


def _spoken(scene: Scene, meant: Spoken) -> None:
    understood = meant.understood
    intent = understood.intent
    if intent in (Intent.YES, Intent.NO, Intent.ANSWER) and not any(letter.isalnum() for letter in meant.text):
        scene.say("unclear.silence")  # 👌 agrees to nothing
    elif digressions.asks_for_chart(meant.text):
        digressions.show_chart(scene)
    elif intent not in (Intent.ANSWER, Intent.CHANGE) and digressions.asks_for_devices(meant.text):
        digressions.devices(scene)
    elif _page_act(scene, meant.text):
        scene.conversation.misses = 0
    elif intent is Intent.ANSWER:
        _answered(scene, meant.text, understood)
    elif intent is Intent.NO and digressions.speaks_of_cancelling(meant.text):
        scene.say("cancel.not_meant")
    elif intent in (Intent.YES, Intent.NO) and _assent(scene, intent is Intent.YES):
        scene.conversation.misses = 0
    elif intent is Intent.UNCLEAR:
        _unclear(scene, meant.text)
    elif intent in (Intent.YES, Intent.NO):
        step = STEPS[scene.record.state]
        scene.say("assent_here", help=step.wording(scene, "help"), example=step.wording(scene, "example"))
    else:
        digressions.spoken(scene, understood)


def _page_act(scene: Scene, text: str) -> bool:
    """删掉第2张, said while photos are asked for."""
    proof = materials.wanted(scene.record) if scene.record.state is S.MATERIALS else None
    if proof is None or not materials.pages_of(scene.record, proof) or not (value := materials.page_act(text)):
        return False
    scene.overlay(Overlay.PAGES, proof=proof.value)
    return materials.press_in_pages(scene, value)


def _answered(scene: Scene, text: str, understood: Understanding) -> None:
    step, fills = STEPS[scene.record.state], _news(scene, understood.fills)
    pledged = fills.pop(Field.PLEDGE, None)
    if scene.record.state in PLEDGES and pledged:
        press(scene, str(pledged))
        if not fills or pledged != "agree":
            return
    confirmed = fills.pop(Field.REVIEW, None)
    if confirmed and scene.record.state is S.REVIEW and not fills:
        press(scene, str(confirmed))
        return
    if list(fills) == [step.field.value]:
        fills |= step.told_besides(scene, text, fills[step.field.value])
    if list(fills) == [step.field.value] and not _is_a_relatives(scene, step.field, text):
        _take(scene, step, fills[step.field.value])
    elif fills:
        going.show_facts(scene, fills)
    elif not (pledged or confirmed):
        _direct(scene, step, text)


#: Of these a relative's may be told by mistake while one applies for oneself.
_ONES_OWN = frozenset(
    (Field.NAME, Field.ID_NUMBER, Field.SEX, Field.ETHNICITY, *(Field.HUKOU_PROVINCE, Field.HUKOU_COUNTY))
)


def _is_a_relatives(scene: Scene, field: Field, text: str) -> bool:
    """我老婆户口在江西, in a form for oneself: shown back before it is kept."""
    return field in _ONES_OWN and not scene.record.is_for_other() and speaks_of_kin(text)


def _news(scene: Scene, fills: Mapping[str, Any]) -> dict[str, Any]:
    """What was heard, without what the answers say already (江西上饶市广信区, where 江西省 has been answered)."""
    asked, answers = STEPS[scene.record.state].field, scene.record.answers
    return {f: value for f, value in fills.items() if f == asked or answers.get(f) != value}


def _take(scene: Scene, step: Step, value: Any) -> None:
    if step.state is S.DECLARATION:
        objection = step.objection(scene, value)
        if objection is None:
            submission.sign(scene, str(value))
        else:
            going.fail(scene, step.field, objection)
    elif step.state is S.ELIGIBILITY:
        said = _AFTER_CHECK.get(str(value), str(value)) if scene.record.is_check() else str(value)
        if not press(scene, said):
            going.miss(scene)
    elif step.takes_several:
        going.keep(scene, step.field, [str(v) for v in value])
    else:
        going.keep(scene, step.field, value)


#: 要办 and 先不办, said where a mere check has ended: there is no application to go on with.
_AFTER_CHECK = {"go_on": "apply", "eligible": "apply", "stop": "menu"}


def _direct(scene: Scene, step: Step, text: str) -> None:
    """An attempt at the answer: the reader says what is wrong with it, or reads it after all."""
    value = step.read(scene, text)
    if isinstance(value, Unclear):
        going.refuse(scene, step.field, value)
    else:
        _take(scene, step, value)


#: Questions whose reader is asked where understanding is unsure: what it reads is taken.
_TRUSTED = (S.RELATION, S.PERMIT_PLACE)
#: What these readers make of an unclear text is shown back first; free text elsewhere is not guessed at.
_SHOWN = (S.ID_NUMBER, S.AGENT_ID_NUMBER, S.PHONE, S.AGENT_PHONE, S.HUKOU_PROVINCE, S.HUKOU_COUNTY, S.ETHNICITY)


def _unclear(scene: Scene, text: str) -> None:
    """Nothing was understood: the pending question's reader may still say what is wrong, or read it."""
    if not any(letter.isalnum() for letter in text):
        scene.say("unclear.silence")
        return
    step = STEPS[scene.record.state]
    value = step.read(scene, text)
    if isinstance(value, Unclear):
        if going.own_problem(step.field, value.problem):
            going.refuse(scene, step.field, value)
        else:
            going.miss(scene)
    elif step.state in _TRUSTED:
        going.keep(scene, step.field, value)
    elif step.state in _SHOWN:
        going.show_facts(scene, {step.field.value: value})
    else:
        going.miss(scene)


def _assent(scene: Scene, said_yes: bool) -> bool:
    """A bare yes or no, where the pending question can be answered so."""
    state = scene.record.state
    if state in PLEDGES:
        return press(scene, "agree" if said_yes else "refuse")
    if state is S.REVIEW:
        if said_yes:
            return press(scene, "confirm")
        scene.overlay(Overlay.CHOOSE_ANSWER)
        return True
    if state is S.ELIGIBILITY and scene.record.is_check():
        return press(scene, "apply" if said_yes else "menu")
    if state is S.MATERIALS and not said_yes and materials.wanted(scene.record) is not None:
        return bool(scene.record.pages) and press(scene, "done")
    step, ticked = STEPS[state], bool(scene.conversation.ticked)
    if step.takes_several and ticked and said_yes:
        return press(scene, "done")
    if not said_yes and step.none is not None and not ticked:
        return press(scene, step.none)
    return step.is_optional and not said_yes and press(scene, "skip")
