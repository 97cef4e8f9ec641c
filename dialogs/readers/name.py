"""姓名 as an answer: spelled and corrected as people do.

A text that is nothing but a name is a name when a name was asked, even if it sounds like a command (任公, 钟止).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dialogs.readers.applicant_is import KIN
from dialogs.readers.folding import fold, fold_letters, is_hostile
from dialogs.readers.name_shapes import DOT, HAN, SPELLING, name_like
from dialogs.readers.names_in_text import KIN_CALLED, find
from dialogs.readers.outcome import Problem, Unclear
from dialogs.readers.surnames import DOUBLE, SINGLE, WEAK

_LEAD = re.compile(
    r"^(?:嗯+|哦|噢|啊|呃|哎|你好|您好|好的|好|喂|姐|哥|师傅|老师|学生|回答|答|那个|就是|那)?[,.。、:!\s]*"
    r"(?:身份证上|户口本上|这个(?=叫|是)|你?(?:可以|就)?(?:叫|喊)我|(?:人家|别个|大家|他们)都?(?:叫|喊)我|(?:人家|别个|大家|他们)(?=叫|喊)|(?:我的?|这个)?(?:租客|工人|员工|学生|徒弟|病人|老伴)(?=叫|是|的|姓)|小名\S{2,3}?[,，]?(?=学名|大名)"
    rf"|(?:我|俺)?(?:家)?(?:的)?(?:{KIN})(?=叫|喊|名|是|的|:)|老汉我"
    r"|我?爸爸?|我?妈妈?|我?老婆|我?老公|我?爱人|我?儿子|我?女儿|我?孩子|申请人|代办人|签名人?|声明人|承诺人|孩子|小孩|娃|儿子|女儿|我们?|俺|咱|本人|他|她|鄙人|在下|小名)?(?:家?的)?"
    r"(?:真实|中文|身份证上?)?(?:的)?(?:大名|本名|学名|全名|姓名|名字|真名|签名|签字|名唤|名儿?)?(?:上面?)?(?:写的?)?(?:就|真的?|确实|本来就)?(?:(?:叫|喊)(?:叫|个|做|作)*|教(?=[\u4e00-\u9fff]{2,3}$)|是|为|写作)?[:,\s]*"
)
_TAIL = re.compile(
    r"[\s,.。!、~]*(?:就是我|是我(?:的名字)?|就这个|就(?:行|可以|好)了?|来的|才对|(?:就|才)?对[啦了]|声明人|签名人?|承诺人|\(?真名!?\)?|我自己写的|签好[啦了]?|谢谢|[哈啊呀呢哦噻嘛嘞啦咯哟噢吧]+)?[\s,.。!、~]*$"
)
_LESSONS = (
    "弓长张|立早章|耳东陈|木子李|双木林|口天吴|古月胡|草头黄|大肚黄|三横王|三横一竖王|言午许|走肖赵|双口吕|卯金刀刘|文刀刘|人王全|木易杨|双人徐|余未徐|水工江|人可何|一撇于|干勾于|西早覃|禾木程"
    "|走之底|禾木旁|草字头|单人旁|三点水|王字旁|女字旁|金字旁"
)
_TAUGHT = re.compile(rf"(?:是|不是)?(?:{_LESSONS}).{{0,4}}")
_TAUGHT_BEFORE = re.compile(rf"(?:{_LESSONS})的?(?=[{HAN}]{{2}})")
_TAUGHT_BEHIND = re.compile(rf"(?:(?:{_LESSONS})|[{HAN}]{{2}}的[{HAN}])$")
_SURNAME = re.compile(rf"^(?:我|本人|俺|免贵|老汉|孩子|娃|他|她)?(?:是)?(?:免贵)?姓(?!名)([{HAN}]{{1,2}}?)(?:氏|的)?$")
_CORRECTED = re.compile(r"(?:错了?|不对|改成|改为|应该是|更正)[,\s]*(?:应该)?(?:是|叫|为)?")
_BREAKS = re.compile(r"[,。;、!\n()\"'“”「」…:]+")
_PICTURES = re.compile("[\u2190-\u2bff\u200d\ufe0f\U0001f000-\U0001faff]+")
_FAMILY_FIRST = re.compile(rf"^([{HAN}]{{1,2}})姓$")
_SPELT_OUT = re.compile(rf"^(?:我|本人|俺)?姓(?P<family>[{HAN}]{{1,2}})名(?:叫)?(?P<given>[{HAN}]{{1,2}})$")
#: Said beside a name without changing it.
_HARMLESS = re.compile(
    rf"^(?:填|写|是|这是|就是|用)?(?:我|俺)(?:们)?(?:家)?(?:的)?(?:{KIN})(?:的)?(?:名字|姓名)?$|(?:人家|别人|大家|朋友|工友)们?都?(?:管|叫|喊)"
    r"|^(?:申请人|声明人|签名人?|承诺人|代办人)$|^[男女汉苗侗彝回壮瑶畲满藏傣]$|^.{1,5}族$|^[两三]个.$|.姓$|^.音.$|读[a-zA-Z]|^.$|以上|属实|真实|声明|承诺|同意|[0-9]|今年|先生|女士|的.$|读|念|上面|下面|偏旁|.字|麻烦|谢谢|身份证|手机|真名|签|自己|哈哈|[啥什]|您好|你好|老师|姓|不是|改成|小名|喊我|啦$|取的"
)
_OFFICIAL = re.compile(r"身份证|户口|真名|大名|学名|全名|才对|现在叫|改名叫")
_SEX = re.compile(r"(?:男|女)(?:的|性)?")


def _plain(text: str) -> str:
    return DOT.sub("·", fold_letters(text).strip())


#: A signature has its day beside it.
_DATE = re.compile(r"20[0-9]{2}[年./-][0-9]{1,2}[月./-][0-9]{1,2}[日号]?")
#: What may follow a signature or a name without a break.
_RUN_ON = re.compile(r"(?<=..)(?<!读)(?<!念)(?:性别|以上|声明|亲笔|承诺|确认|保证|[A-Za-z]).*$")
#: A single character behind a name that tells something else: 季青山 汉.
_NO_LAST = frozenset((*"男女汉苗侗彝壮回瑶畲满藏傣", "汉族"))


def _joined(said: str) -> str:
    """谢 恩 → 谢恩: blanks inside a short name are no break."""
    parts = said.split()
    if len(parts) > 1 and len(parts[0]) > 1 and parts[-1] in _NO_LAST:
        return said
    if len(parts) > 1 and (len("".join(parts)) <= 4 or all(len(part) == 1 for part in parts) or "·" in said):
        return "".join(parts)
    return said


#: 韦步清（女儿代签）; 俞水根 签; 蓝彩凤咯.
_ASIDE = re.compile(r"[(（][^()（）]{1,10}[)）]\s*$")
_SIGNED = re.compile(r"(?<=..)\s*(?:亲笔|本人|代)?签(?:名|字|署|的|了)*$")
_CLOSING = re.compile(r"(?<=..)[咯嘞噻喽啦哒呗哟嘎咧嗦]+$")


_SHORT_NAME = 3


def read(text: str, today: date) -> str | Unclear:
    """The name, `·` normalised, without blanks."""
    said = _DATE.sub("", _PICTURES.sub(",", _plain(text))).strip(", ")
    if not said:
        return Unclear(Problem.EMPTY)
    if is_hostile(said):
        return Unclear(Problem.HOSTILE)
    digits = sum(char.isdigit() for char in said)
    if digits >= 6:
        called = KIN_CALLED.search(fold(text))
        if called and name_like(called["name"], labelled=True):
            return called["name"]
        found = find(text, today)
        first = re.split(r"[,，。;\s]", said)[0]
        if not found and len(first) <= _SHORT_NAME and first[:1] in SINGLE and name_like(first, labelled=False):
            return first  # 单继续，身份证晚点给，电话…
        return found[0].value if found else Unclear(_looks_like(digits))
    if len(said) > 120:
        return Unclear(Problem.TOO_LONG)
    said = _ASIDE.sub("", said) or said
    whole = _joined(_SIGNED.sub("", _CLOSING.sub("", said.strip("。.,，!！~\"'“”「」《》【】"))))
    if name_like(whole, labelled=False) and not re.match(r"叫|姓", whole):
        return whole
    return _from_parts(fold(said), text, today)


def _looks_like(digits: int) -> Problem:
    if digits == 11:
        return Problem.LOOKS_LIKE_PHONE
    return Problem.LOOKS_LIKE_ID if digits in (15, 17, 18) else Problem.NOT_A_NAME


def _from_parts(said: str, text: str, today: date) -> str | Unclear:
    """Take away how it is spelled (古丽的古, 姓古); exactly one name must be left."""
    if corrected := _CORRECTED.search(said):
        said = said[corrected.end() :]
    told = _told(_BREAKS.split(said))
    if len(told.names) != 1 and " " in said:
        told = _told(re.split(rf"{_BREAKS.pattern}|\s+", said))
    return _only(told, text, today)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the parts of an answer are: a family name, names with how sure they are, and the rest."""

    family: str
    names: list[tuple[str, bool, str]]
    rest: list[str]


