"""Chats that wait for files: the pages of an album (or several sent one by one) become one turn with one answer.

What waits lies in the archive and leaves it in the transaction of its turn; a killed process loses nothing, and the
next one takes it up. What comes behind the pages in the chat waits behind them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.telegram.client import Client
from bot.channels.telegram.files import NotFetched, TooBig, fetch
from bot.channels.telegram.turns import FetchedPage, Turns
from bot.channels.telegram.updates import Arrived, File, Kind
from bot.reception import Reception, UploadTarget
from bot.uploads.receive import Uploads
from bot.web.guard import where
from dialogs.turn import ReceivedFile
from storage import channels, updates
from storage.archive import Archive
from storage.blobs import from_bytes
from storage.channels import Reached
from storage.errors import ArchiveClosed, StorageError
from storage.updates import Waiting

logger = logging.getLogger(__name__)

#: Files fetched at the same moment for one chat, and what one turn takes at most.
AT_ONCE, MOST = 4, 100
#: How often what a dead process left is looked for, and how old it must be by then.
LOOK_SECONDS, LEFT = 20.0, timedelta(seconds=60)
AGAIN_SECONDS = 1.0


class Albums:
    """The chats that wait, each with a task of its own."""

    def __init__(
        self,
        archive: Archive,
        county: str,
        client: Client,
        turns: Turns,
        reception: Reception,
        uploads: Uploads,
        clock: Callable[[], datetime],
        quiet_seconds: float,
    ) -> None:
        self._archive, self._county, self._client = archive, county, client
        self._turns, self._reception, self._uploads = turns, reception, uploads
        self._clock, self._quiet = clock, quiet_seconds
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._last: dict[str, float] = {}
        #: Chats in which something came since their task looked last.
        self._fresh: set[str] = set()
        self._looking: asyncio.Task[None] | None = None
        self.on_sent: Callable[[], None] = lambda: None
        self.on_aside: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Take up what was left, now and from time to time."""
        self._looking = asyncio.create_task(self._look())

    async def close(self) -> None:
        """Stop; what waits is taken up at the next start."""
        tasks = [task for task in (self._looking, *self._tasks.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def more(self, channel_id: str) -> None:
        """Something of this chat waits, and may not be the last."""
        self._last[channel_id] = asyncio.get_running_loop().time()
        self._fresh.add(channel_id)
        if channel_id not in self._tasks:
            task = self._tasks[channel_id] = asyncio.create_task(self._chat(channel_id))
            task.add_done_callback(lambda ended: self._ended(channel_id, ended))

    def _ended(self, channel_id: str, ended: asyncio.Task[None]) -> None:
        """Nothing waits any more; what came while the task looked for the last time is taken up anew."""
        self._tasks.pop(channel_id, None)
        self._last.pop(channel_id, None)
        if channel_id in self._fresh and not ended.cancelled():
            self.more(channel_id)

    async def _look(self) -> None:
        """First everything that waits (this process has just started), later only what is old."""
        age = timedelta(0)
        while True:
            try:
                before = self._clock() - age
                for channel_id in await self._archive.read(
                    lambda conn, before=before: updates.chats_waiting(conn, self._county, before)  # type: ignore[misc] # mypy infers no defaults in lambdas
                ):
                    self.more(channel_id)
                age = LEFT
            except StorageError as trouble:
                logger.warning("Looking for waiting files failed: %s", type(trouble).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def _chat(self, channel_id: str) -> None:
        """Take up what waits in one chat until nothing does."""
        while True:
            try:
                if not await self._next(channel_id):
                    return
            except ArchiveClosed:
                return
            except StorageError as trouble:
                logger.warning("Waiting files are taken up again: %s", type(trouble).__name__)
                await asyncio.sleep(AGAIN_SECONDS)
            except Exception as error:  # a fault of ours must not leave the chat waiting for good
                logger.error("Waiting files are taken up again: %s", where(error))
                await asyncio.sleep(AGAIN_SECONDS)

    async def _next(self, channel_id: str) -> bool:
        """The next turn of this chat. False: nothing waits any more."""
        keyring = self._archive.keyring
        self._fresh.discard(channel_id)

        def look(conn: Connection) -> tuple[Reached | None, list[Waiting]]:
            reached = channels.load(conn, keyring, channel_id)
            return reached, [] if reached is None else updates.waiting_of(conn, reached, MOST)

        reached, waiting = await self._archive.read(look)
        if reached is None or not waiting:
            return False
        arrived = [(one, from_bytes(one.content, Arrived)) for one in waiting]
        together = _first_together(arrived)
        if len(together) == len(arrived) and together[0][1].kind is Kind.FILE and await self._is_restless(channel_id):
            return True
        await self._take(reached, together)
        return True

    async def _is_restless(self, channel_id: str) -> bool:
        """Wait a moment: more pages may follow. True if something came or the moment is not over."""
        last = self._last.get(channel_id, 0.0)
        left = last + self._quiet - asyncio.get_running_loop().time()
        if left <= 0:
            return False
        await asyncio.sleep(left)
        return True

    async def _take(self, reached: Reached, together: list[tuple[Waiting, Arrived]]) -> None:
        """One turn out of what belongs together; what fails twice is put aside."""
        for attempt in (1, 2):
            try:
                wanted = [arrived.file for _, arrived in together if arrived.file is not None]
                pages = await self._pages(reached, wanted)
                if await self._archive.write(
                    lambda conn: self._job(conn, reached, together, pages),  # noqa: B023 - awaited in this very round
                    key=reached.address,
                ):
                    self.on_sent()
                return
            except (StorageError, asyncio.CancelledError):
                raise
            except Exception as error:
                logger.error("Waiting updates failed: %s", where(error))
                if attempt == 2:
                    await self._put_aside(reached, together, type(error).__name__)

    async def _pages(self, reached: Reached, wanted: list[File]) -> tuple[FetchedPage, ...]:
        """Fetch and look at the pages, in the order in which they were sent."""
        if not wanted:
            return ()
        target = await self._archive.read(lambda conn: self._reception.target_in(conn, reached.account_id))
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(file: File) -> FetchedPage:
            async with gate:
                return FetchedPage(file.message_id, await self._receive(file, target))

        return tuple(await asyncio.gather(*[one(file) for file in sorted(wanted, key=lambda file: file.message_id)]))

    async def _receive(self, file: File, target: UploadTarget | None) -> ReceivedFile:
        """One page; where nothing takes files now, its bytes are not even fetched."""
        if target is None:
            return ReceivedFile(file.name, problem="not_now")
        try:
            return await self._uploads.receive(fetch(self._client, file), file.name, target)
        except TooBig:
            return ReceivedFile(file.name, problem="too_big_for_chat")
        except NotFetched:
            return ReceivedFile(file.name, problem="not_fetched")

    def _job(
        self,
        conn: Connection,
        reached: Reached,
        together: list[tuple[Waiting, Arrived]],
        pages: tuple[FetchedPage, ...],
    ) -> bool:
        """The turn, and with it what waited leaves. False: another process was faster."""
        bot, now = together[0][0].bot, self._clock()
        if not updates.leave(conn, bot, [one.update_id for one, _ in together]):
            return False
        fresh = channels.load(conn, self._archive.keyring, reached.channel_id)
        if fresh is None:
            return False
        return self._turns.take(conn, fresh, together[0][1], now, pages).sends

    async def _put_aside(self, reached: Reached, together: list[tuple[Waiting, Arrived]], why: str) -> None:
        now, keyring = self._clock(), self._archive.keyring

        def job(conn: Connection) -> None:
            if not updates.leave(conn, together[0][0].bot, [one.update_id for one, _ in together]):
                return  # another process has taken (some of) them
            for one, _ in together:
                updates.put_aside(
                    conn, keyring, self._county, one.bot, one.update_id, f"failed {why}", one.content, now
                )

        await self._archive.write(job, key=reached.address)
        self.on_aside()


def _first_together(arrived: list[tuple[Waiting, Arrived]]) -> list[tuple[Waiting, Arrived]]:
    """The pages at the head of the line, or the one update that is no page."""
    count = 0
    while count < len(arrived) and arrived[count][1].kind is Kind.FILE:
        count += 1
    return arrived[: max(1, count)]
