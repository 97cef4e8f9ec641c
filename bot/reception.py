"""前厅's counter: a turn comes in, is answered and stored in ONE transaction, and the stored bytes go out.

A turn costs one select (session, account, application in hand, and this turn if it was taken before), one update of
the application and one insert of the turn; what the chat remembers is written only when it changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

import msgspec
from sqlalchemy import Connection

from bot import past
from bot.office import ArchiveOffice
from bot.past import HistoryEntry
from bot.tally import Tally, place_of
from dialogs import photos, prompting, review
from dialogs.interviewer import remark, respond
from dialogs.rules import Rules
from dialogs.scene import Scene
from dialogs.turn import Conversation, Heard, Overlay, ReceivedFile, Reply, Say
from state_machine.interview import InterviewRecord, InterviewState, Purpose
from state_machine.officers import Officer
from state_machine.signature import Drawing
from storage import accounts, applications, materials, papers, turns
from storage.accounts import Account
from storage.archive import Archive
from storage.blobs import from_bytes, to_bytes
from storage.materials import StoredPage
from storage.papers import StoredPaper
from storage.turns import Exchange, Opened

#: How a drawn signature stands in the chat's history; the drawing itself is kept with the application.
SIGNED_BY_HAND = "signature"
#: A conversation that remembers nothing is not stored.
NOTHING = to_bytes(Conversation())
#: A session nobody has said anything in ends after this: opening pages fills no table for months.
UNUSED = timedelta(days=7)
#: A session in use is prolonged once it has aged this much.
PROLONG_AFTER = timedelta(days=1)


def now_utc() -> datetime:
    """The time for what is only looked up; every turn is told its own."""
    return datetime.now(UTC)


class NoSession(Exception):
    """The token is nobody's, or its session has ended."""


@dataclass(frozen=True)
class Said:
    """What the applicant's channel delivers: text, or a pressed choice, or files already checked.

    `question`: under which question the choice was shown, where the channel knows. `remark`: what the channel itself
    answers to something that is no turn; `text` then only says in brackets what it was.
    """

    text: str | None = None
    choice: str | None = None
    files: tuple[ReceivedFile, ...] = ()
    question: str | None = None
    remark: str | None = None
    #: A signature drawn on the screen, already checked.
    drawing: Drawing | None = None


@dataclass(frozen=True)
class Taken:
    """A turn that was answered inside somebody's transaction: the reply, its place in the chat, how the chat stands."""

    reply: Reply
    position: int
    conversation: Conversation


@dataclass(frozen=True)
class UploadTarget:
    """The application that takes files now, and the key they are sealed with."""

    application_id: str
    data_key: bytes

    def __repr__(self) -> str:
        return f"UploadTarget({self.application_id!r})"


