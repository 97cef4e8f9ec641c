"""常住户口, the rest of the address: town, village, group and house, as they stand in the 户口簿."""

from __future__ import annotations

import re
from datetime import date

from dialogs.divisions import lookup
from dialogs.readers.address_pieces import bare, is_talk, joined, pieces, restarts
from dialogs.readers.addresses import HAN, holds_other_facts, tidy
from dialogs.readers.folding import fold_letters, is_hostile
from dialogs.readers.outcome import Problem, Unclear
from dialogs.readers.phrases import is_question

_MAX_ADDRESS = 80
_MARK = re.compile(
    r"[镇乡村组队社屯寨庄湾坝沟坪坑街路巷弄号栋幢楼室园苑场厂堡营集店铺桥里坊院校区县市州旗]|苏木|嘎查|小区|街道|[0-9]"
)
_ADDRESS_LEAD = re.compile(
    r"^(?:嗯|哦|就是|我们?|俺|家里?|老家|户口本?(?:上)?|户籍|详细|上面)*(?:的)?(?:所在)?(?:地址|地)?(?:上?写的)?(?:是|在|就在|:|为)+|^(?:户口|户籍|老家|户口本|户口簿)?(?:上)?(?:的)?(?:写的?|登记的?)?(?:所在)?(?:详细)?(?:地址|地)?[:是在]?(?=[\u3400-\u9fff]{2,4}[镇乡])|^(?:详细)?地址[:是]?"
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
