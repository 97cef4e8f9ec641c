"""Group commit. Jobs that wait at one moment share one transaction, each inside its own savepoint.

A job that fails rolls back alone and raises to its caller; the others of the group commit. Nobody is told before the
COMMIT has returned; if it fails, all are told so. Jobs of one key run in the order they were handed in.

A database that takes no writes now is told as `CannotWrite`; the next group is tried as if nothing had been. A fault
in this file ends the thread: whoever waits hears `WriterDied`, and the service ends so that it is started anew.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from storage.dialect import execute_plain, is_transient, trouble
from storage.errors import ArchiveClosed, CannotWrite, WriterDied

logger = logging.getLogger(__name__)

#: More jobs than this wait for the next group: the first of a group should not wait for hundreds.
LARGEST_GROUP = 256
MOST_TRIES = 5

Job = Callable[[Connection], Any]


@dataclass(slots=True)
class _Waiting:
    """A job, who waits for it, and how it went."""

    job: Job
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    tries: int = 0

    def tell(self) -> None:
        """Tell the caller; one that has gone away meanwhile is not there to be told."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """One writing thread with one connection."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._line: deque[_Waiting] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._died = False
        self._in_hand: list[_Waiting] = []
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Jobs not begun yet."""
        return len(self._line)

    @property
    def is_alive(self) -> bool:
        """Whether jobs handed in are still taken up."""
        return self._thread.is_alive() and not self._died

    def put(self, job: Job) -> asyncio.Future[Any]:
        """Hand in a job. The future is resolved after its COMMIT. Raises `ArchiveClosed`, `WriterDied`."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(job, loop, loop.create_future())
        with self._wake:
            if self._closing:
                raise ArchiveClosed("the archive is closed")
            if self._died:
                raise WriterDied("the writer has ended")
            if not self._line:  # it waits only while there is nothing in line
                self._wake.notify()
            self._line.append(waiting)
        return waiting.future

    def close(self) -> None:
        """Finish what is in line, then end the thread. Blocks."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            while group := self._take():
                self._in_hand = group
                self._serve(group)
                self._in_hand = []
        except BaseException as error:
            logger.critical("The writer has died: %s", type(error).__name__)
            self._die()

    def _die(self) -> None:
        """Nobody waits for a thread that is no more."""
        with self._wake:
            self._died = True
            left = [*self._in_hand, *self._line]
            self._line.clear()
        for waiting in left:
            waiting.error = WriterDied("the writer has ended")
        _tell_all(left)

    def _take(self) -> list[_Waiting]:
        """Everything in line now; waits while nothing is. Empty means: closing."""
        with self._wake:
            while not self._line and not self._closing:
                self._wake.wait()
            return [self._line.popleft() for _ in range(min(len(self._line), LARGEST_GROUP))]

    def _serve(self, group: list[_Waiting]) -> None:
        """Commit a group; what lost against another process is tried again, alone and in order."""
        self._commit(group)
        for waiting in group:
            while waiting.error is not None and is_transient(waiting.error) and waiting.tries < MOST_TRIES:
                waiting.error = None
                self._commit([waiting])
            if waiting.error is not None and (why := trouble(waiting.error)):
                waiting.error = CannotWrite(why)
        _tell_all(group)

    def _commit(self, group: list[_Waiting]) -> None:
        try:
            with self._engine.connect() as connection, connection.begin():
                for waiting in group:
                    waiting.tries += 1
                    _run_in_savepoint(connection, waiting)
        except BaseException as error:  # the COMMIT itself, or the connection: nothing of the group is durable
            cause = next((one.error for one in group if trouble(one.error)), error)
            for waiting in group:
                waiting.error = waiting.error or cause


def _run_in_savepoint(connection: Connection, waiting: _Waiting) -> None:
    execute_plain(connection, "SAVEPOINT job")
    try:
        waiting.result = waiting.job(connection)
    except BaseException as error:
        waiting.error = error
        execute_plain(connection, "ROLLBACK TO SAVEPOINT job")
    execute_plain(connection, "RELEASE SAVEPOINT job")


def _tell_all(group: list[_Waiting]) -> None:
    """One call into each event loop, however many wait there."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in group:
        by_loop.setdefault(waiting.loop, []).append(waiting)
    for loop, told in by_loop.items():
        try:
            loop.call_soon_threadsafe(_tell, told)
        except RuntimeError:  # that loop has ended: nobody is left to be told
            continue


def _tell(told: list[_Waiting]) -> None:
    for waiting in told:
        waiting.tell()
