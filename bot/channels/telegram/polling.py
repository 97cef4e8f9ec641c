"""Polling: our own getUpdates loop. The next offset, which acknowledges, is asked for only after every commit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.intake import Counts, Intake
from bot.channels.telegram.updates import KINDS, update_id_of
from bot.repeating import Repeating
from storage import leases
from storage.archive import Archive
from storage.errors import NOT_STORED, StorageError

logger = logging.getLogger(__name__)

#: One question may wait this long for its first update.
LONG_SECONDS = 25.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
#: Another poller, a wrong token: nothing gets better by asking soon.
CONFLICT_SECONDS, TOKEN_SECONDS = 5.0, 30.0
#: Only one process asks; another goes on this soon after it has died.
LEASE, RENEW_SECONDS = timedelta(seconds=6), 2.0


class Polling(Repeating):
    """Asks, takes, asks again."""

    def __init__(
        self,
        client: Client,
        intake: Intake,
        counts: Counts,
        archive: Archive,
        county: str,
        clock: Callable[[], datetime],
        *,
        alone: bool,
    ) -> None:
        self._client, self._intake, self._counts = client, intake, counts
        self._archive, self._county, self._clock = archive, county, clock
        self._alone, self._holder = alone, secrets.token_hex(8)
        self._task_name = f"poll:telegram:{county}"
        self._offset = 0
        self._wait = FIRST_WAIT

    async def _forever(self) -> None:
        """As long as this process is the one that asks; others wait for it to end."""
        while True:
            if not await self._holds(first=True):
                await asyncio.sleep(RENEW_SECONDS)
                continue
            asking = asyncio.create_task(self._ask_on())
            try:
                while await self._holds():
                    done, _ = await asyncio.wait([asking], timeout=RENEW_SECONDS)
                    if done:
                        asking.result()
            finally:
                while not asking.done():  # whatever swallows a cancellation is told again
                    asking.cancel()
                    await asyncio.wait([asking], timeout=1.0)

    async def close(self) -> None:
        """Stop, and let another process ask."""
        await super().close()
        now = self._clock()
        with contextlib.suppress(StorageError):
            await self._archive.write(
                lambda conn: leases.give_back(conn, self._task_name, self._holder, now), key=self._task_name
            )

    async def _holds(self, *, first: bool = False) -> bool:
        """Whether this process is the one; while the database takes no writes, nothing could be taken anyhow."""
        now = self._clock()

        def job(conn: Connection) -> bool:
            until = now + LEASE
            held = leases.take(
                conn, self._county, self._task_name, self._holder, now, until, alone=self._alone and first
            )
            return held is not None

        try:
            return await self._archive.write(job, key=self._task_name)
        except StorageError:
            return False

    async def _ask_on(self) -> None:
        """One question after another; what goes wrong is said and tried again."""
        await self._take_down_webhook()
        while True:
            try:
                await self.step(LONG_SECONDS)
                self._wait = FIRST_WAIT
            except InvalidToken:
                logger.error("Telegram does not know the token (401): check the setting telegram.token")
                await asyncio.sleep(TOKEN_SECONDS)
            except Conflict:
                self._counts.conflicts.inc()
                logger.warning("Another program asks for this bot's updates (409): only one may; waiting for it to end")
                await asyncio.sleep(CONFLICT_SECONDS)
            except RetryAfter as told:
                wait = told.retry_after
                await asyncio.sleep(wait if isinstance(wait, int) else wait.total_seconds())
            except (TelegramError, *NOT_STORED) as trouble:
                logger.warning("Asking for updates is tried again: %s", type(trouble).__name__)
                await asyncio.sleep(self._wait)
                self._wait = min(LONGEST_WAIT, self._wait * 2)

    async def step(self, seconds: float) -> int:
        """One question and everything it brought. Returns how many updates. Raises `TelegramError`, `CannotWrite`."""
        contents = await self._client.updates(self._offset, seconds, KINDS)
        taken = await asyncio.gather(*[self._intake.take(content) for content in contents], return_exceptions=True)
        numbers = [update_id_of(content) for content in contents]
        failed = [error for error in taken if error is not None]
        if failed:  # what was taken is known when it comes again; nothing after the first failure is acknowledged
            raise failed[0]
        known = [number for number in numbers if number is not None]
        if known:
            self._offset = max(known) + 1
        return len(contents)

    async def _take_down_webhook(self) -> None:
        """While a webhook stands, nobody may ask."""
        while True:
            try:
                await self._client.bot.delete_webhook(drop_pending_updates=False)
                return
            except InvalidToken:
                logger.error("Telegram does not know the token (401): check the setting telegram.token")
                await asyncio.sleep(TOKEN_SECONDS)
            except TelegramError as trouble:
                logger.warning("The webhook is taken down again later: %s", type(trouble).__name__)
                await asyncio.sleep(self._wait)
                self._wait = min(LONGEST_WAIT, self._wait * 2)
