"""现居住住址: in 庆元县, as an official writes it: 庆元县, 街道/镇/乡, the rest, without blanks."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path

from dialogs.divisions import lookup
from dialogs.divisions.lookup import Place
from dialogs.readers.address_pieces import bare, is_talk, joined, pieces
from dialogs.readers.addresses import HAN, holds_other_facts, tidy, trim_address
from dialogs.readers.folding import fold, fold_letters, is_hostile
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import is_question
from dialogs.readers.sounds import loose_sound, sound
from dialogs.yaml_files import read_yaml
from state_machine.codes import Field

COUNTY_CODE = "331126"
COUNTY = "庆元县"
_MAX_ADDRESS = 80
#: What voice typing makes of the county's names.
_HOMOPHONES: dict[str, str] = {
    slip: right for right, slips in read_yaml(Path(__file__).with_name("homophones.yaml")).items() for slip in slips
}
_ANY_HOMOPHONE = re.compile("|".join(map(re.escape, _HOMOPHONES)))
_COUNTY_SLIPS = re.compile(r"(?:庆圆|庆园|庆原|庆源|青元|清元|轻元|请元|磬元)(?=县|的|松|濛|屏|黄田|竹口|$)")


#: 松源接道, 竹口阵.
_KIND_SLIPS = re.compile(
    r"(?:(?<=松源)|(?<=濛洲)|(?<=屏都))(?:接道|街到|接到)|(?:(?<=竹口)|(?<=黄田)|(?<=荷地)|(?<=左溪)|(?<=贤良)|(?<=百山祖))(?:阵|振|真)(?=[\u3400-\u9fff])"
)


#: Characters of addresses as they are written in Hong Kong and Taiwan.
_LONG_FORMS = str.maketrans(
    "慶縣鎮鄉號樓東門園場區裡龍賢嶺鐵廠舊廣長張陳業單層棟橋學會黃塗蓮隆濛後",
    "庆县镇乡号楼东门园场区里龙贤岭铁厂旧广长张陈业单层栋桥学会黄涂莲隆濛后",
)


@cache
def _towns() -> dict[str, str]:
    """Short form → official name: 松源 → 松源街道. Old kinds (松源镇) lead to today's."""
    return {re.sub(r"(?:街道|镇|乡)$", "", name): name for name in lookup.index().towns_of(COUNTY_CODE)}


@cache
def _old_kinds() -> frozenset[str]:
    """Every town of the county with any kind behind it: 松源镇 is today's 松源街道."""
    return frozenset(short + kind for short in _towns() for kind in ("街道", "镇", "乡"))


_KIND = r"(?:街道办事处|街道办(?!公)|街道|镇政府|镇|乡)"
_KIND_HERE = re.compile(_KIND)
_CITY = re.compile(r"(?:浙江省?)?(?:丽水市?)?(?:庆元县?城?(?!县))")
_LEAD = re.compile(
    r"^(?:嗯|哦|啊|那个|我们?|俺们?|咱们?|本人|一家|全家|家里?人?|孩子|他|她|现在|目前|就|是|都|暂时|一直|还|主要|现|也)*(?:家)?(?:[现暂]?居?住?(?=庆元)|居?住|租|落脚|待|搬到|搬)?(?:房子)?(?:住)?(?:的)?(?:地址|地方|位置|住址|地点)?(?:是|在|于(?!上乡)|到|:|,|就在|就是)*"
)
#: A town's short form that goes on as another proper name is no town: 黄田村, 松源小学.
_PROPER = re.compile(
    r"(?:村|社区|小学|中学|路|街(?!道)|大道|新区|工业|开发|桥|水库|国家|景区|广场|幼儿园|医院|卫生|大厦|公园)"
)
#: Without a town there must be a road, a village or a house in it.
_MARK = re.compile(
    r"[\u4e00-\u9fff][路街巷弄村苑园城厂校院]|[\u4e00-\u9fff]{2}(?:[0-9一二三四五六七八九十]+[号幢栋]|桥|楼)|公寓|宿舍|小区|社区|大厦|职高|一中|二中|三中|公司"
)
_DETAIL = re.compile(
    r"[0-9A-Za-z]|[村路街巷弄号组幢栋楼室厂园区舍院厦店场坑]|公寓|广场|宿舍|旁边|对面|隔壁|附近|项目部|集体户"
)


