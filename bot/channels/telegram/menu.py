"""The bot's menu in Chinese: its commands, announced once at the start."""

from __future__ import annotations

import asyncio
import logging

from telegram import BotCommand
from telegram.error import TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.texts import group
from bot.repeating import Repeating

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 2.0, 600.0


class Menu(Repeating):
    """Announces the commands until Telegram has taken them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def _forever(self) -> None:
        wait = FIRST_WAIT
        commands = [BotCommand(name, words) for name, words in group("commands").items()]
        while True:
            try:
                await self._client.bot.set_my_commands(commands)
                return
            except TelegramError as trouble:
                logger.info("The menu is announced again later: %s", type(trouble).__name__)
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)