class Reception:
    """Turns of every channel come through here."""

    def __init__(
        self,
        archive: Archive,
        rules: Rules,
        zone: tzinfo,
        *,
        session_days: int = 90,
        number_prefix: str = "QY",
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        self._archive, self._rules, self._zone = archive, rules, zone
        self._session = timedelta(days=session_days)
        self._prefix, self._clock = number_prefix, clock
        self._keyring, self._county = archive.keyring, rules.county_code
        self.tally = Tally()

    def use(self, rules: Rules) -> None:
        """Other rules from the next turn on: a year's holidays were entered."""
        self._rules = rules

    async def open_session(self, now: datetime) -> str:
        """A new account and its session. Returns the token; only its hash is stored."""
        token = secrets.token_urlsafe(32)

        def job(conn: Connection) -> None:
            account_id = accounts.open_account(conn, self._keyring, self._county, now)
            accounts.open_session(conn, self._county, account_id, token, now, now + min(self._session, UNUSED))

        await self._archive.write(job, token)
        return token

    async def account_of(self, token: str) -> str:
        """The account's id, for the stream of notices. Raises `NoSession`."""
        return (await self._account(token)).account_id

    async def take_turn(
        self, token: str, turn_id: str, said: Said, now: datetime, *, by: Officer | None = None
    ) -> bytes:
        """Answer a turn. Returns after the commit; the same `turn_id` gets the same bytes. Raises `NoSession`.

        `by` is the clerk who speaks for a walk-in applicant at the counter.
        """
        hashed = accounts.token_hash(token)

        def job(conn: Connection) -> bytes:
            opened = turns.open_turn(conn, self._keyring, self._county, hashed, turn_id, now)
            if opened is None:
                raise NoSession
            if opened.answered is not None:
                return opened.answered
            if opened.expires_at - now < self._session - PROLONG_AFTER:
                accounts.prolong(conn, token, now + self._session)
            return self._answer(conn, opened, turn_id, said, now, by)

        return await self._archive.write(job, token)

    def take_in(self, conn: Connection, account_id: str, turn_id: str, said: Said, now: datetime) -> Taken | None:
        """Answer a turn of an account in the caller's transaction; None if this turn was taken before.

        For channels that know their applicants by something else than a session. Raises `NotOurs`.
        """
        opened = turns.open_account_turn(conn, self._keyring, account_id, turn_id)
        if opened.answered is not None:
            return None
        return self._taken(conn, opened, turn_id, said, now, None)[1]

    def standing_in(self, conn: Connection, account_id: str) -> Conversation:
        """How an account's chat stands, to look at. Raises `NotOurs`."""
        return _conversation(turns.open_account_turn(conn, self._keyring, account_id, "", lock=False), None)

    def prompt_in(self, conn: Connection, account_id: str, now: datetime) -> tuple[Conversation, Say, str]:
        """How a chat stands, its standing question in full, and all that was answered so far as a list."""
        office = ArchiveOffice(conn, self._keyring, account_id, self._rules, self._zone, now, self._prefix)
        conversation = self.standing_in(conn, account_id)
        heard = Heard(now, now.astimezone(self._zone).date())
        scene = Scene(conversation, heard, office, self._rules, in_full=True)
        listed = review.sheet(scene) if conversation.interview is not None else ""
        return conversation, prompting.current(scene), listed

    def target_in(self, conn: Connection, account_id: str) -> UploadTarget | None:
        """Where files an account sends now belong; None if nothing in hand takes files. Raises `NotOurs`."""
        return _target_of(turns.open_account_turn(conn, self._keyring, account_id, "", lock=False), self._rules)

    async def history(self, token: str, before: int | None = None, limit: int = 50) -> list[HistoryEntry]:
        """The chat's last entries before a position, oldest first. Raises `NoSession`."""
        account = await self._account(token)
        return await self._archive.read(
            lambda conn: past.entries(conn, self._keyring, account.account_id, before, limit)
        )

    async def upload_target(self, token: str) -> UploadTarget | None:
        """Where files sent now belong; None if nothing in hand takes files. Raises `NoSession`."""
        return await self._archive.read(lambda conn: self._target(conn, token))

    async def form_in_hand(self, token: str) -> InterviewRecord | None:
        """The application being filled in, for a look at its form; None where there is none. Raises `NoSession`."""
        return await self._archive.read(lambda conn: self._in_hand(conn, token))

    async def paper_of(self, token: str, paper_id: str) -> StoredPaper | None:
        """A paper of one of this account's cases; None if it is not theirs. Raises `NoSession`."""
        account = await self._account(token)
        return await self._archive.read(
            lambda conn: papers.of_account(conn, self._keyring, account.account_id, paper_id)
        )

    async def page_of(self, token: str, page_id: str) -> StoredPage | None:
        """A page of this account; None if it is not theirs. Raises `NoSession`."""
        account = await self._account(token)
        return await self._archive.read(
            lambda conn: materials.of_account(conn, self._keyring, account.account_id, page_id)
        )

    async def export(self, token: str) -> bytes:
        """Everything held about this account, as JSON (个人信息保护法 art. 45). Raises `NoSession`."""
        account = await self._account(token)
        return await self._archive.read(lambda conn: past.export(conn, self._keyring, account.account_id))

    async def _account(self, token: str) -> Account:
        now = self._clock()
        account = await self._archive.read(lambda conn: accounts.by_token(conn, self._county, token, now))
        if account is None:
            raise NoSession
        return account

    def _answer(
        self, conn: Connection, opened: Opened, turn_id: str, said: Said, now: datetime, by: Officer | None
    ) -> bytes:
        return self._taken(conn, opened, turn_id, said, now, by)[0]

    def _taken(
        self, conn: Connection, opened: Opened, turn_id: str, said: Said, now: datetime, by: Officer | None
    ) -> tuple[bytes, Taken]:
        """Take the turn: the reply's bytes as they are stored, and what a channel makes its messages of."""
        office = ArchiveOffice(
            conn, self._keyring, opened.account_id, self._rules, self._zone, now, self._prefix, by=by
        )
        conversation = _conversation(opened, office)
        today = now.astimezone(self._zone).date()
        heard = Heard(now, today, said.text, said.choice, said.files, said.question, said.drawing)
        interview, before = conversation.interview, place_of(conversation.interview)
        if said.remark is None:
            answer = respond(conversation, heard, office, self._rules)
        else:
            answer = remark(conversation, heard, office, self._rules, said.remark)
        reply, stands = to_bytes(answer), replace(conversation)
        gone = before is not None and office.is_gone(before[0])
        self.tally.turn(heard.today, before, place_of(interview, gone=gone), conversation.interview)
        in_hand = self._keep(conn, opened, conversation, office)
        names = tuple(file.name for file in said.files)
        pressed = said.choice if said.drawing is None else SIGNED_BY_HAND
        exchange = Exchange(msgspec.Raw(reply), said.text, pressed, names)
        turns.record(conn, opened, turn_id, in_hand, exchange, now)
        return reply, Taken(answer, opened.position, stands)

    def _keep(self, conn: Connection, opened: Opened, conversation: Conversation, office: ArchiveOffice) -> str | None:
        """Store what the turn changed. Returns the application in hand."""
        interview, in_hand = conversation.interview, None
        if interview is not None and interview.purpose is not Purpose.CHECK:
            conversation.interview = None
            if not office.is_gone(interview.application_id):
                office.keep(interview)
                in_hand = interview.application_id
        office.keep_others(in_hand)
        remembered: bytes | None = to_bytes(conversation)
        if remembered == NOTHING:
            remembered = None
        if (in_hand, remembered) != (opened.in_hand, opened.conversation):
            turns.remember(conn, opened, in_hand, remembered)
        return in_hand

    def _in_hand(self, conn: Connection, token: str) -> InterviewRecord | None:
        hashed = accounts.token_hash(token)
        opened = turns.open_turn(conn, self._keyring, self._county, hashed, "", self._clock(), lock=False)
        if opened is None:
            raise NoSession
        interview = _conversation(opened, None).interview
        return None if interview is None or interview.purpose is Purpose.CHECK else interview

    def _target(self, conn: Connection, token: str) -> UploadTarget | None:
        opened = turns.open_turn(
            conn, self._keyring, self._county, accounts.token_hash(token), "", self._clock(), lock=False
        )
        if opened is None:
            raise NoSession
        return _target_of(opened, self._rules)


def _target_of(opened: Opened, rules: Rules) -> UploadTarget | None:
    """Where files sent now belong; None if nothing in hand takes files."""
    conversation = _conversation(opened, None)
    interview = conversation.interview
    if opened.application_key is None or interview is None or interview.purpose is Purpose.CHECK:
        return None
    takes_pages = interview.state is InterviewState.MATERIALS or conversation.overlay is Overlay.PAGES
    if not takes_pages and not photos.is_welcome(conversation, rules):
        return None
    return UploadTarget(interview.application_id, opened.application_key.secret)


def _conversation(opened: Opened, office: ArchiveOffice | None) -> Conversation:
    """The conversation as it was stored. One whose application is gone (expired) starts at the menu again."""
    if opened.in_hand is not None and opened.application_key is None:
        return Conversation()
    conversation = Conversation() if opened.conversation is None else from_bytes(opened.conversation, Conversation)
    if opened.in_hand is not None and opened.application_key is not None and opened.application_sealed is not None:
        application = applications.opened(
            opened.application_key, opened.in_hand, opened.county, opened.application_sealed
        )
        conversation.interview = application.interview if office is None else office.adopt(application)
    return conversation
