"""常住户口: province, county and the rest of the address, as they stand in the 户口簿."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

from dialogs.divisions import lookup
from dialogs.divisions.lookup import Place
from dialogs.readers.address_pieces import bare, is_talk, joined, pieces, restarts
from dialogs.readers.addresses import HAN, holds_other_facts, tidy, trim_address
from dialogs.readers.corrected import is_corrected
from dialogs.readers.folding import fold, fold_letters, is_hostile
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import is_question
from dialogs.readers.sounds import sound
from state_machine.codes import Field

_OPTIONS_SHOWN = 20
_MAX_ADDRESS = 80
_ABROAD = re.compile(r"香港|澳门|台湾|台北|国外|外国")
_CLAUSE = re.compile(r"[^,，。;；\n]+")
_CHATTER = re.compile(
    r"我们?|俺们?|咱们?|本人|家里?|老家|户口本?|户籍|籍贯|所在地?|地址|上面|写的|落户?|省份|应该|好像|大概|孩子|他|她|那边|那里|这个|县里?|市里?"
    r"|[是在的那就都人嗯啊呀呢吧哦了叫个:,。、!. \n]"
)


#: Numbers beside a place are another answer.
_NUMBERS = re.compile(r"(?:身份证|手机|电话)?号?码?[0-9Xx]{6,}")


def _whole(text: str, province: str | None = None) -> tuple[str, list[Place]]:
    folded = fold(text)
    return folded, lookup.places(folded, province)


def _left_over(text: str, told: list[Place]) -> str:
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
    told = _meant(folded, told)
    if is_question(folded) or not told:
        return Unclear(Problem.UNKNOWN_PLACE)
    exact = [place for place in told if len(place.codes[0]) == 2 or place.parts > 1]
    provinces = {place.province for place in exact or told}
    if len(provinces) == 1 and (only := provinces.pop()):
        whole_text = len(_left_over(folded, told)) <= 12
        return only if exact or (whole_text and _left_over(folded, told) == "") else Unclear(Problem.UNKNOWN_PLACE)
    return Unclear(Problem.AMBIGUOUS_PLACE, {"options": _options([code for place in told for code in place.options])})


#: Provinces by their one character, as on a number plate.
_LETTERS: dict[str, str] = dict(
    zip(
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀黔贵滇云藏陕秦甘陇青宁新",
        re.findall("..", "111213141521222331323334353637414243444546505151525253535461616262636465"),
        strict=True,
    )
)
_NOT_IT = re.compile(r"(?:不是|唔系|并非|别写成?|莫写成?|不在)(?:在)?$")
_AM_HERE = re.compile(
    r"(?:现在?|目前|如今|眼下)[^,。;\s]{0,4}(?:住|在|租|待)[^,。;\s]{0,2}$|(?:住在?|租在|打工在|上班在)$"
)


#: 我贵州，老婆湖南.
_THEIRS = re.compile(r"(?:老婆|老公|爱人|媳妇|妻子|丈夫|对象|孩子|小孩|儿子|女儿|我?爸妈?|我?妈)(?:是|在|的)?$")
#: 以前是四川的，现在归重庆了.
_NOW_PART_OF = re.compile(r"(?:归|属于?|划(?:给|到|归)|改成)$")


def _meant(text: str, told: list[Place]) -> list[Place]:
    """Without what it was before (以前是…), what it is not, a part of a name, and where one only lives."""
    kept = []
    for place in told:
        before = re.split(r"[,。;\s]", text[max(0, place.start - 10) : place.start])[-1]
        if _formerly(text, place) or _NOT_IT.search(before):
            continue
        if _THEIRS.search(before) and "我" in text[: place.start]:
            continue
        if not _LABEL.search(before) and _AM_HERE.search(before) and not _NOW_PART_OF.search(before):
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
    meant = _meant(folded, told) or (told if _RENAMED.search(folded) else [])
    told = _once(
        folded,
        [place for place in meant if any(len(code) > 2 for code in place.codes)],
        renamed=not _meant(folded, told),
    )
    if not told and not lookup.places(folded) and not is_question(folded) and (heard := _by_sound(folded)):
        return heard
    if is_question(folded) or not told or (len(told) > 1 and not told[0].full):
        return Unclear(Problem.UNKNOWN_PLACE)
    place = told[0]
    others = [other.county for other in told[1:] if other.full and other.county and other.county != place.county]
    if place.county and others:
        return Unclear(Problem.AMBIGUOUS_PLACE, {"options": _options([place.county, *others])})
    if not place.full and (len(_left_over(folded, told)) > 6 or re.search(r"下雨|天气|没$|[吗吧呢]$", folded)):
        return Unclear(Problem.UNKNOWN_PLACE)
    if province and place.province != province and not (place.province is None and _inside(place, province)):
        return _elsewhere(place)
    return _county_of(place)


_SPELT = re.compile(r"[,，。\s]+(?P<word>[\u4e00-\u9fff]{1,4})的那?个?(?P<said>[\u4e00-\u9fff])(?=[,，。\s]|$)")


def _unspelled(text: str) -> str:
    """宁都，宁波的宁 首都的都: without the lessons in spelling."""
    first = re.split(r"[,，。\s]", text.strip())[0]
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


_MARK = re.compile(
    r"[镇乡村组队社屯寨庄湾坝沟坪坑街路巷弄号栋幢楼室园苑场厂堡营集店铺桥里坊院校区县市州旗]|苏木|嘎查|小区|街道|[0-9]"
)
_ADDRESS_LEAD = re.compile(
    r"^(?:嗯|哦|就是|我们?|俺|家里?|老家|户口本?(?:上)?|户籍|详细)*(?:的)?(?:地址)?(?:上?写的)?(?:是|在|就在|:|为)+|^(?:详细)?地址[:是]?"
)


#: 莫得门牌号, behind an address.
_NO_NUMBER = re.compile(
    r"[,，。\s]*(?:没有?|没得|莫得|冇得?|无)(?:啥|什么|具体|得)*(?:门牌|号牌|门号|牌号|号码|号数|门户号|分?组(?=[,，。\s]|$))号?[^,，。]*"
)
#: 龙潭镇下面的五育村; 渭田镇，具体门牌为溪尾街18号.
_UNDER = re.compile(
    r"(?<=[镇乡县街道])(?:下面|下头|底下|那边|辖|管)的?(?=[\u4e00-\u9fff])|(?:具体)?(?:门牌号?|地址|位置)(?:为|是|:|：)(?=[\u4e00-\u9fff])"
)


#: The next fact said in the same breath.
_NEXT_FACT = re.compile(
    r"[,，。;；、\s]+(?:我的?|本人)?(?:电话|手机|身份证号|姓名|名字|我叫|联系方式|民族|现住|现在住|人在庆元).*$"
)
#: 尖岩村田坝组 属于隆兴镇.
_BELONGS = re.compile(r"[,，。\s]+(?:是|属于|属|归|在)(?P<town>[\u4e00-\u9fff]{2,4}(?:镇|乡|街道))(?:的|管的?)?$")


def read_address(text: str, today: date, *, province: str | None = None) -> str | Unclear:
    """The rest of the address, without the province, city and county before it and without blanks."""
    if is_hostile(text):
        return Unclear(Problem.HOSTILE)
    whole = _ADDRESS_LEAD.sub("", tidy(fold_letters(text)))
    if not whole:
        return Unclear(Problem.EMPTY)
    if len(whole) > 3 * _MAX_ADDRESS:
        return Unclear(Problem.TOO_LONG)
    told = _NO_NUMBER.sub("", _UNDER.sub("", _NEXT_FACT.sub("", fold_letters(text).strip())))
    if under := _BELONGS.search(told):
        told = under["town"] + told[: under.start()].rstrip(",，。 ")
    said = _put_together(_ADDRESS_LEAD.sub("", told))
    said = _behind_county(said)
    if len(said) > _MAX_ADDRESS:
        return Unclear(Problem.TOO_LONG)
    said = said.rstrip("。.，,!！的")
    if not said:
        return Unclear(Problem.NO_DETAIL)
    if holds_other_facts(whole) and not _MARK.search(said):
        return Unclear(Problem.NO_DETAIL)
    if len(HAN.findall(said)) < 2 or len(said) < 3:
        return Unclear(Problem.TOO_SHORT)
    if (
        is_question(whole)
        or not _MARK.search(said)
        or re.search(r"^[少漏多错]了|[吗呢吧]$|不知道|忘|怎么|记不|不记|没有", said)
        or holds_other_facts(said)
    ):
        return Unclear(Problem.NO_DETAIL)
    return said


_TOWN = re.compile(r"[\u4e00-\u9fff]{2,5}?(?:镇|乡)")


def _behind_county(said: str) -> str:
    """Without province, city and county before it; 古县渡镇 is a town and no 古县."""
    while (told := lookup.places(said[:24])) and told[0].start == 0 and (told[0].full or told[0].parts > 1):
        town = _TOWN.match(said)
        if told[0].parts == 1 and town and town.end() > told[0].end and lookup.is_town(town[0]):
            break
        said = said[told[0].end :].lstrip("的在,，、")
    return said


def _put_together(text: str) -> str:
    """The address of its pieces without the talk between them; one that names a town again begins anew."""
    parts: list[str] = []
    talked = False
    for said in pieces(text):
        piece = bare(said)
        piece = _behind_county(piece)
        if not piece:
            continue
        if is_talk(piece, hamlets=bool(parts)):
            talked = True
        else:
            parts = [piece] if restarts(parts, piece) else [*parts, piece]
    return joined(parts) if parts or not talked else ""


_LABEL = re.compile(r"户口|户籍|籍贯|常住户口|老家")
_LIVING = re.compile(r"(?:住|租|登记|办|发|领|上班|打工|工作|做工|厂)[^,。;\n]{0,4}$")
_BEHIND = re.compile(
    r"^(?:[\u4e00-\u9fff0-9]{0,14}?)(?:的)?(?:户口|户籍|人\b|人(?=[,。;、\s]|$)|的(?=[,。;、\s]|$|现在|现住|目前|住|我|电话|手机|身份证)|过来|老家)"
)
_PERMIT_BEHIND = re.compile(r"^[^,。;\s]{0,4}(?:居住证|登记|登的|的证|发的|办的|上班|打工|工作|学校|大学)")


def find(text: str, today: date, *, told: list[Place] | None = None) -> list[Found]:
    """Spot province, county and address behind 户口 or 老家, or as a pair (贵州松桃的). Nothing in a question."""
    text = fold(text)
    if is_question(text):
        return []
    text = _without_abroad(text)
    told = lookup.places(text) if told is None else told
    scored = [(score, place) for place in told if (score := _evidence(text, place))]
    if not scored:
        return []
    best = max(score for score, _ in scored)
    chosen = [place for score, place in scored if score == best]
    if len(chosen) > 1:  # 徽城镇紫阳路 is no 紫阳 beside 安徽省歙县
        chosen = [place for place in chosen if place.full or place.parts > 1] or chosen
    if len({(place.province, place.county) for place in chosen}) != 1:
        first, last = min(place.end for place in chosen), max(place.start for place in chosen)
        chosen = [place for place in chosen if place.start == last] if is_corrected(text[first:last]) else []
    if len({(place.province, place.county) for place in chosen}) != 1:
        return []
    return _facts(text, chosen[0])


def _without_abroad(text: str) -> str:
    """老公是香港人，…我广东连州的: without the clauses that speak of other lands; same length."""
    if not _ABROAD.search(text):
        return text
    return _CLAUSE.sub(lambda part: " " * len(part[0]) if _ABROAD.search(part[0]) else part[0], text)


def told_beside(text: str) -> dict[str, str]:
    """What an answer to one of these questions also says about the others: 浙江泰顺; 织金县，猫场镇龙场村."""
    folded = fold(text)
    told = _meant(folded, lookup.places(folded))
    if is_question(folded) or len(told) != 1 or (not told[0].county and len(told[0].codes[0]) != 2):
        return {}
    if told[0].parts == 1 and not told[0].full and _left_over(folded, told):
        return {}
    facts = _facts(folded, told[0])
    said = {found.field.value: found.value for found in facts}
    unsaid = told[0].province and told[0].province[:2] not in folded
    if unsaid or (told[0].county and told[0].parts == 1):
        said.pop(Field.HUKOU_PROVINCE.value, None)
    return said


def _evidence(text: str, place: Place) -> int:
    """How sure it is that this place is the 户口: 2 said so, 1 a province with its county, 0 not."""
    before = re.split(r"[,。;!\n]", text[max(0, place.start - 12) : place.start])[-1]
    behind = text[place.end : place.end + 20]
    if _PERMIT_BEHIND.match(behind) or re.search(r"不是|不在|没有", re.split(r"\s", before.rstrip())[-1]):
        return 0
    label = _LABEL.search(before)
    if label is not None and not _LIVING.search(before[label.end() :]):
        return 3 if re.search("户", before) else 2
    if _LIVING.search(before):
        return 0
    if re.match(r"[^,。;\n]{0,14}?(?:的)?(?:户口|户籍)", behind):
        return 3
    if place.parts > 1 and place.county and not place.county.startswith("3311") and _BEHIND.match(behind):
        return 1
    if place.parts == 1 and place.full and place.county and place.start == 0:
        return 1 if _TOWN_BEHIND.match(behind) and not place.codes[0].startswith("33") else 0
    return 1 if place.parts > 1 and place.county and _after_person(text, place) else 0


_TOWN_BEHIND = re.compile(r"[\u4e00-\u9fff]{2,4}[镇乡](?:[\u4e00-\u9fff0-9]{2,14}[村组号屯寨])?(?=[,。;]|$)")


def _after_person(text: str, place: Place) -> bool:
    """A province with its county as a segment of its own among facts about the person."""
    alone_before = place.start == 0 or text[place.start - 1] in " ,。;、\n人是"
    alone_behind = re.match(r"(?:[,。;、\s]|$|[\u4e00-\u9fff0-9]{1,14}[镇乡村组号道])", text[place.end :]) is not None
    if place.codes[0].startswith("33"):  # in the province itself it may be where one lives or was registered
        behind = text[place.end : place.end + 20]
        return alone_before and not place.codes[0].startswith("331126") and bool(_TOWN_BEHIND.match(behind))
    return alone_before and alone_behind


def _facts(text: str, place: Place) -> list[Found]:
    if not place.province:
        return []
    facts: list[Found] = [Found(Field.HUKOU_PROVINCE, place.province, place.start, place.end)]
    if not place.county:
        return facts
    facts.append(Found(Field.HUKOU_COUNTY, lookup.name_of(place.county), place.start, place.end))
    gap = re.match(r"(?:的|户口|户籍|,|那边|那里|下面|下头|底下|\s)*", text[place.end :])
    start = place.end + (gap.end() if gap else 0)
    if re.match(r"[现暂]?[住租]|人在", text[start:]):
        return facts
    address, end = trim_address(text, start)
    if start > place.end and not re.match(r"[\u3400-\u9fff]{1,5}?(?:镇|乡|苏木)(?![路街])", address):
        address, end = trim_address(text, place.end)
    if len(address) >= 3 and re.match(r"[\u3400-\u9fff]{1,7}?(?:镇|乡|街道|村|苏木|林场|农场|街|路)", address):
        facts.append(Found(Field.HUKOU_ADDRESS, address, place.end, end))
    return facts


READ: dict[Field, Any] = {
    Field.HUKOU_PROVINCE: read_province,
    Field.HUKOU_COUNTY: read_county,
    Field.HUKOU_ADDRESS: read_address,
}
