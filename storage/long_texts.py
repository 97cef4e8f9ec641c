"""A text that no chat takes in one message is told in several, each sent, tried again and receipted by itself.

So of one that was taken in half before the line broke, nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from storage.blobs import from_bytes

#: Telegram takes 4096 units of a text; a rare character counts as two of them.
LONGEST = 2000
#: Where a text may be cut, the best place first.
MARKS = ("\n", "。", "；", "，", " ")


class _Said(msgspec.Struct):
    """Of one thing said: its text."""

    text: str = ""


def parts_of(say: bytes) -> Iterator[bytes]:
    """One thing said, as JSON, as the messages it takes: buttons and all else stand under the last."""
    text = from_bytes(say, _Said).text
    if len(text) <= LONGEST:
        yield say
        return
    *first, last = pieces(text)
    yield from (msgspec.json.encode({"text": piece}) for piece in first)
    yield msgspec.json.encode({**msgspec.json.decode(say), "text": last})


def pieces(text: str) -> list[str]:
    """Cut where a line ends, or else a sentence or a word: a number that is to be masked must not be torn apart."""
    found = []
    while len(text) > LONGEST:
        end = _end(text)
        found.append(text[:end].rstrip())
        text = text[end:].lstrip("\n")
    return [piece for piece in (*found, text) if piece.strip()]


def _end(text: str) -> int:
    """How much of a text goes into its first piece: at least half of what may."""
    places = (text.rfind(mark, LONGEST // 2, LONGEST) for mark in MARKS)
    return next((place + 1 for place in places if place >= 0), LONGEST)
