"""What was read in a photo becomes a card the applicant checks line by line. Only their own yes stores anything.

The card may come late: what the applicant answered meanwhile is not on it, and another question asked on top is not
pushed aside. The name is always confirmed by itself, since no checksum speaks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs import digressions, going, labels
from dialogs.hearing import Spoken
from dialogs.photos import NAMES, PRINTED, text
from dialogs.readers import Unclear
from dialogs.readers.registry import READERS
from dialogs.scene import Scene
from dialogs.steps import STEP_OF, STEPS
from dialogs.turn import Overlay
from dialogs.understanding import Intent
from state_machine.codes import Field
from state_machine.interview import InterviewRecord, path

#: What makes no sense without the line above it.
HANGS_ON: Mapping[str, tuple[str, ...]] = {
    Field.HUKOU_PROVINCE: (Field.HUKOU_COUNTY, Field.HUKOU_ADDRESS),
    Field.HUKOU_COUNTY: (Field.HUKOU_ADDRESS,),
}
#: Answered while a card lies open, and then the card stands again.
ASIDE = (Intent.QUESTION, Intent.HELP, Intent.REPEAT, Intent.SMALLTALK, Intent.COMPLAINT, Intent.HUMAN, Intent.STATUS)


def offer(scene: Scene, application_id: str, card: str, facts: Mapping[str, Any]) -> None:
    """The reading has come. `card` is its number; `facts` is empty where nothing could be read."""
    conversation = scene.conversation
    if not scene.in_interview or scene.record.application_id != application_id:
        scene.say_text(text(scene, "gone"))
        return
    news = news_of(scene.record, facts)
    if not news:
        differing = [f for f in PRINTED if f in facts and scene.record.answers.get(f) not in (None, facts[f])]
        key = "differs" if differing else "nothing_new" if facts else "unreadable"
        scene.say_text(text(scene, key, fields="、".join(labels.label_of(f) for f in differing)))
        return
    if conversation.overlay is Overlay.CHECK_PHOTO:
        open_card = conversation.overlay_about
        _keep_what_was_put_right(open_card, news)
        kept = {key: open_card[key] for key in ("own", "changing") if key in open_card}
        scene.overlay(Overlay.CHECK_PHOTO, card=card, facts=news, **kept)
        return
    if conversation.overlay is not None:
        earlier = (
            conversation.photo.get("facts", {}) if conversation.photo.get("application_id") == application_id else {}
        )
        conversation.photo = {"application_id": application_id, "card": card, "facts": earlier | dict(facts)}
        scene.say_text(text(scene, "later"))
        return
    scene.overlay(Overlay.CHECK_PHOTO, card=card, facts=news)


def _keep_what_was_put_right(about: Mapping[str, Any], news: dict[str, Any]) -> None:
    """A second photo adds to the card that lies open; a line the applicant typed themselves it does not change."""
    facts, own = about["facts"], about.get("own", ())
    for field, value in facts.items():
        if field in own and news.get(field) != value:
            news[field] = value
            _forget_below(news, field)
        else:
            news.setdefault(field, value)


def news_of(record: InterviewRecord, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is still to be answered on this applicant's way; what they answered themselves stands."""
    on_path = {state.value for state in path(record)}
    pending = STEPS[record.state].field
    found = {
        str(field): facts[field]
        for field in PRINTED
        if field in facts and field.value in on_path and (field not in record.answers or field is pending)
    }
    for above, below in HANGS_ON.items():
        if record.answers.get(above) not in (None, facts.get(above)) and above not in found:
            found = {field: value for field, value in found.items() if field not in below}
    return found


def bring_up(scene: Scene) -> None:
    """A card that had to wait for something else is shown as soon as nothing lies on top."""
    waiting = scene.conversation.photo
    if not waiting or scene.conversation.overlay is not None or not scene.in_interview:
        return
    scene.conversation.photo = {}
    if scene.record.application_id == waiting["application_id"] and news_of(scene.record, waiting["facts"]):
        offer(scene, waiting["application_id"], waiting["card"], waiting["facts"])


def press(scene: Scene, value: str) -> bool:
    """The card's own buttons; 对 and 不对 typed instead. False if it is none of them."""
    about = scene.conversation.overlay_about
    act, field = _meant(about, value)
    if act not in ACTS or (act == "wrong" and field not in about["facts"]):
        return False
    if act.startswith("name_") and not about.get("asks_name"):
        return False  # the button of a question that was taken back
    ACTS[act](scene, field)
    return True


