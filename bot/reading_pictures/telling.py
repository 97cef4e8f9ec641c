"""What was read on a card goes into the chat: one transaction, under the account's lock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from bot.desk.chats.room import interview_of, scene_of
from bot.reading_pictures.proposals import facts_of
from bot.reading_pictures.worker import Outcome
from dialogs import photo_card, photos, prompting
from dialogs.photos import CardOf
from dialogs.turn import Overlay
from storage import conversations, outbox, readings
from storage.readings import Reading

if TYPE_CHECKING:
    from bot.wiring import Service


def tell(conn: Connection, *, service: Service, reading: Reading, outcome: Outcome, at: datetime) -> str | None:
    """Put the card, or why there is none, into the chat. Returns the account; None if told already, or erased."""
    account_id, keyring = readings.owner(conn, reading.reading_id), service.archive.keyring
    if account_id is None:
        return None
    conversations.load(conn, keyring, account_id, lock=True)
    conversation = interview_of(conn, service, account_id)
    scene = scene_of(conn, service, account_id, conversation, at)
    if outcome.trouble is not None:
        scene.say_text(photos.text(scene, outcome.trouble.value))
    else:
        facts = facts_of(outcome.card, CardOf(reading.purpose), scene.heard.today) if outcome.card else {}
        photo_card.offer(scene, reading.application_id, reading.reading_id[-8:], facts)
        if conversation.overlay is Overlay.CHECK_PHOTO:
            scene.says.append(prompting.current(scene))
    conversation.interview = None  # stored apart, and untouched here
    conversations.save(conn, keyring, account_id, msgspec.json.encode(conversation))
    outbox.add(conn, keyring, account_id, None, "photo_card", msgspec.json.encode({"says": scene.says, "at": at}), at)
    readings.drop(conn, reading.reading_id)
    return account_id
