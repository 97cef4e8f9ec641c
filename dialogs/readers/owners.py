"""Whose fact it is: 房东的电话 and 老婆的身份证 are not the applicant's."""

from __future__ import annotations

import re

from dialogs.readers.corrected import is_corrected

_SOMEONE_ELSE = re.compile(
    r"(?:房东|老板|单位|公司|厂里|厂长|主管|领导|中介|介绍人|联系人|同事|工友|老乡|朋友|亲戚|老师|学校|村长|村里|派出所|窗口|大厅|你们|他们?|她们?"
    r"|老婆|老公|爱人|妻子|丈夫|对象|爸爸?|妈妈?|父亲|母亲|儿子|女儿|孩子|小孩|哥哥?|弟弟?|姐姐?|妹妹?|别人|代办人|座机|固定电话|紧急联系人)"
    r"(?:家里?|那边)?(?:的)?(?:身份证|电话|手机|号码?|姓名|名字|户口|户籍|证件|联系方式){0,2}(?:也|就)?(?:是|叫)?[:：]?\s*$"
)


def is_someone_elses(text: str, start: int) -> bool:
    """Whether the words right before `start` hand the fact to another person."""
    return bool(_SOMEONE_ELSE.search(text[max(0, start - 14) : start]))


_CORRECTION = re.compile(
    r"不对|错了|写错|打错|说错|报错|填错|弄错|搞错|输错|更正|改成|改为|重来|重新|应该是|不是|不用了|停用|停机|记新的|换成|新号"
)


def corrects(text: str, after: int, before: int) -> bool:
    """Whether something said between two values takes the first one back."""
    return bool(_CORRECTION.search(text[after:before])) or is_corrected(text[after:before])


_GIVEN_AWAY = re.compile(
    r"[,，。\s]*(?:哎|啊|等等|错了?|不对|[,，\s])*(?:那|这)个?(?:号码?)?是(?:我|他|她)?(?:家)?的?(?:房东|老板|朋友|同事|老婆|老公|爱人|妻子|丈夫|爸爸?|妈妈?|儿子|女儿|孩子|小孩|哥哥?|弟弟?|姐姐?|妹妹?|别人)的"
)


def is_given_away(text: str, end: int) -> bool:
    """Whether the words right behind `end` hand the fact to another person: …，那是我女儿的."""
    return bool(_GIVEN_AWAY.match(text, end))
