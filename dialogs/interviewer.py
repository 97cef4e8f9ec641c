"""One turn: hear, act, answer. The only entry to the conversation; pure apart from what `Office` does."""

from __future__ import annotations

from dialogs import (
    again,
    hearing,
    materials,
    menu,
    overlays,
    photo_card,
    photos,
    question_name,
    questions,
    speech,
    submission,
    takeover,
)
from dialogs.rules import Rules
from dialogs.scene import Scene
from dialogs.turn import Conversation, Heard, Office, Overlay, Reply


def respond(conversation: Conversation, heard: Heard, office: Office, rules: Rules) -> Reply:
    """Answer one turn. `conversation` is changed in place; the caller stores it together with the reply.

    Never raises on anything an applicant can send.
    """
    scene = Scene(conversation, heard, office, rules)
    scene.began_at = scene.place()
    scene.offered = submission.offered_with_receipt(conversation)
    if conversation.overlay is Overlay.PERSON and not overlays.ends_takeover(scene):
        takeover.act(scene)
        return speech.reply(scene)
    if heard.question and heard.question != question_name.name_of(conversation):
        scene.say("unclear.stale")
    elif heard.drawing is not None:
        submission.sign_by_drawing(scene)
    elif heard.files:
        (photos if photos.is_welcome(conversation, rules) else materials).receive(scene, heard.files)
        conversation.misses = 0
    else:
        _act(scene, hearing.hear(scene))
    photo_card.bring_up(scene)
    again.bring_up(scene)
    return speech.reply(scene)


def remark(conversation: Conversation, heard: Heard, office: Office, rules: Rules, words: str) -> Reply:
    """What a channel itself says to something that is no turn (a sticker, a voice message): the question stands."""
    scene = Scene(conversation, heard, office, rules)
    scene.began_at = scene.place()
    scene.say_text(words)
    return speech.reply(scene)


def _act(scene: Scene, meant: hearing.Meaning) -> None:
    """The topmost thing answers first: an overlay, then the pending question, then the menu."""
    if scene.conversation.overlay is not None:
        if overlays.act(scene, meant):
            return
        if isinstance(meant, hearing.Spoken):
            meant = hearing.hear(scene)  # as said to the question that lay below
    if scene.in_interview:
        questions.act(scene, meant)
    else:
        menu.act(scene, meant)