#: 姓欧阳，单名一个锋字; 姓田，名开富.
_ONE_MORE = re.compile(rf"(?:单名(?:一个|个)?(?:叫)?(?P<single>[{HAN}])(?:字)?|名(?:叫)?(?P<given>[{HAN}]{{1,2}}))")
#: 朋友都管我叫老德子.
_NICKNAMED = re.compile(r"(?:人家|别人|大家|朋友|工友|老乡|熟人|都)们?都?(?:管|叫|喊)我|小名|外号|绰号")


def _told(parts: list[str]) -> _Told:
    family, names, rest = "", [], []
    real = any("真名" in part for part in parts)
    for part in (part.strip() for part in parts):
        match = _SURNAME.match(part) or _FAMILY_FIRST.match(part)
        if match and (match[1] in SINGLE or match[1] in DOUBLE or not _FAMILY_FIRST.match(part)):
            family = match[1]
            continue
        if not family and len(part) == 1 and part in SINGLE and part not in WEAK:
            family = part
            continue
        if family and (only := _ONE_MORE.fullmatch(part)):
            names.append((family + (only["single"] or only["given"]), True, part))
            continue
        if spelt := _SPELT_OUT.match(part):
            names.append((spelt["family"] + spelt["given"], True, part))
            continue
        if _NICKNAMED.match(part) and (family or names):
            continue
        labelled = real or bool(re.search(r"叫|喊|名|签|本人|是|教", part[:8]))
        bare = _unspelled(_joined(_TAIL.sub("", _RUN_ON.sub("", _LEAD.sub("", part)))))
        if not bare:
            rest.append(part)
        elif _TAUGHT.fullmatch(bare) or _spells(bare, parts) or SPELLING.fullmatch(bare) or _SEX.fullmatch(bare):
            continue
        elif name_like(bare, labelled=labelled or bool(family)) or (family and len(bare) <= 2):
            names.append((bare, labelled, part))
        else:
            rest.append(part)
    return _Told(family, names, rest)


