"""民族: the 56 names, 其他 and 外国血统中国籍人士 (GB/T 3304), in every short form."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import clean
from dialogs.readers.sounds import loose_sound, sound
from dialogs.yaml_files import read_yaml
from state_machine.codes import Field

#: GB/T 3304 in its order; `Field.ETHNICITY`'s values are these, 其他 and 外国血统中国籍人士.
PEOPLES: tuple[str, ...] = tuple(
    f"{name}族"
    for name in [
        "汉",
        "蒙古",
        "回",
        "藏",
        "维吾尔",
        "苗",
        "彝",
        "壮",
        "布依",
        "朝鲜",
        "满",
        "侗",
        "瑶",
        "白",
        "土家",
        "哈尼",
        "哈萨克",
        "傣",
        "黎",
        "傈僳",
        "佤",
        "畲",
        "高山",
        "拉祜",
        "水",
        "东乡",
        "纳西",
        "景颇",
        "柯尔克孜",
        "土",
        "达斡尔",
        "仫佬",
        "羌",
        "布朗",
        "撒拉",
        "毛南",
        "仡佬",
        "锡伯",
        "阿昌",
        "普米",
        "塔吉克",
        "怒",
        "乌孜别克",
        "俄罗斯",
        "鄂温克",
        "德昂",
        "保安",
        "裕固",
        "京",
        "塔塔尔",
        "独龙",
        "鄂伦春",
        "赫哲",
        "门巴",
        "珞巴",
        "基诺",
    ]
)
OTHERS = ("其他", "外国血统中国籍人士")
#: Short forms and slips of the pen or of voice typing, each with one reading only.
_NAMES: dict[str, str] = {name[:-1]: name for name in PEOPLES} | {
    said: name for name, forms in read_yaml(Path(__file__).with_name("ethnicities.yaml")).items() for said in forms
}
_ALTERNATIVES = "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True))
_WITH_SUFFIX = re.compile(rf"({_ALTERNATIVES})族(?![自乡镇村路街馆区])")
_READ = re.compile(
    rf"(?:我们?|俺|咱|本人|他|她|孩子|娃)?(?:家)?(?:的)?(?:身份证|户口本|户口簿|证)?(?:上面?)?(?:民族)?(?:就|都)?(?:是|为|属于|写的?是?|填)?(?:个)?(?:普通|普普通通的?|正宗|地道|纯正?|老|少数民族里?的?)?({_ALTERNATIVES})(?:族|民族|民(?=$)|家(?=$))?(?:人|的|啊|呀|呢|哦|吧|咯|嘞|哒|嘎)*"
)
_LABEL = re.compile(rf"民族\s?(?:是|为)?[:：=]?\s?({_ALTERNATIVES})(?:族)?(?=[,。;、\n ]|$)")
_AMONG = re.compile(rf"(?<=[男女])[ ,、]({_ALTERNATIVES})(?=[ ,、\d]|$)")
_OTHER = re.compile(r"其他|其它|外国血统(?:中国籍人?士?)?|入籍|外裔")
_DENIED = re.compile(r"不是|不属|不算|非$")
_PUT_AS = re.compile(r"(?P<wrongly>莫|别|不要|错|误|刚|前面|前头|先前|当时)?.{0,2}(?:填|写|选|打|点|弄)(?:错)?成了?$")
_PARTS = re.compile(r"[,，。;、\s]+")
#: 汉族是我老公.
_THEIRS_BEHIND = re.compile(r"(?:的)?是我?(?:老婆|老公|爱人|妻子|丈夫|爸|妈|朋友|老板|房东)")
#: 汉族不是，我藏族: what is denied is taken away before anything is read.
_NOT_THIS = re.compile(
    rf"(?:^|(?<=[,，。;；\s]))(?:我)?(?:不是({_ALTERNATIVES})族?|({_ALTERNATIVES})族?(?:不是|不对|错))(?:的|啊|哦)?(?=[,，。;；\s]|$)[,，。;；\s]*"
)
#: 我是土家的: only names of two characters and more.
_LONGER = "|".join(sorted((name for name in _NAMES if len(name) > 1), key=len, reverse=True))
_OF = re.compile(rf"(?:我|俺|身份证上)(?:本来|就)?是({_LONGER})(?:的|嘞)(?=[,。;\s]|$)")
_PART_OF = re.compile(
    rf"(?<=[\u4e00-\u9fff0-9X][ ,;])(?!保安|高山|东乡|朝鲜|俄罗斯)({_LONGER})(?:的|嘞|人)?(?=[ ,;。]|$)"
)
_ALONE = re.compile(r"(?<=[\u4e00-\u9fff]{2}[ ,])([汉苗侗彝壮瑶畲])(?=[ ,]|$)")
_NOT_ONESELF = re.compile(
    r"(?<!我跟)(?<!我和)(?:老婆|老公|爱人|妻子|丈夫|媳妇|爸爸?|妈妈?|父亲|母亲|爷爷|奶奶|外公|外婆|朋友|同事|老板|房东|对象)(?:是|的)?(?:民族)?(?:是|为)?$"
)


def read(text: str, today: date) -> str | Unclear:
    """The full name (土家族), 其他 or 外国血统中国籍人士."""
    text = _NOT_THIS.sub("", fold(text)) or text
    said = clean(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if match := _READ.fullmatch(said):
        return _NAMES[match[1]]
    if (spelt := _SPELT.fullmatch(said)) and spelt["name"] in spelt["word"]:
        return _NAMES[spelt["name"]]
    if (match := _OTHER.search(said)) and len(said) <= 16 and not _DENIED.search(said):
        return OTHERS[0] if match[0].startswith("其") else OTHERS[1]
    if heard := _by_sound(said):
        return heard
    parts = {_NAMES[match[1]] for part in _PARTS.split(fold(text)) if (match := _READ.fullmatch(clean(part)))}
    if len(parts) == 1 and not _DENIED.search(re.sub(r"[,。;\s]不是[^,。;\s]+$", "", fold(text))):
        return parts.pop()
    found = find(text, today)
    return found[0].value if found else Unclear(Problem.UNKNOWN_ETHNICITY)


#: 汉字的汉.
_SPELT = re.compile(rf"(?P<word>[\u4e00-\u9fff]{{1,4}})的(?P<name>{_ALTERNATIVES})(?:族)?")
_SAID = re.compile(r"(?:我们?|俺|咱|本人)?(?:是|民族是?|写的?是?)?(?P<name>[\u4e00-\u9fff]{1,4})族(?:人|的|啊|呀)*")


def _by_sound(said: str) -> str | None:
    """摇族, 译族: what sounds like one of the names and like no other; exactly first, then by ear."""
    match = _SAID.fullmatch(said)
    if not match:
        return None
    for heard in (sound, loose_sound):
        alike = [name for name in PEOPLES if heard(name[:-1]) == heard(match["name"])]
        if len(alike) == 1:
            return alike[0]
    return None


def find(text: str, today: date) -> list[Found]:
    """Spot a name with 族, or any form behind 民族. 不是…族, a relative's and 苗族自治县 are passed over."""
    text = _NOT_THIS.sub(lambda denied: " " * len(denied[0]), fold(text))
    hits: list[Found] = []
    for match in [
        *_WITH_SUFFIX.finditer(text),
        *_LABEL.finditer(text),
        *_AMONG.finditer(text),
        *_OF.finditer(text),
        *_ALONE.finditer(text),
        *_PART_OF.finditer(text),
    ]:
        before = text[max(0, match.start() - 8) : match.start()]
        if (
            _DENIED.search(before[-4:])
            or _NOT_ONESELF.search(before)
            or _in_place(text, match.end())
            or _THEIRS_BEHIND.match(text, match.end())
        ):
            continue
        if (put := _PUT_AS.search(before)) and (put["wrongly"] or text[match.end() : match.end() + 1] == "了"):
            continue
        hits.append(Found(Field.ETHNICITY, _NAMES[match[1]], match.start(1), match.end()))
    return hits[:1] if len({hit.value for hit in hits}) == 1 else []


def _in_place(text: str, end: int) -> bool:
    """Whether the name goes on to be part of a place: 土家族苗族自治县, 畲族乡."""
    return bool(
        re.match(rf"(?:(?:{_ALTERNATIVES})族)*(?:自治|乡(?!亲)|镇|(?:的)?(?:那个|这个)县)", text[end : end + 24])
    )
