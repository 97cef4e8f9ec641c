"""常住户口: province, county and the rest of the address, as they stand in the 户口簿."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from dialogs.divisions import lookup
from dialogs.divisions.lookup import Place
from dialogs.readers.address_pieces import bare, is_talk, joined, pieces, restarts
from dialogs.readers.addresses import HAN, holds_other_facts, tidy, trim_address
from dialogs.readers.folding import fold, fold_letters, is_hostile
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import is_question
from state_machine.codes import Field

_OPTIONS_SHOWN = 20
_MAX_ADDRESS = 80
_ABROAD = re.compile(r"香港|澳门|台湾|台北|国外|外国")
_CHATTER = re.compile(
    r"我们?|俺们?|咱们?|本人|家里?|老家|户口本?|户籍|籍贯|所在地?|地址|上面|写的|落户?|省份|应该|好像|大概|孩子|他|她|那边|那里|这个|县里?|市里?"
    r"|[是在的那就都人嗯啊呀呢吧哦了叫个:,。、!. \n]"
)


def _whole(text: str, province: str | None = None) -> tuple[str, list[Place]]:
    folded = fold(text)
    return folded, lookup.places(folded, province)


def _left_over(text: str, told: list[Place]) -> str:
    for place in reversed(told):
        text = text[: place.start] + text[place.end :]
    return _CHATTER.sub("", text)


def read_province(text: str, today: date, *, province: str | None = None) -> str | Unclear:
    """The official name of the province. A county or city said instead tells it, if it can be in one only."""
    folded, told = _whole(text)
    if not folded.strip():
        return Unclear(Problem.EMPTY)
    if is_question(folded) or not told:
        return Unclear(Problem.UNKNOWN_PLACE)
    told = [place for place in told if not _formerly(folded, place)]
    exact = [place for place in told if len(place.codes[0]) == 2 or place.parts > 1]
    provinces = {place.province for place in exact or told}
    if len(provinces) == 1 and (only := provinces.pop()):
        whole_text = len(_left_over(folded, told)) <= 12
        return only if exact or (whole_text and _left_over(folded, told) == "") else Unclear(Problem.UNKNOWN_PLACE)
    return Unclear(Problem.AMBIGUOUS_PLACE, {"options": _options([code for place in told for code in place.options])})


def read_county(text: str, today: date, *, province: str | None = None) -> str | Unclear:
    """The official name of the county. `province` is the one already told: it settles names that exist twice.

    Unclear `ambiguous_place` lists the counties it may be; `wrong_province` tells where the place really is.
    """
    folded, told = _whole(text, province)
    if not folded.strip():
        return Unclear(Problem.EMPTY)
    told = _once(folded, [place for place in told if any(len(code) > 2 for code in place.codes)])
    if is_question(folded) or not told or (len(told) > 1 and not told[0].full):
        return Unclear(Problem.UNKNOWN_PLACE)
    place = told[0]
    others = [other.county for other in told[1:] if other.full and other.county and other.county != place.county]
    if place.county and others:
        return Unclear(Problem.AMBIGUOUS_PLACE, {"options": _options([place.county, *others])})
    if not place.full and len(_left_over(folded, told)) > 6:
        return Unclear(Problem.UNKNOWN_PLACE)
    if province and place.province != province and not (place.province is None and _inside(place, province)):
        return _elsewhere(place)
    return _county_of(place)


_FORMERLY = re.compile(r"(?:以前|原来|从前|过去|早先|老早)(?:是|属|属于|归|叫|算)?$")


def _once(text: str, told: list[Place]) -> list[Place]:
    """Without the same place said again, the city it lies in (枞阳，现在归铜陵了), and what it belonged to before."""
    kept: list[Place] = []
    for place in told:
        if _formerly(text, place):
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


def read_address(text: str, today: date, *, province: str | None = None) -> str | Unclear:
    """The rest of the address, without the province, city and county before it and without blanks."""
    if is_hostile(text):
        return Unclear(Problem.HOSTILE)
    whole = _ADDRESS_LEAD.sub("", tidy(fold_letters(text)))
    if not whole:
        return Unclear(Problem.EMPTY)
    if len(whole) > 3 * _MAX_ADDRESS:
        return Unclear(Problem.TOO_LONG)
    said = _put_together(_ADDRESS_LEAD.sub("", fold_letters(text).strip()))
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
        or re.search(r"[吗呢吧]$|不知道|忘|怎么|记不|不记|没有", said)
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
    r"^(?:[\u4e00-\u9fff0-9]{0,14}?)(?:的)?(?:户口|户籍|人\b|人(?=[,。;、\s]|$)|的(?=[,。;、\s]|$)|过来|老家)"
)
_PERMIT_BEHIND = re.compile(r"^[^,。;\n]{0,4}(?:居住证|登记|登的|的证|发的|办的|上班|打工|工作|学校|大学)")


def find(text: str, today: date, *, told: list[Place] | None = None) -> list[Found]:
    """Spot province, county and address behind 户口 or 老家, or as a pair (贵州松桃的). Nothing in a question."""
    text = fold(text)
    if is_question(text) or _ABROAD.search(text):
        return []
    told = lookup.places(text) if told is None else told
    scored = [(score, place) for place in told if (score := _evidence(text, place))]
    if not scored:
        return []
    best = max(score for score, _ in scored)
    chosen = [place for score, place in scored if score == best]
    if len(chosen) > 1:  # 徽城镇紫阳路 is no 紫阳 beside 安徽省歙县
        chosen = [place for place in chosen if place.full or place.parts > 1] or chosen
    if len({(place.province, place.county) for place in chosen}) != 1:
        return []
    return _facts(text, chosen[0])


def _evidence(text: str, place: Place) -> int:
    """How sure it is that this place is the 户口: 2 said so, 1 a province with its county, 0 not."""
    before = re.split(r"[,。;!\n]", text[max(0, place.start - 12) : place.start])[-1]
    behind = text[place.end : place.end + 20]
    if _PERMIT_BEHIND.match(behind) or re.search(r"不是|不在|没有", before):
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
    return alone_before and alone_behind and not place.codes[0].startswith("33")


def _facts(text: str, place: Place) -> list[Found]:
    if not place.province:
        return []
    facts: list[Found] = [Found(Field.HUKOU_PROVINCE, place.province, place.start, place.end)]
    if not place.county:
        return facts
    facts.append(Found(Field.HUKOU_COUNTY, lookup.name_of(place.county), place.start, place.end))
    address, end = trim_address(text, place.end)
    if len(address) >= 3 and re.match(r"[\u3400-\u9fff]{1,7}?(?:镇|乡|街道|村|苏木|林场|农场|街|路)", address):
        facts.append(Found(Field.HUKOU_ADDRESS, address, place.end, end))
    return facts


READ: dict[Field, Any] = {
    Field.HUKOU_PROVINCE: read_province,
    Field.HUKOU_COUNTY: read_county,
    Field.HUKOU_ADDRESS: read_address,
}
