"""合法稳定就业 / 合法稳定住所 / 连续就读: which of the three, one or several (the law sets no thresholds)."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import clean, is_question
from state_machine.codes import Field, Ground

_WORDS: dict[Ground, str] = {
    Ground.EMPLOYMENT: (
        r"就业|在职(?![校高业专])|工作|上班|开[^,。;]{0,2}店|网店|门面|铺面|卖(?=[^,。;]{1,6})|打工|做工|务工|干活|干工|做事(?!情)|做生意|开店|开了个?(?:小)?(?:店|厂|公司)|个体户?|摆摊|种(?:茶|菇|香菇|地|田|树|菜|药)|承包|养殖|跑车|送外卖|送快递|外卖员|快递员"
        r"|当(?:保安|服务员|厨师|司机|老师|护工|保姆)|(?:做|干)(?:保洁|保安|泥工|木工|装修|建筑|铅笔|竹木|香菇)|劳动合同|劲动合同|社保|营业执照|工商执照|employment|做(?:鞋|衣服|服装|竹制品|木头|铅笔|家具|玩具|面点|早餐|小吃)|开(?:理发|早餐|小吃|饭|小卖|超市|服装|五金|水果|修车|快递|奶茶)[^,。;]{0,2}店|跑外卖|跑快递|快递|做[^,。;]{1,6}生意|烤[^,。;]{1,4}串|外卖|跑滴滴|开(?:货|出租|大|卡|叉|挖)(?:车|机)|开车|货车|司机|任教|教书|当老板|工地|做活路|保洁|进货|承包地|养(?:鸡|鸭|猪|蜂|鱼)|自己当老板|找了?份?工|进厂|在厂里"
    ),
    Ground.HOUSING: (
        r"住所|住房|住处|租(?!金)|房(?!东)|宿舍|买了?房|自己的房|有房|有个?(?:稳定)?(?:地方|住处)住|住(?:在)?(?:厂里|公司|单位|员工)|厂里(?:安排|给)住|住厂|买了?.{0,3}房|housing"
    ),
    Ground.SCHOOLING: (
        r"就读|在读|读书|上学|念书|上小学|上初中|上高中|上大学|读(?:小学|初中|高中|中学|大学|幼儿园|职高|中专|大专|[一二三四五六]年级|初[一二三]|高[一二三])|念(?:小学|初中|高中|中学|大学|职高|中专|幼儿园)|[一二三四五六]年级|上幼儿园|上职高|上中专|[初高][一二三]|学生|在校|学籍|就学|求学|schooling"
    ),
}
_PATTERNS = {ground: re.compile(words) for ground, words in _WORDS.items()}
_DENIED = re.compile(
    r"(?:没有?|不(?!止|光|仅|只)|未|还没|别|无)(?:去|在|有|再|想|是|签|交|买|办)?(?:过)?(?:正式|固定|稳定)?(?:的)?(?:这边|这里|这儿|那边|庆元|学校)?$|(?:失|待|下岗)$"
)
_ALL = re.compile(
    r"三(?:个|样|种|项|条)(?:条件)?(?:都|全)|^(?:我|俺)?(?:条件)?(?:全都|都|全|全部都?)(?:有|符合|占|满足)(?:了|的|啊|呀|吧)?$"
)
_LOOKING = re.compile(r"找$|想(?:找|去|要)?$|准备$|打算$|以前$|之前$|辞了?$|去年$|不想$")


def _grounds(said: str) -> list[str]:
    found = []
    for ground, pattern in _PATTERNS.items():
        for match in pattern.finditer(said):
            before = said[max(0, match.start() - 6) : match.start()]
            if not _DENIED.search(before) and not _LOOKING.search(before) and not _ended(said, match.end()):
                found.append(ground.value)
                break
    return found


def _ended(said: str, end: int) -> bool:
    return bool(re.match(r"(?:没有|还没|丢了|辞了|没了|不做了|没找到)", said[end : end + 4]))


def read(text: str, today: date) -> list[str] | Unclear:
    """The grounds said, in the order of the form."""
    said = clean(_own(fold(text)))
    if not said:
        return Unclear(Problem.EMPTY)
    if is_question(said):
        return Unclear(Problem.NO_CHOICE)
    if _ALL.search(said) and not re.search(r"没都|不都|没全|不是都|[没不]都", said):
        return [ground.value for ground in Ground] if "两" not in said else Unclear(Problem.NO_CHOICE)
    found = _grounds(said)
    return found if found else Unclear(Problem.NO_CHOICE)


_THEIRS = re.compile(r"(?:^|(?<=[,。;]))(?:我)?(?:老公|老婆|爱人|男人|对象|媳妇)[^,。;]*[,。;](?=[^,。;]*我)")


def _own(text: str) -> str:
    """老公上班，我带孩子租房住: without the part about the other one."""
    return _THEIRS.sub("", text)


_FIND: dict[Ground, re.Pattern[str]] = {
    Ground.EMPLOYMENT: re.compile(
        r"在[^,。;?\n]{1,12}(?:上班|打工|工作|做工|务工|干活|当保安|当老师|种茶|种菇|种香菇)|(?<![不没想找])(?:打工的|上班的|开店的|做生意的)"
    ),
    Ground.SCHOOLING: re.compile(
        r"在[^,。;?\n]{1,12}(?:小学|中学|学校|大学|[一二三]小|[一二三]中|职高)(?:上学|读书|念书|就读|读)"
    ),
}


def find(text: str, today: date) -> list[Found]:
    """Spot 在铅笔厂上班, 在庆元二小读书. Housing is not taken from an address. Nothing in a question."""
    text = fold(text)
    if is_question(text):
        return []
    hits = []
    for ground, pattern in _FIND.items():
        match = pattern.search(text)
        if match and not re.search(
            r"[没不想]$|以前$|之前$|[没不]想?在|不在", text[max(0, match.start() - 2) : match.start() + 1]
        ):
            hits.append((ground.value, match))
    if not hits:
        return []
    start, end = min(m.start() for _, m in hits), max(m.end() for _, m in hits)
    return [Found(Field.GROUND, [ground for ground, _ in hits], start, end)]