def _correct(text: str) -> str:
    """Homophones of the county's names set right, only where a town's kind or 庆元 stands beside them."""
    text = _KIND_SLIPS.sub(lambda slip: "街道" if slip[0][0] in "接街" else "镇", _COUNTY_SLIPS.sub("庆元", text))
    text = _by_sound(text)
    if not _ANY_HOMOPHONE.search(text):
        return text
    for slip, right in _HOMOPHONES.items():
        if slip in text:
            text = re.sub(rf"{slip}(?={_KIND})|(?<=庆元县){slip}", right, text)
    return text


@cache
def _sounds() -> dict[tuple[str, ...], str]:
    """Short forms of the county's towns by what they sound like, to the letter and to the ear."""
    heard: dict[tuple[str, ...], str] = {}
    for short in _towns():
        heard.setdefault(loose_sound(short), short)
    return heard | {sound(short): short for short in _towns()}


#: A slip that stands as a town also stands in its village's name: 余上乡余上村.
_NAMED_AGAIN = r"(?=[村街路]|社区)"


def _by_sound(text: str) -> str:
    """竹扣镇 → 竹口镇: a town of no county that sounds like one of this county's."""
    for kind in islice(_KIND_HERE.finditer(text), _MOST_STARTS):
        for size in (2, 3):
            slip = text[max(0, kind.start() - size) : kind.start()]
            if len(slip) < size or not HAN.fullmatch(slip[0]):
                continue
            right = _sounds().get(sound(slip))
            if right is None:  # the towns of the whole country are asked last: they take longest
                alike = _sounds().get(loose_sound(slip))
                right = None if alike is None or lookup.is_town(slip + kind[0]) else alike
            if right is None or right == slip:
                continue
            text = text[: kind.start() - size] + right + text[kind.start() :]
            text = re.sub(slip + _NAMED_AGAIN, right, text)
    return text


def _first_by_sound(text: str) -> str:
    """松元城东路96号: an answer that begins with a slip of a town's short form."""
    for size in (2, 3):
        slip = text[:size]
        if slip in _HOMOPHONES and re.match(r"[\u4e00-\u9fff]{1,4}[路街巷村]", text[size:]):
            return _HOMOPHONES[slip] + text[size:]
    return text


def _head(text: str) -> tuple[str, str]:
    """Split a text that begins with a town: (official name, rest); ("", text) without one."""
    for short, name in _towns().items():
        if text.startswith(short):
            rest = text[len(short) :]
            kind = re.match(_KIND, rest)
            if kind:
                return name, rest[kind.end() :]
            return ("", text) if not rest or _PROPER.match(rest) else (name, rest)
    return "", text


_BEHIND_TOWN = re.compile(r"^(?:(?:那|这)(?:个|边|里)的?|上的|里的|[的在,，、 ])+(?=.)")


def _normalise(said: str) -> tuple[str, str]:
    """(address as an official writes it, the rest behind the town)."""
    said = _correct(said)
    while match := _CITY.match(said):
        said = _correct(COUNTY + said[match.end() :])[len(COUNTY) :]
    said = re.sub(r"^(?:县城|城里|城关)(?:的|里)?(?=.{3})", "", said.lstrip("的在,，、 :："))
    said = _first_by_sound(said)
    town, rest = _head(said)
    rest = _BEHIND_TOWN.sub("", rest) if town else rest
    while town and (again := re.match(rf"{town}|办(?!公)(?:事处)?", rest)):
        rest = _BEHIND_TOWN.sub("", rest[again.end() :])
    return COUNTY + town + rest, rest


