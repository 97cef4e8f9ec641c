"""What one update does, inside the transaction that records it: a turn, its messages, what the chat remembers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from bot import joining
from bot.channels.telegram import callbacks, verifying
from bot.channels.telegram.compose import Composer, Memory
from bot.channels.telegram.masking import ID_NUMBERS, PHONES, holds_id_number
from bot.channels.telegram.message import Message
from bot.channels.telegram.texts import group, join_problem, say
from bot.channels.telegram.updates import Arrived, Kind
from bot.channels.telegram.verifying import MOBILE, Linked, national
from bot.joining import Joined, Joining
from bot.reception import Reception, Said, Taken
from bot.web.buckets import Buckets
from dialogs import question_name
from dialogs.turn import Conversation, Overlay, ReceivedFile
from state_machine.codes import Field
from state_machine.interview import FIELD_OF, InterviewState
from storage import buttons, channels, dispatches, join_codes
from storage.blobs import from_bytes, to_bytes
from storage.channels import Reached
from storage.dispatches import Source
from storage.keys import Keyring
from storage.positions import next_position

#: Join codes somebody may try a minute.
GUESSES = 5
#: Parts of a position that carry no words begin here, so that they never meet an answer's.
WORDLESS = 1_000_000
#: A press on something that is no button of ours (any more) is answered like an old button.
NO_BUTTON = Said(choice="unknown", question="no such question")


@dataclass(frozen=True)
class Plan:
    """What an update amounts to: a turn (or a remark), and how its answer is shown."""

    said: Said
    #: Messages of theirs to be taken out of the chat once this is stored.
    delete: tuple[int, ...] = ()
    #: Our message to write the answer into, if the answer is the same question with other ticks.
    edit: int = 0
    #: Put the way to our own page under the answer.
    with_link: bool = False
    #: The album whose pictures are refused here.
    refused_group: str = ""
    #: A word before the answer: the question stands last.
    hint: str = ""


@dataclass(frozen=True)
class Done:
    """What a turn leaves to do after its commit: something to send; accounts whose open pages look anew."""

    sends: bool
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class FetchedPage:
    """A page that was fetched and looked at, and the message that brought it."""

    message_id: int
    received: ReceivedFile


class Turns:
    """Turns of Telegram chats."""

    def __init__(
        self, reception: Reception, composer: Composer, keyring: Keyring, bot: str, *, with_sms: bool = False
    ) -> None:
        self._reception, self._composer, self._keyring, self._bot = reception, composer, keyring, bot
        self._with_sms = with_sms
        self._guesses = Buckets(GUESSES)

    def _link(self, conn: Connection, reached: Reached, arrived: Arrived, now: datetime) -> Linked | None:
        """A code given out elsewhere (`/join`, a deep link) or sent by SMS: this chat may join another one.

        None where the update is neither.
        """
        keyring, account_id = self._keyring, reached.account_id
        is_join = arrived.kind is Kind.COMMAND and arrived.what in ("start", "join") and bool(arrived.text)
        is_code = self._with_sms and verifying.is_code(arrived, conn, reached, now)
        if (is_join or is_code) and not self._guesses.take(account_id, time.monotonic()):
            too_many = Joined(Joining.NO_SUCH_CODE, account_id)
            return Linked(too_many, join_problem("too_many_tries"), say("said_join"))
        if is_code:
            return verifying.prove(conn, keyring, reached, arrived, now)
        if arrived.kind is Kind.COMMAND and arrived.what == "verify" and self._with_sms:
            return verifying.ask(conn, keyring, reached, arrived, now)
        if not is_join:
            return None
        join = joining.ask_by_link if arrived.what == "start" else joining.join_by_code
        joined = join(conn, keyring, reached.county, account_id, arrived.text, now)
        if joined.outcome is Joining.JOINED:
            return Linked(joined)
        words = join_problem(joined.outcome.value, confirm=f"/join_{join_codes.normalised(arrived.text)}")
        return Linked(joined, words, say("said_join"))

    @property
    def refuses_files(self) -> bool:
        """Whether pictures are not taken here at all."""
        return self._composer.keeps_private

    def take(
        self, conn: Connection, reached: Reached, arrived: Arrived, now: datetime, pages: Sequence[FetchedPage] = ()
    ) -> Done:
        """Answer one update (with the `pages` it and its neighbours brought)."""
        linked = self._link(conn, reached, arrived, now)
        if linked is not None and linked.joined.outcome is Joining.JOINED:
            return Done(True, linked.joined.moved)  # the notice of the joining is the answer
        if arrived.kind is Kind.CONTACT and arrived.is_own and MOBILE.fullmatch(national(arrived.phone)):
            number = national(arrived.phone)
            joining.keep_contact(conn, self._keyring, reached.county, reached.account_id, number, now)
        return Done(self._take(conn, reached, arrived, now, pages, linked))

    def _take(
        self,
        conn: Connection,
        reached: Reached,
        arrived: Arrived,
        now: datetime,
        pages: Sequence[FetchedPage],
        linked: Linked | None,
    ) -> bool:
        """Answer it. False: nothing is to be sent."""
        memory = memory_of(reached)
        if self._is_known_refusal(arrived, memory):
            self._only_delete(conn, reached, arrived, now)
            return True
        plan = self.plan(conn, reached, arrived, pages)
        if linked is not None:
            plan = Plan(Said(text=linked.mark, remark=linked.words), delete=(arrived.message_id,))
        if plan is None:
            channels.heard(conn, reached, to_bytes(memory), now)
            return False
        turn_id = f"telegram:{self._bot}:{arrived.update_id}"
        taken = self._reception.take_in(conn, reached.account_id, turn_id, plan.said, now)
        if taken is None:
            return False
        if plan.refused_group:
            memory = msgspec.structs.replace(memory, refused_group=plan.refused_group)
        self._answer(conn, reached, taken, memory, now, plan)
        return True

    def answer(self, conn: Connection, reached: Reached, taken: Taken, now: datetime) -> None:
        """Say in the chat what a turn taken elsewhere (on our own page) has led to."""
        self._answer(conn, reached, taken, memory_of(reached), now, Plan(Said()))

    def _answer(
        self, conn: Connection, reached: Reached, taken: Taken, memory: Memory, now: datetime, plan: Plan
    ) -> None:
        composed = self._composer.compose(conn, reached, taken, memory, now, plan.delete)
        messages = list(composed.messages)
        if plan.with_link and messages and not any(message.links for message in messages):
            link = self._composer.private_link(conn, reached, taken, now)
            messages[-1] = msgspec.structs.replace(messages[-1], links=(link,) if link else ())
        if plan.hint and messages:
            messages[0] = msgspec.structs.replace(messages[0], text=f"{plan.hint}\n\n{messages[0].text}")
        if plan.edit and _is_same_question(plan.said, taken) and len(messages) == 1:
            messages[0] = msgspec.structs.replace(messages[0], edit=plan.edit)
        self.send(conn, reached, taken.position, messages, now)
        channels.heard(conn, reached, to_bytes(composed.memory), now)

    def send(self, conn: Connection, reached: Reached, position: int, messages: list[Message], now: datetime) -> None:
        """Put the messages of one reply into the chat's lane."""
        for part, message in enumerate(messages):
            self._send_one(conn, reached, position, part, message, now)

    def _send_one(
        self, conn: Connection, reached: Reached, position: int, part: int, message: Message, now: datetime
    ) -> None:
        dispatches.add(
            conn,
            self._keyring,
            account_id=reached.account_id,
            position=position,
            part=part,
            source=Source.ANSWER,
            kind=channels.TELEGRAM,
            channel_id=reached.channel_id,
            lane=reached.lane,
            say=msgspec.json.encode(message),
            at=now,
        )

    def plan(
        self, conn: Connection, reached: Reached, arrived: Arrived, pages: Sequence[FetchedPage] = ()
    ) -> Plan | None:
        """What it amounts to; None for what needs no answer."""
        if arrived.kind is Kind.PRESSED:
            return self._pressed(conn, reached, arrived)
        standing = self._reception.standing_in(conn, reached.account_id)
        if arrived.kind in (Kind.TEXT, Kind.EDITED, Kind.COMMAND):
            return self._text(arrived, standing)
        if arrived.kind is Kind.FILE:
            return self._file(arrived, standing, pages)
        if arrived.kind is Kind.CONTACT:
            hint = say("verify.hint") if self._with_sms and arrived.is_own else ""
            return replace(_contact(arrived, standing), hint=hint)
        if arrived.kind is Kind.OTHER:
            words = group("others")
            return Plan(Said(text=say("others_mark"), remark=words.get(arrived.what, words["other"])))
        return None

    def _text(self, arrived: Arrived, standing: Conversation) -> Plan:
        asks, mine = asked(standing), (arrived.message_id,)
        has_number = holds_id_number(arrived.text, is_asked=asks in ID_NUMBERS)
        if has_number and self._composer.keeps_private:
            words = say("private.typed" if asks else "private.typed_elsewhere")
            said = Said(text=say("private.typed_mark"), remark=words)
            return Plan(said, delete=mine, with_link=True)
        delete = (
            mine if has_number or (asks in ID_NUMBERS and arrived.kind is Kind.TEXT and _digits(arrived.text)) else ()
        )
        if arrived.kind is Kind.EDITED:
            return Plan(Said(text=say("edited_mark"), remark=say("edited")), delete=delete)
        if arrived.kind is Kind.COMMAND:
            return Plan(_commanded(arrived), delete=delete)
        return Plan(Said(text=arrived.text), delete=delete)

    def _file(self, arrived: Arrived, standing: Conversation, pages: Sequence[FetchedPage]) -> Plan:
        if self._composer.keeps_private:
            words = say("private.sent" if takes_files(standing) else "private.sent_early")
            group = arrived.file.group or "" if arrived.file is not None else ""
            said = Said(text=say("private.sent_mark"), remark=words)
            return Plan(said, delete=(arrived.message_id,), refused_group=group)
        stored = tuple(page.message_id for page in pages if page.received.page is not None)
        return Plan(Said(files=tuple(page.received for page in pages)), delete=stored)

    def _is_known_refusal(self, arrived: Arrived, memory: Memory) -> bool:
        """A further picture of an album that was refused already: once is enough."""
        group = arrived.file.group if arrived.file is not None else None
        return self._composer.keeps_private and group is not None and group == memory.refused_group

    def too_fast(self, conn: Connection, reached: Reached, now: datetime) -> None:
        """Say that what came just now was too much and was not taken."""
        position = next_position(conn, reached.account_id)
        self._send_one(conn, reached, position, WORDLESS, Message(text=say("too_fast.said")), now)

    def _only_delete(self, conn: Connection, reached: Reached, arrived: Arrived, now: datetime) -> None:
        """Take a message out of the chat without a word."""
        position = next_position(conn, reached.account_id)
        message = Message(delete=(arrived.message_id,))
        self._send_one(conn, reached, position, WORDLESS + arrived.message_id, message, now)

    def _pressed(self, conn: Connection, reached: Reached, arrived: Arrived) -> Plan:
        pressed = callbacks.read(arrived.data)
        if pressed is None:
            return Plan(NO_BUTTON)
        value = pressed.value
        if pressed.kept_as is not None:
            value = buttons.value_of(conn, reached, pressed.kept_as)
        if value is None:
            return Plan(NO_BUTTON)
        question = pressed.question if question_name.is_bound(value) else ""
        return Plan(Said(choice=value, question=question or None), edit=arrived.message_id)


