"""拍照代替打字: which questions welcome the photo of a card, and what an applicant is told and shown about one.

Nothing is read here. A photo is handed to the office behind, and its reading comes back as a card to be checked
(`dialogs/photo_card.py`), whenever it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from dialogs import labels, wording
from dialogs.rules import Rules
from dialogs.scene import Scene
from dialogs.turn import Choice, Conversation, Overlay, ReceivedFile, Say
from state_machine.codes import Field
from state_machine.id_number import IdNumber, read_id_number
from state_machine.interview import InterviewState as S
from state_machine.interview import Purpose


class CardOf(StrEnum):
    """Whose card a photo is taken for."""

    APPLICANT = "card"
    AGENT = "agent_card"


#: At these questions a photo answers, and the words that say so.
WELCOME: Mapping[S, str] = {
    S.AGENT_NAME: "agent",
    S.AGENT_ID_NUMBER: "agent",
    S.PERMIT_NUMBER: "permit",
    S.PERMIT_PLACE: "permit",
    S.PERMIT_VALID_UNTIL: "permit",
    S.HUKOU_PROVINCE: "card",
    S.HUKOU_COUNTY: "card",
    S.HUKOU_ADDRESS: "card",
    S.ID_NUMBER: "card",
    S.NAME: "card",
    S.ETHNICITY: "card",
}
#: The order in which a card prints them.
PRINTED = (
    Field.AGENT_NAME, Field.NAME, Field.ETHNICITY, Field.HUKOU_PROVINCE, Field.HUKOU_COUNTY, Field.HUKOU_ADDRESS,
    Field.AGENT_ID_NUMBER, Field.ID_NUMBER, Field.PERMIT_NUMBER, Field.PERMIT_PLACE, Field.PERMIT_VALID_UNTIL,
)  # fmt: skip
NAMES = (Field.NAME, Field.AGENT_NAME)
#: Cards in one message: the ID card and the permit.
MOST_AT_ONCE = 2


def is_welcome(conversation: Conversation, rules: Rules) -> bool:
    """Whether a photo of a card sent now would be read."""
    interview = conversation.interview
    return (
        rules.reads_pictures
        and interview is not None
        and interview.purpose is not Purpose.CHECK
        and conversation.overlay in (None, Overlay.CHECK_PHOTO)
        and interview.state in WELCOME
    )


def hint(scene: Scene) -> str:
    """可以直接拍: beside the question; empty where it cannot."""
    if scene.conversation.overlay is not None or not is_welcome(scene.conversation, scene.rules):
        return ""
    return text(scene, f"welcome.{WELCOME[scene.record.state]}")


def receive(scene: Scene, files: tuple[ReceivedFile, ...]) -> None:
    """Photos of cards: handed on to be read, and that is said at once; the question goes on standing."""
    whose = CardOf.AGENT if WELCOME[scene.record.state] == "agent" else CardOf.APPLICANT
    taken = 0
    for file in files:
        if file.page is None:
            key = f"problems.{file.problem}"
            known = key if wording.has("uploads", key) else "problems.could_not_read"
            scene.say_text(wording.text_as_far_as_known("uploads", known, file.details))
        elif not file.page.media_type.startswith("image/"):
            scene.say_text(text(scene, "not_a_photo"))
        elif taken >= MOST_AT_ONCE or not scene.office.read_picture(scene.record, file.page, whose.value):
            scene.say_text(text(scene, "too_many"))
            break
        else:
            taken += 1
    if taken:
        scene.say_text(text(scene, "reading"))


def text(scene: Scene, key: str, **details: Any) -> str:
    """One text of photos.yaml."""
    return wording.text("photos", key, **(scene.places() | details))


# The card to be checked, as it is shown. Its buttons carry its number: an old one pressed later says yes to nothing.


def prompt(scene: Scene) -> Say:
    """The lines of the card; or the one being put right; or the name once more."""
    about = scene.conversation.overlay_about
    if field := about.get("changing"):
        return Say(text(scene, "change", field=labels.label_of(field)), _buttons(about, "drop", "back"))
    if about.get("asks_name"):
        names = [about["facts"][name] for name in NAMES if name in about["facts"]]
        return Say(text(scene, "name", name=names[0]), _buttons(about, "name_yes", "name_no"))
    return Say(text(scene, "card", lines="\n".join(lines(scene, about["facts"]))), _choices(about))


def lines(scene: Scene, facts: Mapping[str, Any]) -> list[str]:
    """One line a fact, in the order of the card; what stands in the number is shown beside it."""
    found = []
    for field in PRINTED:
        if field not in facts:
            continue
        found.append(f"· {labels.label_of(field)}：{labels.show(field, facts[field])}")
        number = read_id_number(str(facts[field]), scene.heard.today) if field is Field.ID_NUMBER else None
        if isinstance(number, IdNumber):
            sex, born = labels.show(Field.SEX, number.sex.value), labels.day(number.birth_date)
            found.append(f"· {text(scene, 'in_number', sex=sex, born=born)}")
    return found


def _choices(about: Mapping[str, Any]) -> tuple[Choice, ...]:
    wrong = tuple(
        Choice(
            f"photo:{about['card']}:wrong:{field}",
            wording.text("photos", "buttons.wrong", field=labels.label_of(field)),
        )
        for field in PRINTED
        if field in about["facts"]
    )
    return (*_buttons(about, "yes"), *wrong, *_buttons(about, "no"))


def _buttons(about: Mapping[str, Any], *acts: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"photo:{about['card']}:{act}", wording.text("photos", f"buttons.{act}")) for act in acts)
