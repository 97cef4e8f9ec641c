"""Brings the ways of typing the same thing together, one character for one: positions stay what they were."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Longer texts are cut here: nobody's answer is longer, and every finder's cost is bounded by it.
MAX_LENGTH = 4000

_RANGES = (
    (0xA0, 0x100),
    (0x2000, 0x3000),
    (0x3000, 0x3400),
    (0xF900, 0xFB00),
    (0xFE00, 0x10000),
    (0x1D400, 0x1D800),
    (0x2F800, 0x2FA20),
)


def _table() -> dict[int, str]:
    table = {}
    for first, after in _RANGES:
        for point in range(first, after):
            folded = unicodedata.normalize("NFKC", chr(point))
            if len(folded) == 1 and folded != chr(point):
                table[point] = folded
            elif unicodedata.category(chr(point)) == "Cf":
                table[point] = " "
    table |= dict.fromkeys(range(32), " ") | {10: "\n", 0x7F: " ", ord("、"): "、"}
    return table


_FOLDED = _table()
_ALNUM = {point: to for point, to in _FOLDED.items() if to.isalnum() or to == " "}
_PLAIN = re.compile(r"[\n -~\u4e00-\u9fff。、]*", re.ASCII)


@lru_cache(maxsize=8)
def fold(text: str) -> str:
    """Full-width to half-width, compatibility forms to plain ones, controls to spaces; same length, at most 4,000.

    Every reader folds the message it is given, and it is the same one: the last few are kept.
    """
    text = text[:MAX_LENGTH]
    return text if _PLAIN.fullmatch(text) else text.translate(_FOLDED)


def fold_letters(text: str) -> str:
    """As `fold`, but punctuation stays as typed: for what is kept (addresses)."""
    text = text[:MAX_LENGTH]
    return text if _PLAIN.fullmatch(text) else text.translate(_ALNUM)


_MARKUP = re.compile(
    r"[<>{}\\`$;]|(?<![\u4e00-\u9fff])=|=(?![0-9\u4e00-\u9fff])|(?:https?|javascript):|--\s*$", re.IGNORECASE
)


def is_hostile(text: str) -> bool:
    """Whether the text looks like markup or code rather than an answer."""
    return bool(_MARKUP.search(text))
