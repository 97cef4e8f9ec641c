"""The process that reads pictures, and its keeper. A JPEG or PDF goes in, a packed outcome comes out.

As with uploads: the process holds no key and no store, may not outgrow its memory, is killed when it takes too long,
and what it sends back is only ever read as an outcome. It is begun by the first picture and ended when there are none
for a while, so that a service nobody sends pictures to spends no memory on reading.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from importlib.util import find_spec
from multiprocessing.connection import Connection

import msgspec

from bot.bounded_process import BoundedProcess, GaveUp, answer_until_left
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


#: Made with the module, before there are threads (see storage/blobs.py).
_ORDERS, _OUTCOMES = msgspec.msgpack.Decoder(Order), msgspec.msgpack.Decoder(Outcome)


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

    look.limit_memory(megabytes)
    eye = Eye()

    def answer(order: bytes, content: bytes) -> bytes:
        return msgspec.msgpack.encode(look.read(eye, _ORDERS.decode(order), content))

    answer_until_left(connection, answer)


class Worker(BoundedProcess):
    """Keeps one such process. `ask` blocks; one picture at a time."""

    def __init__(self, megabytes: int, seconds: float) -> None:
        super().__init__("hurentong-reading", serve, (megabytes,), seconds=seconds, most=MOST_PICTURES)

    def ask(self, wanted: Wanted, content: bytes, today: date, sheet: int = 0) -> Outcome:
        """What the picture, or one sheet of a PDF, says. A process that dies or hangs costs this picture only."""
        try:
            answer = self.exchange(msgspec.msgpack.encode(Order(wanted, today, sheet)), content)
            outcome = _OUTCOMES.decode(answer)
        except GaveUp as gave_up:
            return Outcome(trouble=Trouble.TOO_LONG if gave_up.is_late else Trouble.GAVE_UP)
        except msgspec.MsgspecError:
            self.stop()
            return Outcome(trouble=Trouble.GAVE_UP)
        if outcome.trouble is Trouble.TOO_MUCH:
            self.stop()
        return outcome
