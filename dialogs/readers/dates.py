"""Dates as people say them, counted from `today`: 25年3月份, 去年十月, 上个月底, 10月20号, 2025.3.1, 20250301.

Nothing is guessed: a date without its year is `Moment.year is None` and gets one only from what stands beside it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from dialogs.readers.numerals import number


class Grain(StrEnum):
    """How exact a moment was said."""

    DAY = "day"
    MONTH = "month"
    YEAR_END = "year_end"
    YEAR = "year"
    ROUGH = "rough"  #: 中旬, 春节, 农历: no calendar date can be taken from it


@dataclass(frozen=True, slots=True)
class Moment:
    """One date as said. `year` is None while unsaid; `day` 0 is the whole month, 31 in `at_end` its last day."""

    start: int
    end: int
    year: int | None
    month: int
    day: int
    grain: Grain
    exists: bool = True

    def first(self) -> date:
        """The first day it covers. Only for moments with a year that exist."""
        return date(self.year or 1, self.month, self.day or 1)

    def last(self) -> date:
        """The last day it covers."""
        year = self.year or 1
        return date(year, self.month, self.day or monthrange(year, self.month)[1])


_W = "零〇一二两三四五六七八九十廿卅"
_YEAR = (
    r"(?P<year>(?<![0-9])(?:19|20)?[0-9]{2}|[零〇○一二两三四五六七八九]{4}|[零〇二][零〇一二三四五六七八九])\s?年(?!前|半|多|[级度纪龄])"
    r"|(?P<relative>大前年|[一两三]年前|前年|去年|今年|本年|当年|同年|(?<![证声说])明年|大后年|后年|上年|来年)"
)
_MONTH = r"(?P<month>(?<![0-9])[01]?[0-9]|[一二三四五六七八九]|十[一二]?|正|元)\s?月(?:份(?!证))?"
_DAY = (
    rf"(?P<day>[0-3]?[0-9]|[{_W}]{{1,3}})\s?(?:日|号(?![码线房楼门院店厂]))"
    r"|(?P<bare_day>(?:[0-3]?[0-9]|[二三]?十[一二三四五六七八九]?)(?=[到至~-]|在|登|起|那天|开始|过期|失效|才|就|\s*(?:[,。;]|到期|为止|$))|[0-3]?[0-9](?=在|登|起|情人|那天)"
    # a month with a bare day behind: 十月一国庆, 六月三十退, 3月16 来的; not 三月一直, 3月2个, 5月10楼
    rf"|(?:三十一?|[二]?十[一二三四五六七八九]?|[二三四五六七八九]|一(?![直起共过来到走下些般定个样路边面会块回次趟段份]))(?![{_W}个年月点天次张份万元块多岁楼室幢栋层组回趟段遍])"
    r"|[0-3]?[0-9](?![0-9 ]*[个年月点天次张份万元块多岁楼室幢栋层组号日.:%/-]|[0-9]))"
)
_PART = r"(?P<part>底|末|最后[一那]天|最末[一那]天|初(?![一二三四五六七八九十])|中旬|上旬|下旬|中(?!间|途))"
_WORDS = re.compile(
    rf"(?:(?:{_YEAR})\s?的?\s?)?(?:{_MONTH})\s?的?\s?(?:{_DAY}|{_PART})?"
    rf"|(?P<relative_month>上上个?月|上个?月|这个?月|本月|当月|下下个?月|下个?月)\s?的?\s?(?:(?P<day2>[0-3]?[0-9]|[{_W}]{{1,3}})\s?(?:[日号]|(?=[,。;\s]|$))|(?P<part2>底|末|最后[一那]天|初|中旬|上旬|下旬|中))?"
    rf"|(?:{_YEAR.replace('<year>', '<year3>').replace('<relative>', '<relative3>')})\s?的?\s?"
    r"(?P<year_part>最后[一那]天|今天(?!登|来|办)|年?底|年?末|年?初|[春夏秋冬]天?|上半年|下半年|元旦节?|春节|过年|国庆节?|五一(?:劳动)?节?|劳动节|六一(?:儿童)?节?|儿童节|七一|八一|三八(?:妇女)?节?|妇女节|教师节|中秋)?"
    r"|(?P<months_later>[0-9]{1,2}|[一两二三四五六七八九十]{1,2})\s?个月(?:以后|之后|后)(?:的?今天)?|(?:还有|还剩|再过|再有)(?P<days_left>[0-9]{1,3}|[一两二三四五六七八九十]{1,3})天|(?P<relative_day>大前天|前天|昨天|今天|明天|后天|大后天)"
)
_FIGURES = re.compile(
    r"(?<![0-9.])(?:(?P<y>(?:19|20)[0-9]{2})\s?[.\-/]\s?(?P<m>[01]?[0-9])(?:\s?[.\-/]\s?(?P<d>[0-3]?[0-9]))?(?![0-9])"
    r"|(?P<y3>[23][0-9])[/\-](?P<m3>[01]?[0-9])[/\-](?P<d3>[0-3]?[0-9])(?![0-9])|(?P<y5>2[0-9])\.(?P<m5>0?[1-9]|1[0-2])(?![0-9.])"
    r"|(?P<y2>[12][0-9])\.(?P<m2>[01]?[0-9])\.(?P<d2>[0-3]?[0-9])(?![0-9.])"
    r"|(?P<packed>(?:19|20)[0-9]{2}[01][0-9][0-3][0-9])(?![0-9])"
    r"|(?P<packed_month>(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2]))(?![0-9])"
    r"|(?P<m4>[01]?[0-9])[./](?P<d4>[0-3]?[0-9])(?![0-9.]))"
)
_LUNAR = re.compile(r"农历|阴历|正月|腊月|冬月|[初][一二三四五六七八九十]|旧历")
#: 去年四月初一，阳历是4月28: only what follows counts; the year said before stays with it.
_SOLAR = re.compile(r"(?:阳历|公历|新历|西历)(?:就)?(?:是)?")
_YEARS = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "上年": -1,
    "今年": 0,
    "本年": 0,
    "明年": 1,
    "来年": 1,
    "后年": 2,
    "大后年": 3,
    "一年前": -1,
    "两年前": -2,
    "三年前": -3,
}
#: Holidays of the solar calendar, by their first two characters.
_HOLIDAYS = {
    "元旦": (1, 1),
    "三八": (3, 8),
    "妇女": (3, 8),
    "五一": (5, 1),
    "劳动": (5, 1),
    "六一": (6, 1),
    "儿童": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "教师": (9, 10),
    "国庆": (10, 1),
}
_MONTHS = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_ENDS = frozenset("底末最")


def _year(said: str | None, relative: str | None, today: date) -> int | None:
    if relative:
        offset = _YEARS.get(relative)
        return None if offset is None else today.year + offset
    if not said:
        return None
    year = number(said)
    if year is None or year >= 100:
        return year
    return 2000 + year if year <= today.year % 100 + 20 else 1900 + year


def _moment(start: int, end: int, year: int | None, month: int, day: int, part: str | None) -> Moment:
    """Put the parts together; `exists` is false for 2月30日 and 13月."""
    if not 1 <= month <= 12 or (year is not None and not 1900 <= year <= 2200):
        return Moment(start, end, year, 1, 0, Grain.DAY, exists=False)
    if part and part[0] in _ENDS:
        day = -1
    elif part == "初":
        day = 1
    elif part:
        return Moment(start, end, year, month, 0, Grain.ROUGH)
    longest = monthrange(year or 2000, month)[1]
    if day == -1:
        return Moment(start, end, year, month, longest if year else -1, Grain.DAY)
    if day > longest:
        return Moment(start, end, year, 1, 0, Grain.DAY, exists=False)
    return Moment(start, end, year, month, day, Grain.DAY if day else Grain.MONTH)


def _from_words(match: re.Match[str], today: date) -> Moment | None:
    start, end = match.span()
    while end > start and match[0][end - start - 1] in " 的":
        end -= 1
    if match["relative_day"]:
        day = today + timedelta(days=_DAYS[match["relative_day"]])
        return Moment(start, end, day.year, day.month, day.day, Grain.DAY)
    if match["days_left"]:
        day = today + timedelta(days=number(match["days_left"]) or 0)
        return Moment(start, end, day.year, day.month, day.day, Grain.DAY)
    if match["months_later"]:
        return _months_later(match, today)
    if match["relative_month"]:
        return _relative_month(match, start, end, today)
    if match["month"]:
        year = _year(match["year"], match["relative"], today)
        month = 1 if match["month"] in ("正", "元") else number(match["month"]) or 0
        if match["day"] or match["bare_day"]:
            day_number = number(match["day"] or match["bare_day"]) or 99
            return _moment(start, end, year, month, day_number, None)
        return _moment(start, end, year, month, 0, match["part"])
    return _of_year(match, start, end, today)


def _of_year(match: re.Match[str], start: int, end: int, today: date) -> Moment | None:
    """明年; 今年底; 明年今天; 去年春天."""
    year = _year(match["year3"], match["relative3"], today)
    if year is None:
        return None
    part = match["year_part"] or ""
    if part == "今天":
        return Moment(start, end, year, today.month, min(today.day, monthrange(year, today.month)[1]), Grain.DAY)
    if part and (part[-1] in _ENDS or part[0] in _ENDS):
        return Moment(start, end, year, 12, 31, Grain.YEAR_END)
    if part and (day := _HOLIDAYS.get(part.removesuffix("节")[:2])):
        return Moment(start, end, year, *day, Grain.DAY)
    return Moment(start, end, year, 1, 0, Grain.ROUGH if part else Grain.YEAR)


def _months_later(match: re.Match[str], today: date) -> Moment | None:
    """两个月以后的今天: that very day; 三个月后: the month."""
    months = today.year * 12 + today.month - 1 + (number(match["months_later"]) or 0)
    year, month = months // 12, months % 12 + 1
    if "今天" not in match[0]:
        return Moment(match.start(), match.end(), year, month, 0, Grain.ROUGH)
    day = min(today.day, monthrange(year, month)[1])
    return Moment(match.start(), match.end(), year, month, day, Grain.DAY)


def _relative_month(match: re.Match[str], start: int, end: int, today: date) -> Moment:
    offset = _MONTHS[match["relative_month"].rstrip("月").rstrip("个")]
    months = today.year * 12 + today.month - 1 + offset
    day = (number(match["day2"]) or 99) if match["day2"] else 0
    return _moment(start, end, months // 12, months % 12 + 1, day, match["part2"])


def _from_figures(match: re.Match[str]) -> Moment:
    start, end = match.span()
    if match["packed"]:
        figures = match["packed"]
        return _moment(start, end, int(figures[:4]), int(figures[4:6]), int(figures[6:]) or 99, None)
    if match["packed_month"]:
        figures = match["packed_month"]
        return _moment(start, end, int(figures[:4]), int(figures[4:]), 0, None)
    if match["y"]:
        day = (int(match["d"]) or 99) if match["d"] else 0
        return _moment(start, end, int(match["y"]), int(match["m"]), day, None)
    if match["y3"]:
        return _moment(start, end, 2000 + int(match["y3"]), int(match["m3"]), int(match["d3"]) or 99, None)
    if match["y5"]:
        return _moment(start, end, 2000 + int(match["y5"]), int(match["m5"]), 0, None)
    if match["y2"]:
        return _moment(start, end, 2000 + int(match["y2"]), int(match["m2"]), int(match["d2"]) or 99, None)
    return _moment(start, end, None, int(match["m4"]), int(match["d4"]) or 99, None)


def moments(text: str, today: date) -> Iterator[Moment]:
    """Every date in the text (folded), from left to right."""
    at = 0
    if solar := _SOLAR.search(text):
        at = solar.end()
    rough = bool(_LUNAR.search(text, at))
    found = [m for m in (_from_words(match, today) for match in _WORDS.finditer(text)) if m]
    found += [_from_figures(match) for match in _FIGURES.finditer(text)]
    for moment in sorted(found, key=lambda m: (m.start, -m.end)):
        if moment.start >= at:
            if (
                solar
                and moment.year is None
                and (before := [m.year for m in found if m.end <= solar.start() and m.year])
            ):
                moment = with_year(moment, before[0])
            yield replace(moment, grain=Grain.ROUGH) if rough else moment
            at = moment.end


def with_year(moment: Moment, year: int) -> Moment:
    """The same moment in that year; an end of month becomes its real last day."""
    day = monthrange(year, moment.month)[1] if moment.day == -1 else moment.day
    if day > monthrange(year, moment.month)[1]:
        return replace(moment, year=year, day=0, exists=False)
    return replace(moment, year=year, day=day)
