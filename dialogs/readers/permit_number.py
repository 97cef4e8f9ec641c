"""居住证号码: printed on the permit. Its shape differs by place and year, so it is not checked further."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.figures import Figure, Kind, figures, is_mobile
from dialogs.readers.folding import fold
from dialogs.readers.numerals import digits_of
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import is_question
from state_machine.codes import Field

_LEAD = re.compile(
    r"^.{0,12}?(?:居住证|证件?)?(?:上)?(?:的)?(?:号码|编号|证号|证件号|号|写的)(?:码)?\s*(?:是|为|写的是|写着)?\s*[:,]?\s*(?=[0-9A-Za-z零〇一二三四五六七八九幺])"
)
_NUMBER = re.compile(r"[A-Z]{0,4}[0-9]{6,24}[A-Z0-9]{0,6}")
_LABEL = re.compile(
    r"(?:居住证|证件)(?:上)?(?:的)?(?:号码?|编号)|证号|(?<![份产学驶])证[\s,]?(?:的)?号码?|证编号|(?<=[证卡][,\s])(?:号码?|编号)"
)
_SEPARATORS = re.compile(r"[\s\-—–_.·:,,。]+")


#: 证号后面四位0912 前面331081202509: told in parts, whose order is not to be guessed.
_IN_PARTS = re.compile(r"(?:后面?|前面?|末尾?|中间)(?:是)?[一二两三四五六七八几0-9]位|(?<=[0-9 ,])前面")


def read(text: str, today: date) -> str | Unclear:
    """The number as printed, without blanks. A mobile or ID number belongs elsewhere."""
    folded = fold(text)
    if not folded.strip():
        return Unclear(Problem.EMPTY)
    said = _LEAD.sub("", folded.strip())
    said = re.sub(r"^(?:号码?是?|是|嗯|编号)[:, ]*|(?:[,。!的啊呢吧]|就是这个|是这个)+$", "", said)
    number = _SEPARATORS.sub("", digits_of(said)).upper()
    if is_mobile(number):
        return Unclear(Problem.LOOKS_LIKE_PHONE)
    if _IN_PARTS.search(folded):
        return Unclear(Problem.NOT_A_NUMBER)
    if any(figure.kind is Kind.ID for figure in figures(folded, today)):
        return Unclear(Problem.LOOKS_LIKE_ID)
    if not _NUMBER.fullmatch(number) and (only := _only_number(folded, today)):
        return only
    if not _NUMBER.fullmatch(number):
        length = sum(char.isdigit() for char in number)
        return (
            Unclear(Problem.WRONG_LENGTH, {"length": length})
            if number.isalnum() and number.isascii() and length
            else Unclear(Problem.NOT_A_NUMBER)
        )
    return number


def _only_number(text: str, today: date) -> str | None:
    """The one long number of an answer that says more: 330903202401662，舟山办的."""
    if is_question(text) and not re.search(r"就这个|没有", text):
        return None
    if re.search(r"字母|后面还|前面还|少[了一]|多[了一]位", text) and not re.search(r"没有|就这个", text):
        return None
    runs: list[tuple[str, int]] = []
    for figure in figures(text, today):
        if figure.kind is Kind.PHONE and re.search(r"(?:手机|电话)号?(?:码)?(?:是)?[:：]?\s*$", text[: figure.start]):
            continue
        if figure.kind not in (Kind.OTHER, Kind.NEARLY_ID):
            return None
        if runs and text[runs[-1][1] : figure.start].strip(" -") == "" and figure.start - runs[-1][1] <= 2:
            runs[-1] = (runs[-1][0] + figure.digits, figure.end)
        else:
            runs.append((figure.digits, figure.end))
    long = {digits for digits, _ in runs if 10 <= len(digits) <= 24}
    return long.pop() if len(long) == 1 else None


def find(text: str, today: date) -> list[Found]:
    """Spot a number behind 证号 or 居住证号码."""
    text = fold(text)
    return pick(text, figures(text, today))


def pick(text: str, told: list[Figure]) -> list[Found]:
    """As `find`, from the numbers already told apart. 身份证号 and 房产证号 are no 居住证号."""
    for label in _LABEL.finditer(text):
        before = text[max(0, label.start() - 2) : label.start()]
        if label[0][0] == "证" and before.endswith(("身份", "房产", "学生", "驾驶", "社保", "许可", "份")):
            continue
        near = [f for f in told if 0 <= f.start - label.end() <= 4 and f.kind in (Kind.OTHER, Kind.NEARLY_ID)]
        if near and not re.search(r"[^\s:是为,写的着]", text[label.end() : near[0].start]):
            return _joined(text, told, near[0])
    return _beside_permit(text, told)


_PERMIT = re.compile(
    r"持证|拿证换|换证|居住证|证在(?:手|身)|有[\u4e00-\u9fff]{0,5}证|证(?:是|就是|呢)|(?<![份产学驶])证号"
)


def _beside_permit(text: str, told: list[Figure]) -> list[Found]:
    """持证，33100220250071: the one number of a permit's length that begins as those of Zhejiang do."""
    if not _PERMIT.search(text):
        return []
    starts = [f for f in told if f.kind is Kind.OTHER and f.digits[:2] == "33" and len(f.digits) <= 16]
    long = [found for f in starts for found in _joined(text, told, f) if 13 <= len(found.value) <= 16]
    return long if len(long) == 1 else []


def _joined(text: str, told: list[Figure], first: Figure) -> list[Found]:
    digits, end = first.digits, first.end
    for figure in told:
        if (
            figure.start > first.start
            and figure.kind is Kind.OTHER
            and text[end : figure.start].strip(" -") == ""
            and figure.start - end <= 2
            and text[figure.end : figure.end + 1] not in ("年", "月")
        ):
            digits, end = digits + figure.digits, figure.end
    if not 8 <= len(digits) <= 24 or is_mobile(digits):
        return []
    return [Found(Field.PERMIT_NUMBER, digits, first.start, end)]
