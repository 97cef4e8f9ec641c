"""The reading itself, in the process of its own: a picture in, a card or a paper out. It holds no key and no store."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import io
import resource
from datetime import date
from typing import Any

import numpy as np
from PIL import Image

from bot.reading_pictures.card import Card, CardKind, without_contradiction
from bot.reading_pictures.cards import read_card
from bot.reading_pictures.eye import Eye, Pixels, contrasted, upright
from bot.reading_pictures.papers import Paper, read_paper
from bot.reading_pictures.worker import Order, Outcome, Trouble, Wanted
from bot.uploads.pictures import MOST_PIXELS
from bot.uploads.sheets import NoSuchSheet, draw_sheet

#: glibc's switches (malloc.h).
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
#: Larger pictures are made smaller before anything else: the engine sees 1280 of it.
LONGEST_SIDE = 2400
#: The pixels a PDF's sheet is drawn with, on its longer side.
SHEET_PIXELS = 1600
#: What is left around the print, as shares of its longer side: at the first look, and where something was missing.
CLOSE, WIDE = 0.06, 0.3


class NoPicture(Exception):
    """The bytes are no picture that opens."""


def limit_memory(megabytes: int) -> None:
    """Run once in a new process: what it writes to may not outgrow this, whatever libraries map besides.

    `RLIMIT_DATA` counts private writable memory; the engine's libraries map far more address space than they use.
    """
    _give_back_at_once()
    most = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _give_back_at_once() -> None:
    """Let the C library return what the engine frees: otherwise ten pictures leave holes of hundreds of megabytes."""
    with contextlib.suppress(OSError, AttributeError):  # another C library than glibc has no such switch
        settle = ctypes.CDLL(None).mallopt
        settle(ARENA_MAX, 1)
        settle(MMAP_THRESHOLD, 1 << 20)
        settle(TRIM_THRESHOLD, 1 << 20)


def opened(content: bytes) -> Pixels:
    """The pixels, at most `LONGEST_SIDE` long. Raises `NoPicture`."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NoPicture
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            seen = picture.convert("RGB")
            seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BILINEAR)
            return np.asarray(seen, np.uint8)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError, SyntaxError):
        raise NoPicture from None


def look_for_card(eye: Eye, picture: Pixels, today: date) -> Card:
    """The card in a picture. Where something is missing, a wider cut is looked at again with more contrast."""
    lie = eye.lie_of(picture)
    if lie is None:
        return Card()
    card = read_card(eye.read(upright(picture, lie, CLOSE)), today)
    if card.missing:
        again = read_card(eye.read(contrasted(upright(picture, lie, WIDE))), today)
        card = without_contradiction(together(card, again), today)
    return card


def together(first: Card, second: Card) -> Card:
    """Two looks at the same card: what the first one missed is taken from the second; numbers must not differ."""
    if first.number and second.number and first.number != second.number:
        return Card(kind=first.kind)
    kind = second.kind if first.kind is CardKind.UNKNOWN else first.kind
    return Card(kind, *(_either(first, second, name) for name in CARD_FIELDS))


CARD_FIELDS = tuple(name for name in Card.__dataclass_fields__ if name != "kind")


def _either(first: Card, second: Card, name: str) -> Any:
    told, again = getattr(first, name), getattr(second, name)
    if name == "issuer" and told and again:
        return max(told, again, key=len)  # the shorter one was cut off
    return again if told is None else told


def look_at_paper(eye: Eye, picture: Pixels) -> Paper:
    """What a proof says."""
    lie = eye.lie_of(picture)
    return read_paper([] if lie is None else eye.read(upright(picture, lie, CLOSE)))


def read(eye: Eye, order: Order, content: bytes) -> Outcome:
    """One picture. Whatever it contains, the answer is an outcome."""
    try:
        picture = opened(draw_sheet(content, order.sheet, SHEET_PIXELS) if order.sheet else content)
        if order.wanted is Wanted.CARD:
            return Outcome(card=look_for_card(eye, picture, order.today))
        return Outcome(paper=look_at_paper(eye, picture))
    except (NoPicture, NoSuchSheet):
        return Outcome(trouble=Trouble.NOT_A_PICTURE)
    except MemoryError:
        return Outcome(trouble=Trouble.TOO_MUCH)
    except Exception as error:  # the engine may fail in ways nobody thought of; it says "bad allocation" at the limit
        gc.collect()
        too_much = any(sign in str(error) for sign in ("alloc", "memory", "Memory"))
        return Outcome(trouble=Trouble.TOO_MUCH if too_much else Trouble.GAVE_UP)
