"""Takes one file in: sealed to the store as it streams, looked at in the worker, kept sealed: no plain file."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from bot.settings import Materials
from bot.uploads.looked import Clean, NotTaken, Refusal
from bot.uploads.places import STAGED, page_object, thumbnail_object
from bot.uploads.worker import COULD_NOT_READ, Worker
from dialogs.turn import ReceivedFile
from state_machine.codes import Proof
from state_machine.interview import Page
from storage.files import FileStore

logger = logging.getLogger(__name__)

LONGEST_NAME = 60


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
    """Receives files. A worker process (setting: several) looks at them; waiting files lie sealed in the store."""

    def __init__(self, files: FileStore, limits: Materials) -> None:
        self.files, self.limits = files, limits
        self.workers = [
            Worker(limits.worker_megabytes, limits.max_pages, limits.worker_seconds) for _ in range(limits.workers)
        ]
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        for worker in self.workers:
            self._idle.put_nowait(worker)
        #: Threads of their own: a file that hangs its worker takes none from anything else.
        self._threads = ThreadPoolExecutor(limits.workers, thread_name_prefix="files")
        #: A process apart for clerks who look: they do not wait for what comes in, nor what comes in for them.
        self._drawer = Worker(limits.worker_megabytes, limits.max_pages, limits.worker_seconds)
        self._drawing = ThreadPoolExecutor(1, thread_name_prefix="sheets")
        self._beginning: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start a worker now, so that the first applicant does not wait for it; otherwise the first file does."""
        await self.look(b"")

    def begin(self) -> None:
        """`start` without waiting for it; a file that comes meanwhile does."""
        self._beginning = asyncio.create_task(self.start())

    async def close(self) -> None:
        """Stop the workers; a look under way is given up (its applicant sends the file again)."""
        if self._beginning is not None:
            self._beginning.cancel()
        for worker in (*self.workers, self._drawer):
            await asyncio.to_thread(worker.close)
        for threads in (self._threads, self._drawing):
            await asyncio.to_thread(threads.shutdown, cancel_futures=True)

    async def receive(self, stream: AsyncIterator[bytes], name: str, target: Target | None) -> ReceivedFile:
        """Take one file in. Raises what the stream raises; everything else is a named problem."""
        shown = short_name(name)
        staged = f"{STAGED}{uuid.uuid4()}"
        try:
            if target is None:
                async for _ in self._counted(stream):
                    pass
                return ReceivedFile(shown, problem=Refusal.NOT_NOW.value)
            await self._stage(staged, stream, target.data_key)
            outcome = await self._look_at(staged, target.data_key)
        except TooBig:
            limit = self.limits.max_bytes // (1024 * 1024)
            return ReceivedFile(shown, problem=Refusal.TOO_BIG.value, details={"limit_mb": limit})
        finally:
            if target is not None:
                await asyncio.to_thread(self.files.delete, [staged])
        if isinstance(outcome, NotTaken):
            return ReceivedFile(shown, problem=outcome.problem, details=outcome.details)
        return ReceivedFile(shown, page=await self._keep(outcome, target))

    async def _stage(self, key: str, stream: AsyncIterator[bytes], data_key: bytes) -> None:
        """Seal the stream under `key`. What goes wrong while reading is raised as it was, whatever the store says."""
        gone_wrong: list[BaseException] = []

        async def noted() -> AsyncIterator[bytes]:
            try:
                async for piece in self._counted(stream):
                    yield piece
            except Exception as error:
                gone_wrong.append(error)
                raise

        try:
            await self.files.put_sealed(key, noted(), data_key)
        except Exception:
            if gone_wrong:
                raise gone_wrong[0] from None
            raise

    async def _counted(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The stream as it comes, and not a byte more than a file may have. Raises `TooBig`."""
        size = 0
        async for piece in stream:
            size += len(piece)
            if size > self.limits.max_bytes:
                raise TooBig
            yield piece

    async def look(self, content: bytes) -> Clean | NotTaken:
        """Look at bytes that are at hand."""
        return await self._ask(lambda: content)

    async def sheet(self, key: str, data_key: bytes, number: int, longest: int) -> bytes | None:
        """Sheet `number` of a stored PDF as a JPEG, one at a time; None where it cannot be drawn. Raises `NotOurs`."""

        def drawn() -> bytes | None:
            return self._drawer.draw(self.files.open_sealed_bytes(key, data_key), number, longest)

        return await asyncio.get_running_loop().run_in_executor(self._drawing, drawn)

    async def _look_at(self, key: str, data_key: bytes) -> Clean | NotTaken:
        """Look at a staged file. It is held whole only while a worker has it."""
        return await self._ask(lambda: self.files.open_sealed_bytes(key, data_key))

    async def _ask(self, load: Callable[[], bytes]) -> Clean | NotTaken:
        """Ask the next idle worker. It is idle again when it has answered, even if nobody waits any more."""
        worker = await self._idle.get()
        asked = asyncio.get_running_loop().run_in_executor(self._threads, lambda: worker.ask(load()))
        asked.add_done_callback(lambda _: self._idle.put_nowait(worker))
        outcome = await asyncio.shield(asked)
        if outcome == COULD_NOT_READ:
            logger.warning("A file's check was given up")
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
