"""Files fetched from Telegram: their place asked for, their bytes streamed, taken up again where the line broke."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.updates import File

logger = logging.getLogger(__name__)

CHUNK = 256 * 1024
#: Telegram gives bots nothing bigger.
LARGEST = 20 * 1024 * 1024
TRIES = 5
#: Seconds before the second try; doubled each time.
FIRST_WAIT = 0.5


class TooBig(Exception):
    """Telegram does not give bots files of this size."""


class NotFetched(Exception):
    """The file could not be had, however often it was tried."""


async def fetch(client: Client, file: File, first_wait: float = FIRST_WAIT) -> AsyncIterator[bytes]:
    """The file's bytes, each once. Raises `TooBig` or `NotFetched`."""
    if (file.size or 0) > LARGEST:
        raise TooBig
    done, wait = 0, first_wait
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(wait)
            wait *= 2
        try:
            path, size = await _place(client, file.file_id)
            async with client.opened(path, done) as answer:
                skip = _to_skip(answer, done)
                async for chunk in answer.content.iter_chunked(CHUNK):
                    new = chunk[skip:]
                    skip = max(0, skip - len(chunk))
                    if new:
                        done += len(new)
                        yield new
        except BadRequest as refused:
            if "too big" in refused.message.lower():
                raise TooBig from None
            raise NotFetched from None
        except (TelegramError, aiohttp.ClientError, TimeoutError, OSError) as trouble:
            logger.info("A file is fetched again: %s", type(trouble).__name__)
            continue
        if size is None or done >= size:
            return
    raise NotFetched


async def _place(client: Client, file_id: str) -> tuple[str, int | None]:
    """Where the file lies now (a place lasts an hour), and how long it is. Raises `TelegramError`."""
    found = await client.bot.get_file(file_id)
    path = (found.file_path or "").split(f"/bot{client.token}/", 1)[-1]
    return path, found.file_size


def _to_skip(answer: aiohttp.ClientResponse, done: int) -> int:
    """How many of the bytes that come were had before. Raises `aiohttp.ClientError` where none come."""
    if answer.status == 206:
        return 0
    if answer.status == 200:
        return done  # Range was not honoured: it begins at the beginning
    raise aiohttp.ClientError(f"answered {answer.status}")