def memory_of(reached: Reached) -> Memory:
    """What the chat remembers; nothing at first, and after a form nobody knows any more."""
    try:
        return Memory() if reached.memory is None else from_bytes(reached.memory, Memory)
    except msgspec.DecodeError:
        return Memory()


def asked(conversation: Conversation) -> str | None:
    """The field of the question that stands; None in the menu, or while something lies on top of it."""
    record = conversation.interview
    if record is None or conversation.overlay is not None or record.state not in FIELD_OF:
        return None
    return FIELD_OF[record.state].value


def takes_files(conversation: Conversation) -> bool:
    """Whether photographs are being asked for."""
    record = conversation.interview
    is_asked = record is not None and conversation.overlay is None and record.state is InterviewState.MATERIALS
    return is_asked or conversation.overlay is Overlay.PAGES


def _commanded(arrived: Arrived) -> Said:
    """A command is a sentence; one we do not have is said so."""
    if arrived.what == "join":
        return Said(text="/join", remark=say("join_how"))
    if arrived.what == "verify":
        return Said(text="/verify", remark=say("verify.no_sms"))
    words = group("said").get(arrived.what)
    if words is None:
        return Said(text=f"/{arrived.what}"[:40], remark=say("unknown_command"))
    return Said(text=words)


def _contact(arrived: Arrived, standing: Conversation) -> Plan:
    """共享手机号: the sender's own number, where a number is asked for."""
    if not arrived.is_own:
        return Plan(Said(text=say("contact.not_yours_mark"), remark=say("contact.not_yours")))
    record, asks = standing.interview, asked(standing)
    is_theirs = asks == Field.AGENT_PHONE or (record is not None and not record.is_for_other())
    if asks in PHONES and is_theirs:
        return Plan(Said(text=national(arrived.phone)))
    return Plan(Said(text=say("contact.mark"), remark=say("contact.not_now")))


def _digits(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _is_same_question(said: Said, taken: Taken) -> bool:
    """Only ticks changed: the same question stands, and nothing but it was said."""
    name = question_name.name_of(taken.conversation)
    return bool(said.question) and said.question == name and len(taken.reply.says) == 1


def without_files(arrived: Arrived) -> Arrived:
    """An update as it waits: what is not needed to take it up again is left out."""
    return replace(arrived, label="", query_id="")
