"""Cuts a text into the words understanding knows. One pass, longest word first; the rest stays as single characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from dialogs.yaml_files import read_yaml

_CUES = Path(__file__).with_name("cues")
ALTERNATIVES = re.compile(r"\(([^)]*)\)")


@dataclass(frozen=True)
class Token:
    """A known word of the text and what it stands for."""

    start: int
    end: int
    word: str
    kinds: frozenset[str]


def read_cues(name: str) -> dict[str, object]:
    """One file of `cues/`. Our own data: a mistake in it is a programming error and raises."""
    loaded = read_yaml(_CUES / f"{name}.yaml")
    if not isinstance(loaded, dict):
        raise TypeError(name)
    return loaded


def spell_out(pattern: str) -> Iterator[str]:
    """The words a pattern stands for: `(能|可以)办` → 能办, 可以办."""
    parts = ALTERNATIVES.split(pattern)
    choices = [part.split("|") if n % 2 else [part] for n, part in enumerate(parts)]
    for chosen in product(*choices):
        yield "".join(chosen)


@cache
def words() -> tuple[dict[str, frozenset[str]], dict[str, tuple[int, ...]]]:
    """Every known word with its kinds, and for every first character the lengths to try, longest first."""
    kinds: dict[str, set[str]] = {}
    for kind, patterns in read_cues("words").items():
        for pattern in str(patterns).split():
            for word in spell_out(pattern):
                kinds.setdefault(word.lower(), set()).add(str(kind))
    lengths: dict[str, set[int]] = {}
    for word in kinds:
        lengths.setdefault(word[0], set()).add(len(word))
    return (
        {word: frozenset(of) for word, of in kinds.items()},
        {first: tuple(sorted(of, reverse=True)) for first, of in lengths.items()},
    )


@cache
def shapes() -> re.Pattern[str]:
    """All shapes as one expression; a group's name is its kind and a number."""
    groups = [
        f"(?P<{kind}__{n}>{pattern})"
        for kind, patterns in read_cues("shapes").items()
        for n, pattern in enumerate(patterns if isinstance(patterns, list) else [])
    ]
    return re.compile("|".join(groups))


def cut(text: str, offset: int = 0) -> list[Token]:
    """The known shapes and words of `text`, from left to right, not overlapping; positions counted from `offset`."""
    tokens: list[Token] = []
    at = 0
    for match in shapes().finditer(text):
        tokens += _cut_words(text, at, match.start(), offset)
        kind = str(match.lastgroup).partition("__")[0]
        own = words()[0].get(match[0], frozenset())
        tokens.append(Token(offset + match.start(), offset + match.end(), match[0], own | {kind}))
        at = match.end()
    return tokens + _cut_words(text, at, len(text), offset)


def _cut_words(text: str, at: int, end: int, offset: int) -> list[Token]:
    known, lengths = words()
    tokens = []
    while at < end:
        for length in lengths.get(text[at], ()):
            word = text[at : min(at + length, end)]
            kinds = known.get(word)
            if kinds is not None:
                tokens.append(Token(offset + at, offset + at + len(word), word, kinds))
                at += len(word)
                break
        else:
            at += 1
    return tokens