_OF_NAME = re.compile(rf"[{HAN}]{{1,6}}的(?P<name>[{HAN}]{{1,2}})")


def _spells(bare: str, parts: list[str]) -> bool:
    """万一的万一, beside 田万一: it spells what another part says."""
    match = _OF_NAME.fullmatch(bare)
    return match is not None and any(match["name"] in part.replace(bare, "") for part in parts)


def _unspelled(said: str) -> str:
    """黄小玲黄色的黄大小的小 → 黄小玲; 立早章章文杰 → 章文杰."""
    said = _TAUGHT_BEFORE.sub("", said, count=1)
    while (lesson := _TAUGHT_BEHIND.search(said)) and lesson.start() >= 2 and lesson[0][-1] in said[: lesson.start()]:
        said = said[: lesson.start()]
    return said


def _only(told: _Told, text: str, today: date) -> str | Unclear:
    """The one name among the parts: the official one, the full one, or the last one of a correction."""
    names = _settled(told, text)
    if len(names) == 1:
        bare, labelled, _ = names[0]
        whole = told.family + bare
        if told.family and not bare.startswith(told.family) and len(bare) <= 2 and name_like(whole, labelled=True):
            return whole
        beside = [part for part in told.rest if not _HARMLESS.search(part) and not SPELLING.fullmatch(part)]
        sure = bare[0] in SINGLE and bare[0] not in WEAK
        if name_like(bare, labelled=labelled or bool(told.family)) and (not beside or (labelled and sure)):
            return bare
    if len(names) > 1:
        return Unclear(Problem.NOT_A_NAME)
    found = find(text, today)
    return found[0].value if found else Unclear(Problem.NOT_A_NAME)


def _settled(told: _Told, text: str) -> list[tuple[str, bool, str]]:
    names = [*{bare: (bare, labelled, part) for bare, labelled, part in told.names}.values()]
    if len(names) > 1 and (official := [name for name in names if _OFFICIAL.search(name[2])]):
        names = official
    if len(names) > 1:  # 冉启珍，冉冉升起的冉
        names = [name for name in names if not SPELLING.fullmatch(name[2])] or names
    if len(names) > 1 and told.family:
        names = [name for name in names if name[0].startswith(told.family)] or names
    if len(names) > 1 and re.search(r"改成|改为", text):
        names = names[-1:]
    if names and any(re.search(r"真名|签", part) for part in told.rest):
        names = [(bare, True, part) for bare, _, part in names]
    return names
