"""居住登记时段: one or several in one breath. 到现在 is open; a month alone is its first or its last day.

A missing year follows from what stands before it (去年1月到8月), or is the last such month that has begun.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

from dialogs.divisions import lookup
from dialogs.divisions.lookup import Place
from dialogs.readers.dates import Grain, Moment, moments, with_year
from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.permit_place import official_place, places_of_zhejiang
from dialogs.readers.phrases import is_question
from state_machine.codes import Field

Period = dict[str, Any]

_NOW = re.compile(
    r"(?<=[到至~→-])\s?(?:今(?![年天日])|now)|现在|这会儿|这阵子?|今朝|而家|如今|至今|到今|今天|目前|眼下|如今|当前|今日|迄今"
)
_JOINS = re.compile(r"到|至|[-–—~→]|起.{0,4}止")
_BREAK = re.compile(r"[。;!\n]")
_OPENS_BEHIND = re.compile(
    r"^[^,。;\n]{0,8}?(?:起|开[始使]|以来|登|办|申报|之后|以后|往后|到庆元|(?:都|就)?一直(?:都)?(?:在|没断|没走)|没断过|(?:一直|就)(?:都)?没(?:动|挪|走|换|搬|停)|登(?:的|了)?记|(?:来|在|回|到|上|去)庆元|\s*[-~—→]\s*(?=[,。;\s]|$))"
)
_OPENS_BEFORE = re.compile(r"(?:从|自|打|自从|登)[^,。;\n]{0,8}$")
_ENDS_BEHIND = re.compile(
    r"^[^,。;\n]{0,8}?(?:走|离开|搬(?!到庆元|来|到这|过来)|止(?=[,。;\s]|$)|注销|停|结束|退|回(?:了|老|家)|(?<!没)断(?!过)|为止|截止)"
)
_ELSE_BEHIND = re.compile(r"^[^,。;\n]{0,4}(?:出生|生的|到期|过期|有效|毕业|结婚|签的合同|买的)")
#: 去年整年在老家: no registration.
_AWAY_BEHIND = re.compile(r"^(?:整年|一整年|全年|都|一直)*(?:在|回)?(?:了)?(?:老家|外省|家里|外地|省外)")
_HERE = re.compile(r"这边|这里|这儿|本地|本县|咱们?县|我们县|当地")
_AMOUNT = re.compile(r"[半几多一二两三四五六七八九十0-9]{1,6}\s?个?多?(?:年|月|天|星期|周)")
_NO_REGISTRATION = re.compile(r"(?:没|没有|未|不)(?:去|有|办过?|做过?)?(?:居住)?登记|没登")
_AGAIN = re.compile(r"[又再还]|重新|同一个地方")
_EVERYWHERE = re.compile(r"都|一直|全|均")


@dataclass(frozen=True, slots=True)
class _Span:
    """One period as said: its first moment, its last (None: still registered), and where it stands."""

    first: Moment
    last: Moment | None
    start: int
    end: int


def _dated(text: str, today: date) -> list[Moment]:
    """The moments of the text that are about registration."""
    told = [
        m
        for m in moments(text, today)
        if not _ELSE_BEHIND.match(text[m.end :])
        and text[m.start : m.end] != "今天"
        and not (m.grain is Grain.YEAR and _AWAY_BEHIND.match(text[m.end :]))
        and not _left_for_elsewhere(text, m)
    ]
    sure = [m for m in told if m.grain is not Grain.ROUGH]
    told = sure if any(m.year is not None and m.grain in (Grain.DAY, Grain.MONTH) for m in sure) else told
    return _told_once(text, _year_apart(text, _put_right(text, told)))


_TAKEN_BACK = re.compile(r"[^0-9]{0,8}?[,，\s]*(?:不对|错了|说错了?|哦不|啊不)[,，\s]*(?:应该)?(?:是|到|从)?\s*")


def _put_right(text: str, told: list[Moment]) -> list[Moment]:
    """去年三月，不对，是四月六号: of a moment and the one that corrects it, the second, in the year of the first."""
    kept: list[Moment] = []
    for moment in told:
        if kept and _TAKEN_BACK.fullmatch(text[kept[-1].end : moment.start]):
            year = kept.pop().year
            moment = with_year(moment, year) if moment.year is None and year is not None else moment
        kept.append(moment)
    return kept


#: 三月歇了: no registration begins then.
_RESTED = re.compile(r"(?:份)?(?:就|都)?(?:歇|休息|待家|在家|没做|没干)")
_WENT = re.compile(r"[^,。;\n]{0,3}?(?:去了?|跑去|回了?)(?P<where>[^,。;\n]{2,8})")


def _left_for_elsewhere(text: str, moment: Moment) -> bool:
    """3月去了上海: a month told only of a place outside the province begins no registration here."""
    if _RESTED.match(text, moment.end):
        return True
    went = _WENT.match(text, moment.end)
    if went is None or "登" in went[0]:
        return False
    where = places_of_zhejiang(went["where"])
    return bool(where) and not any(code.startswith("33") for place in where for code in place.codes)


def _year_apart(text: str, told: list[Moment]) -> list[Moment]:
    """24年在岱山，4月登到10月; 9月1日登记，今年: a year by itself belongs to the months that have none."""
    years = [m for m in told if m.grain is Grain.YEAR]
    others = [m for m in told if m.grain is not Grain.YEAR]
    if len(years) != 1 or not others or others[0].year is not None or years[0].year is None:
        return told
    beside = not re.search(r"都是$", text[: years[0].start])  # 5月1号到9月30号义乌 …都是今年的
    if beside and any(_joined(text, a.end, b.start) and years[0] in (a, b) for a, b in pairwise(told)):
        return told
    return [with_year(others[0], years[0].year), *others[1:]]


def _told_once(text: str, told: list[Moment]) -> list[Moment]:
    """上个月登记的，2月14那天: the day says the month once more; and what is said twice counts once."""
    kept: list[Moment] = []
    for moment in told:
        before = kept[-1] if kept else None
        if before and len(kept) > 1 and _joined(text, kept[-2].end, before.start):
            before = None  # it ends a period; what follows is another moment
        if before and not _joined(text, before.end, moment.start) and _same(before, moment):
            kept[-1] = moment if moment.year is not None else with_year(moment, before.year or 0)
            if kept[-1].day == 0 and before.day:
                kept[-1] = before
        else:
            kept.append(moment)
    return kept


def _same(one: Moment, other: Moment) -> bool:
    """Whether both can be the same day, the other without its year or its day perhaps."""
    if Grain.ROUGH in (one.grain, other.grain) or one.year is None or not (one.exists and other.exists):
        return False
    return (
        one.month == other.month
        and other.year in (None, one.year)
        and (one.day == other.day or 0 in (one.day, other.day))
    )


def _with_years(told: list[Moment], today: date) -> list[Moment] | Unclear:
    """Give every moment a year, or say why not."""
    dated: list[Moment] = []
    for i, moment in enumerate(told):
        if not moment.exists:
            return Unclear(Problem.NO_SUCH_DATE)
        if moment.grain in (Grain.ROUGH, Grain.YEAR):
            return Unclear(Problem.AMBIGUOUS_DATE)
        if moment.year is None:
            after = next((later for later in told[i + 1 :] if later.year is not None), None)
            moment = _following(moment, dated[-1]) if dated else _latest(moment, after.first() if after else today)
            if not moment.exists:
                return Unclear(Problem.NO_SUCH_DATE)
        dated.append(moment)
    return _earlier(told, dated, today)


def _earlier(told: list[Moment], dated: list[Moment], today: date) -> list[Moment]:
    """11月到2月, said in November: the winter that is over, since the next one is still to come."""
    no_year = all(moment.year is None for moment in told)
    if len(told) == 2 and no_year and told[1].month < told[0].month and dated[1].last() > today:
        return [with_year(moment, (moment.year or 0) - 1) for moment in dated]
    return dated


def _following(moment: Moment, before: Moment) -> Moment:
    """The first such moment that is not before the one said earlier."""
    year = before.year or 0
    candidate = with_year(moment, year)
    return candidate if candidate.exists and candidate.last() >= before.first() else with_year(moment, year + 1)


def _latest(moment: Moment, limit: date) -> Moment:
    """The last such moment that begins no later than `limit`."""
    candidate = with_year(moment, limit.year)
    return candidate if candidate.exists and candidate.first() <= limit else with_year(moment, limit.year - 1)


def _spans(text: str, told: list[Moment]) -> list[_Span] | Unclear:
    """Pair up: from … to, from … 到现在, 从 … 起."""
    spans: list[_Span] = []
    at = 0
    while at < len(told):
        first = told[at]
        following = told[at + 1] if at + 1 < len(told) else None
        limit = following.start if following else len(text)
        now = _NOW.search(text, first.end, limit)
        if now and (_joined(text, first.end, now.end()) or not following):
            spans.append(_Span(first, None, first.start, now.end()))
            at += 1
        elif _is_open(text, first, limit) and (following is None or _was_before(first, following)):
            spans.append(_Span(first, None, first.start, first.end))
            at += 1
        elif following and (_joined(text, first.end, following.start) or _ENDS_BEHIND.match(text[following.end :])):
            spans.append(_Span(first, following, first.start, following.end))
            at += 2
        else:
            return Unclear(Problem.VAGUE)
    return spans


def _was_before(one: Moment, other: Moment) -> bool:
    """上个月1号才在庆元登上的，之前在德清，去年5月登到12月: what is said later was earlier, so the first goes on."""
    return one.year is not None and other.year is not None and other.first() < one.first()


def _joined(text: str, start: int, end: int) -> bool:
    between = text[start:end]
    return len(between) <= 16 and bool(_JOINS.search(between) or "今" in between) and not _BREAK.search(between)


#: 登记过，后来取消了: it does not go on.
_GIVEN_UP = re.compile(r"(?:后来|之后|后面|现在)[^,，。;]{0,4}(?:取消|注销|停了|断了|没续|没登|搬走|走了)")


def _is_open(text: str, first: Moment, limit: int) -> bool:
    behind, before = text[first.end : limit], text[max(0, first.start - 12) : first.start]
    if _ENDS_BEHIND.match(behind) or _GIVEN_UP.search(behind):
        return False
    return bool(_OPENS_BEHIND.match(behind) or _OPENS_BEFORE.search(before))


def _places(text: str) -> list[tuple[str, int]]:
    """(official name, position) of every place that can be one of registration."""
    named: list[tuple[str, int]] = []
    for place in places_of_zhejiang(text):
        name = official_place(place) if _counts(text, place) else None
        if name and (not named or named[-1][0] != name or _JOINS.search(text[named[-1][1] : place.start])):
            named.append((name, place.start))
    if not named:
        named = [("庆元县", here.start()) for here in _HERE.finditer(text)][:1]
    return named or [("庆元县", town.start()) for town in _towns_here().finditer(text)][:1]


@cache
def _towns_here() -> re.Pattern[str]:
    """The county's own towns, said without the county: 在屏都登的."""
    shorts = [re.sub(r"(?:街道|镇|乡)$", "", name) for name in lookup.index().towns_of("331126")]
    return re.compile("|".join(sorted(shorts, key=len, reverse=True)))


