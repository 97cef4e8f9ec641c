"""All lines of this process: started with the service, woken by whoever has written something to send."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.dispatching.counts import Counts
from bot.dispatching.line import Line
from bot.dispatching.pace import LASTS
from storage import dispatch_ends, dispatches
from storage.archive import Archive
from storage.dispatches import Source
from storage.errors import StorageError
from storage.notice_ways import SMS

logger = logging.getLogger(__name__)

#: What another process has written is found this soon.
LOOK_SECONDS = 1.0
#: Seconds between two looks at how many wait.
COUNT_SECONDS = 15.0


class Sender:
    """The lines and their bells."""

    def __init__(self, archive: Archive, county: str, counts: Counts, clock: Callable[[], datetime]) -> None:
        self._archive, self._county, self._counts, self._clock = archive, county, counts, clock
        self._lines: list[Line] = []
        self._bells: list[asyncio.Event] = []
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def lines(self) -> Sequence[Line]:
        """Every channel that sends."""
        return self._lines

    def add(self, line: Line) -> None:
        """One more channel; before `start`."""
        bell = asyncio.Event()
        line.on_end = bell.set
        self._lines.append(line)
        self._bells.append(bell)

    def wake(self) -> None:
        """Something to send was written and is committed."""
        for bell in self._bells:
            bell.set()

    def start(self) -> None:
        """Begin to send."""
        for line, bell in zip(self._lines, self._bells, strict=True):
            self._tasks.append(asyncio.create_task(self._run(line, bell)))
        self._tasks.append(asyncio.create_task(self._count()))

    async def close(self) -> None:
        """Finish what is under way; the rest waits for the next start."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()
        for line in self._lines:
            with contextlib.suppress(StorageError):
                await line.close()

    async def _run(self, line: Line, bell: asyncio.Event) -> None:
        while True:
            bell.clear()
            try:
                again_at = await line.step()
            except Exception as trouble:  # whatever it was: what is to be sent must not wait for a restart
                logger.warning("Sending by %s is tried again: %s", line.kind, type(trouble).__name__)
                await asyncio.sleep(LOOK_SECONDS)
                continue
            seconds = (again_at - self._clock()).total_seconds()
            if seconds <= 0:
                await asyncio.sleep(0)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), min(seconds, LOOK_SECONDS))

    async def _count(self) -> None:
        while True:
            with contextlib.suppress(StorageError):
                await self.look()
            await asyncio.sleep(COUNT_SECONDS)

    async def look(self) -> None:
        """Count what waits; what waits for a channel that is not set up does not wait for ever.

        An SMS is dropped at once: the notice lies in the chat, and the desk's call list has it in its time.
        """
        found = await self._archive.read(lambda conn: dispatches.depths(conn, self._county))
        open_kinds = {line.kind for line in self._lines}
        for kind in sorted(open_kinds | set(found)):
            self._counts.depth(kind, found.get(kind, 0))
            if kind not in open_kinds:
                await self._end_unsendable(kind)

    async def _end_unsendable(self, kind: str) -> None:
        now, county, keyring = self._clock(), self._county, self._archive.keyring
        with_sms = any(line.kind == SMS for line in self._lines)

        def job(conn: Connection) -> None:
            if kind == SMS:
                dispatch_ends.drop_kind(conn, county, kind, "not_set_up", now)
            else:
                before = now - LASTS[Source.NOTICE]
                dispatch_ends.give_up_older(conn, keyring, county, kind, before, now, with_sms=with_sms)

        await self._archive.write(job, key=f"send:{kind}")
