"""Made-up people, answers, pages and officials for the tests of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from state_machine.case import CaseRecord, open_case
from state_machine.codes import Proof
from state_machine.id_number import make_check_digit
from state_machine.interview import Page
from state_machine.officers import Officer, Role
from state_machine.verdicts import ReasonRule

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

INTAKE = Officer("s1", "受理甲", frozenset({Role.INTAKE}))
REVIEWER = Officer("s2", "审核乙", frozenset({Role.REVIEWER}))
APPROVER = Officer("s3", "审批丙", frozenset({Role.APPROVER}))
#: Two who hold every office: only the rules keep them to one on a case.
EVERYONE = Officer("s4", "多面丁", frozenset({Role.INTAKE, Role.REVIEWER, Role.APPROVER}))
EVERYBODY = Officer("s5", "多面戊", frozenset({Role.INTAKE, Role.REVIEWER, Role.APPROVER}))
AGENT = Officer("s6", "坐席己", frozenset({Role.AGENT, Role.ADMIN}))
STAFF = (INTAKE, REVIEWER, APPROVER, EVERYONE, EVERYBODY, AGENT)

CATALOGUE = {
    "unclear": ReasonRule(),
    "page_missing": ReasonRule(items=("material:*",)),
    "false_paper": ReasonRule(hidden=True),
}


def id_number(birth: str = "19900307", serial: str = "217", region: str = "522229") -> str:
    """A number that checks."""
    first17 = f"{region}{birth}{serial}"
    return first17 + make_check_digit(first17)


def answers(**changed: Any) -> dict[str, Any]:
    """A whole application by 互认二 on one ground with two boxes ticked."""
    told: dict[str, Any] = {
        "applicant_is": "self",
        "recognition": "registered_time",
        "registered_periods": [{"place": "杭州市余杭区", "from": "2025-01-10", "to": None}],
        "ground": ["employment"],
        "hukou_province": "贵州省",
        "hukou_county": "松桃苗族自治县",
        "eligibility": "go_on",
        "hukou_address": "盘信镇一组",
        "id_number": id_number(),
        "name": "麻小样",
        "sex": "male",
        "ethnicity": "苗族",
        "current_address": "庆元县屏都街道样板厂宿舍2幢301室",
        "phone": "13800000000",
        "proofs": ["social_insurance", "labour_contract"],
        "declaration": "麻小样",
    }
    return told | changed


def page(proof: Proof, digest: str, page_id: str | None = None) -> Page:
    """One page whose picture is `digest`."""
    return Page(page_id or f"page-{digest}", proof, "image/jpeg", digest)


def pages() -> list[Page]:
    """Two pages of a contract and one of social insurance."""
    return [
        page(Proof.LABOUR_CONTRACT, "a"),
        page(Proof.LABOUR_CONTRACT, "b"),
        page(Proof.SOCIAL_INSURANCE, "c"),
    ]


def new_case(told: dict[str, Any] | None = None, shown: Sequence[Page] | None = None) -> CaseRecord:
    """A case just submitted."""
    return open_case(
        "case-1", "QY20261123-0001", "app-1", told or answers(), [], pages() if shown is None else shown, MONDAY
    )
