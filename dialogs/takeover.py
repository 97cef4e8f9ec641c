"""A person has the chat: calling one, the silence of the bot meanwhile, and the card for what a clerk fills in.

What a clerk fills in on the applicant's behalf is shown to them as a card; only their own 都对 stores it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dialogs import going, labels, materials, wording
from dialogs.labels import plain
from dialogs.readers import Unclear
from dialogs.readers.registry import READERS
from dialogs.scene import Scene
from dialogs.steps import STEP_OF
from dialogs.turn import Choice, Conversation, Overlay, PersonCall, Say
from state_machine.codes import Field
from state_machine.interview import ENDS, FIELD_OF, InterviewRecord, Purpose, path

#: Never filled in by anybody else: consent, the files themselves, the signature; and what answers itself.
OWN = (Field.PLEDGE, Field.ELIGIBILITY, Field.MATERIALS, Field.REVIEW, Field.DECLARATION, Field.APPLICANT_IS)
#: What may have gone stale below while answers changed above.
_ABOUT_ANSWERS = (Overlay.CONFIRM_FACTS, Overlay.CHOOSE_PLACE, Overlay.CHOOSE_ANSWER)


def call(scene: Scene) -> None:
    """找工作人员: put on the list, and told when somebody will be there; the bot goes on until a person takes it."""
    called = scene.office.call_person("asked", scene.heard.at)
    scene.say_text(called_in_words(scene, called))


def called_in_words(scene: Scene, called: PersonCall) -> str:
    """What the applicant is told: the truth about when somebody answers."""
    hours = scene.rules.office_hours
    if called.is_here:
        return _text(scene, "is_here")
    if called.muted_until is not None:
        return _text(scene, "muted", until=moment(called.muted_until, scene.heard.today.year))
    if called.open_now:
        return _text(scene, "called_now")
    if called.opens_at is not None:
        return _text(scene, "called_later", opens=moment(called.opens_at, scene.heard.today.year), hours=hours)
    return _text(scene, "called_hours" if hours else "called", hours=hours)


def moment(at: datetime, year: int) -> str:
    """11月24日（周二）8:30; the year where it is not this one."""
    day = f"{at.month}月{at.day}日（周{'一二三四五六日'[at.weekday()]}）"
    return f"{f'{at.year}年' if at.year != year else ''}{day}{at.hour}:{at.minute:02d}"


def _text(scene: Scene, key: str, **details: Any) -> str:
    return wording.text("person", key, **(scene.places() | details))


# While a person has the chat.


def silence(conversation: Conversation) -> None:
    """Put the person on top; what was asked on top before waits underneath."""
    if conversation.overlay is not Overlay.PERSON:
        below = {"overlay": conversation.overlay, "about": conversation.overlay_about}
        conversation.overlay, conversation.overlay_about = Overlay.PERSON, {"below": below}


def hand_back(conversation: Conversation) -> None:
    """Take the person away: what waited underneath stands again, or a card that was not answered yet."""
    if conversation.overlay is not Overlay.PERSON:
        return
    about = conversation.overlay_about
    card, below = about.get("card"), about.get("below") or {}
    if card:
        conversation.overlay, conversation.overlay_about = Overlay.CONFIRM_FACTS, {"facts": card["facts"]}
        return
    conversation.overlay = Overlay(below["overlay"]) if below.get("overlay") else None
    conversation.overlay_about = below.get("about") or {}


def act(scene: Scene) -> None:
    """A turn while a person has the chat: photos are kept where they are wanted, a card is answered, else silence."""
    if scene.heard.files:
        _receive(scene)
    elif (card := scene.conversation.overlay_about.get("card")) is not None:
        _answer_card(scene, card)


def _receive(scene: Scene) -> None:
    """Files go where they went before the person came; what became of them is said, nothing is asked."""
    conversation = scene.conversation
    about = conversation.overlay_about
    hand_back(conversation)
    if about.get("card"):
        conversation.overlay, conversation.overlay_about = None, {}
    materials.receive(scene, scene.heard.files)
    kept = {"overlay": conversation.overlay, "about": conversation.overlay_about}
    below = about["below"] if about.get("card") else kept
    conversation.overlay, conversation.overlay_about = Overlay.PERSON, about | {"below": below}


def _answer_card(scene: Scene, card: dict[str, Any]) -> None:
    yes, no = (f"{word}:{card['card_id']}" for word in ("card_yes", "card_no"))
    said = plain(scene.heard.text or "")
    if scene.heard.choice == yes or said in wording.texts("person")["card_yes_words"]:
        _keep_card(scene, card["facts"])
    elif scene.heard.choice == no or said in wording.texts("person")["card_no_words"]:
        scene.conversation.overlay_about.pop("card")
        scene.say_text(wording.text("person", "card_dropped"))


def _keep_card(scene: Scene, facts: dict[str, Any]) -> None:
    """Store what was confirmed; an objection is said and stands for later, below the person."""
    conversation = scene.conversation
    below = conversation.overlay_about.get("below") or {}
    conversation.overlay, conversation.overlay_about = None, {}
    if scene.in_interview:
        scene.say_text(wording.text("person", "card_kept"))
        going.keep_facts(scene, facts)
    stays = _top(conversation) is None and below.get("overlay") not in _ABOUT_ANSWERS
    kept = below if stays else {"overlay": conversation.overlay, "about": conversation.overlay_about}
    conversation.overlay, conversation.overlay_about = Overlay.PERSON, {"below": kept}


def _top(conversation: Conversation) -> Overlay | None:
    return conversation.overlay


# For the desk.


def fillable(record: InterviewRecord | None) -> list[Field]:
    """The answers a clerk may fill in for this applicant: none before the privacy notice was agreed to (PIPL 29)."""
    if record is None or record.state in ENDS or record.purpose is Purpose.CHECK:
        return []
    if not any(agreed.text_id == "pledge_privacy" for agreed in record.acknowledgements):
        return []
    on_path = dict.fromkeys(FIELD_OF[state] for state in path(record) if state in FIELD_OF)
    return [field for field in on_path if field not in OWN and field in READERS]


def read_for(scene: Scene, field: Field, text: str) -> tuple[Any, str]:
    """What a clerk typed for a field, by the applicant's own reader: (value, nothing) or (nothing, what is wrong)."""
    step = STEP_OF[field]
    value = step.read(scene, text)
    unclear = value if isinstance(value, Unclear) else step.objection(scene, value)
    return (None, going.problem_text(scene, field, unclear)) if isinstance(unclear, Unclear) else (value, "")


def offer_card(conversation: Conversation, card_id: str, facts: dict[str, Any]) -> Say:
    """Put a card before the applicant; an earlier one that was not answered gives way. Only while a person is there."""
    silence(conversation)
    conversation.overlay_about["card"] = {"card_id": card_id, "facts": facts}
    lines = "\n".join(f"· {labels.label_of(name)}：{labels.show(name, value)}" for name, value in facts.items())
    buttons = wording.texts("person")["card_buttons"]
    choices = (Choice(f"card_yes:{card_id}", buttons["right"]), Choice(f"card_no:{card_id}", buttons["wrong"]))
    return Say(wording.text("person", "card", lines=lines), choices)
