"""Whether an applicant seems to qualify: every reason at once, with what would change it. Advises, never refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from state_machine.codes import Field, Ground, Recognition
from state_machine.registered_time import Counting, Period, RegisteredTime, add_up, periods_from


class FindingCode(StrEnum):
    """What was found. The details each carries stand beside it; all are plain JSON."""

    LOCAL_HUKOU = "local_hukou"  #: county (条例 2)
    NO_GROUND = "no_ground"  #: none of the three (办法 一)
    PERMIT_LAPSED = "permit_lapsed"  #: valid_until, days_ago, other_route (条例 19)
    PERMIT_PLACE_OUTSIDE_ZHEJIANG = "permit_place_outside_zhejiang"  #: place, other_route
    TIME_SHORT = "time_short"  #: missing_days, enough_on (or None), total_days, longest_run_days, counting
    NOT_ANSWERED = "not_answered"  #: fields: nothing can be said yet
    # Notes: for the applicant or a clerk, never in the way.
    TIME_READINGS_DIFFER = "time_readings_differ"  #: enough_by_run, enough_by_total
    REGISTERED_OUTSIDE_ZHEJIANG = "registered_outside_zhejiang"  #: places: these periods do not count
    REGISTRATION_NOT_CURRENT = "registration_not_current"  #: last_day
    SPECIAL_PROVISION_POSSIBLE = "special_provision_possible"  #: 投资创业、引进人才 (条例 16 ¶2): a clerk decides
    BOARDER_WITHOUT_REGISTRATION = "boarder_without_registration"  #: 在校住宿 may have none (条例 12)
    PERMIT_OF_THIS_COUNTY = "permit_of_this_county"  #: place: there may be nothing to convert


NOTES: frozenset[FindingCode] = frozenset(
    {
        FindingCode.TIME_READINGS_DIFFER,
        FindingCode.REGISTERED_OUTSIDE_ZHEJIANG,
        FindingCode.REGISTRATION_NOT_CURRENT,
        FindingCode.SPECIAL_PROVISION_POSSIBLE,
        FindingCode.BOARDER_WITHOUT_REGISTRATION,
        FindingCode.PERMIT_OF_THIS_COUNTY,
    }
)


@dataclass(frozen=True)
class Finding:
    """One thing found, with what its wording needs."""

    code: FindingCode
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def is_note(self) -> bool:
        """Worth saying, but nothing that stands in the way."""
        return self.code in NOTES


@dataclass(frozen=True)
class Assessment:
    """All findings; `eligible` if none of them stands in the way. `time` is the working for 互认二."""

    findings: tuple[Finding, ...]
    eligible: bool
    time: RegisteredTime | None = None

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What stands in the way."""
        return tuple(f for f in self.findings if not f.is_note)


#: The other province-level divisions, in their short form.
_ELSEWHERE = (
    "北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川|"
    "贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|台湾|香港|澳门"
)
#: A town, village or road may be called like a province (衢州 has a 湖南镇).
_OUTSIDE = re.compile(rf"^(?:{_ELSEWHERE})(?![镇乡村路街社])")


def is_outside_zhejiang(place: str) -> bool:
    """Whether a place as written names another province; one that names none is taken to lie in Zhejiang."""
    return _OUTSIDE.match(place.strip()) is not None


def assess(
    answers: Mapping[str, Any],
    today: date,
    *,
    allowed_gap_days: int = 0,
    county_name: str = "庆元县",
    province: str = "浙江省",
    counting: Counting = Counting.LONGEST_RUN,
) -> Assessment:
    """Weigh the answers to the eligibility questions. Raises what `add_up` raises on impossible periods."""
    time: RegisteredTime | None = None
    findings: list[Finding] = []
    route = answers.get(Field.RECOGNITION)
    if missing := _missing(answers):
        findings.append(Finding(FindingCode.NOT_ANSWERED, {"fields": missing}))
    if route == Recognition.HELD_PERMIT:
        findings.extend(_permit(answers, today, county_name))
    if route == Recognition.REGISTERED_TIME and Field.REGISTERED_PERIODS in answers:
        periods = periods_from(answers[Field.REGISTERED_PERIODS])
        time = add_up([p for p in periods if not is_outside_zhejiang(p.place)], today, allowed_gap_days, counting)
        findings.extend(_time(periods, time, answers, today))
    if Field.GROUND in answers and not answers[Field.GROUND]:
        findings.append(Finding(FindingCode.NO_GROUND))
    if answers.get(Field.HUKOU_COUNTY) == county_name and answers.get(Field.HUKOU_PROVINCE, province) == province:
        findings.append(Finding(FindingCode.LOCAL_HUKOU, {"county": county_name}))
    return Assessment(tuple(findings), all(f.is_note for f in findings), time)


def _missing(answers: Mapping[str, Any]) -> list[str]:
    needed = [Field.RECOGNITION, Field.GROUND, Field.HUKOU_PROVINCE, Field.HUKOU_COUNTY]
    route = answers.get(Field.RECOGNITION)
    if route == Recognition.HELD_PERMIT:
        needed += [Field.PERMIT_PLACE, Field.PERMIT_VALID_UNTIL]
    if route == Recognition.REGISTERED_TIME:
        needed.append(Field.REGISTERED_PERIODS)
    return [name.value for name in needed if name not in answers]


def _permit(answers: Mapping[str, Any], today: date, county_name: str) -> Iterator[Finding]:
    place = str(answers.get(Field.PERMIT_PLACE, ""))
    other = {"other_route": Recognition.REGISTERED_TIME.value}
    if is_outside_zhejiang(place):
        yield Finding(FindingCode.PERMIT_PLACE_OUTSIDE_ZHEJIANG, {"place": place, **other})
    elif county_name in place:
        yield Finding(FindingCode.PERMIT_OF_THIS_COUNTY, {"place": place})
    until = answers.get(Field.PERMIT_VALID_UNTIL)
    if until is not None and date.fromisoformat(until) < today:
        days_ago = (today - date.fromisoformat(until)).days
        yield Finding(FindingCode.PERMIT_LAPSED, {"valid_until": until, "days_ago": days_ago, **other})


def _time(periods: list[Period], time: RegisteredTime, answers: Mapping[str, Any], today: date) -> Iterator[Finding]:
    if not time.enough:
        yield Finding(FindingCode.TIME_SHORT, _figures(time))
        yield Finding(FindingCode.SPECIAL_PROVISION_POSSIBLE)
    if time.enough_by_run != time.enough_by_total:
        both = {"enough_by_run": time.enough_by_run, "enough_by_total": time.enough_by_total}
        yield Finding(FindingCode.TIME_READINGS_DIFFER, _figures(time) | both)
    if outside := [p.place for p in periods if is_outside_zhejiang(p.place)]:
        yield Finding(FindingCode.REGISTERED_OUTSIDE_ZHEJIANG, {"places": outside})
    if time.runs and time.runs[-1].end < today:
        yield Finding(FindingCode.REGISTRATION_NOT_CURRENT, {"last_day": time.runs[-1].end.isoformat()})
    if not periods and Ground.SCHOOLING in answers.get(Field.GROUND, ()):
        yield Finding(FindingCode.BOARDER_WITHOUT_REGISTRATION)


def _figures(time: RegisteredTime) -> dict[str, Any]:
    return {
        "missing_days": time.missing_days,
        "enough_on": time.enough_on.isoformat() if time.enough_on else None,
        "total_days": time.total_days,
        "longest_run_days": time.longest_run.days if time.longest_run else 0,
        "counting": time.counting.value,
    }
