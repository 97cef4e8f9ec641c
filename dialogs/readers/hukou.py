"""常住户口: province and county, as they stand in the 户口簿."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from dialogs.divisions import lookup
from dialogs.divisions.lookup import Place
from dialogs.readers.folding import fold
from dialogs.readers.outcome import Problem, Unclear
from dialogs.readers.phrases import is_question
from dialogs.readers.sounds import sound

_OPTIONS_SHOWN = 20
_CHATTER = re.compile(
    r"我们?|俺们?|咱们?|本人|家里?|老家|户口本?|户籍|籍贯|所在地?|地址|上面|写的|落户?|省份|应该|好像|大概|孩子|他|她|那边|那里|这个|县里?|市里?"
    r"|[是在的那就都人嗯啊呀呢吧哦了叫个:,。、!. \n]"
)


#: Numbers beside a place are another answer.
_NUMBERS = re.compile(r"(?:身份证|手机|电话)?号?码?[0-9Xx]{6,}")


def _whole(text: str, province: str | None = None) -> tuple[str, list[Place]]:
    folded = fold(text)
    return folded, lookup.places(folded, province)


def left_over(text: str, told: list[Place]) -> str:
    """A folded text without these places, numbers and chatter."""
    for place in reversed(told):
        text = text[: place.start] + text[place.end :]
    return _CHATTER.sub("", _NUMBERS.sub("", text))


def read_province(text: str, today: date, *, province: str | None = None) -> str | Unclear:
    """The official name of the province. A county or city said instead tells it, if it can be in one only."""
    folded, told = _whole(text)
    if not folded.strip():
        return Unclear(Problem.EMPTY)
    if (letter := _CHATTER.sub("", folded).rstrip("省")) in _LETTERS:
        return lookup.name_of(_LETTERS[letter])
    told = meant(folded, told)
    if is_question(folded) or not told:
        return Unclear(Problem.UNKNOWN_PLACE)
    exact = [place for place in told if len(place.codes[0]) == 2 or place.parts > 1]
    provinces = {place.province for place in exact or told}
    if len(provinces) == 1 and (only := provinces.pop()):
        whole_text = len(left_over(folded, told)) <= 12
        return only if exact or (whole_text and left_over(folded, told) == "") else Unclear(Problem.UNKNOWN_PLACE)
    return Unclear(Problem.AMBIGUOUS_PLACE, {"options": _options([code for place in told for code in place.options])})


#: Provinces by their one character, as on a number plate.
_LETTERS: dict[str, str] = dict(
    zip(
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀黔贵滇云藏陕秦甘陇青宁新",
        re.findall("..", "111213141521222331323334353637414243444546505151525253535461616262636465"),
        strict=True,
    )
)
LABEL = re.compile(r"户口|户籍|籍贯|常住户口|老家")
_NOT_IT = re.compile(r"(?:不是|唔系|并非|别写成?|莫写成?|不在)(?:在)?$")
_AM_HERE = re.compile(
    r"(?:现在?|目前|如今|眼下)[^,。;\s]{0,4}(?:住|在|租|待)[^,。;\s]{0,2}$|(?:住在?|租在|打工在|上班在)$"
)


#: 在江西打过工.
_WAS_THERE = re.compile(r"(?:那边|那里)?(?:打|上|做|干|读|待|住|呆|当)过")
#: 我贵州，老婆湖南.
_THEIRS = re.compile(r"(?:老婆|老公|爱人|媳妇|妻子|丈夫|对象|孩子|小孩|儿子|女儿|我?爸妈?|我?妈)(?:是|在|的)?$")
#: 以前是四川的，现在归重庆了.
_NOW_PART_OF = re.compile(r"(?:归|属于?|划(?:给|到|归)|改成)$")


def meant(text: str, told: list[Place]) -> list[Place]:
    """Without what it was before (以前是…), what it is not, a part of a name, and where one only lives."""
    kept = []
    for place in told:
        before = re.split(r"[,。;\s]", text[max(0, place.start - 10) : place.start])[-1]
        if _formerly(text, place) or _NOT_IT.search(before) or _WAS_THERE.match(text, place.end):
            continue
        if _THEIRS.search(before) and "我" in text[: place.start]:
            continue
        if not LABEL.search(before) and _AM_HERE.search(before) and not _NOW_PART_OF.search(before):
            continue
        if not place.full and place.parts == 1 and re.search(r"(?:叫|姓名|名字)[^,。;\s]{0,3}$", before):
            continue
        kept.append(place)
    return kept


def _by_sound(said: str) -> str | None:
    """松涛县 → 松桃苗族自治县: the one county that sounds so, if no place is written so."""
    bare = re.sub(r"(?:自治县|县|市|区)$", "", _CHATTER.sub("", said))
    heard = _county_sounds().get(sound(bare), ()) if len(bare) >= 2 else ()
    return lookup.name_of(heard[0]) if len(heard) == 1 else None


@cache
def _county_sounds() -> dict[tuple[str, ...], tuple[str, ...]]:
    """The counties by what their short forms sound like."""
    named: dict[tuple[str, ...], tuple[str, ...]] = {}
    for code, name in lookup.index().names.items():
        if len(code) == 6:
            heard = sound(lookup.short_of(name))
            named[heard] = (*named.get(heard, ()), code)
    return named


def read_county(text: str, today: date, *, province: str | None = None) -> str | Unclear:
    """The official name of the county. `province` is the one already told: it settles names that exist twice.

    Unclear `ambiguous_place` lists the counties it may be; `wrong_province` tells where the place really is.
    """
    folded, told = _whole(_unspelled(fold(text)), province)
    if not folded.strip():
        return Unclear(Problem.EMPTY)
    kept = meant(folded, told)
    is_renamed = not kept and bool(_RENAMED.search(folded))
    counties = [place for place in (told if is_renamed else kept) if any(len(code) > 2 for code in place.codes)]
    told = _once(folded, counties, renamed=is_renamed)
    if not told and not lookup.places(folded) and not is_question(folded) and (heard := _by_sound(folded)):
        return heard
    if is_question(folded) or not told or (len(told) > 1 and not told[0].full):
        return Unclear(Problem.UNKNOWN_PLACE)
    place = told[0]
    others = [other.county for other in told[1:] if other.full and other.county and other.county != place.county]
    if place.county and others:
        return Unclear(Problem.AMBIGUOUS_PLACE, {"options": _options([place.county, *others])})
    if not place.full and (len(left_over(folded, told)) > 6 or re.search(r"下雨|天气|没$|[吗吧呢]$", folded)):
        return Unclear(Problem.UNKNOWN_PLACE)
    if province and place.province != province and not (place.province is None and _inside(place, province)):
        return _elsewhere(place)
    return _county_of(place)


_KNOWN_FOR = re.compile(r"^[\u4e00-\u9fff]{2,6}那个(?=[\u4e00-\u9fff]{2,6}[县市区旗]$)")
_SPELT = re.compile(r"[,，。\s]+(?P<word>[\u4e00-\u9fff]{1,4})的那?个?(?P<said>[\u4e00-\u9fff])(?=[,，。\s]|$)")


def _unspelled(text: str) -> str:
    """宁都，宁波的宁 首都的都: without the lessons in spelling."""
    text = _KNOWN_FOR.sub("", text.strip())  # 凤凰古城那个凤凰县
    first = re.split(r"[,，。\s]", text)[0]
    return _SPELT.sub(
        lambda lesson: "" if lesson["said"] in first and lesson["said"] in lesson["word"] else lesson[0], text
    )


#: 以前叫潜山县 现在改成市了: the same place, by its old name.
_RENAMED = re.compile(r"(?:现在|后来|如今)[^,，。;]{0,2}(?:改|叫|变|升|撤县)[^,，。;]{0,4}[市区]")
_FORMERLY = re.compile(r"(?:以前|原来|从前|过去|早先|老早)(?:是|属|属于|归|叫|算)?$")


def _once(text: str, told: list[Place], *, renamed: bool) -> list[Place]:
    """Without the same place said again, the city it lies in (枞阳，现在归铜陵了), and what it belonged to before."""
    kept: list[Place] = []
    for place in told:
        if _formerly(text, place) and not renamed:
            continue
        if any(place.codes == other.codes or _holds(place, other) for other in kept):
            continue
        kept.append(place)
    return kept


def _formerly(text: str, place: Place) -> bool:
    return bool(_FORMERLY.search(text[max(0, place.start - 5) : place.start]))


def _holds(outer: Place, inner: Place) -> bool:
    return len(outer.codes) == 1 and all(
        code.startswith(outer.codes[0]) and code != outer.codes[0] for code in inner.codes
    )


def _inside(place: Place, province: str) -> bool:
    return any(lookup.name_of(code[:2]) == province for code in place.codes)


def _elsewhere(place: Place) -> Unclear:
    if place.county and place.province:
        return Unclear(Problem.WRONG_PROVINCE, {"province": place.province, "county": lookup.name_of(place.county)})
    return Unclear(Problem.UNKNOWN_PLACE)


def _county_of(place: Place) -> str | Unclear:
    if place.county:
        return lookup.name_of(place.county)
    options = list(place.options)
    return (
        Unclear(Problem.AMBIGUOUS_PLACE, {"options": _options(options)}) if options else Unclear(Problem.UNKNOWN_PLACE)
    )


def _options(codes: list[str]) -> list[dict[str, str]]:
    shown = list(dict.fromkeys(codes))[:_OPTIONS_SHOWN]
    return [lookup.option(code) for code in shown]
