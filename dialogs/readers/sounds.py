"""What characters sound like, without tones: voice typing writes 竹扣镇 for 竹口镇 and 摇族 for 瑶族."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from dialogs.yaml_files import read_yaml

#: What the ears of many regions do not tell apart: zh and z, n and l, ng and n, h and f before u.
_ALIKE = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"ng$"), "n"),
    (re.compile(r"^l"), "n"),
    (re.compile(r"^hu(?=.)"), "f"),
)


@cache
def _syllables() -> dict[str, str]:
    read = read_yaml(Path(__file__).with_name("sounds.yaml"))
    return {char: str(syllable) for syllable, chars in read.items() for char in str(chars)}


@cache
def _loose() -> dict[str, str]:
    known = _syllables()
    loosened = {syllable: _loosened(syllable) for syllable in set(known.values())}
    return {char: loosened[syllable] for char, syllable in known.items()}


def _loosened(syllable: str) -> str:
    for pattern, alike in _ALIKE:
        syllable = pattern.sub(alike, syllable)
    return syllable


def sound(text: str) -> tuple[str, ...]:
    """The syllables of a text; a character of unknown sound stands for itself."""
    known = _syllables()
    return tuple(known.get(char, char) for char in text)


def loose_sound(text: str) -> tuple[str, ...]:
    """As `sound`, with what many regions do not tell apart brought together: 竹 and 足, 南 and 兰."""
    known = _loose()
    return tuple(known.get(char, char) for char in text)