#: Elsewhere than in the province a place is one of registration only if it is said to be: 在福鼎…, 福鼎登的.
_REGISTERED_THERE = re.compile(r"[^,，。;；\s的]{0,6}?登|\s?(?:[0-9]{2,4}[年.]|大?前年|去年|今年|二[0零])")
_IS_HOME = re.compile(r"(?:的|人|户口|老家)")


def _counts(text: str, place: Place) -> bool:
    before = text[max(0, place.start - 6) : place.start]
    if place.codes == ("33",) or re.search(
        r"户口|老家|户籍|(?<![又再返])回(?:到|去)?$|[我人]是$|没在|不在|离开", before
    ):
        return False
    if re.match(r"(?:的)?(?:户口|户籍|老家|人(?=[,。;\s]|$))", text[place.end :]):
        return False
    if not any(code.startswith("33") for code in place.codes) and not _REGISTERED_THERE.match(text[place.end :]):
        return bool(re.search(r"[在于]$", before)) and not _IS_HOME.match(text[place.end :])
    return place.full or place.parts > 1 or all(code.startswith("33") for code in place.codes)


def _assign(text: str, spans: list[_Span], named: list[tuple[str, int]]) -> list[str] | Unclear:
    """Which place belongs to which period: one each in order, or one for all."""
    if not named:
        return Unclear(Problem.NO_PLACE)
    names = [name for name, _ in named]
    if len(names) == len(spans):
        return names
    if len(set(names)) == 1 and (named[0][1] < spans[0].start or _EVERYWHERE.search(text)):
        return [names[0]] * len(spans)
    return _nearest(text, spans, named)


