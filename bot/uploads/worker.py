"""The process that looks at files or draws sheets, and its keeper. Bytes go in, a packed outcome comes out.

A decoder may be broken by a file in any way. So the process holds no key and no store, may not outgrow its memory, is
killed when it takes too long, and what it sends back is only ever read as the two outcomes it may have (no pickles).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

import msgspec

from bot.uploads.looked import Clean, NotTaken, Refusal

#: The process is replaced after this many files: what a decoder may have leaked goes with it.
MOST_FILES = 500
COULD_NOT_READ = NotTaken(Refusal.COULD_NOT_READ.value)


class Order(msgspec.Struct):
    """What is wanted of the bytes that follow: a look (`sheet` 0), or one sheet of a PDF so many pixels long."""

    sheet: int = 0
    longest: int = 0


class Outcome(msgspec.Struct):
    """Exactly one of the three is set."""

    clean: Clean | None = None
    refused: NotTaken | None = None
    drawn: bytes | None = None


def serve(connection: Connection, megabytes: int, most_pages: int) -> None:
    """The process's whole life: one file after another until its keeper is gone."""
    from bot.uploads.look import limit_memory

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the keeper's business
    limit_memory(megabytes)
    with contextlib.suppress(EOFError, OSError):
        while True:
            order = msgspec.msgpack.decode(connection.recv_bytes(), type=Order)
            outcome = _done(order, connection.recv_bytes(), most_pages)
            connection.send_bytes(msgspec.msgpack.encode(outcome))


def _done(order: Order, content: bytes, most_pages: int) -> Outcome:
    from bot.uploads.look import look
    from bot.uploads.sheets import NoSuchSheet, draw_sheet

    if order.sheet:
        try:
            return Outcome(drawn=draw_sheet(content, order.sheet, order.longest))
        except NoSuchSheet:
            return Outcome(refused=COULD_NOT_READ)
    seen = look(content, most_pages)
    return Outcome(clean=seen) if isinstance(seen, Clean) else Outcome(refused=seen)


class Worker:
    """Keeps one such process alive. `ask` blocks; one file at a time."""

    def __init__(self, megabytes: int, most_pages: int, seconds: float) -> None:
        self._megabytes, self._most_pages, self._seconds = megabytes, most_pages, seconds
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._asked = 0
        self._closed = False

    @property
    def process_id(self) -> int | None:
        """The process, if there is one."""
        return None if self._process is None else self._process.pid

    def ask(self, content: bytes) -> Clean | NotTaken:
        """What the file is."""
        outcome = self._answer(Order(), content)
        return outcome.clean or outcome.refused or COULD_NOT_READ

    def draw(self, content: bytes, sheet: int, longest: int) -> bytes | None:
        """One sheet of a PDF as a JPEG; None where it cannot be drawn."""
        return self._answer(Order(sheet, longest), content).drawn

    def _answer(self, order: Order, content: bytes) -> Outcome:
        """A process that dies or hangs is replaced for the next file, and costs this one only."""
        if self._closed:
            return Outcome(refused=COULD_NOT_READ)
        connection = self._start()
        process = self._process
        clock = threading.Timer(self._seconds, lambda: process.kill() if process is not None else None)
        clock.start()
        try:
            connection.send_bytes(msgspec.msgpack.encode(order))
            connection.send_bytes(content)
            outcome = msgspec.msgpack.decode(connection.recv_bytes(), type=Outcome)
        except (EOFError, OSError, msgspec.MsgspecError):
            self.stop()
            return Outcome(refused=COULD_NOT_READ)
        finally:
            clock.cancel()
        self._asked += 1
        if self._asked >= MOST_FILES:
            self.stop()
        return outcome

    def close(self) -> None:
        """End the process for good; a look under way is given up."""
        self._closed = True
        self.stop()

    def stop(self) -> None:
        """End the process."""
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
        self._process = context.Process(
            target=serve, args=(theirs, self._megabytes, self._most_pages), name="hurentong-files", daemon=True
        )
        self._process.start()
        theirs.close()  # so that a dead process is an end of the pipe, not a silence
        return self._connection
