"""The Bot API's methods, as far as a chat service uses them."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from tests.telegram.cloud.answers import Refused
from tests.telegram.cloud.markup import LONGEST_CAPTION, checked_markup, checked_text
from tests.telegram.cloud.world import LARGEST_FILE, Bot, Chat, Json, Message, Webhook, World

Files = dict[str, bytes]
#: A message may be deleted this long (seconds).
DELETABLE_SECONDS = 48 * 3600
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


class Methods:
    """One call of one bot. Raises `Refused`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[str, Callable[[Bot, Json, Files], Awaitable[Any]]] = {
            name.lower(): getattr(self, name) for name in dir(self) if re.fullmatch(r"[a-z]+[A-Z]\w*", name)
        }

    async def getMe(self, bot: Bot, asked: Json, _: Files) -> Json:  # noqa: N802 - the Bot API's own name
        """Who am I."""
        return {**bot.as_user(), "can_join_groups": True, "can_read_all_group_messages": False}

    async def setWebhook(self, bot: Bot, asked: Json, _: Files) -> bool:  # noqa: N802 - the Bot API's own name
        """Push updates there. Like a local Bot API server, http is allowed on loopback."""
        url, secret = str(asked.get("url", "")), str(asked.get("secret_token", ""))
        if url and not url.startswith(("https://", "http://127.0.0.1")):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not _SECRET.fullmatch(secret):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        if asked.get("drop_pending_updates"):
            await self.world.acknowledge(bot, 2**62)
        async with self.world.changed:
            bot.webhook = Webhook(url, secret, int(asked.get("max_connections", 40))) if url else None
            if bot.poll is not None:
                bot.poll.set()
            self.world.changed.notify_all()
        return True

    async def deleteWebhook(self, bot: Bot, asked: Json, files: Files) -> bool:  # noqa: N802 - the Bot API's own name
        """Push no more."""
        return await self.setWebhook(bot, {**asked, "url": ""}, files)

    async def getWebhookInfo(self, bot: Bot, _: Json, __: Files) -> Json:  # noqa: N802 - the Bot API's own name
        """Where updates go, and how many wait."""
        hook = bot.webhook
        about: Json = {"url": hook.url if hook else "", "has_custom_certificate": False}
        about["pending_update_count"] = len(bot.updates)
        if hook and hook.last_error:
            about |= {"last_error_date": int(time.time()), "last_error_message": hook.last_error}
        return about

    async def sendMessage(self, bot: Bot, asked: Json, _: Files) -> Json:  # noqa: N802 - the Bot API's own name
        """A text."""
        return self._send(bot, asked, {"text": checked_text(asked.get("text"))})

    async def sendPhoto(self, bot: Bot, asked: Json, files: Files) -> Json:  # noqa: N802 - the Bot API's own name
        """A picture, uploaded or by its file_id."""
        file_id = self._file(asked.get("photo"), "photo", files)
        size = {"file_id": file_id, "file_unique_id": self.world.files[file_id].unique, "width": 800, "height": 1100}
        return self._send(bot, asked, {"photo": [size], **self._caption(asked)})

    async def sendDocument(self, bot: Bot, asked: Json, files: Files) -> Json:  # noqa: N802 - the Bot API's own name
        """A file."""
        file_id = self._file(asked.get("document"), "document", files)
        document = {"file_id": file_id, "file_unique_id": self.world.files[file_id].unique}
        return self._send(bot, asked, {"document": document, **self._caption(asked)})

    async def sendChatAction(self, bot: Bot, asked: Json, _: Files) -> bool:  # noqa: N802 - the Bot API's own name
        """正在输入."""
        self._open_chat(bot, asked)
        return True

    async def editMessageText(self, bot: Bot, asked: Json, _: Files) -> Json:  # noqa: N802 - the Bot API's own name
        """Another text and other buttons in the same message."""
        chat, message = self._own(bot, asked, "edit")
        return self._edit(bot, chat, message, {"text": checked_text(asked.get("text"))}, asked)

    async def editMessageReplyMarkup(self, bot: Bot, asked: Json, _: Files) -> Json:  # noqa: N802 - the Bot API's own name
        """Other buttons."""
        chat, message = self._own(bot, asked, "edit")
        return self._edit(bot, chat, message, {}, asked)

    async def deleteMessage(self, bot: Bot, asked: Json, _: Files) -> bool:  # noqa: N802 - the Bot API's own name
        """Take a message out of the chat; the other side's too, in a private chat and within 48 hours."""
        chat = self._open_chat(bot, asked)
        message = chat.messages.get(int(asked.get("message_id", 0)))
        if message is None or message.deleted:
            raise Refused(400, "Bad Request: message to delete not found")
        if time.time() - message.at > DELETABLE_SECONDS:
            raise Refused(400, "Bad Request: message can't be deleted for everyone")
        message.deleted = True
        return True

    async def answerCallbackQuery(self, bot: Bot, asked: Json, _: Files) -> bool:  # noqa: N802 - the Bot API's own name
        """The button stops turning."""
        query = bot.queries.get(str(asked.get("callback_query_id", "")))
        if query is None or query["answered"]:
            why = "query is too old and response timeout expired or query ID is invalid"
            raise Refused(400, f"Bad Request: {why}")
        query["answered"], query["said"] = True, asked.get("text", "")
        return True

    async def setMyCommands(self, bot: Bot, asked: Json, _: Files) -> bool:  # noqa: N802 - the Bot API's own name
        """The menu's commands."""
        commands = asked.get("commands", [])
        if any(not _COMMAND.fullmatch(c["command"]) or not 1 <= len(c["description"]) <= 256 for c in commands):
            raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        bot.commands = commands
        return True

    async def getMyCommands(self, bot: Bot, _: Json, __: Files) -> list[Json]:  # noqa: N802 - the Bot API's own name
        """The menu's commands again."""
        return bot.commands

    async def setChatMenuButton(self, bot: Bot, asked: Json, _: Files) -> bool:  # noqa: N802 - the Bot API's own name
        """What the button beside the text field does."""
        bot.menu_button = asked.get("menu_button", {"type": "default"})
        return True

    async def getFile(self, bot: Bot, asked: Json, _: Files) -> Json:  # noqa: N802 - the Bot API's own name
        """Where a file can be fetched."""
        file_id = str(asked.get("file_id", ""))
        file = self.world.files.get(file_id)
        if file is None:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if file.size > LARGEST_FILE:
            raise Refused(400, "Bad Request: file is too big")
        about: Json = {"file_id": file_id, "file_unique_id": file.unique, "file_size": file.size}
        return about | {"file_path": f"files/{file_id}"}

    def _open_chat(self, bot: Bot, asked: Json) -> Chat:
        chat = bot.chats.get(int(asked.get("chat_id", 0)))
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def _send(self, bot: Bot, asked: Json, body: Json) -> Json:
        chat = self._open_chat(bot, asked)
        markup = checked_markup(asked.get("reply_markup"), chat)
        message = chat.add({**body, **({"reply_markup": markup} if markup else {})}, by_bot=True)
        return self._shown(bot, chat, message)

    def _shown(self, bot: Bot, chat: Chat, message: Message) -> Json:
        """As sending answers it: of keyboards only inline ones are repeated."""
        shown = self.world.as_message(bot, chat, message)
        if "inline_keyboard" not in shown.get("reply_markup", {}):
            shown.pop("reply_markup", None)
        return shown

    def _edit(self, bot: Bot, chat: Chat, message: Message, changed: Json, asked: Json) -> Json:
        markup = checked_markup(asked.get("reply_markup"), chat)
        body = {**message.body, **changed}
        body.pop("reply_markup", None)
        if markup:
            body["reply_markup"] = markup
        if body == message.body:
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message",
            )
        message.body, message.edits = body, message.edits + 1
        return {**self._shown(bot, chat, message), "edit_date": int(time.time())}

    def _own(self, bot: Bot, asked: Json, act: str) -> tuple[Chat, Message]:
        chat = self._open_chat(bot, asked)
        message = chat.messages.get(int(asked.get("message_id", 0)))
        if message is None or message.deleted:
            raise Refused(400, f"Bad Request: message to {act} not found")
        if not message.by_bot:
            raise Refused(400, f"Bad Request: message can't be {act}ed")
        return chat, message

    def _file(self, given: Any, name: str, files: Files) -> str:
        if isinstance(given, str) and given.startswith("attach://"):
            name = given.removeprefix("attach://")
        elif isinstance(given, str) and given in self.world.files:
            return given
        if not files.get(name):
            raise Refused(400, f"Bad Request: there is no {name} in the request")
        return self.world.keep_file(files[name])

    def _caption(self, asked: Json) -> Json:
        caption = checked_text(asked.get("caption"), LONGEST_CAPTION)
        return {"caption": caption} if caption else {}
