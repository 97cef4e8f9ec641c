"""What goes into one turn and what comes out of it. Plain values: channels translate to and from these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from state_machine.interview import InterviewRecord, Page
from state_machine.signature import Drawing, Signature

#: So many turns in a row that were not understood, and a person is offered.
MISSES_BEFORE_A_PERSON = 3


@dataclass(frozen=True)
class ReceivedFile:
    """One uploaded file after checking. Either `page` or `problem` is set; a problem changes nothing.

    `name` is the sender's file name cut to a short, printable text: shown back, never used as a path.
    `problem` is a code of `dialogs/texts/uploads.yaml` (`too_big`, `not_a_picture`, `encrypted_pdf`, …) and
    `details` what its text needs. The page's `proof` is filled in by the interview.
    """

    name: str
    page: Page | None = None
    problem: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """One turn of the applicant: text, or a pressed choice, or files. `at` is aware (UTC); `today` is Asia/Shanghai."""

    at: datetime
    today: date
    text: str | None = None
    choice: str | None = None
    files: tuple[ReceivedFile, ...] = ()
    #: The question under which the pressed choice was shown (`question_name`), where the channel knows; it may be old.
    question: str | None = None
    #: A signature drawn on the screen, already checked.
    drawing: Drawing | None = None


@dataclass(frozen=True)
class Choice:
    """One button: the value sent back and the label shown."""

    value: str
    label: str


@dataclass(frozen=True)
class Picture:
    """A picture by address on our own origin, with the words that say the same."""

    href: str
    alt: str


@dataclass(frozen=True)
class Document:
    """A document by address on our own origin."""

    href: str
    label: str


@dataclass(frozen=True)
class Say:
    """One message to the applicant."""

    text: str
    choices: tuple[Choice, ...] = ()
    wants_file: bool = False
    picture: Picture | None = None
    document: Document | None = None


@dataclass(frozen=True)
class Progress:
    """第 `done` / `of` 步."""

    done: int
    of: int


@dataclass(frozen=True)
class Reply:
    """The answer to one turn, as the web chat sends it (docs/protocol.md)."""

    state: str
    asks: str | None
    stage: str
    progress: Progress
    says: tuple[Say, ...]


class Overlay(StrEnum):
    """Something asked on top of the pending question; when it ends, that question stands again."""

    CONFIRM_CANCEL = "confirm_cancel"
    CONFIRM_WITHDRAW = "confirm_withdraw"
    CONFIRM_ERASE = "confirm_erase"
    CONFIRM_FACTS = "confirm_facts"  #: several facts heard at once, shown back, not kept yet
    CHOOSE_ANSWER = "choose_answer"  #: 改某一项: which one
    CHOOSE_APPLICATION = "choose_application"  #: 继续: which one of several
    PAGES = "pages"  #: looking through the pages of a proof
    CHOOSE_PLACE = "choose_place"  #: several counties of one name: which
    CHOOSE_TOPIC = "choose_topic"  #: 问个问题: what about
    PERSON = "person"  #: a clerk has the chat; the bot is silent
    CONFIRM_EXPORT = "confirm_export"
    CONFIRM_LEAVE = "confirm_leave"  #: 补正: leave a named item as it is
    CHECK_PHOTO = "check_photo"  #: what was read in a photo of a card, to be checked line by line
    OFFER_AGENT = "offer_agent"  #: under 16: shall a guardian apply instead? (国令663 art. 9)


@dataclass
class Conversation:
    """Where one account's chat stands. `interview` is the application in hand; None is the menu."""

    interview: InterviewRecord | None = None
    overlay: Overlay | None = None
    #: What the overlay is about (facts heard, the case to withdraw, …): plain JSON.
    overlay_about: dict[str, Any] = field(default_factory=dict)
    #: Turns in a row that were not understood.
    misses: int = 0
    #: What is ticked so far at a question that takes several, before 选好了.
    ticked: list[str] = field(default_factory=list)
    #: Facts heard before the privacy notice was agreed to: shown back afterwards, not kept until confirmed.
    carried: dict[str, Any] = field(default_factory=dict)
    #: What was read in a photo while something else was asked on top: shown when that is over.
    photo: dict[str, Any] = field(default_factory=dict)
    #: What was ticked or said at a question and is not its answer yet, by application and question (`aside.py`).
    aside: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DraftSummary:
    """A draft of this account, for 继续. `name` may be empty; `updated` is Asia/Shanghai."""

    application_id: str
    name: str
    state: str
    updated: date


