"""The archive: the only way to the tables. Writing jobs go through group commit, reading jobs past it.

    archive = Archive.open("sqlite:///data/hurentong.db", keyring)
    case_id = await archive.write(lambda connection: …, key=account_id)

A job is a plain function of a `Connection`; it commits nothing itself. Jobs of one key run in order; on PostgreSQL
different keys may run on different workers (several processes keep an account's order by its row lock).
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage.dialect import engine_for, trouble, writers
from storage.errors import ArchiveClosed, CannotWrite
from storage.keys import Keyring
from storage.migrations import upgrade
from storage.writer import Writer

T = TypeVar("T")

READERS = 4
WORKERS = 4


class Archive:
    """Writers, readers and the keyring of one database."""

    def __init__(self, url: str, keyring: Keyring, workers: int = WORKERS) -> None:
        self.url, self.keyring = url, keyring
        count = writers(url, workers)
        self._engine = engine_for(url, connections=count)
        self._reading_engine = engine_for(url, reads_only=True, connections=READERS)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="archive-reader")
        self._writers = [Writer(self._engine, f"archive-writer-{number}") for number in range(count)]
        self._closed = False

    @classmethod
    def open(cls, url: str, keyring: Keyring, *, migrate: bool = True, workers: int = WORKERS) -> Archive:
        """Open the database, bringing its tables to this version first unless told otherwise.

        Raises `SqliteTooOld`, `SchemaBehind` if the tables are not at this version and `migrate` is off, `CannotWrite`
        if the database is not to be had.
        """
        try:
            upgrade(url, check_only=not migrate)
        except DBAPIError as error:
            if why := trouble(error):
                raise CannotWrite(why) from None
            raise
        return cls(url, keyring, workers)

    @property
    def engine(self) -> Engine:
        """The writing engine, for the command line and tests."""
        return self._engine

    @property
    def is_alive(self) -> bool:
        """Whether writing jobs are taken up. False for good: only a new process mends it."""
        return not self._closed and all(writer.is_alive for writer in self._writers)

    def waiting(self) -> int:
        """Writing jobs in line, for the metrics."""
        return sum(writer.waiting for writer in self._writers)

    async def write(self, job: Callable[[Connection], T], key: str) -> T:
        """Run a writing job; returns after its COMMIT. The job's own error is raised here, and it alone is undone.

        Raises `CannotWrite` if the database takes no writes now, `WriterDied` if the process has to be started anew.
        A caller that is cancelled does not stop its job: it may be committed.
        """
        result: T = await self._writers[self._worker_of(key)].put(job)
        return result

    async def read(self, job: Callable[[Connection], T]) -> T:
        """Run a reading job on a connection that cannot write."""
        if self._closed:
            raise ArchiveClosed("the archive is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, job)

    def write_now(self, job: Callable[[Connection], T]) -> T:
        """Run a writing job in this thread, in a transaction of its own (command line, housekeeping)."""
        with self._engine.begin() as connection:
            return job(connection)

    async def close(self) -> None:
        """Finish what is in line and close all connections."""
        self._closed = True
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for writer in self._writers:
            writer.close()
        self._readers.shutdown(wait=True)
        self._engine.dispose()
        self._reading_engine.dispose()

    def _worker_of(self, key: str) -> int:
        if len(self._writers) == 1:
            return 0
        return zlib.crc32(key.encode()) % len(self._writers)

    def _read(self, job: Callable[[Connection], T]) -> T:
        with self._reading_engine.connect() as connection, connection.begin():
            return job(connection)
