"""合法稳定就业 / 合法稳定住所 / 连续就读: which of the three, one or several (the law sets no thresholds)."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.applicant_is import KIN
from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import clean, is_question, names_what_is_missing, plain_talk
from state_machine.codes import Field, Ground

_WORDS: dict[Ground, str] = {
    Ground.EMPLOYMENT: (
        r"就业|在职(?![校高业专])|工作(?!人员|日)|上班(?!时间)|开[^,。;]{0,2}店|网店|门面|铺面|卖(?=[^,。;]{1,6})|打工|做工|务工|干活|干工|做事(?!情)|做生意|开店|开了个?(?:小)?(?:店|厂|公司)|个体户?|摆摊|种(?:茶|菇|香菇|地|田|树|菜|药)|承包|养殖|跑车|送外卖|送快递|外卖员|快递员"
        r"|当(?:保安|服务员|厨师|司机|老师|护工|保姆)|(?:做|干)(?:保洁|保安|泥工|木工|装修|建筑|铅笔|竹木|香菇)|劳动合同|劲动合同|(?:单位|公司|厂里?|老板)[^,。;]{0,3}签[^,。;]{0,2}合同|社保|营业执照|工商执照|employment|做(?:鞋|衣服|服装|竹制品|木头|铅笔|家具|玩具|面点|早餐|小吃)|开(?:理发|早餐|小吃|饭|小卖|超市|服装|五金|水果|修车|快递|奶茶)[^,。;]{0,2}店|跑外卖|跑快递|快递|做[^,。;]{1,6}生意|烤[^,。;]{1,4}串|外卖|跑滴滴|开(?:货|出租|大|卡|叉|挖)(?:车|机)|开车|货车|司机|任教|教书|当老板|工地|做活路|保洁|进货|承包地|养(?:鸡|鸭|猪|蜂|鱼|羊|牛|兔|蚕|虾)|自己当老板|找(?:了|到)(?:一?[份个])?工|进厂|在厂里"
        # what people do all day: a verb of work with what it is done to, for whom or where
        r"|端(?:菜|茶|盘)|传菜|上菜|洗菜|班(?:也|就|都)?(?:是)?在|我?在(?:里头|里面|那里|那儿|里边)(?:端|做|干|洗|切|炒|打|帮|看|跑|当|卖|收|守|扫)|掌勺|炒菜|切菜|配菜|洗碗|端盘子|跑堂|打杂|收银|打馕|拉面|烤(?:饼|肉|串)|烙饼|理发|美容|按摩|裁缝|缝纫|踩缝纫机|车衣服|修(?:车|鞋|手机|家电|摩托)|补胎|焊|油漆|刷墙|砌墙|贴砖|搬砖|搬运|卸货|装货|拉货|扛|分拣|打包"
        r"|包装|质检|操作工|普工|学徒|技术员|会计|文员|仓库|看大门|门卫|打扫|保洁|环卫|扫(?:地|马路|街)|绿化|月嫂|做家务|烧饭|做饭|护理|采茶|摘(?:茶|果|菇)|剥|砍(?:竹|树|柴)|锯|刨|雕|(?:做|干|当|跑|搞)(?:水电|装潢|吊顶|防水|泥瓦|粉刷|木匠|泥匠|铁匠|厨|销售|业务|直播|电商|物流|运输|工程|代驾|保姆|钟点工|护工|住家|滴滴|出租|网约车)"
        r"|包(?:了)?[^,。;]{0,6}(?:茶山|山|地|田|大棚|鱼塘|果园|林)|(?:店|摊|厂|馆|站|铺|档口|作坊|公司|执照)[^,。;]{0,3}(?:是)?(?:我|俺|自己)(?:自己)?的|自己的(?:店|摊|厂|馆|铺|作坊|公司)|(?:开|盘|摆)(?:了|个|家|着)*[^,。;]{0,5}(?:店|馆|摊|铺|厂|作坊|超市|档口|诊所|公司)"
        r"|(?:帮|给|替|跟)(?:着)?(?:人|人家|别人|老板|师傅|亲戚|主人家|东家|厂里|公司|店里)[^,。;]{0,3}(?:做|干|种|看|带|打|开|送|搬|修|养|摘|包|卖|守|洗|烧|管)"
        r"|在[^,。;]{1,12}(?:厂|店|馆|公司|工地|酒店|宾馆|超市|学校|医院|基地|合作社|站)(?:里|上)?(?:当|做|干|打|开|看|管|搬|修|帮|跑|教|掌|炒|洗|送)"
        r"|(?:拿|领|有)(?:着)?工资|计件|合同工|临时工|零工|日结|点工|出工|上工|开工|厂妹|厂弟|打工"
    ),
    Ground.HOUSING: (
        r"住所|住房|住处|(?:住|吃住|包住|吃包住|管住)(?:都)?(?:在|滴|的)?(?:是)?(?:店|厂|单位|公司|工地|老板家|主人家|东家|租|员工|学校|宿舍)|包吃住|包住|管吃住|管住|廉租|公租|按揭|租(?!金)|(?<!盖)(?<!建)(?<!造)(?<!修)房(?!东)|宿舍|买了?房|自己的房|有房|有个?(?:稳定)?(?:地方|住处)住|住(?:在)?(?:厂里|公司|单位|员工)|厂里(?:安排|给)住|住厂|买了?.{0,3}房|买的[^,，。]{0,3}屋|老屋|housing"
    ),
    Ground.SCHOOLING: (
        r"就读|在读|[念读上](?:职高|技校|卫校|中职|高职|本科|大专|小学|书)|[一二三四五六七八九]年[级纪]|学校(?:里)?(?:读|念|住读|寄宿)|娃(?:娃|儿)?(?:在)?(?:读|念|上)|转学|陪读|读书|上学|念书|上小学|上初中|上高中|上大学|读(?:小学|初中|高中|中学|大学|幼儿园|职高|中专|大专|[一二三四五六]年级|初[一二三]|高[一二三])|念(?:小学|初中|高中|中学|大学|职高|中专|幼儿园)|[一二三四五六]年级|上幼儿园|上职高|上中专|[初高][一二三]|学生|在校|学籍|就学|求学|schooling"
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


#: 以前在这边上班; 下个月才开始上班; 打算租房; 在找工作.
_NOT_NOW = re.compile(r"以前|之前|从前|过去|打算|准备|下个?月|下周|明年|过几天|将来|在找$|想找$")


def _grounds(said: str) -> list[str]:
    found = []
    for ground, pattern in _PATTERNS.items():
        for match in pattern.finditer(said):
            before = said[max(0, match.start() - 6) : match.start()]
            if _NOT_NOW.search(re.split(r"[,，。;；]|现在|如今", said[: match.start()])[-1]):
                continue
            if not _DENIED.search(before) and not _LOOKING.search(before) and not _ended(said, match.end()):
                found.append(ground.value)
                break
    return found


#: Work told by its verb alone, at the beginning of a clause: 采香菇, 搞装修的.
_AT_WORK = re.compile(
    r"(?:^|(?<=[,，。;；\s]))(?:我|平时|一直|就|主要|是|在[^,，。;；\s]{2,8}|给人|跟人|帮人|去)*"
    r"(?:采|摘|挖|种|养|搞|修|装|卖|开|跑|送|搬|包|拉|打|扫|洗|炒|烧|烤|切|剪|缝|织|刷|砌|焊|锯|砍|剥|捡|收|贩|推|扛|烫|熨|磨|压|印|钉|编|刻|酿|榨|宰|杀|钓|捞|放)"
    r"(?!电话|开|错|字|算|过|不|了解|得|一下|到|上学|来)[\u4e00-\u9fff]{1,6}"
)
_NO_WORK = re.compile(r"没有?工作|没上班|不上班|没活|失业|待业|退休|不干|没做")


def _at_work(text: str) -> bool:
    return bool(_AT_WORK.search(text)) and not _NO_WORK.search(text)


def _ended(said: str, end: int) -> bool:
    return bool(re.match(r"(?:没有|还没|丢了|辞了|没了|不做了|没找到)", said[end : end + 4]))


def read(text: str, today: date) -> list[str] | Unclear:
    """The grounds said, in the order of the form."""
    said = clean(_own(fold(text)))
    if not said:
        return Unclear(Problem.EMPTY)
    if is_question(said):
        return Unclear(Problem.NO_CHOICE)
    if names_what_is_missing(said):
        return Unclear(Problem.NO_CHOICE)
    if _ALL.search(said) and not re.search(r"没都|不都|没全|不是都|[没不]都", said):
        return [ground.value for ground in Ground] if "两" not in said else Unclear(Problem.NO_CHOICE)
    found = _grounds(said)
    if "employment" not in found and _at_work(plain_talk(fold(text))):
        found = ["employment", *found]
    return found if found else Unclear(Problem.NO_CHOICE)


_THEIRS = re.compile(
    r"(?:^|(?<=[,。;]))(?:我)?(?:老公|老婆|爱人|男人|对象|媳妇)[^,。;]*?(?:[,。;](?=[^,。;]*我)|(?=我))"
)


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


#: 我爱人在庆元中学当老师: a relative's work is none of one's own.
_KIN_WORKS = re.compile(rf"(?:{KIN})(?:[^,，。;；我]{{0,4}})$")


def find(text: str, today: date) -> list[Found]:
    """Spot 在铅笔厂上班, 在庆元二小读书. Housing is not taken from an address. Nothing in a question."""
    text = fold(text)
    if is_question(text):
        return []
    hits = []
    for ground, pattern in _FIND.items():
        match = pattern.search(text)
        if match and ground is Ground.EMPLOYMENT and _KIN_WORKS.search(text[: match.start()]):
            continue
        if match and not re.search(
            r"[没不想]$|以前$|之前$|[没不]想?在|不在", text[max(0, match.start() - 2) : match.start() + 1]
        ):
            hits.append((ground.value, match))
    if not hits:
        return []
    start, end = min(m.start() for _, m in hits), max(m.end() for _, m in hits)
    return [Found(Field.GROUND, [ground for ground, _ in hits], start, end)]
