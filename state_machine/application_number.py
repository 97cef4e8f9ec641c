"""申请编号, such as QY20261123-0007: the county's letters, the day, and the day's running number. Form only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"([A-Z]{2,4})([0-9]{8})-?([0-9]{4,6})")
_PREFIX = re.compile(r"[A-Z]{2,4}")
_DASHES = re.compile(r"[‐-―−]")


@dataclass(frozen=True)
class ApplicationNumber:
    """One number. Raises ValueError for letters or a serial that do not fit the form."""

    prefix: str
    day: date
    serial: int

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError("the prefix is two to four capital letters")
        if not 1 <= self.serial <= 999_999:
            raise ValueError("the serial runs from 1 to 999999")

    def __str__(self) -> str:
        return f"{self.prefix}{self.day.isoformat().replace('-', '')}-{self.serial:04d}"


def format_number(prefix: str, day: date, serial: int) -> str:
    """The number as shown and stored. `day` is Asia/Shanghai. Raises ValueError as ApplicationNumber does."""
    return str(ApplicationNumber(prefix, day, serial))


def parse_number(text: str) -> ApplicationNumber | None:
    """The number a person typed: any width and case, blanks and the dash left out or not; None if it is none."""
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    match = _FORM.fullmatch("".join(folded.split()).upper())
    if match is None:
        return None
    prefix, day, serial = match.groups()
    try:
        return ApplicationNumber(prefix, date(int(day[:4]), int(day[4:6]), int(day[6:])), int(serial))
    except ValueError:
        return None
