"""What a clerk should know of a case from the start. Found at submission; nothing of it is said in the chat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from dialogs.rules import Rules
from state_machine.case import ENDED, CaseState, Flag
from state_machine.codes import Field
from state_machine.eligibility import FindingCode, assess
from storage import queue
from storage.keys import Keyring

#: Cases that came to nothing by the applicant's own wish are no duplicates.
_NO_DUPLICATE = (CaseState.WITHDRAWN,)


def eligibility_flags(answers: Mapping[str, Any], today: date, rules: Rules) -> list[str]:
    """Submitted against advice; 条例 16 ¶2 may apply."""
    assessment = assess(
        answers,
        today,
        allowed_gap_days=rules.allowed_gap_days,
        county_name=rules.county_name,
        province=rules.province,
        counting=rules.counting,
    )
    flags = [] if assessment.eligible else [Flag.ADVISED_AGAINST.value]
    if any(finding.code is FindingCode.SPECIAL_PROVISION_POSSIBLE for finding in assessment.findings):
        flags.append(Flag.SPECIAL_PROVISION.value)
    return flags


def duplicate_flags(conn: Connection, keyring: Keyring, county: str, answers: Mapping[str, Any]) -> list[str]:
    """The same person has another case, open or decided: found by the blind index of the ID number."""
    number = str(answers.get(Field.ID_NUMBER, ""))
    if not number:
        return []
    states = {row.state for row in queue.by_id_number(conn, keyring, county, number)} - set(_NO_DUPLICATE)
    flags = [Flag.DUPLICATE_OPEN.value] if any(state not in ENDED for state in states) else []
    return [*flags, Flag.DUPLICATE_DECIDED.value] if any(state in ENDED for state in states) else flags