def read(text: str, today: date) -> str | Unclear:
    """The address from the county on. Elsewhere: `outside_county`; a bare town: `no_detail`."""
    if is_hostile(text):
        return Unclear(Problem.HOSTILE)
    text = text.translate(_LONG_FORMS)
    said = tidy(fold_letters(text))
    if not said.strip("。.，,!！?？"):
        return Unclear(Problem.EMPTY)
    if len(said) > _MAX_ADDRESS:
        return Unclear(Problem.TOO_LONG)
    if outside := _outside(_LEAD.sub("", said)):
        return Unclear(Problem.OUTSIDE_COUNTY, {"place": outside})
    address, rest = _put_together(_NEXT_FACT.sub("", fold_letters(text)))
    if not address:
        return Unclear(Problem.NO_DETAIL)
    if len(HAN.findall(address)) - len(COUNTY) < 2:
        return Unclear(Problem.TOO_SHORT)
    if (
        is_question(said)
        or COUNTY in rest
        or not _DETAIL.search(rest)
        or _lacks_town(address, rest)
        or holds_other_facts(address)
        or _REFUSED.search(said)
    ):
        return Unclear(Problem.NO_DETAIL)
    return address


_ANY_HOUSE = re.compile(
    r"(?:我们?|老板|工)?(?:厂|公司|单位|学校|工地|店|家)?(?:里|区)?的?(?:员工|职工|学生)?(?:宿舍|公寓|厂房|房子|小区|楼上|楼下)"
)


def _lacks_town(address: str, rest: str) -> bool:
    """Whether no town was named and what stands there could be anything."""
    return rest == address[len(COUNTY) :] and (
        bool(_ANY_HOUSE.fullmatch(rest)) or not _MARK.search(rest) or bool(re.search(r"[,，。;；]", rest))
    )


_REFUSED = re.compile(
    r"不知道|忘了|不清楚|没有|不告诉|取消|^(?:我)?(?:已经|早就)?[不没]住|记不清|或者|还是[0-9]"
    r"|^(?:我|等)?(?:下个?月|明天|后天|下周|过几天|过两天|打算|准备|要|将来|以后)[^,，。]{0,4}搬"
)
_NEXT_FACT = re.compile(
    r"[,，。;；、]?(?:我的?|本人)?(?:电话|手机|身份证|户口|姓名|名字|我叫|联系方式).*$|[,，。;；]\s*(?:系|是|为)(?:自购|自有|自己|租|单位|公司|厂里?).*$"
)


def _put_together(text: str) -> tuple[str, str]:
    """(address, the rest behind the town) of all its pieces; ("", "") when talk stands beside what names no town."""
    parts: list[str] = []
    talked = has_town = False
    text = re.sub(r"(?<=[\u4e00-\u9fff])[那这]个(?=[\u4e00-\u9fff])", "", text)
    for said in pieces(_LEAD.sub("", text.strip())):
        piece = _from_town(bare(_correct(_LEAD.sub("", said))))
        piece = _towns().get(piece, piece)
        if len(piece) < 2:
            continue
        if _CITY.fullmatch(piece) or (_BESIDE.search(piece) and re.search(r"[0-9]+\s*号", text)):
            parts = parts[:-1] if len(piece) <= _BESIDE_ALONE and _BESIDE.fullmatch(piece) and len(parts) > 1 else parts
            continue
        if parts and not has_town and _only_town(piece):
            parts, has_town = [piece, *parts], True  # 城东路118号，濛洲街道
        elif _head(_CITY.sub("", piece, count=1))[0] or piece.startswith("庆元县"):
            rooms = [part for part in parts if _ROOM.fullmatch(part)]
            parts, has_town = [piece, *rooms], True  # 302室 松源街道云鹤路3号: the room stands last
        elif is_talk(piece):
            talked = True
        else:
            parts.append(piece)
    if not parts or (talked and not has_town):
        return "", ""
    return _normalise(joined(parts))


