"""What is asked on top of the pending question hears the turn first. Nothing is destroyed without a clear yes."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs import (
    again,
    aside,
    beginnings,
    changes,
    digressions,
    facts_card,
    going,
    hearing,
    labels,
    materials,
    photo_card,
    prompting,
    wording,
)
from dialogs.hearing import Meaning, Pressed, Spoken
from dialogs.labels import plain
from dialogs.readers import Unclear
from dialogs.scene import Scene
from dialogs.steps import STEPS
from dialogs.steps.hukou import remember_city
from dialogs.steps.reading import read_answer
from dialogs.turn import Overlay
from dialogs.understanding import Intent
from state_machine.codes import ApplicantIs, Field, Proof
from state_machine.interview import PLEDGES, InterviewState, Purpose, answer

#: Heard while something is being asked on top: answered, and then that question stands again.
_ASIDE = (Intent.QUESTION, Intent.HELP, Intent.REPEAT, Intent.SMALLTALK, Intent.COMPLAINT, Intent.HUMAN, Intent.STATUS)

#: One of several is to be chosen; an answer to the question below is heard all the same.
_CHOOSING = (Overlay.CHOOSE_PLACE, Overlay.CHOOSE_TOPIC, Overlay.CHOOSE_APPLICATION, Overlay.CHOOSE_ANSWER)

#: What cannot be undone.
DESTRUCTIVE = (Overlay.CONFIRM_CANCEL, Overlay.CONFIRM_WITHDRAW, Overlay.CONFIRM_ERASE)


def act(scene: Scene, meant: Meaning) -> bool:
    """True if the overlay took the turn. False: it is closed and the turn goes to what lies below."""
    overlay = scene.conversation.overlay
    if overlay is None:
        return False
    if overlay in DESTRUCTIVE and _is_faint(scene.heard.text):
        scene.say("confirm_clearly")
        return True
    if isinstance(meant, Pressed):
        return _pressed(scene, overlay, meant.value)
    if isinstance(meant, Spoken):
        return _spoken(scene, overlay, meant)
    return True


def _is_faint(text: str | None) -> bool:
    """嗯, 好: an assent too faint to destroy anything."""
    return text is not None and plain(text) in wording.texts("labels")["faint_yes"]


def _pressed(scene: Scene, overlay: Overlay, value: str) -> bool:
    offered = [choice.value for choice in prompting.current(scene).choices]
    if PRESS[overlay](scene, value):
        scene.conversation.misses = 0
        return True
    if value in offered or not _is_everywhere(value):
        scene.say("unclear.stale")
        return True
    return _give_way(scene, overlay)


def _give_way(scene: Scene, overlay: Overlay) -> bool:
    """The turn goes to what lies below. What stood on a card and was not confirmed is said to be forgotten."""
    about = scene.close_overlay()
    if "lead" in about:
        again.not_now(scene)
    elif overlay in (Overlay.CONFIRM_FACTS, Overlay.CHECK_PHOTO):
        scene.say("facts.not_kept")
    return False


def _is_everywhere(value: str) -> bool:
    name = value.partition(":")[0]
    return value in digressions.EVERYWHERE or name in ("mend", "resume", "withdraw", "faq")


def _spoken(scene: Scene, overlay: Overlay, meant: Spoken) -> bool:
    intent, fills = meant.understood.intent, meant.understood.fills
    if not any(letter.isalnum() for letter in meant.text):
        scene.say("unclear.silence")
        return True
    if overlay in HEARS and HEARS[overlay](scene, meant):
        return True
    if intent in (Intent.YES, Intent.NO) and PRESS[overlay](scene, intent.value):
        return True
    if overlay in _CHOOSING and _answers_what_lies_below(scene, meant.text):
        return _give_way(scene, overlay)
    if intent in _ASIDE:
        digressions.spoken(scene, meant.understood)
        return True
    if intent in (Intent.UNCLEAR, Intent.YES, Intent.NO) or (intent is Intent.ANSWER and not fills):
        if not (overlay is Overlay.CONFIRM_FACTS and facts_card.goes_on_below(scene, meant.text)):
            going.miss(scene)
        return True
    return _give_way(scene, overlay)


# What some overlays hear themselves. False if it is nothing of theirs.


def _page_told(scene: Scene, meant: Spoken) -> bool:
    value = materials.page_act(meant.text)
    return bool(value) and materials.press_in_pages(scene, str(value))


def _put_off(scene: Scene, meant: Spoken) -> bool:
    """先放着吧, where 取消 is asked back."""
    is_later = meant.understood.intent is Intent.SKIP or _LATER.search(meant.text) is not None
    return is_later and len(meant.text) < 24 and _cancel(scene, "pause")


_LATER = re.compile(r"放着|放一放|以后|改天|明天|晚点|回头|下次|过几天")


def _place_told(scene: Scene, meant: Spoken) -> bool:
    value = _place_meant(scene, meant.text)
    return value is not None and _which_place(scene, value)


def _agent_told(scene: Scene, meant: Spoken) -> bool:
    """我是他爸爸: who says so applies for the child."""
    relation = read_answer(Field.RELATION, meant.text, scene.heard.today)
    if isinstance(relation, Unclear):
        return False
    _agent(scene, "other")
    return going.keep(scene, Field.RELATION, relation)


def _topic_told(scene: Scene, meant: Spoken) -> bool:
    """The question itself, in words; one that is not known is said to be so."""
    if meant.understood.intent not in (Intent.QUESTION, Intent.UNCLEAR):
        return False
    scene.close_overlay()
    digressions.side_question(scene, meant.understood.faq)
    return True


def _answer_named(scene: Scene, meant: Spoken) -> bool:
    field = meant.understood.field
    if field not in labels.FIELDS:
        return False
    scene.close_overlay()
    changes.change_to(scene, Field(field), meant.understood.fills)
    return True


HEARS: dict[Overlay, Callable[[Scene, Spoken], bool]] = {
    Overlay.PAGES: _page_told,
    Overlay.CONFIRM_FACTS: facts_card.spoken,
    Overlay.CONFIRM_CANCEL: _put_off,
    Overlay.CHOOSE_PLACE: _place_told,
    Overlay.OFFER_AGENT: _agent_told,
    Overlay.CHOOSE_TOPIC: _topic_told,
    Overlay.CHOOSE_ANSWER: _answer_named,
    Overlay.CHECK_PHOTO: photo_card.spoken,
}


def _answers_what_lies_below(scene: Scene, text: str) -> bool:
    """Somebody who goes on with the question instead of choosing."""
    if not scene.in_interview or scene.record.state in PLEDGES:
        return False
    below = hearing.as_answer(scene, text)
    return below.intent is Intent.ANSWER and STEPS[scene.record.state].field in below.fills


def ends_takeover(scene: Scene) -> bool:
    """A clerk has the chat: only leaving it on purpose brings the bot back."""
    if scene.heard.choice in ("menu", "resume"):
        scene.close_overlay()
        return True
    return False


# One function an overlay: what its buttons do. False if the value is none of its buttons.


def _cancel(scene: Scene, value: str) -> bool:
    if value == "no":
        scene.close_overlay()
        scene.say("cancel.kept")
    elif value == "pause":
        digressions.pause(scene)
    elif value == "yes" and scene.in_interview and scene.record.purpose is not Purpose.CORRECTION:
        if scene.record.purpose is Purpose.APPLICATION:
            scene.office.discard(scene.record.application_id)
        aside.forget(scene.conversation, scene.record.application_id)
        scene.leave()
        scene.say("cancel.done")
    else:
        return False
    return True


def _withdraw(scene: Scene, value: str) -> bool:
    about = scene.conversation.overlay_about
    if value == "no":
        scene.close_overlay()
        scene.say("withdraw.kept")
    elif value == "yes" and about.get("case_id"):
        scene.close_overlay()
        taken = scene.office.withdraw(about["case_id"], scene.heard.at)
        if taken:
            scene.say("withdraw.done", number=taken.application_number)
        else:
            scene.say("withdraw.too_late")
    elif value.startswith("withdraw:"):
        about["case_id"] = value.removeprefix("withdraw:")
    else:
        return False
    return True


def _erase(scene: Scene, value: str) -> bool:
    if value not in ("yes", "no"):
        return False
    scene.close_overlay()
    if value == "no":
        scene.say("erase.kept")
        return True
    count = scene.office.erase()
    scene.conversation.aside = {}
    scene.leave()
    scene.say("erase.done" if not scene.office.cases() else "erase.done_cases_stay", count=count)
    return True


def _export(scene: Scene, value: str) -> bool:
    if value not in ("yes", "no"):
        return False
    scene.close_overlay()
    if value == "no":
        scene.say("export.not_now")
    else:
        scene.say_document("export.done", scene.office.export())
    return True


def _which_answer(scene: Scene, value: str) -> bool:
    if value in ("back", "no"):
        scene.close_overlay()
    elif value.startswith("pages:") and value.removeprefix("pages:") in labels.PROOFS:
        materials.open_pages(scene, Proof(value.removeprefix("pages:")))
    elif value in labels.FIELDS and value in [c.value for c in prompting.current(scene).choices]:
        scene.close_overlay()
        changes.change_to(scene, Field(value), {})
    else:
        return False
    return True


def _which_application(scene: Scene, value: str) -> bool:
    if value == "new":
        scene.close_overlay()
        beginnings.begin(scene, {})
    elif value == "menu" or value.startswith(("resume:", "mend:")):
        digressions.press(scene, value)
    elif value == "no":
        scene.close_overlay()
    else:
        return False
    return True


def _place_meant(scene: Scene, text: str) -> str | None:
    """石家庄的, 婺源: the one option whose county, city or province is named."""
    options = scene.conversation.overlay_about["options"]
    for part in ("county", "city", "province"):
        named = [n for n, option in enumerate(options) if len(option[part]) > 1 and option[part][:2] in text]
        if len(named) == 1:
            return f"place:{named[0]}"
    return None


def _which_place(scene: Scene, value: str) -> bool:
    options = scene.conversation.overlay_about["options"]
    if value in ("back", "no"):
        scene.close_overlay()
        return True
    number = value.removeprefix("place:")
    if not value.startswith("place:") or not number.isdecimal() or int(number) >= len(options):
        return False
    option = options[int(number)]
    scene.close_overlay()
    remember_city(scene, option["city"], option["province"])
    going.keep_facts(scene, {"hukou_province": option["province"], "hukou_county": option["county"]})
    return True


def _which_topic(scene: Scene, value: str) -> bool:
    if value.startswith("faq:"):
        scene.close_overlay()
        digressions.press(scene, value)
    elif value in ("back", "no"):
        scene.close_overlay()
    else:
        return False
    return True


def _leave_item(scene: Scene, value: str) -> bool:
    if value not in ("yes", "no"):
        return False
    item = scene.close_overlay()["item"]
    if value == "yes":
        scene.record.left_as_is.append(item)
        scene.in_full = True
        scene.say("correction.left_done", label=labels.item_label(item))
    return True


def _agent(scene: Scene, value: str) -> bool:
    if value in ("self", "no"):
        scene.close_overlay()
        scene.say("id.self_goes_on")
    elif value in ("other", "yes"):
        scene.close_overlay()
        record = scene.record
        number, sex = record.answers.get(Field.ID_NUMBER), record.answers.get(Field.SEX)
        answer(record, Field.APPLICANT_IS, ApplicantIs.OTHER.value)
        record.answers |= {Field.ID_NUMBER.value: number, Field.SEX.value: sex}
        scene.say("id.agent_takes_over")
        going.settle(scene)
    else:
        return False
    return True


def _pages(scene: Scene, value: str) -> bool:
    """The pages' own buttons; 发完了 closes the list and finishes the proof that is being asked for."""
    if value != "done":
        return materials.press_in_pages(scene, value)
    about = scene.close_overlay()
    scene.in_full = True
    if scene.record.state is InterviewState.MATERIALS and materials.wanted(scene.record) == about["proof"]:
        materials.press(scene, "done")
        going.settle(scene)
    return True


def _person(scene: Scene, value: str) -> bool:
    return False


PRESS: dict[Overlay, Callable[[Scene, str], bool]] = {
    Overlay.CONFIRM_CANCEL: _cancel,
    Overlay.CONFIRM_WITHDRAW: _withdraw,
    Overlay.CONFIRM_ERASE: _erase,
    Overlay.CONFIRM_EXPORT: _export,
    Overlay.CONFIRM_FACTS: facts_card.press,
    Overlay.CHOOSE_ANSWER: _which_answer,
    Overlay.CHOOSE_APPLICATION: _which_application,
    Overlay.CHOOSE_PLACE: _which_place,
    Overlay.CHOOSE_TOPIC: _which_topic,
    Overlay.PAGES: _pages,
    Overlay.CONFIRM_LEAVE: _leave_item,
    Overlay.CHECK_PHOTO: photo_card.press,
    Overlay.OFFER_AGENT: _agent,
    Overlay.PERSON: _person,
}