def _meant(about: Mapping[str, Any], value: str) -> tuple[str, str]:
    """What a value does to the card that stands, and to which line."""
    if value in ("yes", "no"):
        if about.get("changing"):
            return "", ""
        return (f"name_{value}" if about.get("asks_name") else value), ""
    own = f"photo:{about['card']}:"
    act, _, field = value.removeprefix(own).partition(":") if value.startswith(own) else ("", "", "")
    return act, field


def spoken(scene: Scene, meant: Spoken) -> bool:
    """Something typed while the card lies open: the line being put right, or another value told in a sentence."""
    about, understood = scene.conversation.overlay_about, meant.understood
    if understood.intent in ASIDE:
        digressions.spoken(scene, understood)
        return True
    if understood.intent not in (Intent.ANSWER, Intent.UNCLEAR, Intent.CHANGE):
        return False
    if line := about.get("changing") or (about.get("asks_name") and _name_on(about["facts"])):
        return _put_right(scene, Field(line), meant.text)
    told = {field: value for field, value in understood.fills.items() if field in about["facts"]}
    about["facts"] |= told
    _typed(about, *told)
    return bool(told)


def _name_on(facts: Mapping[str, Any]) -> str:
    return next((name.value for name in NAMES if name in facts), "")


def _put_right(scene: Scene, field: Field, said: str) -> bool:
    about = scene.conversation.overlay_about
    facts = about["facts"]
    more = {"province": facts.get(Field.HUKOU_PROVINCE)} if field is Field.HUKOU_COUNTY else {}
    value = READERS[field](said, scene.heard.today, **more)
    unclear = value if isinstance(value, Unclear) else STEP_OF[field].objection(scene, value)
    if isinstance(unclear, Unclear):
        scene.say_text(going.problem_text(scene, field, unclear))
        return True
    if facts.get(field) != value:
        _forget_below(facts, field)
    facts[field.value] = value
    _typed(about, field.value)
    for key in ("changing", "asks_name"):
        about.pop(key, None)
    scene.conversation.misses = 0
    return True


def _typed(about: dict[str, Any], *fields: str) -> None:
    """These lines are the applicant's own words from now on."""
    about["own"] = sorted({*about.get("own", ()), *fields})


def _yes(scene: Scene, _: str) -> None:
    """Everything is right: the name is asked by itself, then all of it is stored."""
    about = scene.conversation.overlay_about
    about.pop("changing", None)
    if _name_on(about["facts"]):
        about["asks_name"] = True
    else:
        _keep(scene, "")


def _keep(scene: Scene, _: str) -> None:
    """Store what was confirmed, but nothing over what was answered since."""
    facts = scene.close_overlay()["facts"]
    news = news_of(scene.record, facts)
    order = {field.value: n for n, field in enumerate(Field)}
    scene.say_text(text(scene, "kept"))
    going.keep_facts(scene, {f: news[f] for f in sorted(news, key=lambda f: order[f])})


def _wrong(scene: Scene, field: str) -> None:
    scene.conversation.overlay_about["changing"] = field


def _name_wrong(scene: Scene, _: str) -> None:
    about = scene.conversation.overlay_about
    about.pop("asks_name", None)
    about["changing"] = _name_on(about["facts"])


def _drop(scene: Scene, _: str) -> None:
    """This line is left out; its question comes in its turn."""
    about = scene.conversation.overlay_about
    field = about.pop("changing", None)
    if field is not None:
        about["facts"].pop(field, None)
        _forget_below(about["facts"], field)
        scene.say_text(text(scene, "dropped_one", field=labels.label_of(field)))
    if not about["facts"]:
        scene.close_overlay()


def _back(scene: Scene, _: str) -> None:
    for key in ("changing", "asks_name"):
        scene.conversation.overlay_about.pop(key, None)


def _no(scene: Scene, _: str) -> None:
    scene.close_overlay()
    scene.say_text(text(scene, "dropped"))


def _forget_below(facts: dict[str, Any], field: str) -> None:
    for below in HANGS_ON.get(field, ()):
        facts.pop(below, None)


ACTS = {
    "yes": _yes,
    "no": _no,
    "wrong": _wrong,
    "drop": _drop,
    "back": _back,
    "name_yes": _keep,
    "name_no": _name_wrong,
}
