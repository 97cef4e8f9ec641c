"""姓名: 2 to 30 characters, rare ones of every extension, `·` in all its variants; spelled and corrected as people do.

A text that is nothing but a name is a name when a name was asked, even if it sounds like a command (任公, 钟止).
"""

from __future__ import annotations

import re
from datetime import date

from dialogs.divisions import lookup
from dialogs.readers.ethnicity import PEOPLES
from dialogs.readers.folding import fold, fold_letters, is_hostile
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.owners import is_someone_elses
from dialogs.readers.surnames import DOUBLE, NOT_NAMES, SINGLE, SOUNDS, WEAK
from state_machine.codes import Field

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U000323af"
_DOTS = "·•・‧∙⋅●．.･᛫⸱ꞏ﹒•"
_DOT = re.compile(rf"(?<=[{HAN}])\s*[{_DOTS}]\s*(?=[{HAN}])")
_WHOLE = re.compile(rf"[{HAN}]{{1,20}}(?:·[{HAN}]{{1,20}}){{0,5}}")
#: Characters of questions and talk, which no name holds.
_TALK = re.compile(
    r"[吗呢吧呀哦嗯么了的你您他她它们这怎哪谁啥咋很我是没请啊]|上一|下一|一下|一趟|一遍|(?<!阿)不(?!凡|二|换|群|都|力|拉|来)"
)
#: Forms of address, and kinds of places: 王先生, 孟溪镇.
_TITLES = re.compile(r"(?:先生|女士|师傅|老师|小姐|阿姨|大姐|大哥|经理|主任|老板|街道|再说|问题|.[镇乡县省区])$|^马上")
_LEAD = re.compile(
    r"^(?:嗯|哦|噢|啊|呃|哎|你好|您好|好的|好|喂|姐|哥|师傅|老师|回答|答|那个|就是|那)?[,.。、:!\s]*"
    r"(?:我?爸爸?|我?妈妈?|我?老婆|我?老公|我?爱人|我?儿子|我?女儿|我?孩子|申请人|代办人|签名人?|声明人|承诺人|孩子|小孩|娃|儿子|女儿|我们?|俺|咱|本人|他|她|鄙人|在下|小名)?(?:家?的)?"
    r"(?:真实|中文|身份证上?)?(?:的)?(?:大名|全名|姓名|名字|真名|签名|签字|名儿?)?(?:上写的?)?(?:就)?(?:叫做|叫作|叫|是|为|写作)?[:,\s]*"
)
_TAIL = re.compile(r"[\s,.。!、~]*(?:就是我|是我(?:的名字)?|就这个|哈|啊|呀|呢|哦|谢谢)?[\s,.。!、~]*$")
_SPELLING = re.compile(
    rf"(?:^|.*?)[{HAN}]{{1,6}}(?:里|中)?(?:面)?的(?:那个)?[{HAN}]$|[{HAN}]{{1,2}}(?:字)?(?:是|就是)[^,]{{1,8}}"
)
_TAUGHT = re.compile(
    r"(?:弓长张|立早章|耳东陈|木子李|双木林|口天吴|古月胡|草头黄|大肚黄|三横王|三横一竖王|言午许|走肖赵|走之底|禾木旁|双人徐|双口吕|卯金刀刘|文刀刘|人王全|木易杨|草字头|单人旁|三点水|王字旁|女字旁|金字旁).{0,4}"
)
_SURNAME = re.compile(rf"^(?:我|本人)?(?:是)?姓([{HAN}]{{1,2}}?)(?:氏|的)?$")
_CORRECTED = re.compile(r"(?:错了?|不对|改成|改为|应该是|更正)[,\s]*(?:应该)?(?:是|叫|为)?")
_BREAKS = re.compile(r"[,。;、!\n()\"'“”「」]+")
_SEX = re.compile(r"(?:男|女)(?:的|性)?")


def _name_like(said: str, *, labelled: bool) -> bool:
    """Whether these characters can be a name. Without a label they need a family name, a dot or foreign sounds."""
    if not _WHOLE.fullmatch(said) or said in NOT_NAMES or _TALK.search(said):
        return False
    if _TITLES.search(said):
        return False
    if "·" in said:
        return len(said) <= 30
    if not 2 <= len(said) <= (6 if labelled else 4) and not (2 <= len(said) <= 10 and set(said) <= SOUNDS):
        return False
    if said in PEOPLES or _is_place(said):
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


def _is_place(said: str) -> bool:
    """A division or a town, other than the short form of a county (江山 is also a name)."""
    if said in lookup.index().towns_of_zhejiang:
        return True
    codes, is_full = lookup.index().forms.get(said, ((), False))
    return bool(codes) and (is_full or min(map(len, codes)) < 6)


def _plain(text: str) -> str:
    return _DOT.sub("·", fold_letters(text).strip())


def _joined(said: str) -> str:
    """谢 恩 → 谢恩: blanks inside a short name are no break."""
    parts = said.split()
    if len(parts) > 1 and (len("".join(parts)) <= 4 or all(len(part) == 1 for part in parts) or "·" in said):
        return "".join(parts)
    return said


