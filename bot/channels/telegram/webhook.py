"""The webhook: Telegram pushes updates here. The secret is compared before a byte of the body is read.

200 is said after the commit, and only then; anything else makes Telegram bring the update again.
"""

from __future__ import annotations

import asyncio
import hmac
import logging

from aiohttp import web
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.updates import KINDS
from bot.repeating import Repeating
from storage.errors import NOT_STORED

logger = logging.getLogger(__name__)

PATH = "/telegram/updates"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
#: An update is a few kilobytes; a message has at most 4096 characters.
MOST_BYTES = 256 * 1024
PATIENCE_SECONDS = 20.0
#: How many chats' updates may be under way at once.
CONNECTIONS = 40
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0


class Webhook(Repeating):
    """The address, and its announcement to Telegram."""

    def __init__(self, client: Client, intake: Intake, base: str, secret: str) -> None:
        self._client, self._intake = client, intake
        self._url, self._secret = f"{base.rstrip('/')}{PATH}", secret.encode()
        #: Set while updates are taken: what comes while the service still starts would only hold the start up.
        self._hears = asyncio.Event()

    def start(self) -> None:
        """Take updates, those too that have waited for it; and announce the address."""
        self._hears.set()
        super().start()

    async def close(self) -> None:
        """Take nothing more: it is to come again."""
        self._hears.clear()
        await super().close()

    async def post(self, request: web.Request) -> web.Response:
        """Take one update."""
        told = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(told, self._secret):
            return web.Response(status=401)
        if (request.content_length or 0) > MOST_BYTES:
            return web.Response(status=413)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._hears.wait()
                content = await _body(request)
        except TimeoutError:
            return web.Response(status=408 if self._hears.is_set() else 503)
        if content is None:
            return web.Response(status=413)
        try:
            await self._intake.take(content)
        except NOT_STORED as trouble:
            logger.warning("An update could not be stored and is to come again: %s", type(trouble).__name__)
            return web.Response(status=503)
        return web.Response()

    async def _forever(self) -> None:
        """Announce the address until Telegram has taken it; then there is nothing more to do."""
        wait = FIRST_WAIT
        while True:
            try:
                await self._client.bot.set_webhook(
                    self._url,
                    secret_token=self._secret.decode(),
                    max_connections=CONNECTIONS,
                    allowed_updates=KINDS,
                )
                logger.info("Telegram brings updates to %s", self._url)
                return
            except InvalidToken:
                logger.error("Telegram does not know the token (401): check the setting telegram.token")
                wait = LONGEST_WAIT
            except TelegramError as trouble:
                logger.warning("The webhook is announced again later: %s", type(trouble).__name__)
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)


async def _body(request: web.Request) -> bytes | None:
    """The body, unless it is longer than any update."""
    content = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > MOST_BYTES:
            return None
    return bytes(content)
