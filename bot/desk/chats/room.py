"""A chat in a person's hands: taken (the bot is silent), answered, a field filled in, handed back, muted.

Every function is one transaction's work and returns the account whose chat has something new.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from bot.desk.words import say
from bot.office import ArchiveOffice
from dialogs import notices, prompting, takeover, wording
from dialogs.scene import Scene
from dialogs.turn import Conversation, Heard, Overlay, Say
from state_machine.codes import Field
from state_machine.officers import Officer
from storage import acts, applications, audit, chats, conversations, mutes, outbox, person_requests
from storage.acts import DoneAct
from storage.blobs import from_bytes
from storage.chats import OpenChat
from storage.errors import NotOurs

if TYPE_CHECKING:
    from bot.wiring import Service

#: Why somebody may be muted, in the order of the buttons; and for how many hours.
REASONS = ("abusive", "flooding", "advertising", "other")
HOURS = (1, 24, 168)


class Taken(Exception):
    """Another 坐席 answers this chat already."""


class Over(Exception):
    """The chat has been handed back."""


class Unreadable(Exception):
    """What was filled in is no answer to its question; the message says what is wrong, in the applicant's words."""


def open_chat(conn: Connection, service: Service, request_id: str) -> OpenChat:
    """The chat, still open. Raises `NotOurs` or `Over`."""
    county = service.rules.county_code
    if person_requests.by_id(conn, service.archive.keyring, county, request_id) is None:
        raise NotOurs("no such chat")
    found = chats.one(conn, county, request_id)
    if found is None:
        raise Over
    return found


def take(conn: Connection, service: Service, officer: Officer, request_id: str, at: datetime) -> str:
    """Take the chat: the bot is silent from now on, and the applicant is told that a person is there."""
    chat = open_chat(conn, service, request_id)
    if chat.taken_by == officer.staff_id:
        return chat.account_id
    if not person_requests.take(conn, request_id, officer.staff_id, at):
        raise Taken
    _silence(conn, service, chat.account_id)
    _send(conn, service, chat.account_id, Say(wording.text("person", "arrived")), at)
    _write_down(conn, service, officer, "chat_take", chat.account_id, at)
    return chat.account_id


def take_over(conn: Connection, service: Service, officer: Officer, request_id: str, at: datetime) -> str:
    """Go on with a chat a colleague left unanswered too long. Raises `Taken` where the wait is not too long yet."""
    chat = open_chat(conn, service, request_id)
    if chat.taken_by not in (None, officer.staff_id) and chat.alerted_at is None:
        raise Taken
    chats.take_over(conn, request_id, officer.staff_id, at)
    _silence(conn, service, chat.account_id)
    _write_down(conn, service, officer, "chat_take_over", chat.account_id, at)
    return chat.account_id


def answer(
    conn: Connection, service: Service, officer: Officer, request_id: str, act_id: str, text: str, at: datetime
) -> str:
    """Send words to the applicant; the first answer takes the chat. The same act id acts once."""
    chat = open_chat(conn, service, request_id)
    conversations.load(conn, service.archive.keyring, chat.account_id, lock=True)
    if acts.done(conn, act_id) is not None:
        return chat.account_id
    if not person_requests.take(conn, request_id, officer.staff_id, at):
        raise Taken
    _silence(conn, service, chat.account_id)
    said = notices.person_message(text, officer.name)
    position = _send(conn, service, chat.account_id, said, at, kind="person_message")
    chats.replied(conn, request_id, position)
    acts.record(conn, service.rules.county_code, DoneAct(act_id, officer.staff_id, None, "reply", "sent", at))
    _write_down(conn, service, officer, "chat_reply", chat.account_id, at)
    return chat.account_id


def fill_in(
    conn: Connection, service: Service, officer: Officer, request_id: str, field: Field, text: str, at: datetime
) -> str:
    """Put a card before the applicant with what the clerk filled in; nothing is stored before their own 都对.

    Raises `Unreadable` with the reader's own words, or `Taken`, `Over`, `NotOurs`.
    """
    chat = open_chat(conn, service, request_id)
    conversation = _conversation(conn, service, chat.account_id, lock=True)
    if field not in takeover.fillable(conversation.interview):
        raise Unreadable(say("chats.fill.not_now"))
    value, trouble = takeover.read_for(scene_of(conn, service, chat.account_id, conversation, at), field, text)
    if trouble:
        raise Unreadable(trouble)
    if not person_requests.take(conn, request_id, officer.staff_id, at):
        raise Taken
    card = takeover.offer_card(conversation, f"{int(at.timestamp() * 1000):x}", {field.value: value})
    _save(conn, service, chat.account_id, conversation)
    chats.replied(conn, request_id, _send(conn, service, chat.account_id, card, at))
    _write_down(conn, service, officer, "chat_fill_in", chat.account_id, at, field=field.value)
    return chat.account_id


def hand_back(conn: Connection, service: Service, officer: Officer, request_id: str, at: datetime) -> str:
    """The bot answers again, and says the pending question."""
    chat = open_chat(conn, service, request_id)
    if chat.taken_by not in (None, officer.staff_id):
        raise Taken
    _back_to_the_bot(conn, service, chat, Say(say("chats.bot_again")), at)
    _write_down(conn, service, officer, "chat_hand_back", chat.account_id, at)
    return chat.account_id


