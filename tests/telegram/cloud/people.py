"""The people's side: what somebody does in a chat, as the update Telegram makes of it."""

from __future__ import annotations

import base64
import time
from typing import Any

from tests.telegram.cloud.world import Bot, Chat, Json, World


class People:
    """Everybody who has a chat with a bot."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def say(self, bot: Bot, chat: Chat, asked: Json) -> Json:
        """Type a text; /commands are marked as Telegram marks them."""
        body: Json = {"text": asked["text"]}
        if str(asked["text"]).startswith("/"):
            length = len(str(asked["text"]).split()[0])
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return await self._message(bot, chat, body)

    async def edit(self, bot: Bot, chat: Chat, asked: Json) -> Json:
        """Change a text sent before."""
        message = chat.messages[int(asked["message_id"])]
        message.body = {**message.body, "text": asked["text"]}
        changed = {**self.world.as_message(bot, chat, message), "edit_date": int(time.time())}
        return {"update_id": await self.world.put(bot, {"edited_message": changed}), "message_id": message.message_id}

    async def press(self, bot: Bot, chat: Chat, asked: Json) -> Json:
        """Press an inline button, by its label or its data; without a message, the newest that has it."""
        message_id, button = find_button(chat, asked)
        query_id = str(7_000_000 + self.world.serial())
        shown = self.world.as_message(bot, chat, chat.messages[message_id])
        query: Json = {"id": query_id, "from": chat.user, "message": shown, "chat_instance": str(chat.chat_id)}
        query["data"] = button["callback_data"]
        bot.queries[query_id] = {"answered": False, "said": ""}
        update_id = await self.world.put(bot, {"callback_query": query})
        return {"update_id": update_id, "query_id": query_id, "message_id": message_id}

    async def photos(self, bot: Bot, chat: Chat, asked: Json) -> Json:
        """Send photographs; several are an album. `order`: in which order their updates come."""
        pieces = [base64.b64decode(one) for one in asked["files"]]
        group = {"media_group_id": str(8_000_000 + self.world.serial())} if len(pieces) > 1 else {}
        bodies = [{"photo": self._sizes(piece), **group} for piece in pieces]
        if asked.get("caption"):
            bodies[0]["caption"] = asked["caption"]
        made = [self.world.as_message(bot, chat, chat.add(body, by_bot=False)) for body in bodies]
        order = asked.get("order") or range(len(made))
        numbers = [await self.world.put(bot, {"message": made[n]}) for n in order]
        return {"update_ids": numbers, "message_ids": [one["message_id"] for one in made]}

    async def document(self, bot: Bot, chat: Chat, asked: Json) -> Json:
        """Send a file; `size` pretends that it is so big."""
        content = base64.b64decode(asked["files"][0])
        file_id = self.world.keep_file(content, asked.get("size"))
        document: Json = {"file_id": file_id, "file_unique_id": self.world.files[file_id].unique}
        document |= {"file_name": asked.get("name", "file.pdf"), "file_size": self.world.files[file_id].size}
        document |= {"mime_type": asked.get("mime_type", "application/pdf")}
        return await self._message(bot, chat, {"document": document})

    async def contact(self, bot: Bot, chat: Chat, asked: Json) -> Json:
        """Share a contact: one's own, or with `user_id` somebody else's."""
        about: Json = {"phone_number": asked["phone"], "first_name": chat.user["first_name"]}
        if asked.get("user_id", chat.user["id"]):
            about["user_id"] = asked.get("user_id", chat.user["id"])
        return await self._message(bot, chat, {"contact": about})

    async def other(self, bot: Bot, chat: Chat, asked: Json) -> Json:
        """Any other message, by its very fields (sticker, voice, location, …)."""
        return await self._message(bot, chat, asked["body"])

    async def block(self, bot: Bot, chat: Chat, asked: Json) -> Json:
        """Stop the bot (`blocked` true), or start it again."""
        chat.blocked = bool(asked.get("blocked", True))
        now, before = ("kicked", "member") if chat.blocked else ("member", "kicked")
        me = {"user": bot.as_user()}
        old: Json = {**me, "status": before} | ({"until_date": 0} if before == "kicked" else {})
        new: Json = {**me, "status": now} | ({"until_date": 0} if now == "kicked" else {})
        change: Json = {"chat": chat.as_chat(), "from": chat.user, "date": int(time.time())}
        change |= {"old_chat_member": old, "new_chat_member": new}
        return {"update_id": await self.world.put(bot, {"my_chat_member": change})}

    async def raw(self, bot: Bot, _: Chat, asked: Json) -> Json:
        """Any update at all, as it is."""
        return {"update_id": await self.world.put(bot, asked["update"])}

    async def _message(self, bot: Bot, chat: Chat, body: Json) -> Json:
        message = chat.add(body, by_bot=False)
        kind = "channel_post" if chat.kind == "channel" else "message"
        update_id = await self.world.put(bot, {kind: self.world.as_message(bot, chat, message)})
        return {"update_id": update_id, "message_id": message.message_id}

    def _sizes(self, content: bytes) -> list[Json]:
        """A small one that is somewhere else, and the picture itself."""
        small, whole = self.world.keep_file(content[:100]), self.world.keep_file(content)
        return [
            {**self._ids(small), "width": 90, "height": 120, "file_size": 100},
            {**self._ids(whole), "width": 960, "height": 1280, "file_size": len(content)},
        ]

    def _ids(self, file_id: str) -> Json:
        return {"file_id": file_id, "file_unique_id": self.world.files[file_id].unique}


def find_button(chat: Chat, asked: Json) -> tuple[int, Json]:
    """The newest button with this label (before （…) or data; in one message if it is named. Raises LookupError."""
    for message_id in sorted(chat.messages, reverse=True):
        message = chat.messages[message_id]
        if message.deleted or asked.get("message_id", message_id) != message_id:
            continue
        for row in message.body.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if _is_meant(button, asked):
                    return message_id, button
    if "data" in asked and "message_id" in asked:
        return int(asked["message_id"]), {"callback_data": asked["data"]}
    raise LookupError(f"no button {asked.get('label') or asked.get('data')}")


def _is_meant(button: Json, asked: Json) -> bool:
    if "callback_data" not in button:
        return False
    if "data" in asked:
        return bool(button["callback_data"] == asked["data"])
    return bare(button["text"]) == bare(asked["label"])


def bare(label: Any) -> str:
    """A label without its tick and what stands in brackets."""
    return str(label).removeprefix("✓ ").partition("（")[0]
