"""Automatic checks of a case, with their working. They hint; they never decide (个人信息保护法 24)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk.words import day, say
from dialogs import labels
from dialogs.rules import Rules
from state_machine.case_records import CaseRecord
from state_machine.codes import PROOFS_OF, ApplicantIs, Field, Ground, Proof
from state_machine.eligibility import Assessment, FindingCode, assess
from state_machine.id_number import IdNumber, make_check_digit, read_id_number
from state_machine.registered_time import ImpossiblePeriod, Span
from state_machine.verdicts import answer_key, material_key, pages_of, ticked

#: The calendar in which an application is handed in.
SHANGHAI = ZoneInfo("Asia/Shanghai")
#: 未满十六周岁的，由监护人代为申领 (国令663 art. 9).
FULL_AGE = 16
#: What the assessment finds belongs beside which answer.
BESIDE: Mapping[FindingCode, Field] = {
    FindingCode.LOCAL_HUKOU: Field.HUKOU_COUNTY,
    FindingCode.NO_GROUND: Field.GROUND,
    FindingCode.PERMIT_LAPSED: Field.PERMIT_VALID_UNTIL,
    FindingCode.PERMIT_PLACE_OUTSIDE_ZHEJIANG: Field.PERMIT_PLACE,
    FindingCode.PERMIT_OF_THIS_COUNTY: Field.PERMIT_PLACE,
    FindingCode.TIME_SHORT: Field.REGISTERED_PERIODS,
    FindingCode.TIME_READINGS_DIFFER: Field.REGISTERED_PERIODS,
    FindingCode.REGISTERED_OUTSIDE_ZHEJIANG: Field.REGISTERED_PERIODS,
    FindingCode.REGISTRATION_NOT_CURRENT: Field.REGISTERED_PERIODS,
    FindingCode.SPECIAL_PROVISION_POSSIBLE: Field.REGISTERED_PERIODS,
    FindingCode.BOARDER_WITHOUT_REGISTRATION: Field.REGISTERED_PERIODS,
}


@dataclass(frozen=True)
class Hint:
    """One line beside an item. The tone repeats what the words say; `href` leads to what it speaks of."""

    text: str
    tone: str = ""
    href: str = ""
    link: str = ""


def hint(name: str, tone: str = "", /, **details: Any) -> Hint:
    """A hint by the name of its text."""
    return Hint(say(f"hints.{name}", **details), tone)


def hints_of(case: CaseRecord, rules: Rules, today: date) -> dict[str, list[Hint]]:
    """All hints by item key."""
    found: dict[str, list[Hint]] = defaultdict(list)
    for item, one in _all(case, rules, today):
        found[item].append(one)
    return dict(found)


def _all(case: CaseRecord, rules: Rules, today: date) -> Iterator[tuple[str, Hint]]:
    answers = case.answers
    for one in number_hints(answers.get(Field.ID_NUMBER), answers, today):
        yield answer_key(Field.ID_NUMBER), one
    for one in number_hints(answers.get(Field.AGENT_ID_NUMBER), {}, today):
        yield answer_key(Field.AGENT_ID_NUMBER), one
    yield from _agent(answers)
    if until := _valid_then(case, today):
        yield answer_key(Field.PERMIT_VALID_UNTIL), until
    if signed := _signature(answers):
        yield answer_key(Field.DECLARATION), signed
    yield from _eligibility(case, rules, today)
    yield from _material_hints(case)


def number_hints(number: Any, answers: Mapping[str, Any], today: date) -> Iterator[Hint]:
    """Checksum, birth date, age and sex, worked out from an ID number. `answers` empty: an agent's number."""
    if not isinstance(number, str) or not number:
        return
    if len(number) == 18 and number[:17].isascii() and number[:17].isdigit():
        expected = make_check_digit(number[:17])
        if expected == number[17]:
            yield hint("checksum_good", "good")
        else:
            yield hint("checksum_bad", "bad", expected=expected, given=number[17])
    read = read_id_number(number, today)
    if not isinstance(read, IdNumber):
        yield hint("number_problem", "bad")
        return
    yield hint("birth", birth=labels.day(read.birth_date))
    if answers:
        yield _age(read.age_on(today), answers)
        yield from _sex(read, answers)


def _age(age: int, answers: Mapping[str, Any]) -> Hint:
    if age >= FULL_AGE:
        return hint("age", age=age)
    alone = answers.get(Field.APPLICANT_IS) == ApplicantIs.SELF
    return hint("age_under_self", "bad", age=age) if alone else hint("age_under", "warn", age=age)


def _sex(read: IdNumber, answers: Mapping[str, Any]) -> Iterator[Hint]:
    told = answers.get(Field.SEX)
    if told is None:
        return
    digit = read.number[16]
    parity = say("hints.odd" if int(digit) % 2 else "hints.even")
    right, given = labels.value_label(Field.SEX, read.sex), labels.value_label(Field.SEX, str(told))
    if told == read.sex:
        yield hint("sex_good", "good", digit=digit, parity=parity, sex=given)
    else:
        yield hint("sex_bad", "bad", digit=digit, parity=parity, expected=right, sex=given)


