"""Long numbers in a text, told apart: ID numbers, mobile numbers, and what only tried to be one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dialogs.readers.numerals import D, DigitGroup, digit_runs
from state_machine.id_number import IdNumber, read_id_number


class Kind(StrEnum):
    """What a long number is."""

    ID = "id"
    NEARLY_ID = "nearly_id"  #: 17–19 characters that do not check
    PHONE = "phone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Figure:
    """One long number, as plain digits, and where it stands."""

    kind: Kind
    digits: str
    start: int
    end: int


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PREFIXED = re.compile(r"(?:0086|86)(1[3-9][0-9]{9})")
_LONGEST = 24
#: A run of more groups is a table or nonsense: its groups are not joined.
_MOST_GROUPS = 60


def is_mobile(digits: str) -> bool:
    """Whether these digits can be a mobile number of the mainland."""
    return bool(_MOBILE.fullmatch(digits))


def _phone_split(groups: list[DigitGroup]) -> bool:
    """138 0000 1234, 1 3 8 …: the ways people break a mobile number; not the crumbs of dates."""
    sizes = [len(group.digits) for group in groups]
    return max(sizes) == 1 or (len(sizes) <= 4 and min(sizes) >= 2 and sizes[0] >= 3)


def _kind(groups: list[DigitGroup], digits: str, today: date) -> Kind | None:
    if len(digits) == 11 and is_mobile(digits) and _phone_split(groups):
        return Kind.PHONE
    if len(groups) == 1 and _PREFIXED.fullmatch(digits):
        return Kind.PHONE
    if len(digits) == 18:
        told = read_id_number(digits, today)
        if isinstance(told, IdNumber):
            return Kind.ID
    return None


def _lone(group: DigitGroup) -> Figure:
    nearly = 16 <= len(group.digits) <= 19 and group.digits[:2] != "33"
    return Figure(Kind.NEARLY_ID if nearly else Kind.OTHER, group.digits, group.start, group.end)


def _split(groups: list[DigitGroup], today: date) -> list[Figure]:
    found: list[Figure] = []
    at = 0
    while at < len(groups):
        taken, digits = 0, ""
        for size in range(1, min(_LONGEST, len(groups) - at) + 1):
            digits += groups[at + size - 1].digits
            if len(digits) > 18:
                break
            kind = _kind(groups[at : at + size], digits, today)
            if kind and (kind is Kind.ID or taken == 0):
                end = groups[at + size - 1].end
                figure, taken = (
                    Figure(kind, _PREFIXED.sub(r"\1", digits) if kind is Kind.PHONE else digits, groups[at].start, end),
                    size,
                )
        found.append(figure if taken else _lone(groups[at]))
        at += taken or 1
    return found


_SPOKEN_X = re.compile(
    rf"(?<={D})\s?(?:大写的?)?(?:叉|艾克斯|埃克斯|爱克斯|×|✕)"
    rf"|(?<={D})[,，\s]*(?:最后|末尾|后面)(?:面|头)?(?:一个|一位|那个|那位)?(?:是|为|带)?个?(?:大写的?|字母)*(?:叉|艾克斯|[xX])"
)


def spoken_x(text: str) -> str:
    """…九九幺叉, …990艾克斯: the last sign of an ID number as it is read out; same length."""
    return _SPOKEN_X.sub(lambda said: "X".ljust(len(said[0])), text)


def figures(text: str, today: date) -> list[Figure]:
    """The numbers of a folded text, from left to right; runs shorter than six digits are left out."""
    found: list[Figure] = []
    for groups in digit_runs(spoken_x(text)):
        if sum(len(group.digits) for group in groups) < 6:
            continue
        if len(groups) > _MOST_GROUPS:
            found += [_lone(group) for group in groups]
            continue
        whole = "".join(group.digits for group in groups)
        split = _split(groups, today)
        if len(whole) == 18 and len(groups) > 1 and all(f.kind is Kind.OTHER for f in split) and _looks_like_id(whole):
            split = [Figure(Kind.NEARLY_ID, whole, groups[0].start, groups[-1].end)]
        found += split
    return found


def _looks_like_id(digits: str) -> bool:
    return digits[6:8] in ("19", "20") and "01" <= digits[10:12] <= "12"
