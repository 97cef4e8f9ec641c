"""A reply becomes Telegram messages: few, masked, and without what should not be written into somebody else's chat."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from bot.channels.telegram.masking import ID_NUMBERS, PHONES, Mask
from bot.channels.telegram.message import Link, Message, length, pieces
from bot.channels.telegram.texts import say
from bot.office import EXPORT_HREF
from bot.reception import Taken
from bot.settings import Settings
from dialogs import labels, materials, question_name, wording
from dialogs.turn import Choice, Conversation, Document, Overlay, Say
from state_machine.codes import Field, Proof
from state_machine.interview import InterviewRecord, InterviewState
from storage import step_links
from storage.channels import Reached
from storage.step_links import StepLink

#: What is said in one message as long as it is no longer than this: one message is calmer than three.
TOGETHER = 3000
#: A link that only shows what was told.
LOOK = "look"
PAGES, PAPERS, DEVICES = "/chat/pages/", "/chat/papers/", "/chat/devices"
#: A link that opens one paper, named behind it.
PAPER = "paper:"
#: What shows several answers at once.
CARDS = (Overlay.CONFIRM_FACTS, Overlay.CHECK_PHOTO, Overlay.CHOOSE_ANSWER)


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a chat remembers: the stage it was told of, and whether the keyboard with 共享手机号 stands."""

    stage: str = ""
    keyboard: bool = False
    #: The album whose pictures were refused last.
    refused_group: str = ""


@dataclass(frozen=True)
class Composed:
    """The messages of one reply, and what the chat remembers after them."""

    messages: tuple[Message, ...]
    memory: Memory


class Composer:
    """For one county's settings."""

    def __init__(self, settings: Settings) -> None:
        self._keeps_private = not settings.telegram.private_in_chat
        self._base = settings.public_url.rstrip("/")
        self._lasts = timedelta(minutes=settings.telegram.step_link_minutes)
        self._call = settings.county.station_phone

    @property
    def keeps_private(self) -> bool:
        """Whether ID numbers and material pictures are kept out of the chat."""
        return self._keeps_private

    def compose(
        self, conn: Connection, reached: Reached, taken: Taken, memory: Memory, now: datetime, delete: tuple[int, ...]
    ) -> Composed:
        """The messages of a reply. Links are opened in the caller's transaction."""
        links = Links(conn, reached, self._base, self._lasts, now)
        mask = Mask.of(taken.conversation, (self._call,))
        stage, told = _stage(taken, memory), taken.reply.says
        shown: list[Message] = []
        for number, one in enumerate(told):
            is_last = number == len(told) - 1
            message = self._one(one, taken, mask, links, is_last=is_last)
            if message is not None:
                _put(shown, message)
        if shown and stage:
            first = shown[0]
            shown[0] = msgspec.structs.replace(first, text=f"{say('stage', stage=stage)}\n{first.text}")
        keyboard = self._keyboard(shown, taken, memory)
        if delete:
            shown[:1] = [msgspec.structs.replace(shown[0] if shown else Message(), delete=delete)]
        remembered = msgspec.structs.replace(memory, stage=stage or memory.stage, keyboard=keyboard)
        return Composed(tuple(_cut(shown)), remembered)

    def _one(self, one: Say, taken: Taken, mask: Mask, links: Links, *, is_last: bool) -> Message | None:
        """One thing said; None for a picture of a page, which is not shown here."""
        if one.picture is not None and one.picture.href.startswith(PAGES):
            return None
        name = question_name.name_of(taken.conversation) if is_last else ""
        text, offered = one.text, self._offered(one, links, taken.conversation.interview)
        if is_last and self._base:
            text, more = self._private(one, taken, links, mask)
            offered += more
        words = mask(text)
        choices = tuple(Choice(choice.value, mask(choice.label)) for choice in one.choices)
        if one.document is not None and not offered:
            words = f"{words}\n{say('copy_elsewhere')}"
        return Message(words, choices, one.wants_file, one.picture, question=name, links=offered)

    def _offered(self, one: Say, links: Links, record: InterviewRecord | None) -> tuple[Link, ...]:
        """A document lies on a page for its owner."""
        if not self._base or one.document is None:
            return ()
        return (links.to_document(one.document, "" if record is None else record.application_id),)

    def notice_links(
        self, conn: Connection, reached: Reached, message: Message, is_masked: bool, now: datetime
    ) -> tuple[Link, ...]:
        """Where to see what a notice shows or brings, opened when it is sent."""
        links = Links(conn, reached, self._base, self._lasts, now)
        if not self._base:
            return ()
        if message.document is not None:
            return (links.to_document(message.document, ""),)
        return (links.to(LOOK, "", say("buttons.look")),) if is_masked else ()

    def _private(self, one: Say, taken: Taken, links: Links, mask: Mask) -> tuple[str, tuple[Link, ...]]:
        """The standing question, where its answer belongs on our own page; and what is masked can be seen there."""
        conversation, asks = taken.conversation, taken.reply.asks
        record = conversation.interview
        if record is None:
            return one.text, ()
        if self._keeps_private and asks in ID_NUMBERS:
            link = links.to(str(asks), record.application_id, say("buttons.fill"))
            ask = _without_hint(one.text)
            key = "id_number" if ask == one.text else "id_card"
            return say(f"private.{key}", ask=ask), (link,)
        takes_pages = conversation.overlay is Overlay.PAGES or record.state is InterviewState.MATERIALS
        if self._keeps_private and one.wants_file and not takes_pages:
            link = links.to(str(asks), record.application_id, say("buttons.card"))
            return f"{_without_hint(one.text)}\n{say('private.card')}", (link,)
        if self._keeps_private and one.wants_file:
            link = links.to(Field.MATERIALS.value, record.application_id, say("buttons.upload"))
            return _about_pages(conversation, record) or one.text, (link,)
        shows_all = asks == Field.REVIEW or conversation.overlay in CARDS
        if (takes_pages and one.wants_file) or (shows_all and mask(one.text) != one.text):
            return one.text, (links.to(LOOK, record.application_id, say("buttons.look")),)
        return one.text, ()

    def private_link(self, conn: Connection, reached: Reached, taken: Taken, now: datetime) -> Link | None:
        """The way to our own page for the question that stands; None where there is no question, or no page."""
        record, asks = taken.conversation.interview, taken.reply.asks
        if record is None or asks is None or not self._base:
            return None
        links = Links(conn, reached, self._base, self._lasts, now)
        return links.to(asks, record.application_id, say("buttons.fill"))

    def _keyboard(self, shown: list[Message], taken: Taken, memory: Memory) -> bool:
        """Offer 共享手机号 where a number is asked for and nothing else is on offer. Returns whether it stands then."""
        record = taken.conversation.interview
        asks = taken.reply.asks
        if not shown:
            return memory.keyboard
        last = shown[-1]
        is_theirs = asks == Field.AGENT_PHONE or (record is not None and not record.is_for_other())
        if asks in PHONES and is_theirs and not last.choices and not last.links:
            how = say("contact.how")
            shown[-1] = msgspec.structs.replace(last, text=f"{last.text}\n{how}", asks_contact=True)
            return True
        if memory.keyboard and not last.choices and not last.links:
            shown[-1] = msgspec.structs.replace(last, drops_keyboard=True)
            return False
        return memory.keyboard


