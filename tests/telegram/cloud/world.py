"""What the cloud knows: bots, chats, messages, files, and the updates nobody has acknowledged yet."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
#: What a bot may fetch.
LARGEST_FILE = 20 * 1024 * 1024


@dataclass
class Message:
    """One message of a chat; `body` is the Bot API's object without the ids all messages have."""

    message_id: int
    by_bot: bool
    body: Json
    at: float
    edits: int = 0
    deleted: bool = False


@dataclass
class Chat:
    """A chat and its messages. `user` is who writes there: in a private chat its only person."""

    chat_id: int
    user: Json
    kind: str = "private"
    messages: dict[int, Message] = field(default_factory=dict)
    blocked: bool = False
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def as_chat(self) -> Json:
        """The Bot API's Chat."""
        if self.kind == "private":
            return {"id": self.chat_id, "type": "private", "first_name": self.user["first_name"]}
        return {"id": self.chat_id, "type": self.kind, "title": "一个群"}

    def add(self, body: Json, *, by_bot: bool) -> Message:
        """A new message at the end."""
        message = Message(next(self.ids), by_bot, body, time.time())
        self.messages[message.message_id] = message
        return message


@dataclass
class File:
    """A file somebody sent."""

    content: bytes
    unique: str
    size: int


@dataclass
class Webhook:
    """Where updates are pushed."""

    url: str
    secret: str = ""
    connections: int = 40
    last_error: str = ""


@dataclass
class Bot:
    """One bot, its chats and its line of updates."""

    token: str
    username: str
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: dict[int, Json] = field(default_factory=dict)
    webhook: Webhook | None = None
    poll: asyncio.Event | None = None  #: set: this long poll was overtaken by another
    commands: list[Json] = field(default_factory=list)
    menu_button: Json = field(default_factory=lambda: {"type": "default"})
    queries: dict[str, Json] = field(default_factory=dict)
    calls: list[Json] = field(default_factory=list)
    handled: int = 0

    @property
    def bot_id(self) -> int:
        """Its number, which begins its token."""
        return int(self.token.partition(":")[0])

    def as_user(self) -> Json:
        """The Bot API's User."""
        return {"id": self.bot_id, "is_bot": True, "first_name": "互认通", "username": self.username}


class World:
    """Everything; `changed` is notified whenever a bot has something new to fetch or to be pushed."""

    def __init__(self, tokens: list[str], *, first_update: int = 1000) -> None:
        self.bots = {token: Bot(token, f"bot{token.partition(':')[0]}_bot") for token in tokens}
        self.files: dict[str, File] = {}
        self.changed = asyncio.Condition()
        self._update_ids = itertools.count(first_update)
        self._serial = itertools.count(1)

    def serial(self) -> int:
        """A number nobody has had."""
        return next(self._serial)

    def chat(self, bot: Bot, chat_id: int, kind: str = "private", name: str = "小李") -> Chat:
        """A chat, begun when it is first spoken of."""
        if chat_id not in bot.chats:
            user_id = chat_id if chat_id > 0 else 900_000 - chat_id
            user = {"id": user_id, "is_bot": False, "first_name": name, "language_code": "zh-hans"}
            bot.chats[chat_id] = Chat(chat_id, user, kind)
        return bot.chats[chat_id]

    def keep_file(self, content: bytes, size: int | None = None) -> str:
        """Store a file. Returns its file_id; equal bytes have equal file_unique_ids."""
        from hashlib import sha256

        file_id = f"FILE{self.serial():06d}"
        self.files[file_id] = File(content, sha256(content).hexdigest()[:16], size or len(content))
        return file_id

    def as_message(self, bot: Bot, chat: Chat, message: Message) -> Json:
        """The Bot API's Message."""
        author = {} if chat.kind == "channel" else {"from": bot.as_user() if message.by_bot else chat.user}
        head = {"message_id": message.message_id, "date": int(message.at), "chat": chat.as_chat()}
        return {**head, **author, **message.body}

    def next_update(self) -> int:
        """The number of the next update."""
        return next(self._update_ids)

    async def put(self, bot: Bot, update: Json) -> int:
        """Queue an update for the bot. Returns its number."""
        update_id = self.next_update()
        async with self.changed:
            bot.updates[update_id] = {"update_id": update_id, **update}
            self.changed.notify_all()
        return update_id

    async def acknowledge(self, bot: Bot, below: int) -> None:
        """Everything below this number has been taken."""
        async with self.changed:
            for update_id in [one for one in bot.updates if one < below]:
                del bot.updates[update_id]
            self.changed.notify_all()
