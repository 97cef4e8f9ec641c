"""aiogram's client against the stand-in cloud, as a process with its own libraries; prints what it saw as JSON.

    PYTHONPATH=<folder of aiogram> python aiogram_client.py <cloud> <token> <chat>

It must not import anything of ours: it is somebody else's word that the cloud behaves as Telegram does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup


def content_of(event: Any) -> str:
    """What a message is, in aiogram's word; nothing for other events."""
    return str(event.content_type.value) if hasattr(event, "content_type") else ""


async def error_of(call: Awaitable[Any]) -> list[Any]:
    """The error's name, and the seconds it names."""
    try:
        await call
    except TelegramAPIError as error:
        return [type(error).__name__, getattr(error, "retry_after", None)]
    return ["none", None]


async def main(cloud: str, token: str, chat: int) -> dict[str, Any]:
    """Everything a bot does, in aiogram's types."""
    seen: dict[str, Any] = {}
    session = AiohttpSession(api=TelegramAPIServer.from_base(cloud))
    async with Bot(token, session=session) as bot:
        me = await bot.get_me()
        seen["me"] = [me.id, me.is_bot]
        updates = await bot.get_updates(timeout=2)
        again = await bot.get_updates(timeout=0)
        seen["comes again"] = [one.update_id for one in updates] == [one.update_id for one in again]
        seen["kinds"] = [f"{one.event_type}:{content_of(one.event)}" for one in updates]
        message = next(one.message for one in updates if one.message is not None and one.message.photo)
        assert message is not None
        assert message.photo is not None
        seen["photo"] = message.caption
        file = await bot.get_file(message.photo[-1].file_id)
        assert file.file_path is not None
        content = await bot.download_file(file.file_path)
        assert content is not None
        seen["file"] = content.read().decode()
        buttons = InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text="同意", callback_data="1:abc:agree")]]
        )
        sent = await bot.send_message(chat, "您同意吗？", reply_markup=buttons)
        assert sent.reply_markup is not None
        seen["sent"] = [sent.text, sent.chat.id, sent.reply_markup.inline_keyboard[0][0].callback_data]
        pressed = (await bot.get_updates(offset=updates[-1].update_id + 1, timeout=20))[0].callback_query
        assert pressed is not None
        assert pressed.message is not None
        seen["pressed"] = [pressed.data, pressed.message.message_id == sent.message_id, pressed.from_user.id]
        seen["answered"] = await bot.answer_callback_query(pressed.id, text="同意")
        seen["answered twice"] = await error_of(bot.answer_callback_query(pressed.id))
        edited = await bot.edit_message_text("好", chat_id=chat, message_id=sent.message_id)
        assert not isinstance(edited, bool)
        seen["edited"] = [edited.text, edited.message_id == sent.message_id, edited.edit_date is not None]
        seen["not modified"] = await error_of(bot.edit_message_text("好", chat_id=chat, message_id=sent.message_id))
        seen["flood"] = await error_of(bot.send_message(chat + 2, "一"))
        seen["server error"] = await error_of(bot.send_message(chat + 3, "二"))
        seen["unknown chat"] = await error_of(bot.send_message(404, "三"))
        seen["deleted"] = await bot.delete_message(chat, sent.message_id)
        seen["chat action"] = await bot.send_chat_action(chat, "typing")
        seen["blocked"] = await error_of(bot.send_message(chat + 1, "四"))
        seen["webhook"] = await bot.set_webhook("http://127.0.0.1:9/nobody", secret_token="s3cret")
        seen["conflict"] = await error_of(bot.get_updates(timeout=0))
        seen["webhook address"] = (await bot.get_webhook_info()).url
        seen["webhook gone"] = await bot.delete_webhook()
    async with Bot("1:OTHER", session=AiohttpSession(api=TelegramAPIServer.from_base(cloud))) as other:
        seen["wrong token"] = await error_of(other.get_me())
    return seen


if __name__ == "__main__":
    told = asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    sys.stdout.write(json.dumps(told, ensure_ascii=False))
