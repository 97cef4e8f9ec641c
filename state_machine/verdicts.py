"""The verdict sheet: every answer and every material of a case, and what the officials found about each.

This is what makes 一次性告知 unbreakable: a notice is only written from a complete sheet, it carries everything
that is not met, and what it did not name and nobody changed since is locked as met (办法 二: 必须一次性告知理由).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from state_machine.codes import Field, Proof
from state_machine.interview import InterviewRecord, InterviewState, Page, path

#: The answers an official judges, in the order of 附件 1. Sex stands in the number; pledges are texts of ours.
JUDGED: tuple[Field, ...] = (
    Field.ID_NUMBER,
    Field.NAME,
    Field.ETHNICITY,
    Field.HUKOU_PROVINCE,
    Field.HUKOU_COUNTY,
    Field.HUKOU_ADDRESS,
    Field.CURRENT_ADDRESS,
    Field.PHONE,
    Field.RECOGNITION,
    Field.PERMIT_NUMBER,
    Field.PERMIT_PLACE,
    Field.PERMIT_VALID_UNTIL,
    Field.REGISTERED_PERIODS,
    Field.GROUND,
    Field.PROOFS,
    Field.DECLARATION,
    Field.APPLICANT_IS,
    Field.RELATION,
    Field.AGENT_NAME,
    Field.AGENT_ID_NUMBER,
    Field.AGENT_PHONE,
)


class Refusal(StrEnum):
    """Why an act or a verdict was refused. Nothing changed."""

    WRONG_STATE = "wrong_state"  #: details: state
    WRONG_ROLE = "wrong_role"  #: details: needs
    OTHER_OFFICE_HELD = "other_office_held"  #: this officer already served this case in another office; details: held
    UNJUDGED_ITEMS = "unjudged_items"  #: details: items
    UNMET_ITEMS = "unmet_items"  #: details: items
    NOTHING_UNMET = "nothing_unmet"
    NOTE_MISSING = "note_missing"
    RECOMMENDATION_MISSING = "recommendation_missing"
    RECOMMENDATION_MISPLACED = "recommendation_misplaced"
    APPLICANTS_ACT = "applicants_act"
    UNKNOWN_ITEM = "unknown_item"  #: details: item
    ITEM_LOCKED = "item_locked"  #: found met in the notice already sent; details: item
    REASON_MISSING = "reason_missing"
    REASON_MISPLACED = "reason_misplaced"  #: a reason beside 符合
    UNKNOWN_REASON = "unknown_reason"  #: details: reason
    REASON_DOES_NOT_FIT = "reason_does_not_fit"  #: details: reason, item


class ActRefused(Exception):
    """The rules forbid this act now; the case is as it was."""

    def __init__(self, code: Refusal, details: dict[str, Any] | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.details: dict[str, Any] = details or {}


@dataclass(frozen=True)
class Item:
    """One thing to judge: `answer:<field>` or `material:<proof>`; the fingerprint tells whether it changed."""

    key: str
    fingerprint: str


@dataclass(frozen=True)
class Verdict:
    """What an official found: 符合 (`met`) or 不符 with reasons. `note` says it in the official's own words."""

    item: str
    met: bool
    reasons: tuple[str, ...]
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ReasonRule:
    """What the rules must know of a reason in the catalogue.

    `items` are item keys or patterns (`material:*`); none means that it fits every item. `hidden` marks what could
    not be seen the first time (false papers): only such a reason may reopen a locked item.
    """

    items: tuple[str, ...] = ()
    hidden: bool = False

    def fits(self, item: str) -> bool:
        """Whether this reason can be said of that item."""
        return not self.items or any(fnmatchcase(item, pattern) for pattern in self.items)


@dataclass
class VerdictSheet:
    """All items of the case as it stands, their verdicts, and which are locked (item → fingerprint found met)."""

    items: list[Item] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    locked: dict[str, str] = field(default_factory=dict)

    def keys(self) -> list[str]:
        """The items in the order of the form."""
        return [item.key for item in self.items]

    def unjudged(self) -> list[str]:
        """What nobody has judged yet."""
        return [key for key in self.keys() if key not in self.verdicts]

    def unmet(self) -> list[Verdict]:
        """What was found 不符, in the order of the form."""
        return [v for key in self.keys() if (v := self.verdicts.get(key)) is not None and not v.met]

    def is_locked(self, item: str) -> bool:
        """Found met in the last notice and unchanged since."""
        return item in self.locked

    def lock(self) -> None:
        """A notice goes out: what it does not name is settled."""
        self.locked = {i.key: i.fingerprint for i in self.items if self.verdicts[i.key].met}

    def renew(self, items: Sequence[Item]) -> None:
        """The applicant handed in anew: keep the locked items that are unchanged, everything else is open."""
        self.items = list(items)
        self.locked = {i.key: i.fingerprint for i in items if self.locked.get(i.key) == i.fingerprint}
        self.verdicts = {key: verdict for key, verdict in self.verdicts.items() if key in self.locked}


def fingerprint(value: Any) -> str:
    """SHA-256 of the value's canonical JSON: equal values, equal fingerprints."""
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def answer_key(name: Field) -> str:
    """The item key of an answer."""
    return f"answer:{name.value}"


def material_key(proof: Proof) -> str:
    """The item key of a ticked box of 证明材料."""
    return f"material:{proof.value}"


def answers_on_path(answers: Mapping[str, Any]) -> dict[Field, Any]:
    """The judged answers that lie on this applicant's way, in the order of 附件 1."""
    record = InterviewRecord(application_id="", answers=dict(answers))
    on_path: set[InterviewState] = set(path(record))
    return {f: answers[f] for f in JUDGED if f in answers and InterviewState(f.value) in on_path}


def ticked(answers: Mapping[str, Any]) -> list[Proof]:
    """The ticked boxes in the order of the form."""
    chosen = set(answers.get(Field.PROOFS, ()))
    return [proof for proof in Proof if proof.value in chosen]


def pages_of(pages: Iterable[Page], proof: Proof) -> list[Page]:
    """The pages under one box, in the applicant's order."""
    return [page for page in pages if page.proof == proof]


def items_of(answers: Mapping[str, Any], pages: Sequence[Page]) -> list[Item]:
    """Everything to judge, in 附件 1's order: answers first, then one item for each ticked box, also an empty one."""
    told = [Item(answer_key(f), fingerprint(value)) for f, value in answers_on_path(answers).items()]
    shown = [Item(material_key(p), fingerprint([g.digest for g in pages_of(pages, p)])) for p in ticked(answers)]
    return told + shown


def check_verdict(
    sheet: VerdictSheet, item: str, met: bool, reasons: Sequence[str], catalogue: Mapping[str, ReasonRule]
) -> None:
    """Raise ActRefused unless this verdict may be given on this sheet."""
    if all(known.key != item for known in sheet.items):
        raise ActRefused(Refusal.UNKNOWN_ITEM, {"item": item})
    if met:
        if reasons:
            raise ActRefused(Refusal.REASON_MISPLACED, {"item": item})
        return
    if not reasons:
        raise ActRefused(Refusal.REASON_MISSING, {"item": item})
    for reason in reasons:
        if reason not in catalogue:
            raise ActRefused(Refusal.UNKNOWN_REASON, {"reason": reason})
        if not catalogue[reason].fits(item):
            raise ActRefused(Refusal.REASON_DOES_NOT_FIT, {"reason": reason, "item": item})
    if sheet.is_locked(item) and not all(catalogue[reason].hidden for reason in reasons):
        raise ActRefused(Refusal.ITEM_LOCKED, {"item": item})
