"""What a proof says: its lines, and in them numbers, names, dates. Pure; the desk compares it with the form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.reading_pictures.folding import digits, simplified
from bot.reading_pictures.numbers import numbers_in
from bot.reading_pictures.rows import rows_of
from bot.reading_pictures.seen import Seen, straightened

#: So much of one sheet is kept: a page of a contract has some forty lines.
MOST_LINES, LONGEST_LINE = 120, 120
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_NAMED = re.compile(
    r"(?:姓名|乙方|承租方|承租人|租客|劳动者|员工|职工|受雇方|工人|学生|参保人|经营者|负责人|法定代表人|住宿人|申请人|承包方)"
    rf"(?:姓名|名称)?(?:[(（][^)）]{{0,8}}[)）])?[:：]?([{HAN}]{{2,4}}(?:·[{HAN}]{{1,8}})*)(?![{HAN}])"
)
_DAY = re.compile(r"((?:19|20)\d{2})[年.\-/](\d{1,2})[月.\-/](\d{1,2})日?")
_SPAN = re.compile(rf"({_DAY.pattern})(?:起|始)?(?:至|到|止|-|—|~)+({_DAY.pattern})")


@dataclass(frozen=True)
class Paper:
    """One sheet's lines from top to bottom, folded and without blanks; none: nothing could be read."""

    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """From when to when, as a sheet says (both days included), and the line that says so."""

    start: date
    end: date
    line: str


def read_paper(pieces: Sequence[Seen]) -> Paper:
    """The lines of an upright sheet."""
    folded = [Seen(simplified(one.text), one.score, one.corners) for one in pieces if one.score >= 0.5]
    rows = rows_of(straightened(folded))
    return Paper(tuple(text[:LONGEST_LINE] for row in rows[:MOST_LINES] if (text := row.text)))


def numbers(paper: Paper, today: date) -> list[str]:
    """The ID numbers on it whose checksum is right."""
    return [one.number for one in numbers_in(paper.lines, today)]


def names(paper: Paper) -> list[tuple[str, str]]:
    """(name, the line it stands in) behind the words that name the one whose proof it is."""
    return [(found[1], line) for line in paper.lines for found in _NAMED.finditer(line)]


def terms(paper: Paper) -> list[Term]:
    """The spans of time on it: a contract's, an insurance's, a registration's."""
    found = []
    for line in paper.lines:
        for one in _SPAN.finditer(digits(line)):
            start, end = _day(one.group(2, 3, 4)), _day(one.group(6, 7, 8))
            if start and end and start < end:
                found.append(Term(start, end, line))
    return found


def _day(parts: Sequence[str]) -> date | None:
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None
