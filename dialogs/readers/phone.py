"""手机号: 11 digits, typed or spoken; corrected in one breath, the last one counts."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers import name
from dialogs.readers.corrected import is_corrected
from dialogs.readers.figures import Figure, Kind, figures
from dialogs.readers.folding import fold
from dialogs.readers.numerals import D, digits_of
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.owners import corrects, is_given_away, is_put_away, is_someone_elses
from state_machine.codes import Field

_LANDLINE = re.compile(r"0[1-9][0-9]{1,2}[0-9]{7,8}")
_NOT_DIGIT = re.compile(r"[^0-9]+")


#: 幺三五四个零 然后六二 后面三八: said between the parts of one number.
_BETWEEN = re.compile(rf"(?<={D})[,，\s]*(?:然后|后面|后头|接着|接下来|再|最后|中间)(?:是|就是)?[,，\s]*(?={D})")


def read(text: str, today: date) -> str | Unclear:
    """The 11 digits, or why they are none."""
    folded = _BETWEEN.sub(" ", fold(text))
    if not folded.strip():
        return Unclear(Problem.EMPTY)
    told = figures(folded, today)
    phones = [figure for figure in told if figure.kind is Kind.PHONE]
    if phones and not (phones := [f for f in phones if not is_put_away(folded, f.start, f.end)]):
        return Unclear(Problem.NOT_A_NUMBER)
    phones = [figure for figure in phones if not is_given_away(folded, figure.end)] or phones
    if phones:
        if len({figure.digits for figure in phones}) > 1 and not corrects(folded, phones[-2].end, len(folded)):
            return Unclear(Problem.NO_CHOICE)
        broken = [
            f
            for f in told
            if f.start > phones[-1].start and f.kind is not Kind.PHONE and corrects(folded, phones[-1].end, f.start)
        ]
        return Unclear(Problem.PHONE_LENGTH, {"length": len(broken[-1].digits)}) if broken else phones[-1].digits
    if any(figure.kind in (Kind.ID, Kind.NEARLY_ID) for figure in told):
        return Unclear(Problem.LOOKS_LIKE_ID)
    return _judge(folded)


def _judge(folded: str) -> str | Unclear:
    digits = _NOT_DIGIT.sub("", digits_of(folded))
    if len(digits) < 3 and isinstance(name.read(folded, date.min), str):
        return Unclear(Problem.LOOKS_LIKE_NAME)
    if not digits:
        return Unclear(Problem.NOT_A_NUMBER)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if _LANDLINE.fullmatch(digits):
        return Unclear(Problem.LANDLINE)
    if len(digits) != 11:
        return Unclear(Problem.PHONE_LENGTH, {"length": len(digits)})
    if digits[0] != "1" or digits[1] in "012":
        return Unclear(Problem.PHONE_PREFIX)
    return digits if _tight(folded) else Unclear(Problem.NOT_A_NUMBER)


def _tight(folded: str) -> bool:
    """Whether the digits stand together rather than being gathered from all over a sentence."""
    first, *_, last = [i for i, char in enumerate(digits_of(folded)) if char.isdigit()]
    return not re.search(r"[\u3400-\u9fff]", digits_of(folded)[first : last + 1])


def find(text: str, today: date) -> list[Found]:
    """Spot a mobile number. Two different ones, or somebody else's: nothing, unless one corrects the other."""
    text = fold(text)
    return pick(text, figures(text, today))


def pick(text: str, told: list[Figure]) -> list[Found]:
    """As `find`, from the numbers already told apart."""
    good = [f for f in told if f.kind is Kind.PHONE and not is_someone_elses(text, f.start)]
    good = [f for f in good if not is_given_away(text, f.end) and not is_put_away(text, f.start, f.end)]
    if not good or (len({f.digits for f in good}) > 1 and not corrects(text, good[-2].end, len(text))):
        return []
    last = good[-1]
    if re.search(rf"{D}{{3,}}", text[last.end :]) and is_corrected(text[last.end :]):
        return []
    if any(f.start > last.start and f.kind is Kind.OTHER and corrects(text, last.end, f.start) for f in told):
        return []
    return [Found(Field.PHONE, last.digits, last.start, last.end)]
