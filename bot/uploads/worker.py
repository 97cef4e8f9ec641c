"""The process that looks at files or draws sheets, and its keeper. Bytes go in, a packed outcome comes out.

A decoder may be broken by a file in any way. So the process holds no key and no store, may not outgrow its memory, is
killed when it takes too long, and what it sends back is only ever read as the two outcomes it may have (no pickles).
"""

from __future__ import annotations

from multiprocessing.connection import Connection

import msgspec

from bot.bounded_process import BoundedProcess, GaveUp, answer_until_left
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


#: Made with the module, before there are threads (see storage/blobs.py).
_ORDERS, _OUTCOMES = msgspec.msgpack.Decoder(Order), msgspec.msgpack.Decoder(Outcome)


def serve(connection: Connection, megabytes: int, most_pages: int) -> None:
    """The process's whole life: one file after another until its keeper is gone."""
    from bot.uploads.look import limit_memory

    limit_memory(megabytes)

    def answer(order: bytes, content: bytes) -> bytes:
        return msgspec.msgpack.encode(_done(_ORDERS.decode(order), content, most_pages))

    answer_until_left(connection, answer)


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


class Worker(BoundedProcess):
    """Keeps one such process alive. `ask` and `draw` block; one file at a time."""

    def __init__(self, megabytes: int, most_pages: int, seconds: float) -> None:
        super().__init__("hurentong-files", serve, (megabytes, most_pages), seconds=seconds, most=MOST_FILES)

    def ask(self, content: bytes) -> Clean | NotTaken:
        """What the file is."""
        outcome = self._outcome(Order(), content)
        return outcome.clean or outcome.refused or COULD_NOT_READ

    def draw(self, content: bytes, sheet: int, longest: int) -> bytes | None:
        """One sheet of a PDF as a JPEG; None where it cannot be drawn."""
        return self._outcome(Order(sheet, longest), content).drawn

    def _outcome(self, order: Order, content: bytes) -> Outcome:
        """A process that dies or hangs is replaced for the next file, and costs this one only."""
        try:
            return _OUTCOMES.decode(self.exchange(msgspec.msgpack.encode(order), content))
        except GaveUp:
            return Outcome(refused=COULD_NOT_READ)
        except msgspec.MsgspecError:
            self.stop()
            return Outcome(refused=COULD_NOT_READ)
