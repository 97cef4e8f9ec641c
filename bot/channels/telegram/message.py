"""One Telegram message on its way: what the conversation says (`dialogs.turn.Say`), and what only a chat needs.

This is the JSON that lies sealed among the dispatches. A notice is a bare `Say`, which reads as a message without the
rest.
"""

from __future__ import annotations

import msgspec

from dialogs.turn import Choice, Document, Picture

#: Telegram's limit, in UTF-16 units.
LONGEST = 4096


class Link(msgspec.Struct, frozen=True):
    """A button that opens an address: inside Telegram where `is_app` (only https), otherwise in the browser."""

    label: str
    url: str
    is_app: bool = False


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sent, edited or taken away."""

    text: str = ""
    choices: tuple[Choice, ...] = ()
    wants_file: bool = False
    picture: Picture | None = None
    document: Document | None = None
    #: The question the choices answer (`dialogs.question_name`); empty: none.
    question: str = ""
    links: tuple[Link, ...] = ()
    #: Offer the keyboard that shares one's own number; or take it away.
    asks_contact: bool = False
    drops_keyboard: bool = False
    #: Write into this message of ours instead of sending another.
    edit: int = 0
    #: Messages of the chat to be taken away first.
    delete: tuple[int, ...] = ()


def length(text: str) -> int:
    """As Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def pieces(text: str, longest: int = LONGEST) -> list[str]:
    """A text in pieces that fit, cut between lines where possible."""
    found: list[str] = []
    while length(text) > longest:
        cut = _cut(text, longest)
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip("\n")
    return [piece for piece in (*found, text) if piece.strip()] or [""]


def _cut(text: str, longest: int) -> int:
    """Where the first piece ends: after its last line break, or in the middle of a line that is too long."""
    end = longest
    while length(text[:end]) > longest:
        end -= 1
    line = text.rfind("\n", end // 2, end)
    return line if line > 0 else end
