"""A text in everyday words: long characters short, and the words of all regions under the one everyday word."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from dialogs.understanding.scan import read_cues


@cache
def _short() -> dict[int, int]:
    read = read_cues("script")
    long, short = ("".join(str(read[name]).split()) for name in ("long", "short"))
    return str.maketrans(long, short)


def in_short_script(text: str) -> str:
    """Long characters (請問) as short ones (请问); as many characters as before."""
    return text if text.isascii() else text.translate(_short())


@cache
def _synonyms() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    """Every way of saying with its everyday words, and for every first character the lengths to try, longest first."""
    said: dict[str, list[str]] = defaultdict(list)
    for plain, ways in read_cues("synonyms").items():
        for way in (str(plain), *str(ways).split()):
            said[way.lower()].append(str(plain))
    lengths: dict[str, set[int]] = defaultdict(set)
    for way in said:
        lengths[way[0]].add(len(way))
    return (
        {way: tuple(dict.fromkeys(plain)) for way, plain in said.items()},
        {first: tuple(sorted(of, reverse=True)) for first, of in lengths.items()},
    )


def everyday_words(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The text cut into known ways of saying (with their everyday words) and single characters (with none)."""
    known, lengths = _synonyms()
    parts: list[tuple[str, tuple[str, ...]]] = []
    at = 0
    while at < len(text):
        for length in lengths.get(text[at], ()):
            way = text[at : at + length]
            if way in known:
                parts.append((way, known[way]))
                at += length
                break
        else:
            parts.append((text[at], ()))
            at += 1
    return parts
