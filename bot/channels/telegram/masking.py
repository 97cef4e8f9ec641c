"""What the bot repeats is masked on Telegram: numbers, telephones, the figures of an address.

A telephone that is meant to be called (the station's) stays whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from dialogs.turn import Conversation
from state_machine.codes import Field

ID_NUMBERS = (Field.ID_NUMBER, Field.AGENT_ID_NUMBER)
PHONES = (Field.PHONE, Field.AGENT_PHONE)
ADDRESSES = (Field.HUKOU_ADDRESS, Field.CURRENT_ADDRESS)
_ID = re.compile(r"(?<!\d)[1-9]\d{13,16}[\dXx](?![\dXx])")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
#: 12号, 3幢, 二单元, A座506: what finds a door.
_DOOR = re.compile(r"[0-9０-９A-Za-z]+|[一二三四五六七八九十百零〇]+(?=[组幢栋号单室楼层座弄巷队])")
#: Long runs of digits, however they are spaced: a number somebody types.
_DIGITS = re.compile(r"\d(?:[\s\-‐–—.·_,，]{0,2}\d){11,}[\s\-]?[Xx]?")
LIKE_A_NUMBER, ALMOST_A_NUMBER = 15, 12


def holds_id_number(text: str, *, is_asked: bool) -> bool:
    """Whether a message carries an ID number, or something meant as one; where one is asked for, sooner."""
    least = ALMOST_A_NUMBER if is_asked else LIKE_A_NUMBER
    folded = unicodedata.normalize("NFKC", text)
    return any(sum(c.isalnum() for c in found[0]) >= least for found in _DIGITS.finditer(folded))


def mask_id(number: str) -> str:
    """522***********7X."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def mask_phone(number: str) -> str:
    """139****2580."""
    return f"{number[:3]}****{number[-4:]}"


def mask_address(address: str) -> str:
    """屏都街道工业园区远大厂宿舍*幢***室."""
    return _DOOR.sub(lambda found: "*" * len(found[0]), address)


class Mask:
    """What of a text must not stand in somebody else's chat, given what this applicant has told."""

    def __init__(self, told: Iterable[Mapping[str, Any]] = (), keep: Iterable[str] = ()) -> None:
        self._keep = frozenset(keep) - {""}
        self._instead: dict[str, str] = {}
        for answers in told:
            for fields, mask in ((ID_NUMBERS, mask_id), (PHONES, mask_phone), (ADDRESSES, mask_address)):
                for field in fields:
                    self._add(answers.get(field), mask)
            self._births(answers)

    @classmethod
    def of(
        cls, conversation: Conversation, keep: Iterable[str] = (), handed_in: Mapping[str, Any] | None = None
    ) -> Mask:
        """For a chat as it stands: what is answered, what lies on the card, what waits for the consent.

        `handed_in`: the answers of the case a notice is about, which no chat holds any more.
        """
        told: list[Mapping[str, Any]] = [conversation.carried, handed_in or {}]
        if conversation.interview is not None:
            before = conversation.interview.before
            told += [conversation.interview.answers, {key.removeprefix("answer:"): before[key] for key in before}]
        return cls([*told, *_inside(conversation.overlay_about), *_inside(conversation.photo)], keep)

    def __call__(self, text: str) -> str:
        """The text as it may be shown."""
        for whole in sorted(self._instead, key=len, reverse=True):
            text = text.replace(whole, self._instead[whole])
        text = _ID.sub(lambda found: mask_id(found[0]), text)
        return _PHONE.sub(lambda found: found[0] if found[0] in self._keep else mask_phone(found[0]), text)

    def _add(self, value: Any, mask: Callable[[str], str]) -> None:
        if isinstance(value, str) and len(value) > 3 and value not in self._keep:
            self._instead[value] = mask(value)

    def _births(self, answers: Mapping[str, Any]) -> None:
        """The day somebody was born is eight digits of the number."""
        for field in ID_NUMBERS:
            number = answers.get(field)
            if isinstance(number, str) and len(number) == 18 and number[6:14].isdecimal():
                year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
                self._instead[f"{year}年{month}月{day}日出生"] = f"{year}年出生"


def _inside(about: Any) -> Iterator[Mapping[str, Any]]:
    """Every group of facts inside what an overlay is about, however deep."""
    if isinstance(about, Mapping):
        yield about
        for inner in about.values():
            yield from _inside(inner)
    elif isinstance(about, list):
        for inner in about:
            yield from _inside(inner)
