"""Finds divisions in a text: full names, short forms (松桃, 内蒙) and old names (横县), narrowed by what stands before.

A place said twice over ("贵州省 松桃") narrows down: 松桃 is looked for inside 贵州. What stays open stays open:
`Place.options` then holds every county it may be, and the caller asks.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from dialogs.yaml_files import read_yaml

HERE = Path(__file__).parent
#: Nobody names more places in one message; the rest is nonsense and only costs time.
_MOST = 40
_LONGEST = 4000
#: What may stand between two parts of one place.
_GAP = frozenset(" ,、的-/·")
_BELOW = frozenset(("下面的", "下面", "底下的", "下属的", "那边的", "那边", "管的", "地区的"))
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜"
    "|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各"
)
_AUTONOMOUS = re.compile(rf"(?:(?:{_PEOPLES})族|哈萨克|塔吉克|锡伯|蒙古|柯尔克孜|维吾尔)*自治[县州旗区]$")
_PLAIN = re.compile(r"(?:省|市|县|地区|新区|区|旗|盟)$")
_KIND = {"自治县": "县", "自治州": "州", "自治旗": "旗"}
#: Short forms that are everyday words: places only behind the province or city they lie in, or alone.
_ORDINARY = frozenset(read_yaml(HERE / "ordinary_words.yaml"))
#: Everyday names of provinces beyond the mere short form.
_PROVINCE_NICKNAMES = {
    "内蒙": "15",
    "内蒙古": "15",
    "广西省": "45",
    "新疆省": "65",
    "西藏省": "54",
    "宁夏省": "64",
    "内蒙古省": "15",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in the text, and the codes it may stand for. `full`: said with its suffix (县, 市, …)."""

    start: int
    end: int
    codes: tuple[str, ...]
    full: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Adjacent mentions read as one place. Codes have 2 (province), 4 (city) or 6 (county) digits."""

    start: int
    end: int
    codes: tuple[str, ...]
    full: bool
    parts: int

    @property
    def province(self) -> str | None:
        """The official name of the province, if there is only one it can be in."""
        provinces = {code[:2] for code in self.codes}
        return index().names[provinces.pop()] if len(provinces) == 1 else None

    @property
    def city(self) -> str | None:
        """The four-digit code, if all readings lie in one city."""
        cities = {code[:4] for code in self.codes}
        city = cities.pop()
        return city if not cities and len(city) == 4 else None

    @property
    def county(self) -> str | None:
        """The six-digit code, if it can be only one county."""
        counties = [code for code in self.codes if len(code) == 6]
        if len(counties) != 1:
            return None
        larger = [code for code in self.codes if len(code) < 6]
        return counties[0] if all(index().counties_under(code) == counties for code in larger) else None

    @property
    def options(self) -> tuple[str, ...]:
        """The counties it may be; for a city all its counties; empty for a whole province."""
        found = [code for code in self.codes if len(code) == 6]
        for code in self.codes:
            if len(code) == 4:
                found += index().counties_under(code)
        return tuple(dict.fromkeys(found))


class Index:
    """The names of the country's divisions, forwards and backwards. Built once."""

    def __init__(self) -> None:
        raw = json.loads((HERE / "divisions.json").read_text(encoding="utf-8"))
        self.date: str = raw["date"]
        self.names: dict[str, str] = {**raw["provinces"], **raw["cities"], **raw["counties"]}
        self.towns: dict[str, str] = raw["towns"]
        self._counties: tuple[str, ...] = tuple(raw["counties"])
        self.forms: dict[str, tuple[tuple[str, ...], bool]] = {}
        self._heads: dict[str, list[str]] = defaultdict(list)
        self._collect(read_yaml(HERE / "old_names.yaml"))

    def _collect(self, old_names: dict[str, str]) -> None:
        full: dict[str, list[str]] = defaultdict(list)
        short: dict[str, list[str]] = defaultdict(list)
        provinces = {short_of(name) for code, name in self.names.items() if len(code) == 2}
        for code, name in self.names.items():
            full[name].append(code)
            for form in other_forms(name):
                if len(code) == 2 or form not in provinces:
                    (full if form[-1] in "县州旗" and form != short_of(name) else short)[form].append(code)
        for name, code in [*old_names.items(), *_PROVINCE_NICKNAMES.items()]:
            full.setdefault(name, [code])
        for form, codes in short.items():
            if form not in full:
                self.forms[form] = (tuple(codes), False)
        for form, codes in full.items():
            self.forms[form] = (tuple(codes), True)
        for form in sorted(self.forms, key=len, reverse=True):
            self._heads[form[:2]].append(form)

    def counties_under(self, code: str) -> list[str]:
        """The counties of a city or province."""
        return [county for county in self._counties if county.startswith(code)]

    def mentions(self, text: str) -> Iterator[Mention]:
        """Every name in the text, the longest at each place, from left to right."""
        at, last, heads = 0, len(text) - 1, self._heads
        while at < last:
            step = 1
            for form in heads.get(text[at : at + 2], ()):
                if text.startswith(form, at):
                    codes, is_full = self.forms[form]
                    yield Mention(at, at + len(form), codes, is_full)
                    step = len(form)
                    break
            at += step

    @cached_property
    def all_towns(self) -> str:
        """The full names of all towns of the country, each between two bars."""
        return f"|{'|'.join(self.towns.values())}|"

    @cached_property
    def towns_of_zhejiang(self) -> dict[str, tuple[str, ...]]:
        """Each town's full name and the counties that have one of that name."""
        named: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for county, towns in self.towns.items():
            if county.startswith("33"):
                for town in towns.split("|"):
                    named[town] += (county,)
        return dict(named)

    def towns_of(self, county: str) -> list[str]:
        """The towns, townships and streets of a county (six-digit code)."""
        return self.towns.get(county, "").split("|")


