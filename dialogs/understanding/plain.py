"""Answers that can be nothing else: a number, a full date, a place's own name, a person's, where it is asked for.

Such a text holds no cue, so its question's reader is asked at once. The meaning is the one the long way finds (a test
holds the two together), for a tenth of its cost; and most answers to these questions come so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache

from dialogs.divisions import lookup
from dialogs.readers import READERS, Unclear
from dialogs.understanding.message import mend
from dialogs.understanding.outcome import Because, Intent, Understanding
from dialogs.understanding.scan import cut
from state_machine.codes import Field

_NUMBER = re.compile(r"[0-9]{6,20}X?", re.ASCII)
_NAME = re.compile(r"[\u4e00-\u9fff]{2,3}")
_DATE = re.compile(r"20[0-9]{2}(?:年[0-9]{1,2}月[0-9]{1,2}[日号]|[-./][0-9]{1,2}[-./][0-9]{1,2})", re.ASCII)


@cache
def _places() -> frozenset[str]:
    """The official names of all divisions, in full."""
    return frozenset(name for name in lookup.index().names.values() if name[-1] in "省市县区旗州盟")


@cache
def _provinces() -> frozenset[str]:
    return frozenset(name for code, name in lookup.index().names.items() if len(code) == 2)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def _is_place(text: str) -> bool:
    return text in _places()


def _is_province(text: str) -> bool:
    return text in _provinces()


def _is_name(text: str) -> bool:
    """Two or three characters of which no known word is made: 平安 and 取消 are understood the long way."""
    return _NAME.fullmatch(text) is not None and mend(text) == text and not cut(text)


_SHAPES: dict[str, Callable[[str], bool]] = {
    Field.ID_NUMBER.value: _is_number,
    Field.PHONE.value: _is_number,
    Field.PERMIT_NUMBER.value: _is_number,
    Field.PERMIT_VALID_UNTIL.value: _is_date,
    Field.PERMIT_PLACE.value: _is_place,
    Field.HUKOU_PROVINCE.value: _is_province,
    Field.HUKOU_COUNTY.value: _is_place,
    Field.NAME.value: _is_name,
}


def plain_answer(text: str, asking: str | None, today: date) -> Understanding | None:
    """What `text` means if it is such an answer; None: it has to be understood."""
    said = text.strip()
    if asking is None or asking not in _SHAPES or not _SHAPES[asking](said):
        return None
    value = READERS[Field(asking)](said, today)
    if isinstance(value, Unclear):
        return None
    return Understanding(Intent.ANSWER, {asking: value}, because=(Because(said[:20], f"answers {asking}"),))