#: 旁边 by itself is beside what was said before it; 村委楼旁边 says itself beside what.
_BESIDE_ALONE = 3
_ROOM = re.compile(r"[0-9一二三四五六七八九十]{1,4}(?:室|号房|楼|层)")
#: What a house with its number stands beside is no part of its address.
_BESIDE = re.compile(r"^[^0-9]*(?:旁边?|隔壁|对面|附近)$")


def _only_town(piece: str) -> bool:
    return _CITY.sub("", piece, count=1) in _towns().values()


_SAID_BEFORE = re.compile(r"(?:[住租在是于到的嘛:：我这那为址家]|地址|这边|里头?)$")


def _from_town(piece: str) -> str:
    """蜗居在屏都街道…, 地址嘛黄田镇…: from the town on, if nothing but talk stands before it."""
    town = _TOWN_START.search(piece)
    if not town or (town.start() == 0 and _head(_CITY.sub("", piece, count=1))[0]):
        return piece
    starts = (at for at in range(town.start(), town.end()) if _head(_CITY.sub("", piece[at:], count=1))[0])
    start = next(starts, 0)
    return piece[start:] if start and _SAID_BEFORE.search(piece[:start]) else piece


#: 龙塘镇岩脚村 has no place in this county.
_OTHER_TOWN = re.compile(
    r"(?P<town>[\u3400-\u9fff]{2,4}?(?:镇|乡(?!村)|街道))(?![\u3400-\u9fff]?[路街])[\u3400-\u9fff]{2}"
)


def _outside(said: str) -> str | None:
    """The place, if the address begins in another county."""
    other = _OTHER_TOWN.match(_correct(said))
    if (
        other
        and not said.startswith(("庆元", "浙江", "丽水"))
        and other["town"] not in _old_kinds()
        and lookup.is_town(other["town"])
    ):
        return other["town"]
    told = lookup.places(said[:30])
    if not told or told[0].start > 2 or COUNTY_CODE in told[0].codes:
        return None
    place = told[0]
    if _correct(said) != said or _head(said)[0]:
        return None
    if any(COUNTY_CODE.startswith(code) for code in place.codes):
        return None if not place.full or place.codes == ("33",) else lookup.name_of(place.codes[0])
    if not place.full and place.parts == 1:
        return None
    return lookup.official(place.county) if place.county else lookup.name_of(place.codes[0])


_LABEL = re.compile(
    r"(?:人在|人住|(?<=[,，。;\s])(?:我|人)?现在|现居|暂住|现?(?:在)?(?:居?住|租)(?:的)?(?:地址|地方)?(?:在|是|:|于)?|住址(?:是|在|:)?|地址(?:是|在|:)?|宿舍(?:在|是|:)?|家(?:住|在)|搬到(?:了)?|住(?:在)?(?:我|俺)?(?:家)?(?:女儿|儿子|朋友|亲戚|老乡|姐姐?|哥哥?|弟弟?|妹妹?|老公|老婆|爸妈?|工友|同事|房东)(?:家)?(?:们)?(?:这|那)?(?:里|边)?|住(?:在)?(?:我|他|她|女儿|儿子|朋友|亲戚|老乡|姐姐|哥哥)(?:家)?(?:们)?(?:这|那|家)?(?:里|边)?|住(?:的|嘞)?(?:地方|地儿|哪里)?(?:填|写|打)?错了?[,，。\s]*(?:换成|改成|改为|应该是|是)|住在)\s*$"
)
_NOT_HOME = re.compile(
    r"(?:户口[^,。;\n]{0,12}|户籍[^,。;\n]{0,12}|老家[^,。;\n]{0,8}|上班|登记|打工|工作|单位|公司|学校|以前|之前|原来|房东(?!那))[^,。;\n]{0,6}$|不住?在?$"
)


