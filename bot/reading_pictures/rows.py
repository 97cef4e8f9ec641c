"""Pieces of text put into lines, from top to bottom and left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reading_pictures.seen import Seen


@dataclass(frozen=True)
class Row:
    """One line of print: its pieces from left to right."""

    pieces: tuple[Seen, ...]

    @property
    def text(self) -> str:
        """The whole line without blanks."""
        return "".join(one.text.replace(" ", "") for one in self.pieces)

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return sum(one.middle[1] for one in self.pieces) / len(self.pieces)

    @property
    def score(self) -> float:
        """How sure the engine is of its least sure piece."""
        return min(one.score for one in self.pieces)


def rows_of(pieces: Sequence[Seen]) -> list[Row]:
    """Straightened pieces as lines. A piece joins the line whose middle it overlaps by more than half its height."""
    lines: list[list[Seen]] = []
    for one in sorted(pieces, key=lambda piece: piece.middle[1]):
        fitting = [line for line in lines if _beside(line, one)]
        if fitting:
            min(fitting, key=lambda line: abs(_middle(line) - one.middle[1])).append(one)
        else:
            lines.append([one])
    lines.sort(key=_middle)
    return [Row(tuple(sorted(line, key=lambda piece: piece.left))) for line in lines]


def _middle(line: Sequence[Seen]) -> float:
    return sum(one.middle[1] for one in line) / len(line)


def _beside(line: Sequence[Seen], one: Seen) -> bool:
    """In the same line: at about the same height, and not over or under a piece of it."""
    last = min(line, key=lambda piece: abs(piece.middle[0] - one.middle[0]))
    lower = min(last.height, one.height)
    if abs(last.middle[1] - one.middle[1]) > 0.55 * lower:
        return False
    return all(
        min(piece.right, one.right) - max(piece.left, one.left) < 0.5 * min(piece.width, one.width) for piece in line
    )
