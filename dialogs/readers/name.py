"""姓名: 2 to 30 characters, rare ones of every extension, `·` in all its variants; spelled and corrected as people do.

A text that is nothing but a name is a name when a name was asked, even if it sounds like a command (任公, 钟止).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dialogs.divisions import lookup
from dialogs.readers.applicant_is import KIN
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
    r"[吗呢吧呀哦嗯么了的你您他她它们这怎哪谁啥咋很我是没请啊]|上一|下一|一下|一趟|一遍|(?<!阿)不(?!凡|二|换|群|都|力|拉|来)|等[下会]|待会|晚点|回头|稍后|一步|再[说讲填]|先[填说讲别不]|别看|看像"
)
#: Names of the steppe: 乌云其木格.
_STEPPE = re.compile(
    rf"[{HAN}]{{0,4}}(?:其木格|其其格|琪琪格|高娃|托娅|图雅|格日勒|巴雅尔|巴特尔|呼日勒|朝鲁|斯琴|萨仁|塔娜|通拉嘎)"
)
#: Forms of address, and kinds of places: 王先生, 孟溪镇.
_TITLES = re.compile(r"(?:先生|女士|师傅|老师|小姐|阿姨|大姐|大哥|经理|主任|老板|街道|再说|问题|.[镇乡县省区])$|^马上")
_LEAD = re.compile(
    r"^(?:嗯+|哦|噢|啊|呃|哎|你好|您好|好的|好|喂|姐|哥|师傅|老师|学生|回答|答|那个|就是|那)?[,.。、:!\s]*"
    r"(?:身份证上|户口本上|这个(?=叫|是)|你?(?:可以|就)?(?:叫|喊)我|(?:人家|别个|大家|他们)都?(?:叫|喊)我|(?:人家|别个|大家|他们)(?=叫|喊)|(?:我的?|这个)?(?:租客|工人|员工|学生|徒弟|病人|老伴)(?=叫|是|的|姓)|小名\S{2,3}?[,，]?(?=学名|大名)"
    rf"|(?:我|俺)?(?:家)?(?:的)?(?:{KIN})(?=叫|喊|名|是|的|:)|老汉我"
    r"|我?爸爸?|我?妈妈?|我?老婆|我?老公|我?爱人|我?儿子|我?女儿|我?孩子|申请人|代办人|签名人?|声明人|承诺人|孩子|小孩|娃|儿子|女儿|我们?|俺|咱|本人|他|她|鄙人|在下|小名)?(?:家?的)?"
    r"(?:真实|中文|身份证上?)?(?:的)?(?:大名|本名|学名|全名|姓名|名字|真名|签名|签字|名唤|名儿?)?(?:上面?)?(?:写的?)?(?:就)?(?:(?:叫|喊)(?:叫|个|做|作)*|教(?=[\u4e00-\u9fff]{2,3}$)|是|为|写作)?[:,\s]*"
)
_TAIL = re.compile(
    r"[\s,.。!、~]*(?:就是我|是我(?:的名字)?|就这个|就(?:行|可以|好)了?|来的|才对|(?:就|才)?对[啦了]|声明人|签名人?|承诺人|\(?真名!?\)?|我自己写的|签好[啦了]?|谢谢|[哈啊呀呢哦噻嘛嘞啦咯哟噢吧]+)?[\s,.。!、~]*$"
)
_SPELLING = re.compile(
    rf"(?:^|.*?)[{HAN}]{{1,6}}(?:里|中)?(?:面)?的(?:那个)?[{HAN}]$|[{HAN}]{{1,2}}(?:字)?(?:是|就是)[^,]{{1,8}}"
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
#: What no name holds, because it is business.
_BUSINESS = re.compile(
    r"撤回|取消|重签|重填|重新|改下|改一|修改|电话|手机|那些|地址|户口|身份|登记|办理|写错|打错|租客|怎样|我们|真名|声明|签字|签名|承诺"
)
#: Said beside a name without changing it.
_HARMLESS = re.compile(
    rf"^(?:填|写|是|这是|就是|用)?(?:我|俺)(?:们)?(?:家)?(?:的)?(?:{KIN})(?:的)?(?:名字|姓名)?$|(?:人家|别人|大家|朋友|工友)们?都?(?:管|叫|喊)"
    r"|^(?:申请人|声明人|签名人?|承诺人|代办人)$|^[两三]个.$|.姓$|^.音.$|读[a-zA-Z]|^.$|以上|属实|真实|声明|承诺|同意|[0-9]|今年|先生|女士|的.$|读|念|上面|下面|偏旁|.字|麻烦|谢谢|身份证|手机|真名|签|自己|哈哈|[啥什]|您好|你好|老师|姓|不是|改成|小名|喊我|啦$|取的"
)
_OFFICIAL = re.compile(r"身份证|户口|真名|大名|学名|全名|才对|现在叫|改名叫")
_SEX = re.compile(r"(?:男|女)(?:的|性)?")


#: 小张 is no name of a document.
_NICKNAME = re.compile(r"[小老].|.*家[湾村坝沟坪寨庄]")


def _name_like(said: str, *, labelled: bool) -> bool:
    """Whether these characters can be a name. Without a label they need a family name, a dot or foreign sounds."""
    if not _WHOLE.fullmatch(said) or said in NOT_NAMES or _TALK.search(said):
        return False
    if _TITLES.search(said) or _NICKNAME.fullmatch(said) or _BUSINESS.search(said):
        return False
    if "·" in said:
        return len(said) <= 30 and not re.match(r".{0,6}?(?:叫|姓名|名字)", said)
    if _STEPPE.fullmatch(said) and 3 <= len(said) <= 7:
        return True
    if not 2 <= len(said) <= (6 if labelled or said[:2] in DOUBLE else 4) and not (
        2 <= len(said) <= 10 and (set(said) <= SOUNDS or (said[0] in SINGLE and set(said[1:]) <= SOUNDS))
    ):
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


#: A signature has its day beside it.
_DATE = re.compile(r"20[0-9]{2}[年./-][0-9]{1,2}[月./-][0-9]{1,2}[日号]?")
#: What may follow a signature or a name without a break.
_RUN_ON = re.compile(r"(?<=..)(?<!读)(?<!念)(?:性别|以上|声明|亲笔|承诺|[A-Za-z]).*$")
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


def read(text: str, today: date) -> str | Unclear:
    """The name, `·` normalised, without blanks."""
    said = _DATE.sub("", _PICTURES.sub(",", _plain(text))).strip(", ")
    if not said:
        return Unclear(Problem.EMPTY)
    if is_hostile(said):
        return Unclear(Problem.HOSTILE)
    digits = sum(char.isdigit() for char in said)
    if digits >= 6:
        called = _KIN_CALLED.search(fold(text))
        if called and _name_like(called["name"], labelled=True):
            return called["name"]
        found = find(text, today)
        return found[0].value if found else Unclear(_looks_like(digits))
    if len(said) > 120:
        return Unclear(Problem.TOO_LONG)
    said = _ASIDE.sub("", said) or said
    whole = _joined(_SIGNED.sub("", _CLOSING.sub("", said.strip("。.,，!！~\"'“”「」《》【】"))))
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
        elif _TAUGHT.fullmatch(bare) or _spells(bare, parts) or _SPELLING.fullmatch(bare) or _SEX.fullmatch(bare):
            continue
        elif _name_like(bare, labelled=labelled or bool(family)) or (family and len(bare) <= 2):
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
        if told.family and not bare.startswith(told.family) and len(bare) <= 2 and _WHOLE.fullmatch(bare):
            return told.family + bare
        beside = [part for part in told.rest if not _HARMLESS.search(part) and not _SPELLING.fullmatch(part)]
        sure = bare[0] in SINGLE and bare[0] not in WEAK
        if _name_like(bare, labelled=labelled or bool(told.family)) and (not beside or (labelled and sure)):
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
        names = [name for name in names if not _SPELLING.fullmatch(name[2])] or names
    if len(names) > 1 and told.family:
        names = [name for name in names if name[0].startswith(told.family)] or names
    if len(names) > 1 and re.search(r"改成|改为", text):
        names = names[-1:]
    if names and any(re.search(r"真名|签", part) for part in told.rest):
        names = [(bare, True, part) for bare, _, part in names]
    return names


_NAME = rf"([{HAN}]{{1,20}}(?:·[{HAN}]{{1,20}}){{1,5}}|[{HAN}](?:[ ]?[{HAN}]){{1,3}})"
_LABELLED = re.compile(
    rf"(?:(?:我|俺|本人|免贵)?姓[{HAN}]{{1,2}}(?:名)?叫(?:做)?|(?<![找来])(?:给|帮|替|代|为)(?:我|俺)?(?:们)?(?:家)?(?:的)?(?:{KIN})(?=[{HAN}]{{2,3}}(?:办|申请|填|弄))|(?<![找来])(?:给|帮|替|代)(?:厂里的?|我的?)?(?:工人|员工|租客|学生|徒弟)(?=[{HAN}]{{2,3}}(?:办|申请|填|弄))|(?:员工|租客|学生|工人|申请人):|(?:我|俺|伊|咱|本人|孩子|小孩|娃|儿子|女儿|他|她)(?:的)?(?:名字|姓名|大名|全名)?(?:就)?叫(?:做|作)?|(?:姓名|名字|全名|大名)(?:就)?(?:叫做|叫|是|为)?|(?<=[,。;、\s])叫|(?<=[省南北东西徽江川州建海苏藏疆夏宁肃]人)叫|^叫)(?:做|个)?[:\s]*{_NAME}"
)
_CORRECTION = re.compile(
    rf"(?:名字|姓名)[^,。;]{{0,6}}(?:错|不对|改|误)[^,。;]{{0,3}}[,。 ]*(?:应该|改|应)?(?:是|叫|成|为)\s*[\"“]?{_NAME}"
)
_SELF = re.compile(rf"(?:^(?:你好|您好|喂)?|[,。;!\s])(?:我|本人|申请人)(?:是|:)?\s?{_NAME}(?=[,。;\s]|$)")
#: Talk that may follow a name directly: 我叫罗大勇身份证号…
_AFTER = re.compile(
    r"(?:身份|男|女|填|弄|电话|手机|今年|户口|住|现|是|来|汉族|苗族|民族|来自|我|今|号|联系|生于|出生|申请|办|想|要|在|从|的|,|。|\s|\d|[\u4e00-\u9fff]{1,3}族)"
)
_STOPS = re.compile(
    r"身份|男|女|办|填|弄|电话|手机|今年|户口|户籍|住|现在|现|是|来自|我|联系|生于|出生|申请|想|要|在|从|的|汉族|苗族|侗族|彝族|回族|壮族|民族|土家"
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


#: 我叫范石生哈, but not 吐尔逊·巴哈.
_PARTICLE = re.compile(r"^[^·]{2,}[哈啊呀呢哦噻嘛]$")


def _same_dots(text: str) -> str:
    return re.sub(rf"(?<=[{HAN}])[{_DOTS}](?=[{HAN}])", "·", text)


#: 老婆古丽米热·托合提.
_KIN_FIRST = re.compile(rf"(?:{KIN})(?=.+·)")
_KIN_CALLED = re.compile(rf"(?:{KIN})(?:的?名字|大名)?(?:叫|喊)(?:做)?(?P<name>[{HAN}]{{2,4}})(?=[,。;\s]|$)")


#: 我叫高兴: a word, but said to be the name.
_IS_CALLED = re.compile(r"(?:我|俺|本人)(?:的)?(?:名字|大名|真名)?(?:就)?叫$")


def _may_be(name: str) -> bool:
    return (
        len(name) == 2
        and name[0] != name[1]
        and name[0] in SINGLE
        and not _TITLES.search(name)
        and not _BUSINESS.search(name)
        and name not in PEOPLES
    )


_THEIR_NAME = re.compile(
    rf"(?:{KIN}|员工|工人|租客|房客|学生|徒弟|病人|伙计)(?:的?名字|大名)?(?:叫|喊|是)(?:做)?(?P<name>[{HAN}]{{2,4}})(?=[,，。;；\s]|身份证|电话|办|$)"
)


def called_kin(text: str) -> str | None:
    """我妈妈叫吴桂花，帮她办: the name of the one the application is for, when it is known to be for another."""
    match = _THEIR_NAME.search(fold(text))
    return match["name"] if match and _name_like(match["name"], labelled=True) else None


def _labelled(text: str, match: re.Match[str], *, is_sure: bool) -> Found | None:
    said, start = match[1], match.start(1)
    if kin := _KIN_FIRST.match(said):
        said, start = said[kin.end() :], start + kin.end()
    stop = _STOPS.search(text[start : start + len(said) + 2], 1)
    if stop and stop.start() < len(said):
        said = said[: stop.start()]
    particle = _PARTICLE.search(said) and text[start + len(said) : start + len(said) + 1] in ",。 !"
    said = said[:-1] if particle else said
    if " " in said:
        said = (
            said
            if len(said.replace(" ", "")) <= 4 and (said.index(" ") == 1 or said[:2] in DOUBLE)
            else said.split(" ")[0]
        )
    name = said.replace(" ", "")
    if name in NOT_NAMES and is_sure and _IS_CALLED.search(text[: match.start(1)]) and _may_be(name):
        return Found(Field.NAME, name, start, start + len(name))
    end = start + len(said.rstrip())
    if not (particle or _ends_well(text, end)) and (shorter := _spelt_behind(text, start, said)):
        said, end = shorter, start + len(shorter)
        name = said
    elif not (particle or _ends_well(text, end)) or not _name_like(name, labelled=is_sure):
        return None
    if not _name_like(name, labelled=is_sure):
        return None
    if not is_sure and (text[end : end + 1] == "的" or name[0] in WEAK or not _name_like(name, labelled=False)):
        return None
    if is_someone_elses(text, match.start()) or re.search(r"[不没别]$", text[: match.start()]):
        return None
    return Found(Field.NAME, name, start, end)


def _spelt_behind(text: str, start: int, said: str) -> str | None:
    """我姓田叫田茂英田地的田茂盛的茂: the name up to where it is spelled."""
    for size in (3, 2):
        name = said[:size]
        lesson = re.match(rf"[{HAN}]{{1,4}}的(?P<taught>[{HAN}])", text[start + size :])
        if len(name) == size and lesson and lesson["taught"] in name:
            return name
    return None


def _ends_well(text: str, end: int) -> bool:
    return end >= len(text) or text[end] in ":,。;、!\n~)" or bool(_AFTER.match(text, end))


_FACT = re.compile(r"\d{6}|[男女](?:的|性|孩|娃)?$|族$|^民族|^[汉苗侗彝回壮瑶畲满藏傣]$|户口|身份|电话|手机|^1[3-9]\d")
_SEGMENT = re.compile(r"[^,。;、:\n\s]+")


#: 我老婆古丽米热·托合提.
_WHOSE = re.compile(rf"^(?:我|俺)(?:们)?(?:家)?(?:的)?(?:{KIN})(?=.*·|[{HAN}]{{2,3}}$)")


def _by_itself(text: str) -> list[Found]:
    """A segment that is a name, with a fact about a person right beside it."""
    segments = [*_SEGMENT.finditer(text[:400])]
    hits = []
    for i, segment in enumerate(segments):
        said = _WHOSE.sub("", segment[0])
        if (
            said in lookup.index().forms
            or f"{said}族" in PEOPLES
            or not _name_like(said, labelled=False)
            or ("·" not in said and not _sure_alone(said))
        ):
            continue
        after = next((j for j in range(i + 1, len(segments)) if not _SPELLING.fullmatch(segments[j][0])), i)
        beside = [segments[j][0] for j in (i - 2, i - 1, after) if 0 <= j < len(segments) and j != i]
        if any(_FACT.search(other) for other in beside):
            hits.append(Found(Field.NAME, said, segment.end() - len(said), segment.end()))
    return hits if len(hits) == 1 else []


_COMMON = re.compile(r"[办行好天可以来去要能会有到过住用交填写都全后前年月日上下左右多少东西南北成家高单]")


def _sure_alone(said: str) -> bool:
    """Without a label four characters need a double family name (安全第一 is none), and common words are out."""
    return (said[0] not in WEAK or (len(said) == 3 and not _COMMON.search(said))) and (
        len(said) <= 3 or said[:2] in DOUBLE or set(said) <= SOUNDS
    )
