"""The shape of an address in running text: where it ends, and how it is written down."""

from __future__ import annotations

import re

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_BLANKS = re.compile(r"\s+")
#: Words that say the address is over.
_STOP = re.compile(
    r"上班|打工|做工|务工|工作|干活|做事|做生意|租的|租房|租了|租住|住了|住着|居住|电话|手机|身份|户口|户籍|民族[:是为]|姓名|名字|我|本人|今年|去年|现在|已经|办|登记|因为|还有|没有"
    r"|年了|半年|个月|联系|号码|人(?=[,。;、\s]|$)|的|了|呢|吗|吧|啊|呀|哦|是|种(?=[茶菇香地田菜])|开(?:着|了)?(?:一?[个家间])?(?:店|[\u4e00-\u9fff]{1,3}[店馆铺](?=[,。;\s]|$))|和老|跟|带|汉族|苗族|土家族|侗族|彝族|布依族|壮族|回族|畲族|[男女](?=[,。;、\s]|$)|有"
)
_HARD = re.compile(r"[,。;!?\n|\"'“”]|、(?![0-9A-Za-z])")
#: An address ends with one of these, a figure or a letter.
_ENDS = re.compile(
    r"(?:号|室|楼|幢|栋|座|层|单元|组|队|社|村|庄|屯|寨|社区|小区|区|园|苑|厂|宿舍|舍|院|场|路|街|巷|弄|道|店|铺|校|公寓|大厦|广场|中心|城|庭|府|镇|乡|街道|湾|坝|沟|坪|坑|岭|堂|桥"
    r"|(?<=[村路街巷桥校厂])口|(?<=[路街巷村桥])[头尾]|[东西南北]头|旁边|对面|隔壁|附近|楼上|楼下|后面|前面|路口|工地|农场|林场|基地|公司|酒店|宾馆|饭店|超市|医院|车站|菜场|市场|[0-9A-Za-z])"
)
_SPACED = re.compile(
    r"(?<=[0-9A-Za-z])\s+(?=(?:号|室|楼|幢|栋|座|层|单元|组|弄))|"
    r"\s+(?=(?:[0-9A-Za-z#\-]{1,5}\s*(?:号|室|楼|幢|栋|座|层|单元|组|弄|巷|房|区|期|[,。;\s]|$)|(?!人?[现住租在]|我|他|她)[\u3400-\u9fff]{1,8}[路街巷弄村组号幢栋楼室厂园区舍院厦]))"
)
_LONGEST = 60


def tidy(text: str) -> str:
    """Without blanks."""
    return _BLANKS.sub("", text)


def trim_address(text: str, start: int) -> tuple[str, int]:
    """The address that begins at `start` in a folded text, without blanks, and where it ends. May be empty."""
    piece = _SPACED.sub(lambda blank: "\x00" * len(blank[0]), text[start : start + _LONGEST])
    end = len(piece)
    for over in (_HARD.search(piece), re.search(r"\s", piece), _STOP.search(piece)):
        if over:
            end = min(end, over.start())
    piece = piece[:end]
    last = 0
    for mark in _ENDS.finditer(piece):
        last = mark.end()
    return piece[:last].replace("\x00", ""), start + last


_OTHER_FACTS = re.compile(
    r"[0-9]{6}|电话|手机|身份证|(?:打|写|填|说|报)错|改成|改为|错了|不对|上一步|回去|跳过|[吗呢么我你您]|(?:^|[帮给替和跟在说让叫是])[他她]|[他她](?:们|家|说|在|住|的|也|就|是|有)|登记|同意|居住证|叫什么|[0-9一二三四五六七八九十]年|[0-9]月"
)


def holds_other_facts(address: str) -> bool:
    """Whether what should be an address speaks of something else."""
    return bool(_OTHER_FACTS.search(address))