def mute(
    conn: Connection, service: Service, officer: Officer, request_id: str, reason: str, hours: int, at: datetime
) -> str:
    """Nobody answers this account in the chat for a while; the application goes on. Said kindly, with the reason."""
    chat = open_chat(conn, service, request_id)
    if chat.taken_by not in (None, officer.staff_id):
        raise Taken
    until = at + timedelta(hours=hours)
    county = service.rules.county_code
    mutes.add(conn, county, chat.account_id, reason, officer.staff_id, at, until)
    scene = scene_of(conn, service, chat.account_id, Conversation(), at)
    local = until.astimezone(service.settings.zone())
    words = wording.text(
        "person",
        "muted_now",
        until=takeover.moment(local, scene.heard.today.year),
        reason=wording.text("person", f"mute_reasons.{reason}"),
        **scene.places(),
    )
    _back_to_the_bot(conn, service, chat, Say(words), at)
    _write_down(conn, service, officer, "mute", chat.account_id, at, reason=reason, hours=hours)
    return chat.account_id


def unmute(conn: Connection, service: Service, officer: Officer, account_id: str, at: datetime) -> str:
    """The account may call a person again, and is told. Raises `NotOurs` where none is muted."""
    if not mutes.lift(conn, service.rules.county_code, account_id, officer.staff_id, at):
        raise NotOurs("not muted")
    _send(conn, service, account_id, Say(wording.text("person", "unmuted")), at)
    _write_down(conn, service, officer, "unmute", account_id, at)
    return account_id


def tell_waiting(conn: Connection, service: Service, chat: OpenChat, at: datetime) -> None:
    """The truth for somebody who waits too long."""
    scene = scene_of(conn, service, chat.account_id, Conversation(), at)
    key = "still_waiting_taken" if chat.taken_by else "still_waiting"
    _send(conn, service, chat.account_id, Say(wording.text("person", key, **scene.places())), at)


def interview_of(conn: Connection, service: Service, account_id: str) -> Conversation:
    """The chat as it is remembered, with the application in hand. Raises `NotOurs`."""
    return _conversation(conn, service, account_id)


def _back_to_the_bot(conn: Connection, service: Service, chat: OpenChat, first: Say, at: datetime) -> None:
    """What waited underneath stands again; it is said after `first`, and the request is closed."""
    conversation = _conversation(conn, service, chat.account_id, lock=True)
    if conversation.overlay is Overlay.PERSON:
        takeover.hand_back(conversation)
        _save(conn, service, chat.account_id, conversation)
    standing = prompting.current(scene_of(conn, service, chat.account_id, conversation, at))
    _send(conn, service, chat.account_id, first, at, standing)
    person_requests.close(conn, chat.request_id, at)


def _silence(conn: Connection, service: Service, account_id: str) -> None:
    conversation = _conversation(conn, service, account_id, lock=True)
    if conversation.overlay is not Overlay.PERSON:
        takeover.silence(conversation)
        _save(conn, service, account_id, conversation)


def _conversation(conn: Connection, service: Service, account_id: str, *, lock: bool = False) -> Conversation:
    keyring = service.archive.keyring
    remembered = conversations.load(conn, keyring, account_id, lock=lock)
    found = Conversation()
    if remembered.conversation is not None:
        found = from_bytes(remembered.conversation, Conversation)
    if remembered.in_hand is not None:
        application = applications.load(conn, keyring, remembered.in_hand, account_id)
        found.interview = application.interview if application else None
    return found


def _save(conn: Connection, service: Service, account_id: str, conversation: Conversation) -> None:
    """What the chat remembers; the application in hand is stored apart and untouched here."""
    interview, conversation.interview = conversation.interview, None
    conversations.save(conn, service.archive.keyring, account_id, msgspec.json.encode(conversation))
    conversation.interview = interview


def scene_of(conn: Connection, service: Service, account_id: str, conversation: Conversation, at: datetime) -> Scene:
    """A scene over the archive, for asking the dialogs how something would be put now."""
    zone, prefix = service.settings.zone(), service.settings.county.number_prefix
    office = ArchiveOffice(conn, service.archive.keyring, account_id, service.rules, zone, at, prefix)
    return Scene(conversation, Heard(at, at.astimezone(zone).date()), office, service.rules)


def _send(
    conn: Connection, service: Service, account_id: str, said: Say, at: datetime, *more: Say, kind: str = "desk_note"
) -> int:
    """Into the applicant's chat. A `person_message` is a person's own words; a `desk_note` the house's."""
    content = msgspec.json.encode({"says": [said, *more], "at": at})
    return outbox.add(conn, service.archive.keyring, account_id, None, kind, content, at)


def _write_down(
    conn: Connection, service: Service, officer: Officer, action: str, account_id: str, at: datetime, **details: object
) -> None:
    county, staff_id = service.rules.county_code, officer.staff_id
    audit.add(conn, county, action, at, staff_id=staff_id, account_id=account_id, details=details)