def _agent(answers: Mapping[str, Any]) -> Iterator[tuple[str, Hint]]:
    """Somebody who applies for another is another, and is named with a number (国令663 art. 9)."""
    if answers.get(Field.APPLICANT_IS) != ApplicantIs.OTHER:
        return
    number = answers.get(Field.AGENT_ID_NUMBER)
    if not number or not answers.get(Field.AGENT_NAME):
        yield answer_key(Field.APPLICANT_IS), hint("agent_missing", "bad")
    elif number == answers.get(Field.ID_NUMBER):
        yield answer_key(Field.AGENT_ID_NUMBER), hint("agent_same", "bad")


def _valid_then(case: CaseRecord, today: date) -> Hint | None:
    """A permit that lapsed since the application was handed in: what that means is the clerk's to decide."""
    until = case.answers.get(Field.PERMIT_VALID_UNTIL)
    handed_in = case.events[0].at.astimezone(SHANGHAI).date() if case.events else today
    if not until or not handed_in <= date.fromisoformat(until) < today:
        return None
    return hint("permit_valid_then", "warn", handed_in=day(handed_in))


def _signature(answers: Mapping[str, Any]) -> Hint | None:
    signed = answers.get(Field.DECLARATION)
    signer = Field.AGENT_NAME if answers.get(Field.APPLICANT_IS) == ApplicantIs.OTHER else Field.NAME
    if not signed or signed == answers.get(signer):
        return None
    return hint("name_differs", "warn", signed=signed)


def _eligibility(case: CaseRecord, rules: Rules, today: date) -> Iterator[tuple[str, Hint]]:
    try:
        found = assess(
            case.answers,
            today,
            allowed_gap_days=rules.allowed_gap_days,
            county_name=rules.county_name,
            province=rules.province,
        )
    except ImpossiblePeriod:
        yield answer_key(Field.REGISTERED_PERIODS), hint("periods_impossible", "bad")
        return
    for finding in found.findings:
        if finding.code in BESIDE:
            details = finding.details | {"places": "、".join(finding.details.get("places", ()))}
            tone = "warn" if finding.is_note else "bad"
            yield answer_key(BESIDE[finding.code]), hint(finding.code.value, tone, **_shown(details))
    yield from _good_news(case.answers, found, rules, today)
    for one in _working(found):
        yield answer_key(Field.REGISTERED_PERIODS), one


def _good_news(answers: Mapping[str, Any], found: Assessment, rules: Rules, today: date) -> Iterator[tuple[str, Hint]]:
    codes = {finding.code for finding in found.findings}
    if Field.HUKOU_COUNTY in answers and FindingCode.LOCAL_HUKOU not in codes:
        yield answer_key(Field.HUKOU_COUNTY), hint("hukou_other", "good", county=rules.county_name)
    until = answers.get(Field.PERMIT_VALID_UNTIL)
    if until and FindingCode.PERMIT_LAPSED not in codes:
        left = (date.fromisoformat(until) - today).days
        yield answer_key(Field.PERMIT_VALID_UNTIL), hint("permit_valid", "good", days=left)


def _working(found: Assessment) -> Iterator[Hint]:
    """The sum of the registered time, run by run."""
    if found.time is None:
        return
    until = found.time.enough_on
    if until is not None and not found.time.enough:
        yield hint("periods_enough_on", enough_on=labels.day(until))
    for run in found.time.runs:
        yield hint("periods_run", **_span(run))
    for gap in found.time.gaps:
        yield hint("periods_gap", "warn", **_span(gap))
    longest = found.time.longest_run
    if longest is not None:
        yield hint("periods_sum", total=found.time.total_days, longest=longest.days)
    if found.time.enough:
        yield hint("periods_enough", "good")


def _span(span: Span) -> dict[str, Any]:
    return {"from_day": labels.day(span.start), "to_day": labels.day(span.end), "days": span.days}


def _shown(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details with their dates in words."""
    dates = {"enough_on", "last_day", "valid_until"}
    return {k: day(date.fromisoformat(v)) if k in dates and v else v for k, v in details.items()}


def _material_hints(case: CaseRecord) -> Iterator[tuple[str, Hint]]:
    chosen = ticked(case.answers)
    seen: dict[str, Proof] = {}
    for proof in chosen:
        pages = pages_of(case.pages, proof)
        if not pages:
            yield material_key(proof), hint("proof_missing", "bad", proof=labels.proof_label(proof))
        for page in pages:
            if (other := seen.setdefault(page.digest, proof)) is not proof:
                yield material_key(proof), hint("same_page", "warn", proof=labels.proof_label(other))
    for ground in case.answers.get(Field.GROUND, ()):
        if not set(PROOFS_OF[Ground(ground)]) & set(chosen):
            told = labels.value_label(Field.GROUND, ground)
            yield answer_key(Field.PROOFS), hint("ground_without_proof", "bad", ground=told)
