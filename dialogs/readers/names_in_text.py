"""Names inside a longer message: behind 我叫 or 姓名, beside facts about a person, spelled out, or a relative's."""

from __future__ import annotations

import re
from datetime import date

from dialogs.divisions import lookup
from dialogs.readers.applicant_is import KIN
from dialogs.readers.ethnicity import PEOPLES
from dialogs.readers.folding import fold
from dialogs.readers.name_shapes import BUSINESS, HAN, SPELLING, STEPPE, TALK, TITLES, is_place, name_like, same_dots
from dialogs.readers.outcome import Found
from dialogs.readers.owners import is_someone_elses
from dialogs.readers.surnames import DOUBLE, NOT_NAMES, SINGLE, SOUNDS, WEAK
from state_machine.codes import Field

_SOUNDS = "".join(sorted(SOUNDS))
_NAME = rf"([{HAN}]{{1,20}}(?:·[{HAN}]{{1,20}}){{1,5}}|{STEPPE}|[{_SOUNDS}]{{5,10}}|[{HAN}](?:[ ]?[{HAN}]){{1,3}})"
_LABELLED = re.compile(
    rf"(?:(?:我|俺|本人|免贵)?姓[{HAN}]{{1,2}}(?:名)?叫(?:做)?|(?<![找来])(?:给|帮|替|代|为)(?:我|俺)?(?:们)?(?:家)?(?:的)?(?:{KIN})(?=[{HAN}]{{2,3}}(?:办|申请|填|弄))|(?<![找来])(?:给|帮|替|代)(?:厂里的?|我的?)?(?:工人|员工|租客|学生|徒弟)(?=[{HAN}]{{2,3}}(?:办|申请|填|弄))|(?:员工|租客|学生|工人|申请人):|(?:我|俺|伊|咱|本人|孩子|小孩|娃|儿子|女儿|他|她)(?:的)?(?:名字|姓名|大名|全名)?(?:就|真的?|确实|本来就|现在)?叫(?:做|作)?|(?:姓名|名字|全名|大名|大号|官名|学名|本名|真名)(?:就)?(?:叫做|叫|是|为)?|申请人(?:是|叫)?(?=[\u4e00-\u9fff]{{2,4}}[,。;\s])|(?<=[,。;、\s])叫|(?<=[省南北东西徽江川州建海苏藏疆夏宁肃]人)叫|^叫)(?:做|个)?[:\s]*{_NAME}"
)
_CORRECTION = re.compile(
    rf"(?:名字|姓名)[^,。;]{{0,6}}(?:错|不对|改|误)[^,。;]{{0,3}}[,。 ]*(?:应该|改|应)?(?:是|叫|成|为)\s*[\"“]?{_NAME}"
)
_SELF = re.compile(rf"(?:^(?:你好|您好|喂)?|[,。;!\s])(?:我|本人|申请人|在下|鄙人|俺)(?:是|:)?\s?{_NAME}(?=[,。;\s]|$)")
#: Talk that may follow a name directly: 我叫罗大勇身份证号…
_AFTER = re.compile(
    r"(?:身份|男|女|填|弄|电话|手机|今年|户口|住|现|是|来|汉族|苗族|民族|来自|我|今|号|联系|生于|出生|申请|办|想|要|在|从|的|,|。|\s|\d|[\u4e00-\u9fff]{1,3}族)"
)
_STOPS = re.compile(
    r"身份|性别|男|女|办|填|弄|电话|手机|今年|户口|户籍|住|现在|现|是|来自|我|联系|生于|出生|申请|想|要|在|从|的|民族|"
    rf"(?:{'|'.join(PEOPLES)})|土家"
)


def find(text: str, today: date) -> list[Found]:
    """Spot a name behind 我叫, 姓名 or 名字, or standing by itself among facts about a person."""
    text = same_dots(fold(text))
    if theirs := _their_name(text):
        return [theirs]
    if family := _FAMILY_THEN.search(text):
        return [Found(Field.NAME, family["name"], *family.span("name"))]
    for pattern in (_CORRECTION, _LABELLED, _SELF):
        hits = [
            hit for match in pattern.finditer(text) if (hit := _labelled(text, match, is_sure=pattern is not _SELF))
        ]
        hits = [_corrected(text, hit) for hit in hits]
        if hits:
            return hits[-1:] if len({hit.value for hit in hits}) == 1 or pattern is _CORRECTION else []
    return _by_itself(text) or _run_on(text)


#: …户口撒拉族韩成龙电话是…: between one fact's last word and the next one's first.
_BETWEEN_FACTS = re.compile(
    rf"(?:(?<=族)|(?<=[,。;\s][男女]))(?P<name>[{HAN}]{{2,3}}?)(?=电话|手机|身份证|[男女](?:的|性)?(?:[,。;\s\d]|[{HAN}]{{1,4}}族|电话|手机|身份))"
)


