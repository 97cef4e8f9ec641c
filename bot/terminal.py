"""A terminal for Chinese: lines wrapped by their real width, a little colour where it is wanted."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator

#: Punctuation that must not begin a line.
NOT_FIRST = frozenset("，。、；：？！）」』》…,.;:?!)")


def width_of(text: str) -> int:
    """How many columns a text takes."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or letter in "\u200b\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    """The text in lines of at most `width` columns, each after `indent`; punctuation stays with its word."""
    room = max(width - width_of(indent), 10)
    for paragraph in text.split("\n"):
        line, used = "", 0
        for letter in paragraph:
            if used + _columns(letter) > room and letter not in NOT_FIRST:
                yield indent + line
                line, used = "", 0
            line += letter
            used += _columns(letter)
        yield indent + line


def screen_width() -> int:
    """The terminal's width, at most a comfortable measure."""
    return min(shutil.get_terminal_size((80, 24)).columns, 88)


def wants_colour() -> bool:
    """A person looks at it and has not asked for none (https://no-color.org)."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


class Paint:
    """Three shades, or none."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def strong(self, text: str) -> str:
        """What to notice first."""
        return self._paint(text, "1;36")

    def soft(self, text: str) -> str:
        """What stands aside."""
        return self._paint(text, "2")

    def notice(self, text: str) -> str:
        """What arrived by itself."""
        return self._paint(text, "33")

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and text else text