class Links:
    """Opens one-time links in one transaction."""

    def __init__(self, conn: Connection, reached: Reached, base: str, lasts: timedelta, now: datetime) -> None:
        self._conn, self._reached, self._base, self._lasts, self._now = conn, reached, base, lasts, now
        self._county = reached.county

    def to_document(self, document: Document, application_id: str) -> Link:
        """A button to a document: a paper, the copy of one's data, the form (as all that was answered), a page."""
        if document.href.startswith(PAPERS):
            return self.to(f"{PAPER}{document.href.removeprefix(PAPERS)}", "", document.label)
        if document.href == DEVICES:
            return Link(document.label, f"{self._base}{document.href}")
        if document.href == EXPORT_HREF:
            return self.to(LOOK, "", say("buttons.copy"))
        return self.to(LOOK, application_id, say("buttons.look"))

    def to(self, asks: str, application_id: str, label: str) -> Link:
        """A button to our own page for one question."""
        token = secrets.token_urlsafe(24)
        until = self._now + self._lasts
        link = StepLink(self._reached.account_id, self._reached.channel_id, application_id, asks, until)
        step_links.open_link(self._conn, self._county, link, token, self._now)
        return Link(label, f"{self._base}/steps/{token}", self._base.startswith("https://"))


def _stage(taken: Taken, memory: Memory) -> str:
    """The stage, where it is another one than was told; only while a question of an application stands."""
    record = taken.conversation.interview
    if record is None or taken.reply.asks is None or record.is_check():
        return ""
    stage = taken.reply.stage
    return stage if stage != memory.stage else ""


def _about_pages(conversation: Conversation, record: InterviewRecord) -> str:
    """What is asked for, where photographs are not sent into the chat."""
    if conversation.overlay is Overlay.PAGES:
        proof = Proof(conversation.overlay_about["proof"])
        found = materials.pages_of(record, proof)
        lines = "\n".join(say("page.page", n=n) for n in range(1, len(found) + 1))
        return say("private.pages", proof=labels.proof_label(proof), lines=lines or "—")
    wanted = materials.wanted(record) if record.state is InterviewState.MATERIALS else None
    if wanted is None:
        return ""
    count, named = len(materials.pages_of(record, wanted)), labels.proof_label(wanted)
    return say("private.more", proof=named, count=count) if count else say("private.materials", proof=named)


def _without_hint(text: str) -> str:
    """The question without 发到这里: here, photographs are not sent."""
    hints = set(wording.texts("photos")["welcome"].values())
    return "\n".join(line for line in text.splitlines() if line not in hints)


def _put(shown: list[Message], message: Message) -> None:
    """Together with what was said before it, where that carries no buttons of its own."""
    last = shown[-1] if shown else None
    if (
        last is None
        or last.choices
        or last.links
        or last.picture
        or message.picture
        or length(last.text) + length(message.text) > TOGETHER
    ):
        shown.append(message)
        return
    together = "\n\n".join(text for text in (last.text, message.text) if text)
    shown[-1] = msgspec.structs.replace(message, text=together)


def _cut(shown: list[Message]) -> list[Message]:
    """Whatever is too long, in several messages; the buttons stay under the last."""
    found: list[Message] = []
    for message in shown:
        *first, last = pieces(message.text)
        found += [Message(text) for text in first]
        found.append(msgspec.structs.replace(message, text=last))
    return found
