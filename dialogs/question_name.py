"""A short name for the very question that stands, so that a channel's old buttons are known to be old.

Equal names: a button shown then still means what it meant. The name says nothing about anybody; it holds nothing but
a hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from dialogs import digressions, materials
from dialogs.turn import Conversation, Overlay
from state_machine.interview import ENDS, InterviewRecord, InterviewState

#: Buttons that mean the same wherever they are pressed, and never answer a question.
_AROUND = frozenset(digressions.EVERYWHERE) - {"skip", "back", "repeat"}
_AROUND_KINDS = ("faq", "mend", "withdraw", "resume", "card_yes", "card_no", "photo")


def name_of(conversation: Conversation) -> str:
    """The standing question's name; empty in the menu and while a person has the chat, where no button answers one."""
    interview, overlay = conversation.interview, conversation.overlay
    if overlay is Overlay.PERSON or (overlay is None and (interview is None or interview.state in ENDS)):
        return ""
    about: list[Any] = [overlay, conversation.overlay_about]
    if interview is not None:
        about += [interview.application_id, interview.state, *_shown(interview, conversation)]
    digest = hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode()).digest()
    return base64.b32encode(digest[:5]).decode().lower()


def is_bound(value: str) -> bool:
    """Whether a button's value answers the question it stood under, and no other."""
    return value not in _AROUND and value.partition(":")[0] not in _AROUND_KINDS


def _shown(interview: InterviewRecord, conversation: Conversation) -> list[Any]:
    """What a question shows besides itself and its buttons speak of: the list to confirm, the photos by number."""
    if conversation.overlay is Overlay.PAGES:
        return [page.page_id for page in materials.pages_of(interview, conversation.overlay_about["proof"])]
    if conversation.overlay is not None:
        return []
    if interview.state is InterviewState.MATERIALS:
        return [materials.wanted(interview)]
    if interview.state is InterviewState.REVIEW:
        return [interview.answers, [page.page_id for page in interview.pages], interview.left_as_is]
    return []
