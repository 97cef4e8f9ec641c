"""What the agent is to the applicant (居住证暂行条例 9: 监护人 or near relative). The question: 你是申请人的什么人？"""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import clean, is_question
from state_machine.codes import Field

_DOWN = r"大?儿子|小儿子|女儿|小孩子?|孩子|娃娃|娃儿|娃|崽崽?|囡囡?|丫头|闺女|小的"
_UP = r"老?爸爸?|老?妈妈?|父母亲?|父亲|母亲|老爹|老娘|爹|娘|家长|爸妈"
_GRAND_UP = r"爷爷|奶奶|外公|外婆|姥姥|姥爷|祖父母?|祖母|外祖父母?|外祖母"
_GRAND_DOWN = r"外?孙子女?|外?孙女|外?孙儿|外孙"
_PAIR = r"老婆|老公|爱人|妻子|丈夫|夫妻|配偶|媳妇|两口子|对象"
_SAME = r"哥哥?|弟弟?|姐姐?|妹妹?|兄弟姐妹|兄弟|姐妹|兄妹|姐弟"
_GUARDIAN = r"(?:其他)?监护人"
#: (words for that person, what the agent is if the agent is that person, … if the applicant is)
_WORDS: tuple[tuple[str, str, str], ...] = (
    (_GRAND_UP, "grandparent", "grandchild"),
    (_GRAND_DOWN, "grandchild", "grandparent"),
    (_DOWN, "child", "parent"),
    (_UP, "parent", "child"),
    (_PAIR, "spouse", "spouse"),
    (_SAME, "sibling", "sibling"),
    (_GUARDIAN, "guardian", ""),
)
_CODES = frozenset(as_agent for _, as_agent, _ in _WORDS)
_I_AM = tuple(
    (re.compile(rf"我(?:就|才)?是(?:他们?|她们?|孩子|申请人|小孩|娃|老人|本人|它)?们?的?(?:亲)?(?:{words})"), agent)
    for words, agent, _ in _WORDS
)
_APPLICANT_IS = tuple(
    (re.compile(rf"(?:(?:他|她|申请人|办的)是|帮|给|替|为|代)(?:我们?|俺|咱)?(?:家)?(?:的)?(?:{words})"), applicant)
    for words, _, applicant in _WORDS
    if applicant
)
_MY = tuple(
    (re.compile(rf"(?:是)?我(?:家)?的?(?:{words})(?:的|办|来办)?"), applicant)
    for words, _, applicant in _WORDS
    if applicant
)
_BARE = tuple((re.compile(rf"(?:他|她|孩子|申请人)?的?(?:{words})"), agent) for words, agent, _ in _WORDS)
#: On its own 儿子 leaves open who is whose: 父母 and the rest are said of oneself.
_OPEN = re.compile(rf"(?:{_DOWN}|{_GRAND_DOWN})")
_BUTTONS = {
    "子女": "child",
    "丈夫或妻子": "spouse",
    "爷爷奶奶外公外婆": "grandparent",
    "孙子女外孙子女": "grandchild",
    "孙子女": "grandchild",
}


def read(text: str, today: date) -> str | Unclear:
    """A `Relation` code. 我是他爸 → parent; 帮女儿办 → parent; 儿子 alone stays open."""
    said = clean(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if said in _CODES:
        return said
    if said in _BUTTONS:
        return _BUTTONS[said]
    told = {code for pattern, code in _I_AM if pattern.search(said)}
    told = told or {code for pattern, code in _APPLICANT_IS if pattern.search(said)}
    told = told or {code for pattern, code in _MY if pattern.fullmatch(said)}
    if not told and not _OPEN.fullmatch(said):
        told = {code for pattern, code in _BARE if pattern.fullmatch(said)}
    if len(told) != 1 or is_question(said):
        return Unclear(Problem.NO_CHOICE)
    return told.pop()


_FIND = tuple(
    (re.compile(rf"我是(?:他们?|她们?|孩子|申请人|小孩|娃)的?(?:亲)?(?:{words})"), agent) for words, agent, _ in _WORDS
) + tuple(
    (re.compile(rf"(?:帮|给|替|代)(?:我们?|俺|咱)?(?:家)?(?:的)?(?:{words})(?:办|申请|弄)"), applicant)
    for words, _, applicant in _WORDS
    if applicant
)


def find(text: str, today: date) -> list[Found]:
    """Spot 我是他爸爸, 帮女儿办. Nothing when two different ones are said, or in a question."""
    text = fold(text)
    hits = [(match, code) for pattern, code in _FIND if (match := pattern.search(text))]
    if len({code for _, code in hits}) != 1 or is_question(text):
        return []
    match, code = hits[0]
    return [Found(Field.RELATION, code, match.start(), match.end())]
