"""居住证有效期至: one full date. A lapsed one answers the question too; the rules judge it."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.dates import Grain, Moment, moments, with_year
from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import is_question
from state_machine.codes import Field


def _value(moment: Moment) -> str | Unclear:
    if not moment.exists:
        return Unclear(Problem.NO_SUCH_DATE)
    if moment.year is None or moment.grain in (Grain.ROUGH, Grain.YEAR, Grain.MONTH):
        return Unclear(Problem.AMBIGUOUS_DATE)
    return moment.last().isoformat()


def read(text: str, today: date) -> str | Unclear:
    """The last day, as YYYY-MM-DD. A month or a year alone is asked again."""
    folded = fold(text)
    if not folded.strip():
        return Unclear(Problem.EMPTY)
    told = [moment for moment in moments(folded, today) if not _of_something_else(folded, moment)]
    if is_question(folded) or not told:
        return Unclear(Problem.NO_DATE)
    told = _year_told(told)
    if len(told) == 1 and told[0].year is None and told[0].exists and _PAST.search(folded):
        told = [_last_past(told[0], today)]
    if len(told) > 1 and (agreed := _agreed(told)):
        return agreed
    if len(told) > 1:
        if not re.search(r"到|至|-|~|错|不对", folded[told[0].end : told[-1].start]):
            return Unclear(Problem.AMBIGUOUS_DATE)
        return _value(told[-1])
    return _value(told[0])


#: 签发日期是…, 租房合同到…, 不是…: the day of another thing, or one that is denied.
_ELSE_BEFORE = re.compile(
    r"(?:签发|发证|办证|签注|领证|开始|起始)(?:日期|时间|日)?(?:是|为)?[:：]?\s*$|(?:合同|身份证|社保|驾照|驾驶证|执照|护照|健康证)[^,，。;；]{0,8}$|不是\s*$"
)
_ELSE_BEHIND = re.compile(r"(?:日|号)?(?:签注|签发|发的|办的|领的|开始)(?!.{0,4}到)")


def _of_something_else(text: str, moment: Moment) -> bool:
    before = re.split(r"[,，。;；]", text[: moment.start])[-1]
    return bool(_ELSE_BEFORE.search(before)) or bool(_ELSE_BEHIND.match(text, moment.end))


#: 已经过了，1月20号过的: the last such day.
_PAST = re.compile(r"(?:已经|早就|都|刚|就)[^,。;]{0,2}过|过的|过期了|到期了")


def _last_past(moment: Moment, today: date) -> Moment:
    this_year = with_year(moment, today.year)
    return this_year if this_year.exists and this_year.last() < today else with_year(moment, today.year - 1)


def _year_told(told: list[Moment]) -> list[Moment]:
    """三个月后过期，6月30号: the rough moment tells the year of the day."""
    rough = [moment for moment in told if moment.grain is Grain.ROUGH and moment.year is not None and moment.month]
    days = [moment for moment in told if moment.grain is Grain.DAY and moment.year is None and moment.exists]
    if len(told) == 2 and len(rough) == len(days) == 1 and rough[0].month == days[0].month:
        return [with_year(days[0], rough[0].year or 0)]
    return told


def _agreed(told: list[Moment]) -> str | None:
    """三月，三月十二号，明年的: one day, one year, and nothing that speaks against them."""
    years = {moment.year for moment in told if moment.year is not None}
    days = {
        (moment.month, moment.day) for moment in told if moment.grain in (Grain.DAY, Grain.YEAR_END) and moment.day > 0
    }
    if len(years) != 1 or len(days) != 1 or not all(moment.exists for moment in told):
        return None
    month, day = days.pop()
    if any(moment.grain is Grain.ROUGH or (moment.grain is Grain.MONTH and moment.month != month) for moment in told):
        return None
    try:
        return date(years.pop() or 0, month, day).isoformat()
    except ValueError:
        return None


_LABEL_BEFORE = re.compile(
    r"(?:有效期?|有效|期限|到期(?:日|时间)?|截止|证)[^,。;\n]{0,8}$|,\s?到$|号[^,。;\n]{0,26},\s?到$|[0-9]{13,16}\s?,\s?(?:到|至)?$"
)
_LABEL_BEHIND = re.compile(r"^(?:号|日|份)?(?:就|才|刚|会|要)?(?:到期|过期|失效|为止|截止|之前有效|前有效|有效)")


#: Without one of these there is no label: most messages end here.
_MAY_BE_LABELLED = re.compile(r"[效期限截止证到]|[0-9]{13}")


def find(text: str, today: date) -> list[Found]:
    """Spot a date behind 有效期 or before 到期. Nothing in a question."""
    text = fold(text)
    if not _MAY_BE_LABELLED.search(text) or is_question(text) or "身份证有效" in text:
        return []
    hits = []
    for moment in moments(text, today):
        before, behind = text[max(0, moment.start - 34) : moment.start], text[moment.end : moment.end + 8]
        if not (_LABEL_BEFORE.search(before) or _LABEL_BEHIND.match(behind)):
            continue
        if re.search(r"合同|租|社保|执照|登记", before[-16:]):
            continue
        value = _value(moment)
        if moment.year is not None and moment.year < today.year - 10:
            continue  # of a birthday, or a part of a number
        if isinstance(value, str):
            hits.append(Found(Field.PERMIT_VALID_UNTIL, value, moment.start, moment.end))
    return hits[:1] if len({hit.value for hit in hits}) == 1 else []
