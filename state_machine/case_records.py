"""What a case is made of: its states, acts and events, and the record that is stored. Plain values all the way down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from state_machine.interview import Acknowledgement, Page
from state_machine.officers import Role
from state_machine.verdicts import VerdictSheet


class CaseState(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    RESUBMITTED = "resubmitted"
    ACCEPTED = "accepted"
    EXAMINED = "examined"
    APPROVED = "approved"
    ISSUED = "issued"
    NOT_ACCEPTED = "not_accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What can be done to a case: the officials' acts, then the applicant's two."""

    ACCEPT = "accept"
    RETURN_FOR_CORRECTION = "return_for_correction"
    NOT_ACCEPT = "not_accept"
    EXAMINE = "examine"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    DECLINE = "decline"
    ISSUE = "issue"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"


class EventKind(StrEnum):
    """What happened to a case."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    NOT_ACCEPTED = "not_accepted"
    EXAMINED = "examined"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    DECLINED = "declined"
    ISSUED = "issued"
    EARLIER_PERMIT_ANNULLED = "earlier_permit_annulled"
    RESUBMITTED = "resubmitted"
    WITHDRAWN = "withdrawn"


class Flag(StrEnum):
    """What a clerk should know, found at submission or soon after; never in the applicant's way."""

    ADVISED_AGAINST = "advised_against"  #: submitted although the eligibility answer named what stands in the way
    DUPLICATE_OPEN = "duplicate_open"  #: the same person has another case open
    DUPLICATE_DECIDED = "duplicate_decided"  #: the same person has a case already decided
    SPECIAL_PROVISION = "special_provision"  #: 条例 16 ¶2 may apply: a clerk decides
    AT_COUNTER = "at_counter"  #: a walk-in applicant, entered by a clerk
    RARE_SIGN = "rare_sign"  #: a paper waits because no font here has one of its signs; goes when it is printed


@dataclass(frozen=True)
class Change:
    """One item before and after a correction: the answers' values, or the page ids. None = there was / is none."""

    item: str
    before: Any
    after: Any


@dataclass(frozen=True)
class CaseEvent:
    """One entry of the case's history. `by`, `name` and `office` are empty for what the applicant did.

    At the counter a clerk's hand did it for them: `by` and `name` say whose, `office` stays empty.
    """

    kind: EventKind
    at: datetime
    by: str | None = None
    name: str = ""
    office: Role | None = None
    opinion: str = ""
    recommends: Act | None = None
    changes: tuple[Change, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NoticeItem:
    """One thing a notice names: the item, why it is not met, and the official's own words."""

    item: str
    reasons: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class NoticeRecord:
    """A notice with every item not met at that moment. `kind` is returned, not_accepted or declined."""

    kind: EventKind
    at: datetime
    by: str
    items: tuple[NoticeItem, ...]
    #: The edition of the reasons' texts this notice was written with; 0 is as shipped. It is always read in it.
    wording: int = 0


@dataclass
class CaseRecord:
    """One case. Plain values all the way down: `msgspec.json` writes and reads it back."""

    case_id: str
    application_number: str
    application_id: str
    state: CaseState = CaseState.SUBMITTED
    answers: dict[str, Any] = field(default_factory=dict)
    acknowledgements: list[Acknowledgement] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    sheet: VerdictSheet = field(default_factory=VerdictSheet)
    events: list[CaseEvent] = field(default_factory=list)
    notices: list[NoticeRecord] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    #: In which office each member of staff has served this case, by act or verdict (staff_id → office).
    offices: dict[str, Role] = field(default_factory=dict)

    # Guards: the questions the table asks of a case.
    def is_all_judged(self) -> bool:
        """Nothing on the sheet waits for a verdict."""
        return not self.sheet.unjudged()

    def has_nothing_unmet(self) -> bool:
        """No verdict is 不符."""
        return not self.sheet.unmet()

    def has_unmet(self) -> bool:
        """At least one verdict is 不符."""
        return bool(self.sheet.unmet())