def _nearest(text: str, spans: list[_Span], named: list[tuple[str, int]]) -> list[str] | Unclear:
    """先温州后庆元，温州3月到9月，庆元10月到现在: the place said last before each period, or first behind it."""
    chosen: list[str] = []
    for before, span, after in zip([None, *spans], spans, [*spans[1:], None], strict=False):
        start, stop = before.end if before else 0, after.start if after else len(text)
        ahead = [name for name, at in named if start <= at < span.start]
        behind = [name for name, at in named if span.start <= at < stop]
        if not ahead and not behind and not (chosen and _AGAIN.search(text[span.start : stop])):
            return Unclear(Problem.NO_PLACE)
        chosen.append(ahead[-1] if ahead else behind[0] if behind else chosen[-1])
    return chosen


def _checked(spans: list[_Span], places: list[str], today: date) -> list[Period] | Unclear:
    periods: list[Period] = []
    for span, place in zip(spans, places, strict=True):
        start, end = span.first.first(), span.last.last() if span.last else None
        if start > today or (end and end > today):
            return Unclear(Problem.IN_FUTURE)
        if end and end < start:
            return Unclear(Problem.REVERSED)
        periods.append({"place": place, "from": start.isoformat(), "to": end.isoformat() if end else None})
    return periods


def _read(text: str, today: date) -> tuple[list[Period], int, int] | Unclear:
    told = _with_years(_dated(text, today), today)
    if isinstance(told, Unclear):
        return told
    if not told:
        return Unclear(Problem.VAGUE if _AMOUNT.search(text) else Problem.NO_PERIOD)
    spans = _spans(text, told)
    if isinstance(spans, Unclear):
        return spans
    places = _assign(text, spans, _places(text))
    periods = places if isinstance(places, Unclear) else _checked(spans, places, today)
    return periods if isinstance(periods, Unclear) else (periods, spans[0].start, spans[-1].end)


