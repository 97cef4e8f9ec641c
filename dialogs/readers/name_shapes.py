"""What a name looks like: 2 to 30 characters, rare ones of every extension, every kind of `·`; and what is none."""

from __future__ import annotations

import re

from dialogs.divisions import lookup
from dialogs.readers.ethnicity import PEOPLES
from dialogs.readers.surnames import DOUBLE, NOT_NAMES, SINGLE, SOUNDS

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U000323af"
DOTS = "·•・‧∙⋅●．.･᛫⸱ꞏ﹒•"
DOT = re.compile(rf"(?<=[{HAN}])\s*[{DOTS}]\s*(?=[{HAN}])")
WHOLE = re.compile(rf"[{HAN}]{{1,20}}(?:·[{HAN}]{{1,20}}){{0,5}}")
#: Characters of questions and talk, which no name holds.
TALK = re.compile(
    r"[吗呢吧呀哦嗯么了的你您他她它们这怎哪谁啥咋很我是没请啊]|上一|下一|一下|一趟|一遍|(?<!阿)不(?!凡|二|换|群|都|力|拉|来)|等[下会]|待会|晚点|回头|稍后|一步|再[说讲填]|[两二三四]个|个字|先[填说讲别不]|别看|看像"
)
#: Names of the steppe: 乌云其木格.
STEPPE = (
    rf"[{HAN}]{{0,4}}(?:其木格|其其格|琪琪格|高娃|托娅|图雅|格日勒|巴雅尔|巴特尔|呼日勒|朝鲁|斯琴|萨仁|塔娜|通拉嘎)"
)
#: Forms of address, and kinds of places: 王先生, 孟溪镇.
TITLES = re.compile(r"(?:先生|女士|师傅|老师|小姐|阿姨|大姐|大哥|经理|主任|老板|街道|再说|问题|.[镇乡县省区])$|^马上")
#: What no name holds, because it is business.
BUSINESS = re.compile(
    r"撤回|取消|重签|重填|重新|改下|改一|修改|电话|手机|那些|地址|户口|身份|登记|办理|写错|打错|租客|怎样|我们|真名|声明|签字|签名|承诺|字段|删掉|删了|去掉|性别|年龄|民族|职业"
)
SPELLING = re.compile(
    rf"[{HAN}]{{1,6}}[那这]个[{HAN}]{{1,3}}|(?:^|.*?)[{HAN}]{{1,6}}(?:里|中)?(?:面)?的(?:那个)?[{HAN}]$|[{HAN}]{{1,2}}(?:字)?(?:是|就是)[^,]{{1,8}}"
)
#: 小张 is no name of a document.
_NICKNAME = re.compile(r"[小老].|.*家[湾村坝沟坪寨庄]")


def name_like(said: str, *, labelled: bool) -> bool:
    """Whether these characters can be a name. Without a label they need a family name, a dot or foreign sounds."""
    if not WHOLE.fullmatch(said) or said in NOT_NAMES or TALK.search(said):
        return False
    if said[0] == "姓" or "叫" in said or said.startswith(("以前", "原来", "曾用")):
        return False
    if TITLES.search(said) or _NICKNAME.fullmatch(said) or BUSINESS.search(said):
        return False
    if "·" in said:
        return len(said) <= 30 and not re.match(r".{0,6}?(?:叫|姓名|名字)", said)
    if re.fullmatch(STEPPE, said) and 3 <= len(said) <= 7:
        return True
    if not 2 <= len(said) <= (6 if labelled or said[:2] in DOUBLE else 4) and not (
        2 <= len(said) <= 10 and (set(said) <= SOUNDS or (said[0] in SINGLE and set(said[1:]) <= SOUNDS))
    ):
        return False
    if said in PEOPLES or is_place(said):
        return False
    return (
        labelled
        or said[0] in SINGLE
        or said[:2] in DOUBLE
        or _sounds_foreign(said)
        or not 0x4E00 <= ord(said[0]) <= 0x9FFF
    )


def _sounds_foreign(said: str) -> bool:
    """阿不都热依木, 扎西卓玛: made of the sounds of other languages."""
    return set(said) <= SOUNDS and said[0] not in "不都"


def is_place(said: str) -> bool:
    """A division or a town, other than the short form of a county (江山 is also a name)."""
    if said in lookup.index().towns_of_zhejiang:
        return True
    codes, is_full = lookup.index().forms.get(said, ((), False))
    return bool(codes) and (is_full or min(map(len, codes)) < 6)


def same_dots(text: str) -> str:
    """A folded text with every kind of dot inside a name as `·`; same length."""
    return re.sub(rf"(?<=[{HAN}])[{DOTS}](?=[{HAN}])", "·", text)