def read(text: str, today: date) -> str | Unclear:
    """The name, `·` normalised, without blanks."""
    said = _plain(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if is_hostile(said):
        return Unclear(Problem.HOSTILE)
    digits = sum(char.isdigit() for char in said)
    if digits >= 6:
        found = find(text, today)
        return found[0].value if found else Unclear(_looks_like(digits))
    if len(said) > 120:
        return Unclear(Problem.TOO_LONG)
    whole = _joined(said.strip("。.,，!！~\"'“”「」《》【】"))
    if _name_like(whole, labelled=False) and not re.match(r"叫|姓", whole):
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
    family, names = "", []
    for part in _BREAKS.split(said):
        part = part.strip()
        if match := _SURNAME.match(part):
            family = match[1]
            continue
        labelled = bool(re.search(r"叫|名|签|本人|是", part[:8]))
        bare = _joined(_TAIL.sub("", _LEAD.sub("", part)))
        if not bare or _TAUGHT.fullmatch(bare) or _SPELLING.fullmatch(bare) or _SEX.fullmatch(bare):
            continue
        names.append((bare, labelled))
    return _only(names, family, text, today)


def _only(names: list[tuple[str, bool]], family: str, text: str, today: date) -> str | Unclear:
    if len({bare for bare, _ in names}) == 1:
        bare, labelled = names[0]
        if family and not bare.startswith(family) and len(bare) <= 2 and _WHOLE.fullmatch(bare):
            return family + bare
        if _name_like(bare, labelled=labelled or bool(family)):
            return bare
    if len({bare for bare, labelled in names if _name_like(bare, labelled=labelled)}) > 1:
        return Unclear(Problem.NOT_A_NAME)
    found = find(text, today)
    return found[0].value if found else Unclear(Problem.NOT_A_NAME)


_NAME = rf"([{HAN}]{{1,20}}(?:·[{HAN}]{{1,20}}){{1,5}}|[{HAN}](?:[ ]?[{HAN}]){{1,3}})"
_LABELLED = re.compile(
    rf"(?:(?:我|本人|孩子|小孩|娃|儿子|女儿|他|她)(?:的)?(?:名字|姓名|大名|全名)?(?:就)?叫(?:做|作)?|(?:姓名|名字|全名|大名)(?:就)?(?:叫做|叫|是|为)?|(?<=[,。;、\s])叫|(?<=[省南北东西徽江川州建海苏藏疆夏宁肃]人)叫|^叫)[:\s]*{_NAME}"
)
_CORRECTION = re.compile(
    rf"(?:名字|姓名)[^,。;]{{0,6}}(?:错|不对|改)[^,。;]{{0,3}}[,，。 ]*(?:应该|改)?(?:是|叫|成|为)\s*{_NAME}"
)
_SELF = re.compile(rf"(?:^|[,。;!\s])(?:我|本人|申请人)(?:是|:)?\s?{_NAME}(?=[,。;\s]|$)")
#: Talk that may follow a name directly: 我叫罗大勇身份证号…
_AFTER = re.compile(
    r"(?:身份|男|女|电话|手机|今年|户口|住|现|是|来|汉族|苗族|民族|来自|我|今|号|联系|生于|出生|申请|办|想|要|在|从|的|,|。|\s|\d|[\u4e00-\u9fff]{1,3}族)"
)
_STOPS = re.compile(
    r"身份|男|女|电话|手机|今年|户口|户籍|住|现在|现|是|来自|我|联系|生于|出生|申请|想|要|在|从|的|汉族|苗族|侗族|彝族|回族|壮族|民族|土家"
)


def find(text: str, today: date) -> list[Found]:
    """Spot a name behind 我叫, 姓名 or 名字, or standing by itself among facts about a person."""
    text = _same_dots(fold(text))
    for pattern in (_CORRECTION, _LABELLED, _SELF):
        hits = [
            hit for match in pattern.finditer(text) if (hit := _labelled(text, match, is_sure=pattern is not _SELF))
        ]
        if hits:
            return hits[-1:] if len({hit.value for hit in hits}) == 1 or pattern is _CORRECTION else []
    return _by_itself(text)


def _same_dots(text: str) -> str:
    return re.sub(rf"(?<=[{HAN}])[{_DOTS}](?=[{HAN}])", "·", text)


def _labelled(text: str, match: re.Match[str], *, is_sure: bool) -> Found | None:
    said, start = match[1], match.start(1)
    if stop := _STOPS.search(said, 1):
        said = said[: stop.start()]
    if " " in said:
        said = said if len(said.replace(" ", "")) <= 4 and said.index(" ") == 1 else said.split(" ")[0]
    name = said.replace(" ", "")
    end = start + len(said.rstrip())
    if not _ends_well(text, end) or not _name_like(name, labelled=is_sure):
        return None
    if not is_sure and (name[0] in WEAK or not _name_like(name, labelled=False)):
        return None
    if is_someone_elses(text, match.start()) or re.search(r"[不没别]$", text[: match.start()]):
        return None
    return Found(Field.NAME, name, start, end)


def _ends_well(text: str, end: int) -> bool:
    return end >= len(text) or text[end] in ":,。;、!\n~)" or bool(_AFTER.match(text, end))


_FACT = re.compile(r"\d{6}|[男女](?:的|性)?$|族$|户口|身份|电话|手机|^1[3-9]\d")
_SEGMENT = re.compile(r"[^,。;、\n\s]+")


def _by_itself(text: str) -> list[Found]:
    """A segment that is a name, with a fact about a person right beside it."""
    segments = [*_SEGMENT.finditer(text[:400])]
    hits = []
    for i, segment in enumerate(segments):
        said = segment[0]
        if not _name_like(said, labelled=False) or ("·" not in said and not _sure_alone(said)):
            continue
        beside = [segments[j][0] for j in (i - 1, i + 1) if 0 <= j < len(segments)]
        if any(_FACT.search(other) for other in beside):
            hits.append(Found(Field.NAME, said, segment.start(), segment.end()))
    return hits if len(hits) == 1 else []


def _sure_alone(said: str) -> bool:
    """Without a label four characters need a double family name (安全第一 is none), and common words are out."""
    return said[0] not in WEAK and (len(said) <= 3 or said[:2] in DOUBLE or set(said) <= SOUNDS)
