"""Corrections: which earlier answer is wrong, and what it should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from dialogs.readers import READERS, Unclear
from dialogs.readers.corrected import last_said
from dialogs.understanding.message import Message
from dialogs.understanding.outcome import Because
from dialogs.understanding.scan import Token
from state_machine.codes import Field

#: More telling labels first: 居住证号码 before 号码, 户口地址 before 地址.
LABELS: dict[str, Field] = {
    "f_permit_number": Field.PERMIT_NUMBER,
    "f_permit_valid_until": Field.PERMIT_VALID_UNTIL,
    "f_hukou_address": Field.HUKOU_ADDRESS,
    "f_hukou_county": Field.HUKOU_COUNTY,
    "f_hukou_province": Field.HUKOU_PROVINCE,
    "f_registered_periods": Field.REGISTERED_PERIODS,
    "f_applicant_is": Field.APPLICANT_IS,
    "f_recognition": Field.RECOGNITION,
    "f_id_number": Field.ID_NUMBER,
    "f_ethnicity": Field.ETHNICITY,
    "f_sex": Field.SEX,
    "f_current_address": Field.CURRENT_ADDRESS,
    "f_phone": Field.PHONE,
    "f_name": Field.NAME,
    "f_materials": Field.MATERIALS,
    "f_proofs": Field.PROOFS,
    "f_ground": Field.GROUND,
    "f_hukou": Field.HUKOU_PROVINCE,
    "f_declaration": Field.DECLARATION,
}
_MATERIAL_VERBS = frozenset(
    "拍反 传错 传错了 发错 发错了 拍错 换一张 换这张 换张 重新传 重传 重拍 重新拍 重新发".split()  # noqa: SIM905 - a list of words
)
_LEAD = re.compile(r"\s*(?:应该是|应该叫|应为|是|叫|我叫|改成|换成)")
#: More than this is no correction any more.
_MOST_TAILS, _LONGEST_TAIL = 4, 200
_QUOTES = "\"'“”‘’「」『』 ,，。.:：!！"


def change_of(
    message: Message, facts: dict[str, Any], today: date
) -> tuple[Field | None, dict[str, Any], Because] | None:
    """The field to change (None: not said which) and its new value if given; None if nothing is to be changed."""
    denied = {t.end for t in message.tokens if t.kinds & {"neg", "hold"} and "不是" not in t.word}  # 你不要打错, 别改
    signs = [t for t in message.tokens if t.kinds & {"wrong", "modify", "to_value"} and t.start not in denied]
    signs = signs or _contrast(message)
    if not signs:
        return None
    named = label_of(message, signs)
    only = next(iter(facts)) if len(facts) == 1 and named is None else None
    field = named or (Field(only) if only else None)
    because = Because("、".join(t.word for t in signs), f"change {field.value if field else ''}".strip())
    if field is None:
        return None, {}, because
    value = new_value(message, field, today)
    if value is None:
        value = facts.get(field.value)
    return field, {} if value is None else {field.value: value}, because


def _contrast(message: Message) -> list[Token]:
    """民族不是汉族，是羌族: denied in one clause, put right in the next, and the answer is named."""
    for clause, following in pairwise(message.clauses):
        denied = [t for t in clause.tokens if t.word == "不是"]
        if denied and _LEAD.match(following.text) and clause.kinds & LABELS.keys():
            return denied
    return []


_EITHER_WAY = re.compile(
    r"(?:^|[,，。;；\s])是[^,，。;；\s]{1,20}[,，。;；\s]+不是|不是[^,，。;；\s]{1,20}[,，。;；\s]+(?:而?是|应该是)"
)


def is_contrast(text: str) -> bool:
    """是给我老伴办的 不是给我; 不是汉族，是壮族: one thing denied and the other said."""
    return bool(_EITHER_WAY.search(text))


def label_of(message: Message, signs: list[Token]) -> Field | None:
    """The answer the correction is about: the label said nearest before or after the word that corrects."""
    if any(t.word in _MATERIAL_VERBS for t in signs):
        return Field.MATERIALS
    labels = [(t, f) for t in message.tokens for kind, f in LABELS.items() if kind in t.kinds]
    values = [t.end for t in signs if "to_value" in t.kinds]
    labels = [one for one in labels if not any(end <= one[0].start for end in values)] or labels  # 更正为庆元县…
    if not labels:
        return None
    sign = signs[0].start
    clause = next(c for c in message.clauses if c.start <= sign < c.end)
    inside = [(t, f) for t, f in labels if clause.start <= t.start < clause.end]
    return min(inside or labels, key=lambda one: (abs(one[0].start - sign), -len(one[0].word)))[1]


def new_value(message: Message, field: Field, today: date) -> Any | None:
    """What stands after 改成, 应该是 and the like, read as an answer to that question."""
    reader = READERS.get(field)
    if reader is None:
        return None
    told = (reader(tail, today) for tail in _tails(message))
    values = [value for value in told if not isinstance(value, Unclear)]
    if field is Field.CURRENT_ADDRESS and values:
        return max(values, key=len)  # 改成城东路118号，濛洲街道: the town may stand behind
    return values[0] if values else None


#: 不是郭庄是郭楼; 唔系高州，系化州; and the other way round: 是郭楼不是郭庄.
_NOT_BUT = re.compile(
    r"(?:不是|唔系|弗是|并非)(?P<wrong>[^,，。;；]{1,20}?)[,，。;；\s]*(?:而?是|系|应该是)(?P<right>[^,，。;；]{1,40})$"
)
_BUT_NOT = re.compile(
    r"(?:^|[,，。;；\s])(?:应该)?(?:是|系)(?P<right>[^,，。;；]{1,30}?)[,，。;；\s]*(?:不是|唔系|弗是)[^,，。;；]{1,20}$"
)
_RIGHT_ONE = re.compile(r"(?P<right>[^,，。;；\s]{1,30}?)(?:才对|才是|先啱|才正确)")
_SAID_SO = re.compile(
    r"^(?:我|俺|其实|现在|应该|正确的|实际|要|就|那|即|得|改|把|它)*(?:是|系|叫|留|写|打|填|用|为|选|住在?|换|归|改成|改为|记)+(?:成)?|^即"
)
_WRONG = frozenset({"wrong", "modify"})


def value_said(message: Message, field: Field, today: date) -> Any | None:
    """The new value for a field known to be meant: after 改成 and the like, or in the one clause that says it."""
    if field is Field.PLEDGE:
        return None  # consent is asked again, never worked out of a correction
    value = new_value(message, field, today)
    if value is not None:
        return value
    reader = READERS.get(field)
    if reader is None:
        return None
    for said in _put_right(message.text):
        value = reader(said, today)
        if not isinstance(value, Unclear):
            return value
    if field is Field.NAME and _SPELLS.search(message.text):
        return None  # 是乾坤的坤: one character is put right, not the name
    found = [read for said in _clauses(message, field) if not isinstance(read := reader(said, today), Unclear)]
    return found[-1] if found and all(one == found[-1] for one in found) else None


def _put_right(text: str) -> Iterator[str]:
    """What stands where something is put right: behind 不是…是, before 才对, behind the last 错了."""
    if len(text) > _LONGEST_TAIL:
        return
    for pattern in (_NOT_BUT, _BUT_NOT, _RIGHT_ONE):
        if match := pattern.search(text.strip(" 。.!！")):
            yield match["right"].strip(_QUOTES)
    parts = last_said(text)
    if parts is not None:
        yield _SAID_SO.sub("", parts[1]).strip(_QUOTES)
        yield parts[1].strip(_QUOTES)


#: A clause that tells what was put down before, or what is to go.
_BEFORE_IT = re.compile(
    r"[写打选填点]成|怎么|咋|[?？]|去掉|删[掉了去]|不要|取消|选少|选多|少选|多选|漏|手滑|手快|(?:刚才|刚刚|前面|前头|先前|上头)[^,，]{0,6}(?:点|选|写|填|说|报)"
)


def _clauses(message: Message, field: Field) -> Iterator[str]:
    """The clauses that neither correct nor deny, without their lead. A name needs its lead, or stands alone."""
    for clause in message.clauses[:_MOST_CLAUSES]:
        if clause.kinds & _WRONG or "不是" in clause.text or _BEFORE_IT.search(clause.text):
            continue
        said = clause.text.strip(_QUOTES)
        if field is Field.NAME and not _SAID_SO.match(said) and len(said) > _LONGEST_NAME:
            continue
        yield _SAID_SO.sub("", said).strip(_QUOTES) or said


_SPELLS = re.compile(r"([\u4e00-\u9fff]{1,4})的([\u4e00-\u9fff])(?=[你,，。\s]|$)")
#: A correction has few clauses.
_MOST_CLAUSES = 6
#: A clause that is a name and nothing else has so many characters at most.
_LONGEST_NAME = 4


def _tails(message: Message) -> list[str]:
    """What follows such a word, up to the clause's end first, then to the message's."""
    ends = [(t.end, clause.end) for clause in message.clauses for t in clause.tokens if "to_value" in t.kinds]
    for clause in message.clauses[1:]:
        lead = _LEAD.match(clause.text)
        if lead:
            ends.append((clause.start + lead.end(), clause.end))
    ends = ends[:_MOST_TAILS]
    tails = [message.text[start:end] for start, end in ends]
    tails += [message.text[start : start + _LONGEST_TAIL] for start, _ in ends]
    return [tail for tail in (t.strip(_QUOTES) for t in tails) if tail]