@dataclass(frozen=True)
class CaseSummary:
    """A submitted application of this account, for 进度. `due_on` is set once accepted and the year is published."""

    case_id: str
    application_id: str
    application_number: str
    state: str
    name: str
    submitted_on: date
    due_on: date | None = None
    due_unknown: bool = False  #: accepted, but the year's holidays are not published: 待放假安排公布
    to_mend: tuple[str, ...] = ()
    at_counter: bool = False  #: of a walk-in, who has no chat to read the news in
    accepted_on: date | None = None


@dataclass(frozen=True)
class PersonCall:
    """What becomes of a call for a person. Times are local.

    `open_now` None: the county has not said when somebody is there. `opens_at`: when somebody will be there, where
    that can be said. `muted_until`: nobody is called for this account before.
    """

    open_now: bool | None = None
    opens_at: datetime | None = None
    muted_until: datetime | None = None
    #: The applicant stands at the counter: a person is there already.
    is_here: bool = False

    @property
    def is_muted(self) -> bool:
        """Nobody was called."""
        return self.muted_until is not None


@dataclass(frozen=True)
class ConnectCode:
    """What joins another telephone or computer to this chat: a code, how long it holds, where it is typed."""

    code: str
    minutes: int
    #: Where the other device finds us, in words.
    where: str
    #: The page where a code from another device is typed.
    page: Document


class Office(Protocol):
    """What the interview asks of the rooms behind it, inside the turn's own transaction.

    Implemented over storage by `bot/office.py` and in memory by `tests/dialogs/paper_office.py`; both pass the
    same contract tests. Everything concerns the speaking account only.
    """

    def drafts(self) -> Sequence[DraftSummary]:
        """This account's unfinished applications (the one in hand too), newest first."""

    def open_draft(self, application_id: str) -> InterviewRecord | None:
        """Take a draft in hand; None if there is none of that id here."""

    def new_application_id(self) -> str:
        """A fresh id. The interview is stored when the turn ends."""

    def cases(self) -> Sequence[CaseSummary]:
        """This account's submitted applications, newest first."""

    def earlier_answers(self, besides: str) -> Mapping[str, Any]:
        """The answers of this account's newest other application, submitted or not; {} if there is none."""

    def submit(self, interview: InterviewRecord, at: datetime) -> CaseSummary:
        """Make the case; the summary carries the 申请编号."""

    def open_correction(self, case_id: str) -> InterviewRecord | None:
        """The returned case's answers as a buffer to edit; None if the case is not returned or not theirs."""

    def resubmit(self, interview: InterviewRecord, at: datetime) -> CaseSummary:
        """Hand the corrected answers to the case."""

    def withdraw(self, case_id: str, at: datetime) -> CaseSummary | None:
        """Take a case back; None if it is decided already or not theirs."""

    def discard(self, application_id: str) -> None:
        """Erase one draft and its pages (取消)."""

    def erase(self) -> int:
        """Erase every draft and all chat records of this account; cases stay. Returns how many drafts."""

    def keep_signature(self, interview: InterviewRecord, signature: Signature) -> None:
        """Store how the application is signed; called just before it is handed in."""

    def form_preview(self) -> Document:
        """The form of the application in hand as it would be signed."""

    def papers(self, case_id: str) -> Sequence[Document]:
        """A case's papers in the order in which they were made; none if it is not theirs."""

    def connect_code(self, at: datetime) -> ConnectCode | None:
        """A new code that joins another device to this chat; None where only the counter speaks for somebody."""

    def export(self) -> Document:
        """A copy of everything held about this account (个人信息保护法 art. 45)."""

    def read_picture(self, interview: InterviewRecord, page: Page, whose: str) -> bool:
        """Have the photo of a card read (`whose`: see `dialogs.photos.CardOf`); False if too many wait already.

        The reading comes later, as a card to be checked. The photo is deleted when it was read.
        """

    def call_person(self, why: str, at: datetime) -> PersonCall:
        """Put this chat on the list of 坐席, unless the account is muted; says when somebody will be there."""
