"""The answer to the pending question, by its one reader; choices also by number, by clause, in regional words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from dialogs.readers import READERS, Problem, Unclear
from dialogs.readers.corrected import last_said
from dialogs.readers.recognition import says_lapsed
from dialogs.readers.surnames import SINGLE
from dialogs.understanding.message import Message, in_plain_words, look_at
from dialogs.understanding.ordinals import chosen
from state_machine.codes import Field

CHOICES = frozenset(
    (
        "pledge",
        "applicant_is",
        "relation",
        "recognition",
        "ground",
        "sex",
        "ethnicity",
        "proofs",
        "review",
        "eligibility",
    )
)
NAMED = frozenset(("name", "declaration", "agent_name"))
_CALL_ME = re.compile(r"^(?:你们?)?(?:可以|就)?(?:叫|喊)我(?:做)?")
#: 姓池名塘.
_SPELT = re.compile(
    r"(?:我|本人)?姓(?P<family>[\u4e00-\u9fff]{1,2})名(?:叫)?(?P<given>[\u4e00-\u9fff]{1,2}?)(?=就是|就|是|那个|[,，。.!！\s]|$)"
)
#: 我大名叫高兴.
_SURELY = re.compile(
    r"(?:大名|真名|本名|全名|名字|姓名)(?:就|真)?(?:叫|是)(?P<name>[\u4e00-\u9fff]{2,3})(?=[,，。\s]|$)"
)
#: Family names that begin an everyday reply: 都对, 全有.
_SMALL_WORDS = frozenset("都全有能那和成来从经干别")
_NO_END = re.compile(r"[了的吧吗呢啊]$|(?:先生|女士|师傅|老师|小姐|阿姨|大姐|大哥|经理|主任|老板)$")
_SIGNED = re.compile(r"^\s*(?:我|本人|就|那)*签(?:名|字|上|好了?|了)?[:：,，\s]*")
_WORD_NAME = re.compile(r"[\u4e00-\u9fff]{2,3}")
#: Short answers that begin like a family name and are none.
_NO_NAMES = frozenset(
    [
        *(
            "明白",
            "麻烦",
            "谢谢",
            "古怪",
            "满意",
            "何必",
            "明天",
            "于是",
            "应该",
            "关于",
            "白天",
            "年前",
            "年后",
            "过年",
            "平时",
        ),
        *(
            "单位",
            "单独",
            "全部",
            "包括",
            "简单",
            "高中",
            "能行",
            "通过",
            "费用",
            "解释",
            "解决",
            "方法",
        ),
    ]
)

#: Choices of which exactly one holds: if the whole is not readable, its parts may be.
_ONE_OF = frozenset(("applicant_is", "recognition", "sex", "review"))
#: A part that says neither yes nor no beside these values leaves them standing only if it is a small one.
_CONSENT = frozenset(("agree", "confirm"))
_BESIDE = frozenset(("checked", "filler", "greeting", "thanks", "polite", "self", "fine", "urge", "yes_word"))
_NOT_FINE = frozenset(("neg", "wrong", "modify", "if", "hold", "ask", "unsure", "hostile"))


def read_answer(message: Message, text: str, asking: str, today: date) -> Any | Unclear:
    """The value `text` gives to `asking`, or `Unclear` as its reader says; corrected in one breath, the last."""
    parts = None if asking in _NOT_CORRECTED else last_said(text)
    if parts is not None:
        before, after = parts
        for said in _completed(before, after, asking):
            value = _read(look_at(said), said, asking, today)
            if not isinstance(value, Unclear):
                return value
        if asking not in NAMED and not isinstance(_read(look_at(before), before, asking, today), Unclear):
            return value
    return _read(message, text, asking, today)


#: Of these a correction says something else.
_NOT_CORRECTED = frozenset(("review", "eligibility", "relation"))
_YEAR = re.compile(r"(?:(?:20)?[0-9]{2}年|大?[前后]年|[今明去]年)")
_COUNTED = re.compile(r"(?:是|应该是)?(?P<figure>[0-9]{1,5}(?:-[0-9]{1,5})*)(?P<kind>号楼?|室|楼|幢|栋|单元|组|弄|巷)")


def _completed(before: str, after: str, asking: str) -> list[str]:
    """The part that counts, with what the part taken back still gives to it: the year, the place, the street."""
    if asking in ("current_address", "hukou_address") and (counted := _COUNTED.fullmatch(after)):
        old = [*re.finditer(rf"[0-9]+(?:-[0-9]+)*{counted['kind']}", before)]
        return (
            [before[: old[-1].start()] + counted["figure"] + counted["kind"] + before[old[-1].end() :]] if old else []
        )
    if asking == "phone" and re.fullmatch(r"[0-9]{2,4}", after) and (numbers := re.findall(r"1[3-9][0-9]{9}", before)):
        return [numbers[-1][: -len(after)] + after]  # 尾号不对，是8425
    year = _YEAR.search(before) if asking in ("permit_valid_until", "registered_periods") else None
    told = [after] if year is None or _YEAR.search(after) else [year[0] + after]
    if asking == "registered_periods":
        told += [place + said for place in _PLACE.findall(before)[:1] for said in told]
    return told


_PLACE = re.compile(r"(?:在|起|年|月|^)\s*([\u4e00-\u9fff]{2,4}?[县市区]?)(?=[,，。\s0-9]|从|登|$)")


def _read(message: Message, text: str, asking: str, today: date) -> Any | Unclear:
    by_number = chosen(text, asking)
    if by_number is not None:
        return by_number
    reader = READERS[Field(asking)]
    if asking in NAMED and (spelt := _SPELT.search(text)):
        return spelt["family"] + spelt["given"]
    value = reader(_SIGNED.sub("", text) if asking == "declaration" else text, today)
    if isinstance(value, Unclear) and asking == "declaration":
        value = reader(text, today)  # 签名：母国强: with its label a rarer family name counts, too
    if asking in NAMED and isinstance(value, Unclear):
        return _name(text, today) or value
    if not isinstance(value, Unclear) or asking not in CHOICES:
        return value
    plain = in_plain_words(text)
    second = value if plain == text else reader(plain, today)
    if not isinstance(second, Unclear):
        return second
    if asking == "review" and _is_fine(message) and not _SAYS.search(text):
        return "confirm"
    return _by_clause(message, asking, today) if asking in _ONE_OF else value


def _name(text: str, today: date) -> str | None:
    """叫我吕小布; and words that are names when a name was asked: 平安, 单子 (温馨 is one, too)."""
    if (sure := _SURELY.search(text)) and sure["name"][0] in SINGLE:
        return sure["name"]
    bare = _CALL_ME.sub("", text.strip(" ,，。.!！"))
    if bare != text and not isinstance(value := READERS[Field.NAME](bare, today), Unclear):
        return str(value)
    a_word = _WORD_NAME.fullmatch(bare) and bare[0] in SINGLE and bare not in _NO_NAMES
    return bare if a_word and bare[0] not in _SMALL_WORDS and not _NO_END.search(bare) else None


_SAYS = re.compile(r"[\u4e00-\u9fff]{2}说")


def _is_fine(message: Message) -> bool:
    if message.is_only("yes_word", "fine", "submitted") and not message.kinds & _NOT_FINE:
        return True
    return "fine" in message.kinds and not message.kinds & _NOT_FINE and message.unknown <= 2


#: A choice with talk around it has few clauses.
_MOST_CLAUSES = 12


def _by_clause(message: Message, asking: str, today: date) -> Any | Unclear:
    unclear = Unclear(Problem.NO_CHOICE)
    if asking == "sex" and "greeting" in message.kinds:
        return unclear  # 美女，你好
    if asking == "recognition" and says_lapsed(message.text):
        return unclear  # 有居住证，但是过期了
    if not 2 <= len(message.clauses) <= _MOST_CLAUSES or message.kinds & {"if", "ask", "unsure"}:
        return unclear
    reader = READERS[Field(asking)]
    values = []
    for clause in message.clauses:
        value = reader(in_plain_words(clause.text), today)
        if not isinstance(value, Unclear):
            values.append(value)
        elif clause.unknown() > 1 or not clause.kinds <= _BESIDE:
            values.append(None)
    heard = {value for value in values if value is not None}
    if len(heard) != 1:
        return unclear
    value = heard.pop()
    return unclear if value in _CONSENT and None in values else value
