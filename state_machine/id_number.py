"""公民身份证号码 (GB 11643): its check digit, birth date and sex, and what else people type in its place.

The six-digit region is only looked at to tell documents apart; it says nothing about where the 户口 is now.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from state_machine.codes import Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_SEPARATORS = re.compile(r"[\s\-_.·‐-―−]+")
#: 外国人永久居留身份证 before 2023: three letters and twelve digits.
_OLD_FOREIGN_CARD = re.compile(r"[A-Z]{3}[0-9]{12}")
_HMT_REGIONS = ("810000", "820000", "830000")
#: Nobody older has lived; a birth date before is a slip.
_OLDEST = 150


class IdNumberProblem(StrEnum):
    """Why a text is no citizen's 18-character number."""

    WRONG_LENGTH = "wrong_length"
    CHECKSUM = "checksum"
    NO_SUCH_DATE = "no_such_date"
    BORN_IN_FUTURE = "born_in_future"
    FIRST_GENERATION = "first_generation"  #: 15 digits
    HMT_PERMIT = "hmt_permit"  #: 港澳台居民居住证
    FOREIGNER = "foreigner"  #: 外国人永久居留身份证
    NOT_A_NUMBER = "not_a_number"


@dataclass(frozen=True)
class IdNumber:
    """A citizen's number that checks, with what stands in it."""

    number: str
    birth_date: date
    sex: Sex

    def age_on(self, day: date) -> int:
        """Full years on that day (周岁: reached on the birthday; 29 February counts from 1 March)."""
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday


def make_check_digit(first17: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2). Raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise ValueError("17 digits are needed")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECK_DIGITS[total % 11]


def tidy(text: str) -> str:
    """Half-width, upper case, without blanks and dashes."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def read_id_number(text: str, today: date) -> IdNumber | IdNumberProblem:
    """Read a text that should be nothing but an ID number. `today` is needed to know a birth date in the future."""
    number = tidy(text)
    if problem := _shape_problem(number):
        return problem
    birth = _birth_date(number[6:14], today)
    if birth is None:
        return IdNumberProblem.NO_SUCH_DATE
    if birth > today:
        return IdNumberProblem.BORN_IN_FUTURE
    if make_check_digit(number[:17]) != number[17]:
        return IdNumberProblem.CHECKSUM
    return IdNumber(number, birth, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _shape_problem(number: str) -> IdNumberProblem | None:
    if _OLD_FOREIGN_CARD.fullmatch(number):
        return IdNumberProblem.FOREIGNER
    if not re.fullmatch(r"[0-9]+X?", number):
        return IdNumberProblem.NOT_A_NUMBER
    if len(number) == 15 and number.isdigit():
        return IdNumberProblem.FIRST_GENERATION
    if len(number) != 18:
        return IdNumberProblem.WRONG_LENGTH
    if number.startswith(_HMT_REGIONS):
        return IdNumberProblem.HMT_PERMIT
    return IdNumberProblem.FOREIGNER if number[0] == "9" else None


def _birth_date(digits: str, today: date) -> date | None:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return birth if birth.year >= today.year - _OLDEST else None
