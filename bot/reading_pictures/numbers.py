"""公民身份号码 in what was read: 18 characters slide over every line, the checksum decides (GB 11643)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from bot.reading_pictures.folding import digits
from state_machine.id_number import IdNumber, read_id_number

LENGTH = 18
_RUN = re.compile(r"[0-9A-Za-z|×χ]{17,40}")
_NOT_FIRST = re.compile(r"[^0-9A-Za-z|×χ\u3400-\u9fff]+")


def numbers_in(texts: Iterable[str], today: date) -> list[IdNumber]:
    """Every different number whose checksum and birth date are right, in the order of the lines."""
    found: dict[str, IdNumber] = {}
    for text in texts:
        for run in _RUN.findall(_NOT_FIRST.sub("", text)):
            for one in _windows(run, today):
                found.setdefault(one.number, one)
    return list(found.values())


def _windows(run: str, today: date) -> Iterable[IdNumber]:
    """The numbers in an unbroken run. At most two letters may have stood for digits."""
    for at in range(len(run) - LENGTH + 1):
        window = run[at : at + LENGTH]
        body = digits(window[:-1])
        if not body.isdigit() or sum(a != b for a, b in zip(body, window[:-1], strict=True)) > 2:
            continue
        read = read_id_number(body + digits(window[-1]), today)
        if isinstance(read, IdNumber):
            yield read