def is_town(name: str) -> bool:
    """Whether some county of the country has a town, township or street of that full name."""
    return f"|{name}|" in index().all_towns


def short_of(name: str) -> str:
    """松桃苗族自治县 → 松桃, 云和县 → 云和; a name that would shrink to one character stays (横县)."""
    short = _AUTONOMOUS.sub("", name)
    if short == name:
        short = _PLAIN.sub("", name)
    return short if len(short) >= 2 else name


def other_forms(name: str) -> list[str]:
    """The shorter ways of saying a name: 松桃, 松桃县."""
    short = short_of(name)
    if short == name:
        return ["东乡", "东乡县"] if name == "东乡族自治县" else []
    kind = _KIND.get(name[-3:])
    return [short, short + kind] if kind else [short]


#: Behind a short form these make another name of it.
_SMALLER = frozenset("镇乡村路街巷弄")


@cache
def index() -> Index:
    """The index, built on first use (call it at start: see `load`)."""
    return Index()


def load() -> None:
    """Build the index now, so that the first applicant does not wait for it."""
    index()


def _narrow(codes: tuple[str, ...], inside: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in codes if any(code.startswith(outer) and code != outer for outer in inside))


def _goes_on(text: str, mention: Mention) -> bool:
    """Whether a division of this one follows at once: 昭通镇雄 is no 昭通镇."""
    following = next(index().mentions(text[mention.end : mention.end + 12]), None)
    return following is not None and following.start == 0 and bool(_narrow(following.codes, mention.codes))


def places(text: str, province: str | None = None) -> list[Place]:
    """Every place in the text. `province` (official name) settles names that exist in several provinces."""
    found: list[Place] = []
    text = text[:_LONGEST]
    known = index().forms[province][0] if province in index().forms else ()
    for mention in index().mentions(text):
        if len(found) >= _MOST:
            break
        before = found[-1] if found else None
        between = text[before.end : mention.start] if before else ""
        if before and ((set(between[:3]) <= _GAP and len(between) <= 2) or between in _BELOW):
            narrowed = _narrow(mention.codes, before.codes)
            if narrowed:
                found[-1] = Place(before.start, mention.end, narrowed, mention.full, before.parts + 1)
                continue
        if (
            not mention.full
            and not _goes_on(text, mention)
            and (text[mention.end : mention.end + 1] in _SMALLER or text[mention.end : mention.end + 2] == "大道")
        ):
            continue  # 新宁县黄龙镇 is not 黄龙县, and 正阳路 not 正阳县
        if text[mention.start : mention.end] in _ORDINARY and text.strip() not in _ORDINARY:
            continue
        codes = _narrow(mention.codes, known) or mention.codes
        found.append(Place(mention.start, mention.end, codes, mention.full, 1))
    return found


_TOWN = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:街道|镇|乡)")


def town_places(text: str) -> list[Place]:
    """Towns of Zhejiang said with their kind (佛堂镇): the county each lies in, where only one has such a town."""
    found = []
    for match in _TOWN.finditer(text):
        for start in range(match.start(), match.end() - 2):
            counties = index().towns_of_zhejiang.get(text[start : match.end()], ())
            if len(counties) == 1:
                found.append(Place(start, match.end(), counties, True, 1))
                break
    return found


def name_of(code: str) -> str:
    """The official name of a division's code."""
    return index().names[code]


def option(code: str) -> dict[str, str]:
    """A county to choose from: {province, county, city}; `city` tells two 鼓楼区 of 江苏 apart, and may be empty."""
    return {
        "province": name_of(code[:2]),
        "city": index().names.get(code[:4], ""),
        "county": name_of(code),
    }


def official(code: str) -> str:
    """A county or city as said from 浙江: 温岭市; outside the province with its province: 贵州省松桃苗族自治县."""
    name = name_of(code)
    return name if code.startswith("33") else name_of(code[:2]) + name
