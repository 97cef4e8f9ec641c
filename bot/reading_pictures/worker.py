"""The process that reads pictures, and its keeper. A JPEG or PDF goes in, a packed outcome comes out.

As with uploads: the process holds no key and no store, may not outgrow its memory, is killed when it takes too long,
and what it sends back is only ever read as an outcome. It is begun by the first picture and ended when there are none
for a while, so that a service nobody sends pictures to spends no memory on reading.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from datetime import date
from enum import StrEnum
from importlib.util import find_spec
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

import msgspec

from bot.reading_pictures.card import Card
from bot.reading_pictures.papers import Paper

#: The process is replaced after this many pictures: what the engine may have leaked goes with it.
MOST_PICTURES = 200
#: What the optional extra `ocr` brings; one of them missing, everything goes by typing.
NEEDED = ("rapidocr", "onnxruntime", "cv2", "numpy", "opencc")


class Wanted(StrEnum):
    """What a picture is read for."""

    CARD = "card"
    PAPER = "paper"


class Trouble(StrEnum):
    """Why there is no reading. `dialogs/texts/photos.yaml` has the words."""

    NOT_A_PICTURE = "not_a_picture"
    TOO_LONG = "too_long"  #: the process was killed at its time limit
    TOO_MUCH = "too_much"  #: the process ran out of its memory
    GAVE_UP = "gave_up"  #: the process died, or the engine failed


class Order(msgspec.Struct):
    """What is wanted of the bytes that follow: a JPEG, or a PDF's `sheet` (from 1). `today` is the county's date."""

    wanted: Wanted
    today: date
    sheet: int = 0


class Outcome(msgspec.Struct):
    """Exactly one is set."""

    card: Card | None = None
    paper: Paper | None = None
    trouble: Trouble | None = None


def is_available() -> bool:
    """Whether pictures can be read here: the extra `ocr` is installed."""
    try:
        return all(find_spec(name) is not None for name in NEEDED)
    except (ImportError, ValueError):
        return False


def serve(connection: Connection, megabytes: int) -> None:
    """The process's whole life: one picture after another until its keeper is gone."""
    from bot.reading_pictures import look
    from bot.reading_pictures.eye import Eye

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the keeper's business
    look.limit_memory(megabytes)
    eye = Eye()
    with contextlib.suppress(EOFError, OSError):
        while True:
            order = msgspec.msgpack.decode(connection.recv_bytes(), type=Order)
            outcome = look.read(eye, order, connection.recv_bytes())
            connection.send_bytes(msgspec.msgpack.encode(outcome))
            if outcome.trouble is Trouble.TOO_MUCH:
                return


class Worker:
    """Keeps one such process. `ask` blocks; one picture at a time."""

    def __init__(self, megabytes: int, seconds: float) -> None:
        self._megabytes, self._seconds = megabytes, seconds
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._asked = 0
        self._closed = False

    @property
    def process_id(self) -> int | None:
        """The process, if there is one."""
        return None if self._process is None else self._process.pid

    def ask(self, wanted: Wanted, content: bytes, today: date, sheet: int = 0) -> Outcome:
        """What the picture, or one sheet of a PDF, says. A process that dies or hangs costs this picture only."""
        if self._closed:
            return Outcome(trouble=Trouble.GAVE_UP)
        connection = self._start()
        process, late = self._process, threading.Event()
        clock = threading.Timer(self._seconds, lambda: _end(process, late))
        clock.start()
        try:
            connection.send_bytes(msgspec.msgpack.encode(Order(wanted, today, sheet)))
            connection.send_bytes(content)
            outcome = msgspec.msgpack.decode(connection.recv_bytes(), type=Outcome)
        except (EOFError, OSError, msgspec.MsgspecError):
            self.stop()
            return Outcome(trouble=Trouble.TOO_LONG if late.is_set() else Trouble.GAVE_UP)
        finally:
            clock.cancel()
        self._asked += 1
        if self._asked >= MOST_PICTURES or outcome.trouble is Trouble.TOO_MUCH:
            self.stop()
        return outcome

    def close(self) -> None:
        """End the process for good; a reading under way is given up."""
        self._closed = True
        self.stop()

    def stop(self) -> None:
        """End the process; the next picture begins another."""
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
            target=serve, args=(theirs, self._megabytes), name="hurentong-reading", daemon=True
        )
        self._process.start()
        theirs.close()  # so that a dead process is an end of the pipe, not a silence
        return self._connection


def _end(process: SpawnProcess | None, late: threading.Event) -> None:
    late.set()
    if process is not None:
        process.kill()
