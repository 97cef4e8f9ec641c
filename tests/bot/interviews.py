"""A whole application as turns: what an applicant types, presses and sends, from the first word to the signature."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bot.reception import Reception, Said
from dialogs.rules import Rules
from dialogs.turn import ReceivedFile
from state_machine.codes import Proof
from state_machine.interview import Page
from state_machine.working_days import Calendar
from storage.archive import Archive
from tests.simulators.people import Person, person

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def press(value: str) -> Said:
    """A pressed button."""
    return Said(choice=value)


def photo(name: str) -> ReceivedFile:
    """A photo that passed its check; equal names are equal pictures."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return ReceivedFile(f"{name}.jpg", page=Page(digest[:32], Proof.EMPLOYMENT_OTHER, "image/jpeg", digest))


def someone(seed: int = 7) -> Person:
    """A made-up applicant on route 互认一 with one proof."""
    for number in range(seed, seed + 1000):
        drawn = person(number, NOW.date())
        if drawn.route == "held_permit" and drawn.ground == "employment" and drawn.proofs == ("labour_contract",):
            return drawn
    raise LookupError("no such person among the first thousand")


def application(who: Person) -> list[Said]:
    """Every turn of one application, up to the list before signing; 21 turns with the photo."""
    told = who.answers
    return [
        press("start"),
        *[press("agree")] * 3,
        press("self"),
        press("held_permit"),
        Said(text=told["permit_number"]),
        Said(text=told["permit_place"]),
        Said(text=told["permit_valid_until"]),
        press("employment"),
        press("done"),
        Said(text=told["hukou_province"]),
        Said(text=told["hukou_county"]),
        Said(text=told["hukou_address"]),
        Said(text=told["id_number"]),
        Said(text=told["name"]),
        Said(text=told["ethnicity"]),
        Said(text=told["current_address"]),
        Said(text=told["phone"]),
        press("labour_contract"),
        press("done"),
        Said(files=(photo(f"page of {who.id_number}"),)),
        press("done"),
    ]


def signature(who: Person) -> list[Said]:
    """都对, and the name."""
    return [press("confirm"), Said(text=who.name)]


class Phone:
    """One applicant's chat with the reception, turn by turn."""

    def __init__(self, reception: Reception, token: str) -> None:
        self.reception, self.token, self.now = reception, token, NOW
        self.reply: dict[str, Any] = {}

    @classmethod
    async def open(cls, archive: Archive, **given: Any) -> Phone:
        """A new session at a reception over this archive."""
        reception = Reception(archive, Rules(calendar=Calendar()), ZONE, clock=lambda: NOW, **given)
        return cls(reception, await reception.open_session(NOW))

    async def take(self, *turns: Said) -> dict[str, Any]:
        """Take turns; returns the last reply."""
        for said in turns:
            self.now += timedelta(seconds=20)
            stored = await self.reception.take_turn(self.token, str(uuid.uuid4()), said, self.now)
            self.reply = msgspec.json.decode(stored)
        return self.reply
