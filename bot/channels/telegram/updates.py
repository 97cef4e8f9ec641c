"""What an update is for us: who, where, and one of a few kinds. Everything else of it is left where it is.

Raises on what cannot be read; whoever takes updates puts such a one aside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType

#: What we ask Telegram for.
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]


class Kind(StrEnum):
    """What somebody did."""

    TEXT = "text"
    COMMAND = "command"
    PRESSED = "pressed"
    FILE = "file"
    CONTACT = "contact"
    EDITED = "edited"
    OTHER = "other"  #: a sticker, a voice message, a place: `what` says which
    STOPPED = "stopped"  #: blocked the bot
    CAME_BACK = "came_back"
    GROUP = "group"  #: spoke to the bot, or invited it, where others read along
    NOTHING = "nothing"  #: nothing to be said to


@dataclass(frozen=True)
class File:
    """One file to be fetched. `size` is what Telegram tells (None: it does not); `group` is its album."""

    file_id: str
    name: str
    size: int | None
    message_id: int
    group: str | None = None


@dataclass(frozen=True)
class Arrived:
    """One update. Chat, user and message ids are Telegram's; 0 where there is none."""

    update_id: int
    kind: Kind
    chat_id: int = 0
    user_id: int = 0
    message_id: int = 0
    text: str = field(default="", repr=False)
    #: Of a command: its name without the stroke; of anything else that is no turn: which kind of thing.
    what: str = ""
    #: Of a button: the query to answer, what hung on it, what it said.
    query_id: str = ""
    data: str = field(default="", repr=False)
    label: str = field(default="", repr=False)
    file: File | None = None
    #: Of a contact: its number, and whether it is the sender's own.
    phone: str = field(default="", repr=False)
    is_own: bool = False


def update_id_of(content: bytes) -> int | None:
    """The number of an update that may be broken otherwise; None if it has none."""
    try:
        number = json.loads(content)["update_id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return number if isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**62 else None


def read(content: bytes) -> Arrived:
    """What this update is. Raises whatever a broken one makes python-telegram-bot raise."""
    told = Update.de_json(json.loads(content), None)
    number = told.update_id
    if update_id_of(content) != number:
        raise TypeError("an update's number is a whole number")
    if told.callback_query is not None:
        return _pressed(number, told.callback_query)
    if told.my_chat_member is not None:
        return _membership(number, told.my_chat_member)
    if told.edited_message is not None:
        return _edited(number, told.edited_message)
    if told.message is not None:
        return _message(number, told.message)
    return Arrived(number, Kind.NOTHING)


def _pressed(number: int, query: CallbackQuery) -> Arrived:
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return Arrived(number, Kind.NOTHING, query_id=query.id)
    data = query.data or ""
    label = ""
    if isinstance(message, Message) and message.reply_markup is not None:
        rows = message.reply_markup.inline_keyboard
        label = next((button.text for row in rows for button in row if button.callback_data == data), "")
    user = query.from_user.id
    where: dict[str, Any] = {"chat_id": message.chat.id, "user_id": user, "message_id": message.message_id}
    return Arrived(number, Kind.PRESSED, query_id=query.id, data=data, label=label, **where)


def _membership(number: int, change: ChatMemberUpdated) -> Arrived:
    gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    was_gone = change.old_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    if change.chat.type == ChatType.PRIVATE:
        kind = Kind.STOPPED if gone else Kind.CAME_BACK if was_gone else Kind.NOTHING
    else:
        invited = was_gone and not gone and change.chat.type != ChatType.CHANNEL
        kind = Kind.GROUP if invited else Kind.NOTHING
    return Arrived(number, kind, change.chat.id, change.from_user.id)


def _edited(number: int, message: Message) -> Arrived:
    said = message.text or message.caption or ""
    if message.chat.type != ChatType.PRIVATE or message.from_user is None or not said:
        return Arrived(number, Kind.NOTHING)
    return Arrived(number, Kind.EDITED, **_where(message), text=said)


def _message(number: int, message: Message) -> Arrived:
    if message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
        is_ours = bool(message.text and message.text.startswith("/"))
        return Arrived(number, Kind.GROUP if is_ours else Kind.NOTHING, message.chat.id)
    if message.chat.type != ChatType.PRIVATE or message.from_user is None or message.from_user.is_bot:
        return Arrived(number, Kind.NOTHING)
    where = _where(message)
    if message.text is not None:
        name, _, rest = message.text.partition(" ")
        if name.startswith("/") and len(name) > 1 and name[1].isascii() and name[1].isalpha():
            command, _, about = name[1:].partition("@")[0].lower().partition("_")  # `/join_CODE`: one word to tap
            return Arrived(number, Kind.COMMAND, what=command, text=rest.strip() or about, **where)
        return Arrived(number, Kind.TEXT, text=message.text, **where)
    file = _file(message)
    if file is not None:
        return Arrived(number, Kind.FILE, file=file, text=message.caption or "", **where)
    if message.contact is not None:
        own = message.contact.user_id == message.from_user.id and message.forward_origin is None
        return Arrived(number, Kind.CONTACT, phone=message.contact.phone_number, is_own=own, **where)
    what = next((kind for kind in OTHERS if getattr(message, kind)), None)
    return Arrived(number, Kind.NOTHING) if what is None else Arrived(number, Kind.OTHER, what=what, **where)


#: Messages that are no turn and get a word; what is not named (somebody pinned, the chat's theme) gets none.
OTHERS = (
    "sticker", "voice", "video_note", "video", "audio", "animation", "location", "venue", "poll", "dice", "game",
    "story", "paid_media", "checklist",
)  # fmt: skip


def _where(message: Message) -> dict[str, Any]:
    user = message.from_user
    return {"chat_id": message.chat.id, "user_id": user.id if user else 0, "message_id": message.message_id}


def _file(message: Message) -> File | None:
    """A photograph (its largest size) or a document. A GIF comes as both animation and document and is neither."""
    number, group = message.message_id, message.media_group_id
    if message.photo:
        largest = max(message.photo, key=lambda size: (size.width * size.height, size.file_size or 0))
        return File(largest.file_id, "照片.jpg", largest.file_size, number, group)
    if message.document is not None and message.animation is None:
        document = message.document
        return File(document.file_id, document.file_name or "文件", document.file_size, number, group)
    return None
