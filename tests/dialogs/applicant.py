"""A tester who talks to the interview: `say`, `press`, `send`. Everything is written out and read back in between."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from dialogs.interviewer import respond
from dialogs.rules import Rules
from dialogs.turn import Conversation, Heard, ReceivedFile, Reply, Say
from state_machine.codes import Proof
from state_machine.interview import InterviewRecord, Page
from state_machine.working_days import Calendar
from tests.dialogs.paper_office import PaperOffice

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def reload(conversation: Conversation) -> Conversation:
    """As after a restart: nothing survives but what is stored."""
    return msgspec.json.decode(msgspec.json.encode(conversation), type=Conversation)


class Applicant:
    """One person with a phone."""

    def __init__(self, office: PaperOffice | None = None, rules: Rules | None = None, at: datetime = START) -> None:
        self.rules = rules or Rules(calendar=Calendar())
        self.office = office or PaperOffice(self.rules.calendar)
        self.at = at
        self.stored = msgspec.json.encode(Conversation())
        self.reply: Reply | None = None
        self.told: list[Say] = []  #: notices since

    @property
    def conversation(self) -> Conversation:
        """A fresh copy of where the chat stands."""
        return msgspec.json.decode(self.stored, type=Conversation)

    @property
    def record(self) -> InterviewRecord:
        """The interview in hand."""
        interview = self.conversation.interview
        assert interview is not None
        return interview

    @property
    def today(self) -> date:
        """Where the applicant is."""
        return self.at.astimezone(ZoneInfo("Asia/Shanghai")).date()

    def say(self, text: str) -> Reply:
        """Type something."""
        return self._turn(Heard(self.at, self.today, text=text))

    def press(self, *values: str) -> Reply:
        """Press one button after the other."""
        for value in values:
            reply = self._turn(Heard(self.at, self.today, choice=value))
        return reply

    def send(self, *names: str, problem: str | None = None, advice: tuple[str, ...] = ()) -> Reply:
        """Send photos; equal names are equal pictures."""
        return self._turn(Heard(self.at, self.today, files=tuple(self._file(n, problem, advice) for n in names)))

    @staticmethod
    def _file(name: str, problem: str | None, advice: tuple[str, ...]) -> ReceivedFile:
        if problem:
            return ReceivedFile(name, problem=problem, details={"limit_mb": 20, "pages": 30, "most": 20})
        digest = hashlib.sha256(name.encode()).hexdigest()
        media_type = "application/pdf" if name.endswith(".pdf") else "image/jpeg"
        page = Page(digest[:12], Proof.LABOUR_CONTRACT, media_type, digest, 2 if "pdf" in media_type else 1, advice)
        return ReceivedFile(name, page=page)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)

    def _turn(self, heard: Heard) -> Reply:
        conversation = msgspec.json.decode(self.stored, type=Conversation)
        reply = respond(conversation, heard, self.office, self.rules)
        self.stored = msgspec.json.encode(conversation)
        self.office.end_turn(conversation, heard.at)
        self.at += timedelta(seconds=20)
        self.reply = msgspec.json.decode(msgspec.json.encode(reply), type=Reply)
        return self.reply
