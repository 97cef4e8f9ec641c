"""Whose fact it is: 房东的电话 and 老婆的身份证 are not the applicant's."""

from __future__ import annotations

import re

from dialogs.readers.applicant_is import KIN
from dialogs.readers.corrected import is_corrected
from state_machine.codes import Field

_SOMEONE_ELSE = re.compile(
    r"(?:房东|老板|单位|公司|厂里|厂长|主管|领导|中介|介绍人|联系人|同事|工友|老乡|朋友|亲戚|老师|学校|村长|村里|派出所|窗口|大厅|你们|他们?|她们?"
    r"|老婆|老公|爱人|妻子|丈夫|对象|爸爸?|妈妈?|父亲|母亲|儿子|女儿|孩子|小孩|哥哥?|弟弟?|姐姐?|妹妹?|别人|代办人|座机|固定电话|紧急联系人)"
    r"(?:家里?|那边)?(?:的)?(?:身份证|电话|手机|号码?|姓名|名字|户口|户籍|证件|联系方式){0,2}(?:也|就)?(?:是|叫)?[:：]?\s*$"
)


#: 电话是儿子的158…: the number one leaves, whosever it is.
_LEFT_WITH = re.compile(rf"(?:电话|手机|号码?)(?:是|留|填|写|用)(?:的)?(?:是)?(?:我)?(?:家)?(?:{KIN})的$")


def is_someone_elses(text: str, start: int) -> bool:
    """Whether the words right before `start` hand the fact to another person."""
    before = text[max(0, start - 14) : start]
    return bool(_SOMEONE_ELSE.search(before)) and not _LEFT_WITH.search(before)


#: People whose facts nobody fills in for them here.
_OTHERS = (
    r"(?:房东|二房东|东家|老板娘?|同事|工友|老乡|邻居|隔壁(?:家)?的?|同屋的?|室友|舍友|中介|厂长|经理|主管|班长|组长|领导|会计"
    r"|文员|客户|师傅|介绍人|联系人|前夫|前妻|亲戚|朋友|保安|快递员?|外卖员?)"
)
_ABOUT_OTHERS = re.compile(
    rf"^[^,，。;；\s]{{0,6}}?(?<!找)(?<!问)(?<!跟)(?<!帮)(?<!替)(?<!给)(?<!代){_OTHERS}(?:家|那边|本人)?(?:姓[\u4e00-\u9fff]|叫[\u4e00-\u9fff]{{2,3}})?(?:的)?"
    r"(?:是|也|都|在|住|叫|姓|电话|手机|号码?|户口|户籍|老家|名字|身份证|微信)"
)
_OWN = re.compile(r"(?:我|俺|本人)(?:的|是|叫|住|姓|户口|电话|手机|自己)")
_KIN_CALLED = re.compile(
    r"(?:儿子|女儿|孩子|老公|老婆|爸爸?|妈妈?|哥哥?|姐姐?|弟弟?|妹妹?|孙子|孙女)(?:的名字)?(?:叫|是)"
)
_PERSONAL = frozenset(
    (Field.PHONE, Field.NAME, Field.ID_NUMBER, Field.CURRENT_ADDRESS, Field.HUKOU_PROVINCE, Field.HUKOU_COUNTY)
)
_CLAUSE = re.compile(r"[^,，。;；\n]+")
#: 我儿子2015年3月8日生的: a birthday is no answer to a question about the permit; a parcel's number is no permit's.
_ELSE = {
    "permit_valid_until": re.compile(r"生的|出生|生日|结婚|毕业"),
    "permit_number": re.compile(r"快递|单号|订单|车牌|银行卡|房产证|社保卡|护照"),
}


def belongs_to_another(text: str, field: Field, start: int) -> bool:
    """Whether the fact at `start` is said of a landlord, a boss, a neighbour: 老板姓周电话13700009090."""
    if field not in _PERSONAL:
        return False
    clause = next((part for part in _CLAUSE.finditer(text) if part.start() <= start < part.end()), None)
    before = text[clause.start() : start] if clause else ""
    return bool(_ABOUT_OTHERS.match(before)) and not _OWN.search(before)


def speaks_of_another(text: str, asking: str) -> bool:
    """Whether an answer to a question about oneself speaks of nobody but another: 跟我同屋的是甘肃的."""
    if (other := _ELSE.get(asking)) is not None and other.search(text):
        return True
    if asking == "declaration" and _KIN_CALLED.search(text):
        return True
    if asking not in {field.value for field in _PERSONAL} | {"declaration", "hukou_address"}:
        return False
    return bool(_ABOUT_OTHERS.match(text.strip())) and not _OWN.search(text)


_KIN_FIRST = re.compile(
    rf"(?:嗯|这是|是)?(?:我|俺)?(?:们)?(?:家)?(?:的)?(?:{KIN})(?:的|是|在|叫|姓|户口|老家|身份证|也)"
)
_ONESELF = re.compile(r"(?:我|俺|本人)(?:叫|是|自己|的(?:户口|名字|身份证)|户口|姓)")


def speaks_of_kin(text: str) -> bool:
    """Whether an answer begins with a relative and says nothing of oneself: 我老婆户口在江西, 我妈叫刘桂兰."""
    return bool(_KIN_FIRST.match(text.strip())) and not _ONESELF.search(text)


_CORRECTION = re.compile(
    r"不对|错了|写错|打错|说错|报错|填错|弄错|搞错|输错|更正|改成|改为|重来|重新|应该是|不是|不用了|停用|停机|记新的|换成|新号"
)


def corrects(text: str, after: int, before: int) -> bool:
    """Whether something said between two values takes the first one back."""
    return bool(_CORRECTION.search(text[after:before])) or is_corrected(text[after:before])


#: 以前手机…, 别写…, 假的…; …不用了, …停机了, …不要填, …，不是我的.
_PUT_AWAY_BEFORE = re.compile(
    r"(?:不是|别写|别填|不要写|不要填|别用|假的|编的|(?:以前|原来|之前|早先)(?:的|是|用的?)?(?:手机|电话|身份证)?号?码?(?:是)?|[旧老](?:手机|电话|号)号?码?(?:是)?)[:：\s]*$"
)
_PUT_AWAY_BEHIND = re.compile(
    r"[,，\s]*(?:这个|那个|的)?(?:号码?|手机)?(?:已经|早就|早|都|是)?(?:不用了|停机|停用|打不通|不要了|注销了?|空号|欠费停|是?以前的|是?假的|是?编的|不要填|别填|别写)"
    r"|[,，\s]*(?:这个|那个)?(?:号码?)?(?:不是我的|[^,，。]{0,6}(?:不要填|别填|别写|别用))"
)


def is_put_away(text: str, start: int, end: int) -> bool:
    """Whether the number at `start`–`end` is said to be none, an old one, or not one's own."""
    return bool(_PUT_AWAY_BEFORE.search(text[max(0, start - 12) : start]) or _PUT_AWAY_BEHIND.match(text, end))


_GIVEN_AWAY = re.compile(
    r"[,，。\s]*(?:哎|啊|等等|错了?|不对|[,，\s])*(?:那|这)个?(?:号码?)?是(?:我|他|她)?(?:家)?的?(?:房东|老板|朋友|同事|老婆|老公|爱人|妻子|丈夫|爸爸?|妈妈?|儿子|女儿|孩子|小孩|哥哥?|弟弟?|姐姐?|妹妹?|前夫|前妻|别人)的"
)


def is_given_away(text: str, end: int) -> bool:
    """Whether the words right behind `end` hand the fact to another person: …，那是我女儿的."""
    return bool(_GIVEN_AWAY.match(text, end))
