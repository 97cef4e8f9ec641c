"""Numbers as people say them: 幺三八, 四个零, 二十三; and where runs of digits stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGIT_WORDS = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("〇○幺两壹贰叁肆伍陆柒捌玖", "0012123456789", strict=True)),
}
_TO_DIGITS = {ord(word): digit for word, digit in _DIGIT_WORDS.items()}
WORDS = "".join(_DIGIT_WORDS)
#: Either kind of digit.
D = f"[0-9{WORDS}]"
_REPEATED = re.compile(rf"([2-9二三四五六七八九两])个({D})")
_TIMES = rf"[2-9二三四五六七八九两]个(?={D})"
_RUN = re.compile(rf"(?:{_TIMES}|{D})(?:[ \-—–_.·]{{0,3}}(?:{_TIMES}|[xX](?![a-zA-Z])|{D}))*")
_GROUP = re.compile(r"[^ \-—–_.·]+")


@dataclass(frozen=True, slots=True)
class DigitGroup:
    """Digits written without a break: as plain digits (and X), and where they stand."""

    digits: str
    start: int
    end: int


def _repeat(match: re.Match[str]) -> str:
    return digits_of(match[2]) * int(digits_of(match[1]))


def digits_of(text: str) -> str:
    """Spoken digits as figures: 幺三八 → 138, 四个零 → 0000. Everything else stays."""
    return _REPEATED.sub(_repeat, text).translate(_TO_DIGITS)


def digit_runs(text: str) -> Iterator[list[DigitGroup]]:
    """Runs of digits with nothing but blanks, dashes and dots inside; each as its unbroken groups."""
    for run in _RUN.finditer(text):
        yield [
            DigitGroup(digits_of(group[0]).upper(), run.start() + group.start(), run.start() + group.end())
            for group in _GROUP.finditer(run[0])
        ]


_SMALL = re.compile(
    r"(?:(?P<hundreds>[一二三四五六七八九两])百零?)?(?:(?P<tens>[一二三四五六七八九])?(?P<ten>十|廿|卅))?(?P<ones>[零〇]?[一二两三四五六七八九])?"
)
_TENS = {"廿": 20, "卅": 30}


def number(text: str) -> int | None:
    """A small whole number in figures or words: 8, 二十三, 廿三, 三十一, 〇五, 一百零八; None if it is none."""
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 9 else None
    if all(char in _DIGIT_WORDS for char in text) and len(text) <= 9:
        return int(digits_of(text)) if text else None
    match = _SMALL.fullmatch(text)
    if not match or not text:
        return None
    total = 100 * int(digits_of(match["hundreds"] or "0"))
    if match["ten"]:
        total += _TENS.get(match["ten"], 10 * int(digits_of(match["tens"] or "1")))
    return total + int(digits_of(match["ones"] or "0"))
