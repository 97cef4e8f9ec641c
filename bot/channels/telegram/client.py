"""Telegram's Bot API over aiohttp: python-telegram-bot's `Bot` for its types and methods, our own line under it.

Nothing that goes wrong carries the address (the token stands in it) or the words of an answer (somebody's may).
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from telegram import Bot
from telegram.error import Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.settings import Telegram
from storage.blobs import from_bytes

#: python-telegram-bot asks for this word before it hands out waiting times as time spans; without it, it warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
#: It would write whole answers, in which somebody's words stand, into the log.
logging.getLogger("telegram").setLevel(logging.CRITICAL)

CONNECT_SECONDS, READ_SECONDS = 5.0, 12.0
#: No answer to a call is longer than a hundred updates.
MOST_BYTES = 32 * 1024 * 1024


class Unreached(NetworkError):
    """There was no connection: nothing was handed over."""


class BrokenOff(NetworkError):
    """The line broke after the call was handed over: it may have been done."""


class Line(BaseRequest):
    """python-telegram-bot's calls over one aiohttp session."""

    def __init__(self, connections: int = 64) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds an answer may take."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """The session opens with the first call."""

    async def shutdown(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def session(self) -> aiohttp.ClientSession:
        """The open session."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=True)
        return self._session

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call; raises `Unreached`, `TimedOut` or `BrokenOff`."""
        seconds = read_timeout if isinstance(read_timeout, int | float) else READ_SECONDS
        return await self.ask(url, _body(request_data), seconds, method)

    async def ask(self, url: str, body: Any, seconds: float, method: str = "POST") -> tuple[int, bytes]:
        """Status and answer. Raises `Unreached`, `TimedOut` or `BrokenOff`."""
        limits = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=seconds)
        try:
            async with self.session().request(method, url, data=body, timeout=limits, allow_redirects=False) as answer:
                if (answer.content_length or 0) > MOST_BYTES:
                    raise BrokenOff("an answer without end")
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Unreached("unreachable") from None
        except (TimeoutError, aiohttp.ServerTimeoutError):
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError):
            raise BrokenOff("the line broke") from None


def _body(asked: RequestData | None) -> Any:
    """A form: with files in parts, otherwise as plain fields."""
    if asked is None:
        return None
    if not asked.contains_files:
        return asked.json_parameters
    form = aiohttp.FormData()
    for name, value in asked.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in asked.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


class _Answer(msgspec.Struct):
    """How the Bot API answers."""

    ok: bool = False
    result: msgspec.Raw = msgspec.Raw()
    error_code: int = 0
    parameters: dict[str, Any] = {}


class Client:
    """The bot as Telegram knows it: `bot` for everything typed; updates and files raw."""

    def __init__(self, settings: Telegram) -> None:
        self.token = settings.token.get_secret_value()
        self.bot_id = self.token.partition(":")[0]
        self._api, self._line = settings.api_url.rstrip("/"), Line()
        self.bot = Bot(
            self.token,
            base_url=f"{self._api}/bot",
            base_file_url=f"{self._api}/file/bot",
            request=self._line,
            get_updates_request=self._line,
        )

    async def updates(self, offset: int, seconds: float, kinds: list[str]) -> list[bytes]:
        """The next updates, each as its own bytes, so that a broken one spoils no other. Raises `TelegramError`."""
        asked = {"timeout": str(int(seconds)), "limit": "100", "allowed_updates": msgspec.json.encode(kinds).decode()}
        if offset:
            asked["offset"] = str(offset)
        url = f"{self._api}/bot{self.token}/getUpdates"
        status, body = await self._line.ask(url, asked, seconds + READ_SECONDS)
        try:
            answer = from_bytes(body, _Answer)
            if answer.ok:
                return [bytes(one) for one in from_bytes(bytes(answer.result), list[msgspec.Raw])]
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NetworkError(f"answered {status}") from None
        raise _failure(status, answer)

    @asynccontextmanager
    async def opened(self, path: str, start: int) -> AsyncIterator[aiohttp.ClientResponse]:
        """A file from byte `start` on, as it arrives. Raises what aiohttp raises, without the address."""
        headers = {"Range": f"bytes={start}-"} if start else {}
        limits = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
        url = f"{self._api}/file/bot{self.token}/{path}"
        async with self._line.session().get(url, headers=headers, timeout=limits, allow_redirects=False) as answer:
            yield answer

    async def close(self) -> None:
        """Let the connections go."""
        await self._line.shutdown()


def _failure(status: int, answer: _Answer) -> TelegramError:
    """The error of an answer that is not ok."""
    if status in (401, 404):
        return InvalidToken()
    if status == 409:
        return Conflict("another one asks")
    if status == 403:
        return Forbidden("forbidden")
    if status == 429:
        return RetryAfter(int(answer.parameters.get("retry_after", 1)))
    return NetworkError(f"answered {status}")
