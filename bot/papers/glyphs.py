"""Which signs the fonts have. A sign that no font has is never printed as an empty box: it is found here first."""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FONT_FILES = (".ttf", ".otf", ".ttc", ".otc")
#: What stands where a sign has to be written by hand.
BY_HAND = "＿"
#: Invisible signs that would turn, join or hide what stands beside them (bidi controls, joiners, soft hyphens), and
#: what is no character at all. Letters for private use are kept: they are somebody's rare character, and are found.
_DROPPED = frozenset({"Cf", "Cc", "Cs", "Cn"})
_BLANKS = frozenset({"Zl", "Zp", "Zs"})


class NotInTheFonts(Exception):
    """Signs no font at hand has. `signs` are few and each is there once."""

    def __init__(self, signs: Iterable[str]) -> None:
        self.signs = tuple(dict.fromkeys(signs))
        super().__init__(f"{len(self.signs)} signs are in no font")


class Glyphs:
    """The signs of all font files in some folders, as sorted ranges."""

    def __init__(self, folders: Iterable[Path]) -> None:
        files = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in FONT_FILES)
        self._ranges = _merged(found for file in files for found in _ranges_of(file.read_bytes()))
        self._starts = [first for first, _ in self._ranges]

    def has(self, sign: str) -> bool:
        """Whether some font draws it."""
        at = bisect_right(self._starts, ord(sign)) - 1
        return at >= 0 and ord(sign) <= self._ranges[at][1]

    def missing(self, text: str) -> tuple[str, ...]:
        """What no font has, each sign once, in the order of the text."""
        return tuple(dict.fromkeys(sign for sign in clean(text) if not self.has(sign)))

    def left_blank(self, text: str) -> str:
        """The text with a place to write by hand where a sign is missing."""
        return "".join(sign if self.has(sign) else BY_HAND for sign in clean(text))


def clean(text: str) -> str:
    """The text as it can stand on paper: no line breaks, no signs that are not seen but change what is."""
    kept = []
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in _BLANKS or sign in "\t\r\n\v\f":
            kept.append(" " if sign != "\u3000" else sign)
        elif kind not in _DROPPED and not _is_variation(sign):
            kept.append(sign)
    return "".join(kept)


def in_words(sign: str) -> str:
    """U+2CC56, as a clerk can tell it to whoever installs fonts."""
    return f"U+{ord(sign):04X}"


def _is_variation(sign: str) -> bool:
    """A variation selector only chooses among shapes of the sign before it."""
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _ranges_of(font: bytes) -> Iterator[tuple[int, int]]:
    """What a font file's `cmap` maps (OpenType, formats 4 and 12). A file that is no font has nothing."""
    try:
        starts = [0]
        if font[:4] == b"ttcf":
            (count,) = struct.unpack_from(">I", font, 8)
            starts = list(struct.unpack_from(f">{count}I", font, 12))
        for start in starts:
            yield from _of_cmap(font, _table(font, start, b"cmap"))
    except (struct.error, LookupError):
        return


def _table(font: bytes, start: int, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, start + 4)
    for n in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * n)
        if name == tag:
            return int(offset)
    raise LookupError("no such table")


def _of_cmap(font: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for n in range(count):
        _, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * n)
        (layout,) = struct.unpack_from(">H", font, cmap + offset)
        if layout == 12:
            (groups,) = struct.unpack_from(">I", font, cmap + offset + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", font, cmap + offset + 16 + 12 * group)
                yield first, last
        elif layout == 4:
            yield from _of_format_4(font, cmap + offset)


def _of_format_4(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    (doubled,) = struct.unpack_from(">H", font, at + 6)
    ends = struct.unpack_from(f">{doubled // 2}H", font, at + 14)
    starts = struct.unpack_from(f">{doubled // 2}H", font, at + 16 + doubled)
    for first, last in zip(starts, ends, strict=True):
        if first != 0xFFFF:
            yield first, last
