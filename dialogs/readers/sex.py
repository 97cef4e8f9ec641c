"""性别, when it is said. It is never taken from the ID number here."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import clean
from state_machine.codes import Field

_READ = re.compile(
    r"(?:我们?|俺|额|本人|他|她|孩子|小孩|娃娃?|申请人|爷爷|奶奶|我?爸爸?|我?妈妈?|儿子|女儿|孙子|孙女|老人|老伴|老公|老婆)?(?:肯定|当然|就|就是)?(?:的)?(?:性别)?(?:是|为|填|选|点|写|勾)?(?:个|一个)?(男|女)(?:的|嘞|滴|哩|性|生|士|人|孩子?|娃[儿子]?|将|仔|个|员工|工|同志|一个|一枚|一名|啊|呀|呢|哈)*"
)
_WORDS = {
    "先生": "male",
    "女士": "female",
    "male": "male",
    "female": "female",
    "小伙子": "male",
    "姑娘": "female",
    "爷们": "male",
    "带把的": "male",
    "带把儿的": "male",
    "公的": "male",
    "母的": "female",
}
_CALLED = re.compile(
    r"(?:我|俺|本人|人家)?(?:就)?(?:是)?(?:个|一个|一枚|位)?"
    r"(?:(?P<male>老爷爷|大伯|大老爷们儿?|男同志|男士|男人|男汉|伯伯|叔叔|爷爷|当爹的|当爸的|宝爸|老大爷|大老爷们|男子汉|大?老?爷们儿?|纯?爷们儿?|老爷子|男将|男伢子?|后生仔?|男崽|细路仔|男仔|靓仔|老倌子?|老倌|小伙儿|老头子?|老汉|大叔|大爷|汉子|小伙子?|帅哥|男娃|大哥|小哥|先生)"
    r"|(?P<female>老奶奶|丫头|闺女|妇女同志|女同志|女人家?|妇道人家|大娘|大婶|婶子|奶奶|婆婆|阿婆|大嫂|嫂子|当妈的|当娘的|宝妈|孕妇|家庭妇女|女汉子|妹子|小?妹妹|小仙女|仙女|小姑娘|女将|女伢子?|妹崽|妹伢子?|女仔|靓女|细妹|女崽|女娃儿|婆娘|堂客|大妈|阿姨|大姐|姐姐|老太婆|老太太|老婆婆|美女|小姐姐|女娃|姑娘|女士|妇女))"
    r"(?:一枚|一个|的|啊|呀|呢|哈|哦)?"
)
_FIND = re.compile(
    r"性别\s?(?:是|为)?[:：]?\s?(男|女)"
    r"|(?:^|[,。;:、+\n ])(?:我是|俺是|本人|是|我|俺)?(?:个)?"
    r"(男|女)(?:的|嘞|滴|哩|性|生|孩子?|娃|士)?(?=[,。;、+\n ]|$)"
    r"|(?<!不)我是(?:个)?(男|女)(?:的|性|生)|(?:^|[,。;、\n ])(男|女)(?:的|性)?(?=[\u4e00-\u9fff]{1,5}族)"
)
_AFTER_NAME = re.compile(
    r"(?<=[\u3400-\u9fff]{2})(男|女)(?:的|性)?(?=[,。;、\n ]|[\u4e00-\u9fff]{1,5}族|\d|身份证|电话|手机|$)"
)
_NOT_ONESELF = re.compile(r"[子妇父母美少儿妻长生孙外不]$")


#: 我不是男的; 你是男的女的: nothing that can be taken for the answer.
_NOT_SAID = re.compile(
    r"^(?:我|俺)?不是(?:个)?[男女](?:的|生|性)?$|[你您](?:是)?(?:个)?[男女]|男的?(?:还是|或者|或)?女的?$|^(?:美女|帅哥|小姐姐|小哥哥?|大哥|大姐|阿姨)(?:你|您)?(?:好|们)"
)
#: 男的嘛老头子一个: said at once, and nothing else is said behind.
_FIRST = re.compile(r"(?:我)?(?:就)?(?:是)?(?:个)?(男|女)(?:的|性|生|滴|嘞)")
_OTHERWISE = re.compile(r"[男女不吗呢?]|老婆|老公|妈|爸|错|改")


def read(text: str, today: date) -> str | Unclear:
    """`male` or `female`."""
    said = clean(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if _NOT_SAID.search(said):
        return Unclear(Problem.NO_CHOICE)
    if said in _WORDS:
        return _WORDS[said]
    if called := _CALLED.fullmatch(said):
        return str(called.lastgroup)
    match = _READ.fullmatch(said)
    if not match:
        if (said_first := _FIRST.match(said)) and not _OTHERWISE.search(said[said_first.end() :]):
            return "male" if said_first[1] == "男" else "female"
        if re.search(r"不是|老婆|老公|孩子妈|孩子爸", said):
            return Unclear(Problem.NO_CHOICE)
        found = find(text, today)
        return found[0].value if found else Unclear(Problem.NO_CHOICE)
    return "male" if match[1] == "男" else "female"


def find(text: str, today: date) -> list[Found]:
    """Spot 男/女 with a label or standing by itself. Nothing when both are said."""
    text = fold(text)
    hits = [*_FIND.finditer(text)]
    hits += [m for m in _AFTER_NAME.finditer(text) if not _NOT_ONESELF.search(text[: m.start()]) and not hits]
    told = {next(group for group in match.groups() if group) for match in hits}
    if len(told) != 1:
        return []
    value = "male" if told.pop() == "男" else "female"
    group = next(i for i in range(1, (hits[0].re.groups or 0) + 1) if hits[0][i])
    return [Found(Field.SEX, value, hits[0].start(group), hits[0].end())]