def _run_on(text: str) -> list[Found]:
    found = [
        m for m in _BETWEEN_FACTS.finditer(text) if name_like(m["name"], labelled=False) and _sure_alone(m["name"])
    ]
    return [Found(Field.NAME, found[0]["name"], *found[0].span("name"))] if len(found) == 1 else []


_BUT = re.compile(rf"[,，\s]*(?:不是|不对|错了|哦不)[,，\s]*(?:是|叫)?(?P<name>[{HAN}]{{2,4}})(?=[,，。\s]|$)")


def _corrected(text: str, found: Found) -> Found:
    """我叫岩温，不是，岩温罕: what is said right behind counts."""
    but = _BUT.match(text, found.end)
    if but is None or not name_like(but["name"], labelled=True):
        return found
    return Found(Field.NAME, but["name"], *but.span("name"))


#: 我姓单，单国权; 我姓谢谢秀兰 汉族.
_FAMILY_THEN = re.compile(
    rf"(?:我|本人|俺|免贵)姓(?P<family>[{HAN}]{{1,2}})[,\s]*(?:叫)?(?P<name>(?P=family)[{HAN}]{{1,2}}?)"
    rf"(?=[,。;\s]|$|[男女](?:的|性)?|身份|电话|手机|住|{'|'.join(PEOPLES)})"
)
#: Facts that make a form of somebody else's: 父亲叫林德水，身份证350….
_THEIR_FACTS = re.compile(
    r"[,。;\s]{0,2}(?:[男女][,\s]|[^,。;\s]{1,5}族[,\s])?(?:他|她)?(?:的)?(?:身份证)?(?:号码?)?(?:是)?[:\s]?[0-9]{17}|[^。;]{0,24}?(?:户口|户籍)"
)


def _their_name(text: str) -> Found | None:
    """Of another for whom the form is filled in: the name right before their ID number or their 户口."""
    match = _THEIR_NAME.search(text)
    if match is None or not _THEIR_FACTS.match(text, match.end()) or not name_like(match["name"], labelled=True):
        return None
    return Found(Field.NAME, match["name"], *match.span("name"))


#: 我叫范石生哈, but not 吐尔逊·巴哈.
_PARTICLE = re.compile(r"^[^·]{2,}[哈啊呀呢哦噻嘛]$")


#: 老婆古丽米热·托合提.
_KIN_FIRST = re.compile(rf"(?:{KIN})(?=.+·)")
KIN_CALLED = re.compile(rf"(?:{KIN})(?:的?名字|大名)?(?:叫|喊)(?:做)?(?P<name>[{HAN}]{{2,4}})(?=[,。;\s]|$)")


#: 我叫高兴: a word, but said to be the name.
_IS_CALLED = re.compile(r"(?:我|俺|本人)(?:的)?(?:名字|大名|真名)?(?:就)?叫$")


def _may_be(name: str) -> bool:
    return (
        len(name) == 2
        and name[0] != name[1]
        and name[0] in SINGLE
        and not TITLES.search(name)
        and not BUSINESS.search(name)
        and name not in PEOPLES
    )


_THEIR_NAME = re.compile(
    rf"(?:{KIN}|员工|工人|租客|房客|学生|徒弟|病人|伙计)(?:的?名字|大名)?(?:叫|喊|是)(?:做)?(?P<name>[{HAN}]{{2,4}})(?=[,，。;；\s]|身份证|电话|办|$)"
)


def called_kin(text: str) -> str | None:
    """我妈妈叫吴桂花，帮她办: the name of the one the application is for, when it is known to be for another."""
    match = _THEIR_NAME.search(fold(text))
    return match["name"] if match and name_like(match["name"], labelled=True) else None


def _up_to_talk(text: str, match: re.Match[str]) -> tuple[str, int]:
    """(what may be the name, where it starts): without a relative before it and without the next fact."""
    said, start = match[1], match.start(1)
    if kin := _KIN_FIRST.match(said):
        said, start = said[kin.end() :], start + kin.end()
    stop = _STOPS.search(text[start : start + len(said) + 2], 1)
    return (said[: stop.start()] if stop and stop.start() < len(said) else said), start


def _one_word(said: str) -> str:
    """谢 恩 stays whole; of 陈国富 汉 the first part is the name."""
    short = len(said.replace(" ", "")) <= 4 and (said.find(" ") == 1 or said[:2] in DOUBLE)
    return said if short or " " not in said else said.split(" ")[0]


def _labelled(text: str, match: re.Match[str], *, is_sure: bool) -> Found | None:
    said, start = _up_to_talk(text, match)
    particle = _PARTICLE.search(said) and text[start + len(said) : start + len(said) + 1] in ",。 !"
    said = _one_word(said[:-1] if particle else said)
    name = said.replace(" ", "")
    if name in NOT_NAMES and is_sure and _IS_CALLED.search(text[: match.start(1)]) and _may_be(name):
        return Found(Field.NAME, name, start, start + len(name))
    end = start + len(said.rstrip())
    if not (particle or _ends_well(text, end)) and (shorter := _spelt_behind(text, start, said)):
        said, end = shorter, start + len(shorter)
        name = said
    elif not (particle or _ends_well(text, end)) or not name_like(name, labelled=is_sure):
        return None
    if not name_like(name, labelled=is_sure):
        return None
    if not is_sure and (text[end : end + 1] == "的" or name[0] in WEAK or not name_like(name, labelled=False)):
        return None
    if re.match(rf"的[{name}]", text[end:]):
        return None  # 名字的坤不对，是乾坤的坤: it spells one character
    if (match[0][0] not in "我俺" and is_someone_elses(text, match.start())) or re.search(
        r"[不没别]$", text[: match.start()]
    ):
        return None
    return Found(Field.NAME, name, start, end)


