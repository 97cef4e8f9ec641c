"""A process of its own for work that a file may break: it is killed at its time limit and replaced when it dies.

What serves in it holds no key and no store, bounds its own memory, and talks in bytes only: whoever asks reads its
answer as the one shape it may have (no pickles).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any


class GaveUp(Exception):
    """There is no answer: the process died, or was killed at its time limit (`is_late`)."""

    def __init__(self, *, is_late: bool) -> None:
        self.is_late = is_late
        super().__init__()


def answer_until_left(connection: Connection, answer: Callable[[bytes, bytes], bytes]) -> None:
    """The process's whole life: an order and its content in, an answer out, until its keeper is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the keeper's business
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send_bytes(answer(connection.recv_bytes(), connection.recv_bytes()))


class BoundedProcess:
    """Keeps one process alive that runs `serve(connection, *given)`. `exchange` blocks; one question at a time."""

    def __init__(
        self, name: str, serve: Callable[..., None], given: tuple[Any, ...], *, seconds: float, most: int
    ) -> None:
        self._name, self._serve, self._given = name, serve, given
        self._seconds, self._most = seconds, most
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._asked = 0
        self._closed = threading.Event()

    @property
    def process_id(self) -> int | None:
        """The process, if there is one."""
        return None if self._process is None else self._process.pid

    def exchange(self, order: bytes, content: bytes) -> bytes:
        """What the process answers. One that dies or hangs costs this question only. Raises `GaveUp`.

        After `most` answers it is replaced: what a library may have leaked goes with it.
        """
        if self._closed.is_set():
            raise GaveUp(is_late=False)
        connection = self._start()
        if self._closed.is_set():  # while it began
            self.stop()
            raise GaveUp(is_late=False)
        process, late = self._process, threading.Event()
        clock = threading.Timer(self._seconds, lambda: _end(process, late))
        clock.start()
        try:
            connection.send_bytes(order)
            connection.send_bytes(content)
            answer = connection.recv_bytes()
        except (EOFError, OSError):
            self.stop()
            raise GaveUp(is_late=late.is_set()) from None
        finally:
            clock.cancel()
        self._asked += 1
        if self._asked >= self._most:
            self.stop()
        return answer

    def close(self) -> None:
        """End the process for good; a question under way is given up."""
        self._closed.set()
        self.stop()

    def stop(self) -> None:
        """End the process; the next question begins another."""
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        self._asked = 0
        if process is not None:
            process.kill()
            process.join()
            process.close()
        if connection is not None:
            connection.close()

    def _start(self) -> Connection:
        if self._connection is not None and self._process is not None and self._process.is_alive():
            return self._connection
        self.stop()
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=self._serve, args=(theirs, *self._given), name=self._name, daemon=True)
        self._process.start()
        theirs.close()  # so that a dead process is an end of the pipe, not a silence
        return self._connection


def _end(process: SpawnProcess | None, late: threading.Event) -> None:
    late.set()
    if process is not None:
        process.kill()
