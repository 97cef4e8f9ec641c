"""The queue between the chat and the worker: one picture after another, those somebody waits for first.

The queue lies in the database (`storage/readings.py`), so a restart loses no photo. What a card says goes into the
chat as a later message in one transaction; what a proof says is sealed beside it for the desk.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.reading_pictures import telling
from bot.reading_pictures.card import Card
from bot.reading_pictures.papers import Paper
from bot.reading_pictures.worker import Outcome, Trouble, Wanted, Worker
from bot.repeating import Repeating
from bot.uploads.places import page_object, thumbnail_object
from storage import readings
from storage.blobs import to_bytes
from storage.errors import NotOurs, Sealed
from storage.readings import Reading

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

#: How long an idle reader waits before it looks for what other processes have queued.
LOOK_SECONDS = 2.0
#: After this long without work the process ends and its memory is free.
REST_SECONDS = 120.0
#: Sheets of one PDF that are read.
MOST_SHEETS = 3
#: A picture that was begun so often and never ended has broken its process each time.
MOST_TRIES = 2
PROOF = "proof"


class PictureReader(Repeating):
    """Reads while the service lives; begun only where pictures can be read."""

    def __init__(self, service: Service) -> None:
        self._service = service
        limits = service.settings.reading
        self.worker = Worker(limits.megabytes, limits.seconds)
        self._lease = timedelta(seconds=2 * limits.seconds * MOST_SHEETS + 30)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="reading")
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Something was queued."""
        self._bell.set()

    async def close(self) -> None:
        """Stop; a reading under way is given up and comes again after the next start."""
        await super().close()
        await asyncio.to_thread(self.worker.close)
        await asyncio.to_thread(self._threads.shutdown)

    async def _forever(self) -> None:
        rested = 0.0
        while True:
            try:
                worked = await self.one()
            except (
                Exception
            ) as trouble:  # whatever one picture brings, the next one is read; nothing personal is logged
                logger.warning("Reading a picture is tried again later: %s", type(trouble).__name__)
                worked = False
            if worked:
                rested = 0.0
                continue
            if rested < REST_SECONDS <= rested + LOOK_SECONDS:
                await asyncio.to_thread(self.worker.stop)
            rested += LOOK_SECONDS
            await self._wait()

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._bell.wait()
        self._bell.clear()

    async def one(self) -> bool:
        """Read the next picture, if any waits. Returns whether there was one."""
        archive, county, now = self._service.archive, self._service.rules.county_code, self._service.now()
        if not await archive.read(lambda conn: readings.is_any_free(conn, county, now)):
            return False
        until = now + self._lease
        reading = await archive.write(
            lambda conn: readings.take(conn, archive.keyring, county, now, until), key="reading"
        )
        if reading is None:
            return False
        await (self._proof(reading) if reading.purpose == PROOF else self._card(reading))
        return True

    async def _card(self, reading: Reading) -> None:
        """A card: told in the chat, and then the photo is gone."""
        outcome = (await self._read(reading, Wanted.CARD))[-1]
        now = self._service.now()
        job: Callable[[Connection], str | None] = partial(
            telling.tell, service=self._service, reading=reading, outcome=outcome, at=now
        )
        account_id = await self._service.archive.write(job, key=reading.account_id or reading.application_id)
        places = [place(reading.application_id, reading.page_id) for place in (page_object, thumbnail_object)]
        await asyncio.to_thread(self._service.files.delete, places)
        self._count(reading, outcome)
        if account_id is not None:
            self._service.delivery.wake(account_id)

    async def _proof(self, reading: Reading) -> None:
        """A proof: what it says is kept for the desk, under the application's key."""
        outcomes = await self._read(reading, Wanted.PAPER)
        lines = tuple(line for one in outcomes if one.paper for line in one.paper.lines)
        trouble = None if lines else next((one.trouble for one in outcomes if one.trouble), None)
        said = to_bytes(Paper(lines)) if lines or trouble is None else None
        now = self._service.now()
        await self._service.archive.write(
            lambda conn: readings.keep(conn, reading, said, trouble, now), key=reading.application_id
        )
        self._count(reading, outcomes[-1])

    async def _read(self, reading: Reading, wanted: Wanted) -> list[Outcome]:
        """Every sheet of one page, at least one outcome. The plain picture is only ever in memory."""
        if reading.tries > MOST_TRIES:
            return [Outcome(trouble=Trouble.GAVE_UP)]
        key = page_object(reading.application_id, reading.page_id)
        try:
            content = await asyncio.to_thread(self._service.files.open_sealed_bytes, key, reading.key.secret)
        except (NotOurs, Sealed):
            return [Outcome(trouble=Trouble.NOT_A_PICTURE)]
        is_picture, outcomes = reading.media_type.startswith("image/"), list[Outcome]()
        for sheet in (0,) if is_picture else range(1, MOST_SHEETS + 1):
            outcome = await self._ask(wanted, content, sheet)
            if outcomes and outcome.trouble is not None:
                break  # a PDF has no more sheets
            outcomes.append(outcome)
        return outcomes

    async def _ask(self, wanted: Wanted, content: bytes, sheet: int) -> Outcome:
        today, loop = self._service.today(), asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.worker.ask, wanted, content, today, sheet)

    def _count(self, reading: Reading, outcome: Outcome) -> None:
        found = outcome.trouble or ("nothing" if outcome.card == Card() or outcome.paper == Paper() else "read")
        self._service.metrics.readings.labels(reading.purpose, found).inc()
