"""Which reader answers which question, and all finders together."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from dialogs.divisions import lookup
from dialogs.readers import (
    applicant_is,
    current_address,
    eligibility,
    ethnicity,
    ground,
    hukou,
    hukou_address,
    hukou_in_text,
    id_number,
    name,
    names_in_text,
    permit_number,
    permit_place,
    permit_valid_until,
    phone,
    pledge,
    proofs,
    recognition,
    registered_periods,
    relation,
    review,
    sex,
)
from dialogs.readers.figures import figures
from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from state_machine.codes import Field

#: A longer text is no direct answer to one question, and no list of facts goes on for longer.
LONGEST_ANSWER = 1000
LONGEST_LIST = 1000

_READERS: dict[Field, Callable[..., Any]] = {
    Field.PLEDGE: pledge.read,
    Field.APPLICANT_IS: applicant_is.read,
    Field.RELATION: relation.read,
    Field.AGENT_NAME: name.read,
    Field.AGENT_ID_NUMBER: id_number.read,
    Field.AGENT_PHONE: phone.read,
    Field.RECOGNITION: recognition.read,
    Field.PERMIT_NUMBER: permit_number.read,
    Field.PERMIT_PLACE: permit_place.read,
    Field.PERMIT_VALID_UNTIL: permit_valid_until.read,
    Field.REGISTERED_PERIODS: registered_periods.read,
    Field.GROUND: ground.read,
    Field.HUKOU_PROVINCE: hukou.read_province,
    Field.HUKOU_COUNTY: hukou.read_county,
    Field.ELIGIBILITY: eligibility.read,
    Field.HUKOU_ADDRESS: hukou_address.read_address,
    Field.ID_NUMBER: id_number.read,
    Field.NAME: name.read,
    Field.SEX: sex.read,
    Field.ETHNICITY: ethnicity.read,
    Field.CURRENT_ADDRESS: current_address.read,
    Field.PHONE: phone.read,
    Field.PROOFS: proofs.read,
    Field.REVIEW: review.read,
    Field.DECLARATION: name.read,
}


def _bounded(read: Callable[..., Any]) -> Callable[..., Any]:
    """The reader, for texts of a sensible length."""

    @wraps(read)
    def reader(text: str, today: date, **context: Any) -> Any:
        return Unclear(Problem.TOO_LONG) if len(text) > LONGEST_ANSWER else read(text, today, **context)

    return reader


#: Every answer's one reader. MATERIALS takes files, not words.
READERS: dict[Field, Callable[..., Any]] = {field: _bounded(read) for field, read in _READERS.items()}

_FINDERS: tuple[Callable[[str, date], list[Found]], ...] = (
    applicant_is.find,
    relation.find,
    recognition.find,
    ground.find,
    names_in_text.find,
    sex.find,
    ethnicity.find,
    current_address.find,
    hukou_in_text.find,
    permit_place.find,
    permit_valid_until.find,
    registered_periods.find,
    proofs.find,
)


#: 余海燕/女/苗.
_SLASH = re.compile(r"(?<=[\u4e00-\u9fff])/|/(?=[\u4e00-\u9fff])")


#: 条件：合法稳定就业、合法稳定住所；证明：劳动合同、社保: as in a form.
_FORM_LINE = re.compile(
    r"(?:^|[,。;\n])\s*(?:符合的?)?(?P<label>条件|证明材料|证明)(?:是|有)?:(?P<said>[^;。\n]{2,60})"
)
_LABELLED = {"条件": Field.GROUND, "证明": Field.PROOFS, "证明材料": Field.PROOFS}


def _under_labels(text: str, today: date) -> list[Found]:
    lines = ((_LABELLED[line["label"]], line) for line in _FORM_LINE.finditer(text))
    told = ((field, _READERS[field](line["said"], today), line) for field, line in lines)
    return [Found(field, value, *line.span("said")) for field, value, line in told if not isinstance(value, Unclear)]


#: 俺叫皇甫铁柱…，中不中: asked behind the facts, not about them.
_TAG = re.compile(
    r"[,，。\s](?:中不中|行不行|好不好|成不成|要得不|对不对|对吧|行吧|好吧|可以了?吧|中吧)[?？。!！]*\s*$"
)


def find_all(text: str, today: date) -> list[Found]:
    """Every fact with evidence in the text, at most one per field, from left to right."""
    text = _TAG.sub("", _SLASH.sub(",", fold(text[:LONGEST_LIST])))
    if len(text.strip()) < 2:
        return []
    told = figures(text, today)
    found = [*id_number.pick(text, told), *phone.pick(text, told), *permit_number.pick(text, told)]
    found += _under_labels(text, today)
    for finder in _FINDERS:
        found += finder(text, today)
    return sorted(found, key=lambda fact: (fact.start, fact.end))


def load() -> None:
    """Load the division data now, so that the first applicant does not wait for it."""
    lookup.load()
