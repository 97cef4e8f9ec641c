"""What changed between two texts, piece by piece. Marked by <del>/<ins> and words, never by colour alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain


@dataclass(frozen=True)
class Piece:
    """A stretch of text: `same`, `gone` or `new`."""

    kind: str
    text: str


def pieces_between(old: str, new: str) -> list[Piece]:
    """Character by character, as Chinese has no spaces."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return list(chain.from_iterable(_pieces(op, old[a:b], new[c:d]) for op, a, b, c, d in matcher.get_opcodes()))


def lines_between(old: str, new: str) -> list[Piece]:
    """Line by line; only what changed."""
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    changed = (op for op in matcher.get_opcodes() if op[0] != "equal")
    return [
        piece
        for op, a, b, c, d in changed
        for piece in (*(Piece("gone", line) for line in before[a:b]), *(Piece("new", line) for line in after[c:d]))
    ]


def _pieces(op: str, old: str, new: str) -> Iterator[Piece]:
    if op == "equal":
        yield Piece("same", old)
        return
    if old:
        yield Piece("gone", old)
    if new:
        yield Piece("new", new)
