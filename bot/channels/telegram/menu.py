"""The bot's menu in Chinese, announced once at the start; and the bot's name, which links from the web chat need."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from telegram import BotCommand
from telegram.error import TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.texts import group
from bot.repeating import Repeating

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 2.0, 600.0


class Menu(Repeating):
    """Announces the commands until Telegram has taken them."""

    def __init__(self, client: Client, service: Service) -> None:
        self._client, self._service = client, service

    async def _forever(self) -> None:
        wait = FIRST_WAIT
        commands = [BotCommand(name, words) for name, words in group("commands").items()]
        while True:
            try:
                self._service.telegram_name = (await self._client.bot.get_me()).username or ""
                await self._client.bot.set_my_commands(commands)
                return
            except TelegramError as trouble:
                logger.info("The menu is announced again later: %s", type(trouble).__name__)
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)