def find(text: str, today: date, *, told: list[Place] | None = None) -> list[Found]:
    """Spot an address that begins with 庆元 or one of its towns and has detail behind. Nothing in a question."""
    typed = fold(text)
    text = _same_length(typed)
    if is_question(text):
        return []
    hits = _starts(text, typed)
    values = {found.value for found in hits}
    return hits[-1:] if len(values) == 1 else []


def _same_length(text: str) -> str:
    """Every slip has as many characters as the right name: positions stay."""
    return _correct(text)


_TOWN_START = re.compile(
    rf"(?:浙江省?)?\s?(?:丽水市?)?\s?(?:庆元县?)?\s?(?P<town>[\u4e00-\u9fff]{{2,3}}){_KIND}|(?:浙江省?)?\s?(?:丽水市?)?\s?庆元县"
)


def _starts(text: str, typed: str) -> list[Found]:
    found: list[Found] = []
    shorts = _towns()
    for begin, body in _candidates(text, shorts):
        before = text[max(0, begin - 12) : begin]
        living = _LIVES.search(before) is not None
        if (_NOT_HOME.search(before) and not living) or _behind_elsewhere(text, begin):
            continue
        address, end = trim_address(text, begin)
        if not address or end <= body:
            continue
        value, rest = _normalise(address)
        labelled = bool(_LABEL.search(before)) or (before.endswith("在") and text[end : end + 1] == "住")
        said_right = typed[begin:body] == text[begin:body]
        if (
            _DETAIL.search(rest)
            and (labelled or (said_right and _is_alone(text, begin)))
            and not _registered(text, end)
        ):
            found.append(Found(Field.CURRENT_ADDRESS, value, begin, end))
    return found


def _behind_elsewhere(text: str, begin: int) -> bool:
    """Whether another county stands right before: 松桃县 龙溪乡 is not the 龙溪乡 of 庆元."""
    told = lookup.places(text[max(0, begin - 24) : begin])
    if not told:
        return False
    gap = text[max(0, begin - 24) : begin][told[-1].end :]
    return (
        len(gap) <= 3
        and not re.search(r"[住现租]", gap)
        and COUNTY_CODE not in told[-1].codes
        and not COUNTY_CODE.startswith(told[-1].codes)
    )


def _is_alone(text: str, begin: int) -> bool:
    return begin == 0 or text[begin - 1] in " ,。;、\n:"


def _registered(text: str, end: int) -> bool:
    return bool(re.match(r"[^,。;\n]{0,4}(?:登记|登的|上班|打工|办的)", text[end : end + 8]))


#: 去年登记的住在…: whatever stands before, this says where one lives.
_LIVES = re.compile(r"[,，。\s]人[在住]$|(?<!不)(?:现在|目前|现)?住在$|现在住$|现住址?(?:是|在)?$")
_MOST_STARTS = 12


def _candidates(text: str, shorts: dict[str, str]) -> list[tuple[int, int]]:
    """Where an address may begin, and where its town ends: a town with its kind, or 庆元县."""
    hits: list[tuple[int, int]] = []
    for short in shorts:
        at = text.find(short)
        while at >= 0 and len(hits) < 4 * _MOST_STARTS:
            if kind := _KIND_HERE.match(text, at + len(short)):
                hits.append((_back(text, at), kind.end()))
            at = text.find(short, at + 1)
    at = text.find("庆元县")
    while at >= 0 and len(hits) < 5 * _MOST_STARTS:
        hits.append((_back(text, at), at + 3))
        at = text.find("庆元县", at + 1)
    return [*dict(sorted(hits)).items()][:_MOST_STARTS]


_BEFORE_TOWN = re.compile(r"(?:浙江省?)?\s?(?:丽水市?)?\s?(?:庆元县?)?\s?$")


def _back(text: str, at: int) -> int:
    """Take 浙江省丽水市庆元县 before it along."""
    match = _BEFORE_TOWN.search(text, max(0, at - 14), at)
    start = match.start() if match else at
    while start < at and text[start] == " ":
        start += 1
    return start
