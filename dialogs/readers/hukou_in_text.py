"""常住户口 inside a longer message: behind 户口 or 老家, or a province with its county; and whose it is."""

from __future__ import annotations

import re
from datetime import date

from dialogs.divisions import lookup
from dialogs.divisions.lookup import Place
from dialogs.readers.addresses import trim_address
from dialogs.readers.applicant_is import KIN
from dialogs.readers.corrected import is_corrected
from dialogs.readers.folding import fold
from dialogs.readers.hukou import LABEL, left_over, meant
from dialogs.readers.outcome import Found
from dialogs.readers.phrases import is_question
from state_machine.codes import Field

_ABROAD = re.compile(r"香港|澳门|台湾|台北|国外|外国")
_CLAUSE = re.compile(r"[^,，。;；\n]+")


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
    told = [place for place in (lookup.places(text) if told is None else told) if not _is_theirs(text, place)]
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


_THEIR_CLAUSE = re.compile(rf"(?:我|俺)?(?:的)?(?:家)?(?:{KIN})(?:是|的|在|户口|老家|籍贯|$)")


def _is_theirs(text: str, place: Place) -> bool:
    """我是贵州的，老公江西玉山户口: said of a relative, where another clause speaks of oneself."""
    clause = next(part for part in _CLAUSE.finditer(text + ",") if part.start() <= place.start <= part.end())
    theirs = _THEIR_CLAUSE.match(text[clause.start() : place.start].strip())
    return theirs is not None and bool(_OF_ONESELF.search(text[: clause.start()]))


_OF_ONESELF = re.compile(r"(?:我|俺|本人)(?:是|的|户口|老家|在)[\u4e00-\u9fff]{2}")


def _without_abroad(text: str) -> str:
    """老公是香港人，…我广东连州的: without the clauses that speak of other lands; same length."""
    if not _ABROAD.search(text):
        return text
    return _CLAUSE.sub(lambda part: " " * len(part[0]) if _ABROAD.search(part[0]) else part[0], text)


def told_beside(text: str) -> dict[str, str]:
    """What an answer to one of these questions also says about the others: 浙江泰顺; 织金县，猫场镇龙场村."""
    folded = fold(text)
    told = meant(folded, lookup.places(folded))
    if is_question(folded) or len(told) != 1 or (not told[0].county and len(told[0].codes[0]) != 2):
        return {}
    if told[0].parts == 1 and not told[0].full and left_over(folded, told):
        return {}
    facts = _facts(folded, told[0])
    said = {found.field.value: found.value for found in facts}
    unsaid = told[0].province and told[0].province[:2] not in folded
    if unsaid or (told[0].county and told[0].parts == 1):
        said.pop(Field.HUKOU_PROVINCE.value, None)
    return said


#: A short form inside other words is none: 高兴镇平坝村 is not in 镇平, 盘石镇响水洞村 not in 响水.
_STARTS_FREELY = re.compile(
    r"(?:^|[\s,，。;；:：、!()（）/]|[在是于的省市州区县籍口家住过上写为人到址叫族男女里]|[0-9Xx])$"
)


def _evidence(text: str, place: Place) -> int:
    """How sure it is that this place is the 户口: 2 said so, 1 a province with its county, 0 not."""
    before = re.split(r"[,。;!\n]", text[max(0, place.start - 12) : place.start])[-1]
    behind = text[place.end : place.end + 20]
    if place.parts == 1 and not place.full and not _STARTS_FREELY.search(text[: place.start]):
        return 0
    if _PERMIT_BEHIND.match(behind) or re.search(r"不是|不在|没有", re.split(r"\s", before.rstrip())[-1]):
        return 0
    label = LABEL.search(before)
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