def _spelt_behind(text: str, start: int, said: str) -> str | None:
    """我姓田叫田茂英田地的田茂盛的茂: the name up to where it is spelled."""
    for size in (3, 2):
        name = said[:size]
        lesson = re.match(rf"[{HAN}]{{1,6}}?的(?P<taught>[{HAN}])", text[start + size :])
        if len(name) == size and lesson and lesson["taught"] in name:
            return name
    return None


def _ends_well(text: str, end: int) -> bool:
    return end >= len(text) or text[end] in ":,。;、!\n~)" or bool(_AFTER.match(text, end))


_FACT = re.compile(
    r"[省市县州盟旗]人$|^(?:现)?住[^,。]{2}|\d{6}|[男女](?:的|性|孩|娃)?$|族$|^民族|^[汉苗侗彝回壮瑶畲满藏傣]$|户口|身份|电话|手机|^1[3-9]\d"
)
_SEGMENT = re.compile(r"[^,。;、:\n\s]+")


#: 我老婆古丽米热·托合提.
_WHOSE = re.compile(rf"^(?:我|俺)(?:们)?(?:家)?(?:的)?(?:{KIN})(?=.*·|[{HAN}]{{2,3}}$)")


def _without_place(said: str) -> str:
    """安徽阜南的马世民: the name behind where one comes from."""
    told = lookup.places(said) if "的" in said else []
    behind = said[told[0].end :] if told and told[0].start <= len("我是") else ""
    return behind.lstrip("人的") if re.match(r"人?的", behind) else said


def _by_itself(text: str) -> list[Found]:
    """A segment that is a name, with a fact about a person right beside it."""
    segments = [*_SEGMENT.finditer(text[:400])]
    hits = []
    for i, segment in enumerate(segments):
        said = _WHOSE.sub("", _without_place(segment[0]))
        if _heads_a_row(said, [other[0] for other in segments[i + 1 : i + 4]]):
            return [Found(Field.NAME, said, segment.end() - len(said), segment.end())]
        if (
            said in lookup.index().forms
            or f"{said}族" in PEOPLES
            or not name_like(said, labelled=False)
            or ("·" not in said and not _sure_alone(said))
        ):
            continue
        spelt = segments[i + 1][0] if i + 1 < len(segments) else ""
        if "·" not in said and SPELLING.fullmatch(spelt) and spelt[-1] in said and said[0] not in WEAK:
            return [Found(Field.NAME, said, segment.start(), segment.end())]
        after = next((j for j in range(i + 1, len(segments)) if not SPELLING.fullmatch(segments[j][0])), i)
        beside = [segments[j][0] for j in (i - 2, i - 1, after) if 0 <= j < len(segments) and j != i]
        if any(_FACT.search(other) for other in beside):
            hits.append(Found(Field.NAME, said, segment.end() - len(said), segment.end()))
    return hits if len(hits) == 1 else []


#: Facts that nobody puts behind anything but a name: 高兴 男 汉 4115….
_ROW = re.compile(
    r"[男女](?:的|性)?|[汉苗侗彝回壮瑶畲满藏傣]|[\u4e00-\u9fff]{1,4}族|[0-9]{17}[0-9X]|1[3-9][0-9]{9}", re.IGNORECASE
)


def _heads_a_row(said: str, following: list[str]) -> bool:
    """Whether two facts of a person at once follow: then even a word is a name, and one of four characters."""
    if sum(bool(_ROW.fullmatch(other)) for other in following) < 2 or not _ROW.fullmatch(following[0]):
        return False
    shape = 2 <= len(said) <= 4 and said[0] in SINGLE and all("\u3400" <= char <= "\u9fff" for char in said)
    return (
        shape
        and not TALK.search(said)
        and not BUSINESS.search(said)
        and not is_place(said)
        and not _ROW.fullmatch(said)
    )


_COMMON = re.compile(r"[办行好天可以来去要能会有到过住用交填写都全后前年月日上下左右多少东西南北成家高单]")


def _sure_alone(said: str) -> bool:
    """Without a label four characters need a double family name (安全第一 is none), and common words are out."""
    if len(said) >= 4 and set(said) <= SOUNDS:
        return True
    return (said[0] not in WEAK or (len(said) == 3 and not _COMMON.search(said))) and (
        len(said) <= 3 or said[:2] in DOUBLE or set(said) <= SOUNDS
    )
