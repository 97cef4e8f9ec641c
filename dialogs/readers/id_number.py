"""公民身份证号码, typed or spoken, or in a sentence. Its rules stand in `state_machine.id_number`."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.figures import Figure, Kind, figures, is_mobile, spoken_x
from dialogs.readers.folding import fold
from dialogs.readers.numerals import digits_of
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.owners import corrects, is_given_away, is_put_away, is_someone_elses
from state_machine.codes import Field
from state_machine.id_number import IdNumber, read_id_number

_NOT_NUMBER = re.compile(r"[^0-9Xx]+")
_FOREIGN_CARD = re.compile(r"[A-Za-z]{3}[0-9]{12}")
#: 前六位…，后面…，最后….
_IN_PARTS = re.compile(r"前[面]?[六6几]?位?.*(?:后面|中间|接着|然后).*(?:最后|末尾|尾号|后四位)")
_HAN = re.compile(r"[\u3400-\u9fff]")


def read(text: str, today: date) -> str | Unclear:
    """The 18 characters, or why they are none. With a correction in one breath the last number counts."""
    folded = spoken_x(fold(text))
    if not folded.strip():
        return Unclear(Problem.EMPTY)
    told = figures(folded, today)
    good = [figure for figure in told if figure.kind is Kind.ID]
    if good and not (good := [f for f in good if not is_put_away(folded, f.start, f.end)]):
        return Unclear(Problem.NOT_A_NUMBER)
    good = [figure for figure in good if not is_given_away(folded, figure.end)] or good
    if good:
        return _last(folded, good)
    if match := _FOREIGN_CARD.search(folded.replace(" ", "")):
        return _judge(match[0], today)
    digits = _NOT_NUMBER.sub("", digits_of(folded)).upper()
    if len(digits) == 18 and (len(told) == 1 or _IN_PARTS.search(folded)):
        return _judge(digits, today)
    if len(told) == 1 and len(_NOT_NUMBER.sub("", told[0].digits)) >= 6:
        digits = told[0].digits
    if is_mobile(digits):
        return Unclear(Problem.LOOKS_LIKE_PHONE)
    if sum(char.isdigit() for char in digits) < 6:
        return Unclear(Problem.NOT_A_NUMBER)
    return _judge(digits, today)


def _judge(digits: str, today: date) -> str | Unclear:
    told = read_id_number(digits, today)
    if isinstance(told, IdNumber):
        return told.number
    problem = Problem(told.value)
    return Unclear(problem, {"length": len(digits)} if problem is Problem.WRONG_LENGTH else {})


def _last(text: str, good: list[Figure]) -> str | Unclear:
    numbers = {figure.digits for figure in good}
    if len(numbers) == 1 or corrects(text, good[0].end, len(text)):
        return good[-1].digits
    return Unclear(Problem.NO_CHOICE)


def find(text: str, today: date) -> list[Found]:
    """Spot a number that checks. Several different ones, or somebody else's: nothing, unless one corrects the other."""
    text = fold(text)
    return pick(text, figures(text, today))


def pick(text: str, told: list[Figure]) -> list[Found]:
    """As `find`, from the numbers already told apart."""
    good = [f for f in told if f.kind is Kind.ID and not is_someone_elses(text, f.start)]
    good = [f for f in good if not is_given_away(text, f.end) and not is_put_away(text, f.start, f.end)]
    if not good or (len({f.digits for f in good}) > 1 and not corrects(text, good[-2].end, good[-1].start)):
        return []
    last = good[-1]
    later = [f for f in told if f.kind is Kind.NEARLY_ID and f.start > last.start]
    return [] if later else [Found(Field.ID_NUMBER, last.digits, last.start, last.end)]
