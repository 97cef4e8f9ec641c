"""An address said in pieces, with talk between them: 就在百山祖镇斋郎村，帮人管民宿，18号.

The pieces that are an address are joined; the talk is left out. A piece that names the town once more begins anew,
because people correct themselves so: 屏都 屏都街道洋背村6号; 中坝镇，打多了，中坝镇江家寨村.
"""

from __future__ import annotations

import re

_BREAK = re.compile(r"[,，。;；、…!！~\n\s]+|\.{2,}")
#: Pictures and marks that people add; they are no letters of an address.
_PICTURES = re.compile("[\u2190-\u2bff\u200d\ufe0f\U0001f000-\U0001faff]+")
_COUNTED = r"(?:号|室|楼|幢|栋|座|层|单元|组|弄|巷|房|区|期|队|社)"
#: A blank inside a figure with its counter (9 号, 3 幢 2) is no break.
_INSIDE = re.compile(
    rf"(?<=[0-9A-Za-z])\s+(?={_COUNTED})|(?<=[0-9A-Za-z号幢栋楼元路街巷弄村组区厂园道])\s+(?=[0-9A-Za-z#\-]{{1,6}}\s*{_COUNTED})"
)
_TAIL = re.compile(
    r"(?:的?房子里?|的地方|这里|这边|那里|那边|那儿|这儿|租的房子|租的|厂里(?=$)|屋里|家里|里面|里头|这个|那个|的|住着|(?<=[号室楼])住|吧|呢|么|啊|呀|哦|噢|嘛|咯|噻|哈|哟|撒|嘞|啦|哩|嘎|了)$"
)
#: What stands before an address and is none of it.
_LEAD = re.compile(
    r"^(?:嗯+|哦|啊(?!里)|呃|那个|这个|就是|就在|就(?!业)|是|属于|住?在|我们?|俺们?|咱们?|本人|他们?|她们?|(?:学生|家)(?=户|地址|住|在|里|[:：])|孩子|小孩|老家|户口本?簿?|户籍|籍贯"
    r"|(?<=本)上|(?<=簿)上|(?<=证)上|上面|上?写的?|填的?|详细|地址|住址|住(?=[\u3400-\u9fff]{2,4}[镇乡街])|门牌号?码?|现在|目前|还|嘛|呢|人住(?=[\u3400-\u9fff0-9])|[:：]|那边|那里|那(?=是))+(?:的)?(?:地址)?(?:上?写的)?(?:是|在|[:：])*(?=.)"
)
_CALLED = re.compile(r"^(?:村子?|寨子?)(?:名字)?(?:叫|是)(?P<village>[\u3400-\u9fff]{2,4}?)村?$")
_TALK = re.compile(
    r"^从|^就?(?:只有)?一个[组队村]|那个|往里|走(?!马)|[我你您它们吗么吧呢]|(?:^|[帮给替和跟在说让叫是])[他她]|[他她](?:们|家|说|在|住|的|也|就|是|有)|[0-9]{6}|户口|户籍|民族|一起|租(?!赁|房|屋)|上班|打工|做(?:工|事|木|鞋)|种(?:菇|茶|灰|香|菜|地|田|药)|帮|写|打多|打错|不用|不是|合同|搬|并到|还在|隔壁住|同住|登记|电话|手机|身份|可以|知道|有(?!限)"
    r"|[0-9一二三四五六七八九十两半]年|老公|老婆|房东|孩子|叫|是|的"
)
_ENDS = re.compile(
    r"(?:号|室|楼|幢|栋|座|层|单元|组|队|社|村|庄|屯|寨|区|园|苑|厂|舍|院|场|路|街|巷|弄|道|店|铺|校|公寓|大厦|中心|城|庭|府|镇|乡|湾|坝|沟|坪|坑|岭|堂|桥|房|(?<=集体)户|第[一二三四五六七八九十0-9]+排|部|门|里|塘|营|堡|集|委会?|坊|旗|木|查"
    r"|(?<=[村路街巷桥校厂])口|(?<=[路街巷村桥])[头尾]|[东西南北]头|旁边?|[\u3400-\u9fff]边|门口|民宿|屋|后头|前头|中间|底下|对面|隔壁|附近|楼[上下]|[后前]面|路口|工地|基地|[店门铺]面|公司|酒店|宾馆|饭店|超市|市场|司|[0-9A-Za-z])$"
)
_HAMLET = re.compile(r"(?:[角头尾背山岩坞垟洋源溪下上湾墩坳冲湖河林岗岔垭箐]|(?<!户)口)$")
_TWICE = re.compile(r"([\u3400-\u9fff]{1,6}?[路街巷弄道村镇乡])\1+")
_TOWN_AT_START = re.compile(r"[\u3400-\u9fff]{1,5}?(?:街道|镇|乡|苏木)")
_OVERLAP = re.compile(r"[路街巷弄道村庄寨镇乡园区]$")


def untailed(said: str) -> str:
    """Without 这里, 租的, 嘛 at the end."""
    while (tail := _TAIL.search(said)) and tail.start():
        said = said[: tail.start()]
    return said


def pieces(text: str) -> list[str]:
    """The parts between marks and blanks, pictures left out; figures stay with what they count."""
    said = _INSIDE.sub("", _PICTURES.sub(" ", text))
    return [piece for piece in _BREAK.split(said) if piece]


def is_talk(piece: str, *, hamlets: bool = False) -> bool:
    """Whether this part says something else than an address. `hamlets`: 岩头角 may be one, too."""
    if _TALK.search(piece):
        return True
    return not _ENDS.search(piece) and not (hamlets and len(piece) <= 4 and _HAMLET.search(piece))


def bare(piece: str) -> str:
    """A piece without what is said around an address; 村子叫白蓬 is 白蓬村."""
    piece = untailed(piece)
    if called := _CALLED.match(piece):
        return called["village"] + "村"
    return untailed(_LEAD.sub("", piece))


def joined(parts: list[str]) -> str:
    """One address of its pieces; what one ends with and the next begins with stands once."""
    whole = ""
    for part in parts:
        whole += part[_overlap(whole, part) :]
    return _TWICE.sub(r"\1", whole)


def _overlap(before: str, part: str) -> int:
    for size in range(min(len(before), len(part), 8), 2, -1):
        if before.endswith(part[:size]) and _OVERLAP.search(part[:size]):
            return size
    return 0


def restarts(whole: list[str], piece: str) -> bool:
    """Whether the piece names the same town again, or another one: the address begins anew."""
    if not whole:
        return False
    if re.match(r"[\u3400-\u9fff]{2,4}?[镇乡]", piece) and not _TOWN_AT_START.match(whole[0]):
        return True
    return bool(_TOWN_AT_START.match(piece)) and bool(_TOWN_AT_START.match(whole[0]))
