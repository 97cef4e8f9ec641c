"""Takes one file in: sealed to the store as it streams, looked at in the worker, kept sealed: no plain file."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import uuid
from collections.abc import AsyncIterator
from typing import Protocol

from pebble import ProcessPool

from bot.settings import Materials
from bot.uploads.look import limit_memory, look
from bot.uploads.looked import Clean, NotTaken, Refusal
from bot.uploads.places import STAGED, page_object, thumbnail_object
from dialogs.turn import ReceivedFile
from state_machine.codes import Proof
from state_machine.interview import Page
from storage.files import FileStore

logger = logging.getLogger(__name__)

LONGEST_NAME = 60
#: A worker is replaced after this many files: what a decoder may have leaked goes with it.
FILES_A_WORKER = 500


class Target(Protocol):
    """Where a file belongs: the application in hand and the key its files are sealed with."""

    @property
    def application_id(self) -> str:
        """Which application."""

    @property
    def data_key(self) -> bytes:
        """Its data key."""


class TooBig(Exception):
    """More bytes came than a file may have."""


class Uploads:
    """Receives files. One worker process (setting) looks at them; waiting files lie sealed in the store."""

    def __init__(self, files: FileStore, limits: Materials) -> None:
        self.files, self.limits = files, limits
        self._turns = asyncio.Semaphore(limits.workers)
        self._pool: ProcessPool | None = None
        self._closed = False

    async def start(self) -> None:
        """Start the workers now, so that the first applicant does not wait for them; otherwise the first file does."""
        await self.look(b"")

    def _workers(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self.limits.workers,
                max_tasks=FILES_A_WORKER,
                initializer=limit_memory,
                initargs=(self.limits.worker_megabytes,),
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool

    async def close(self) -> None:
        """Stop the workers; a look under way is given up (its applicant sends the file again)."""
        self._closed = True
        if self._pool is not None:
            pool, self._pool = self._pool, None
            pool.stop()  # type: ignore[no-untyped-call] # pebble annotates only some of its methods
            await asyncio.to_thread(pool.join)

    async def receive(self, stream: AsyncIterator[bytes], name: str, target: Target | None) -> ReceivedFile:
        """Take one file in. Raises what the stream raises; everything else is a named problem."""
        shown = short_name(name)
        if target is None:
            return ReceivedFile(shown, problem=Refusal.NOT_NOW.value)
        staged = f"{STAGED}{uuid.uuid4()}"
        try:
            await self._stage(staged, stream, target.data_key)
            async with self._turns:
                content = await asyncio.to_thread(self.files.open_sealed_bytes, staged, target.data_key)
                outcome = await self.look(content)
                del content
        except TooBig:
            limit = self.limits.max_bytes // (1024 * 1024)
            return ReceivedFile(shown, problem=Refusal.TOO_BIG.value, details={"limit_mb": limit})
        finally:
            await asyncio.to_thread(self.files.delete, [staged])
        if isinstance(outcome, NotTaken):
            return ReceivedFile(shown, problem=outcome.problem, details=outcome.details)
        return ReceivedFile(shown, page=await self._keep(outcome, target))

    async def _stage(self, key: str, stream: AsyncIterator[bytes], data_key: bytes) -> None:
        """Seal the stream under `key`. What goes wrong while reading is raised as it was, whatever the store says."""
        gone_wrong: list[BaseException] = []

        async def counted() -> AsyncIterator[bytes]:
            size = 0
            try:
                async for piece in stream:
                    size += len(piece)
                    if size > self.limits.max_bytes:
                        raise TooBig
                    yield piece
            except Exception as error:
                gone_wrong.append(error)
                raise

        try:
            await self.files.put_sealed(key, counted(), data_key)
        except Exception:
            if gone_wrong:
                raise gone_wrong[0] from None
            raise

    async def look(self, content: bytes) -> Clean | NotTaken:
        """Hand the bytes to the worker. A worker that dies, hangs or outgrows its limit costs this one file only."""
        if self._closed:
            return NotTaken(Refusal.COULD_NOT_READ.value)
        future = self._workers().schedule(
            look, args=(content, self.limits.max_pages), timeout=self.limits.worker_seconds
        )
        try:
            outcome: Clean | NotTaken = await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            future.cancel()  # type: ignore[no-untyped-call] # as above
            raise
        except Exception as error:  # a file may break a decoder in any way: time-out, death of the process, anything
            logger.warning("A file's check was given up: %s", type(error).__name__)
            return NotTaken(Refusal.COULD_NOT_READ.value)
        return outcome

    async def _keep(self, clean: Clean, target: Target) -> Page:
        """Seal page and thumbnail. The interview says which proof it belongs to; until then it is an orphan."""
        page_id = str(uuid.uuid4())
        for key, content in (
            (page_object(target.application_id, page_id), clean.content),
            (thumbnail_object(target.application_id, page_id), clean.thumbnail),
        ):
            await asyncio.to_thread(self.files.put_sealed_bytes, key, content, target.data_key)
        return Page(
            page_id=page_id,
            proof=Proof.EMPLOYMENT_OTHER,
            media_type=clean.media_type,
            digest=clean.digest,
            sheets=clean.sheets,
            advice=clean.advice,
        )


def short_name(name: str) -> str:
    """The sender's file name as it may be shown: the last part, printable, short."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    return printable if len(printable) <= LONGEST_NAME else f"{printable[: LONGEST_NAME - 9]}…{printable[-8:]}"
