"""A chat in a person's hands: taken over (the bot is silent), answered, handed back to exactly where it stood."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from bot.desk.words import say
from bot.office import ArchiveOffice
from dialogs import notices, prompting
from dialogs.scene import Scene
from dialogs.turn import Conversation, Heard, Overlay, Say
from state_machine.officers import Officer
from storage import acts, applications, audit, conversations, outbox, person_requests
from storage.acts import DoneAct
from storage.conversations import Remembered
from storage.errors import NotOurs
from storage.person_requests import PersonRequest

if TYPE_CHECKING:
    from bot.wiring import Service


class Taken(Exception):
    """Another 坐席 answers this chat already."""


class Over(Exception):
    """The chat has been handed back."""


def open_request(conn: Connection, service: Service, request_id: str) -> PersonRequest:
    """The request, still open. Raises `NotOurs` or `Over`."""
    found = person_requests.by_id(conn, service.archive.keyring, service.rules.county_code, request_id)
    if found is None:
        raise NotOurs("no such chat")
    if not found[1]:
        raise Over
    return found[0]


def answer(
    conn: Connection, service: Service, officer: Officer, request_id: str, act_id: str, text: str, at: datetime
) -> str:
    """Send words to the applicant; the first answer takes the chat over. The same act id acts once.

    Returns the account. Raises `NotOurs`, `Taken` or `Over`.
    """
    request = open_request(conn, service, request_id)
    keyring, county = service.archive.keyring, service.rules.county_code
    remembered = conversations.load(conn, keyring, request.account_id, lock=True)
    if acts.done(conn, act_id) is not None:
        return request.account_id
    if not person_requests.take(conn, request_id, officer.staff_id, at):
        raise Taken
    _silence(conn, service, request.account_id, remembered)
    said = notices.person_message(text, officer.name)
    outbox.add(conn, keyring, request.account_id, None, "person_message", payload(said, at), at)
    acts.record(conn, county, DoneAct(act_id, officer.staff_id, None, "reply", "sent", at))
    staff_id = officer.staff_id
    audit.add(conn, county, "chat_reply", at, staff_id=staff_id, account_id=request.account_id)
    return request.account_id


def hand_back(conn: Connection, service: Service, officer: Officer, request_id: str, at: datetime) -> str:
    """The bot answers again, and says the pending question. Returns the account. Raises `NotOurs` or `Over`."""
    request = open_request(conn, service, request_id)
    if request.taken_by not in (None, officer.staff_id):
        raise Taken
    keyring = service.archive.keyring
    remembered = conversations.load(conn, keyring, request.account_id, lock=True)
    conversation = _decoded(remembered)
    if conversation.overlay is Overlay.PERSON:
        _restore(conversation)
        conversations.save(conn, keyring, request.account_id, msgspec.json.encode(conversation))
    says = (Say(say("chat.bot_again")), _standing(conn, service, request.account_id, remembered, conversation, at))
    content = msgspec.json.encode({"says": says, "at": at})
    outbox.add(conn, keyring, request.account_id, None, "person_message", content, at)
    person_requests.close(conn, request_id, at)
    county, staff_id = service.rules.county_code, officer.staff_id
    audit.add(conn, county, "chat_hand_back", at, staff_id=staff_id, account_id=request.account_id)
    return request.account_id


def payload(said: Say, at: datetime) -> bytes:
    """One message as the event stream carries it."""
    return msgspec.json.encode({"says": [said], "at": at})


def _silence(conn: Connection, service: Service, account_id: str, remembered: Remembered) -> None:
    """Put the person on top; what was asked on top before waits underneath."""
    conversation = _decoded(remembered)
    if conversation.overlay is Overlay.PERSON:
        return
    below = {"overlay": conversation.overlay, "about": conversation.overlay_about}
    conversation.overlay, conversation.overlay_about = Overlay.PERSON, {"below": below}
    conversations.save(conn, service.archive.keyring, account_id, msgspec.json.encode(conversation))


def _restore(conversation: Conversation) -> None:
    below = conversation.overlay_about.get("below", {})
    conversation.overlay = Overlay(below["overlay"]) if below.get("overlay") else None
    conversation.overlay_about = below.get("about", {})


def _decoded(remembered: Remembered) -> Conversation:
    if remembered.conversation is None:
        return Conversation()
    return msgspec.json.decode(remembered.conversation, type=Conversation)


def _standing(
    conn: Connection,
    service: Service,
    account_id: str,
    remembered: Remembered,
    conversation: Conversation,
    at: datetime,
) -> Say:
    """The pending question as the bot would put it now. Nothing is changed."""
    keyring, zone = service.archive.keyring, service.settings.zone()
    prefix = service.settings.county.number_prefix
    office = ArchiveOffice(conn, keyring, account_id, service.rules, zone, at, prefix)
    if remembered.in_hand is not None:
        application = applications.load(conn, keyring, remembered.in_hand, account_id)
        conversation.interview = application.interview if application else None
    heard = Heard(at, at.astimezone(zone).date())
    return prompting.current(Scene(conversation, heard, office, service.rules))