_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_MONTHS = re.compile(
    rf"(?<![0-9.一二三四五六七八九十月])(?P<first>{_M})\s?[-~到至→—–]\s?(?P<last>{_M})月(?!\s?[0-9一二三四五六七八九十]{{1,3}}[日号])"
)
_WHOLE_YEAR = re.compile(r"(?:全年|整年|一整年|一年到头)")


def _written_out(text: str) -> str:
    """1-6月 → 1月到6月; 25年全年 → 25年1月到12月."""
    return _WHOLE_YEAR.sub("1月到12月", _MONTHS.sub(r"\g<first>月到\g<last>月", text))


def read(text: str, today: date, *, province: str | None = None) -> list[Period] | Unclear:
    """The periods as `{"place", "from", "to"}`, in the order said."""
    text = _written_out(fold(text))
    if not text.strip():
        return Unclear(Problem.EMPTY)
    if is_question(text) or _NO_REGISTRATION.search(text):
        return Unclear(Problem.NO_PERIOD)
    if _SOMETHING_ELSE.search(text) and "登" not in text:
        return Unclear(Problem.NO_PERIOD)
    told = _read(text, today)
    if isinstance(told, Unclear) and (since := _SINCE.search(text)):  # …，就是从去年四月开始一直到现在都在庆元
        told = _read(text[since.start() :], today)
    return told if isinstance(told, Unclear) else told[0]


#: 2025年3月到现在在庆元交社保: work, school and insurance are no registration.
_SOMETHING_ELSE = re.compile(r"社保|保险|读书|上学|念书")
_SINCE = re.compile(
    r"(?<=[^,。;])(?:从|自从|打从)(?=(?:大?前年|去年|今年|[0-9零二]))(?!.*(?:从|自从|打从)(?:大?前年|去年|今年|[0-9零二]))"
)


_ABOUT = re.compile(r"登记|登的|登了|登到|登起|登在|在.{1,8}登(?!录|陆|山)")


def find(text: str, today: date) -> list[Found]:
    """Spot periods where the text speaks of registration. Nothing in a question."""
    text = _written_out(fold(text))
    if not _ABOUT.search(text) or is_question(text) or _NO_REGISTRATION.search(text):
        return []
    start, end = _about(text)
    told = _read(text[start:end], today)
    if isinstance(told, Unclear):
        return []
    periods, first, last = told
    return [Found(Field.REGISTERED_PERIODS, periods, start + first, min(start + last, len(text)))]


def _about(text: str) -> tuple[int, int]:
    """From the sentence of the first word about registration to the end of the last one's."""
    hits = list(_ABOUT.finditer(text))
    start = max(text.rfind(mark, 0, hits[0].start()) for mark in "。;!\n") + 1
    ends = [at for mark in "。!\n" if (at := text.find(mark, hits[-1].end())) >= 0]
    return start, min(ends, default=len(text))
