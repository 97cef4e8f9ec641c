"""From the first word to 申请编号 with photos and buttons: on route 1 an applicant types at most three messages."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.reading_pictures.card import Card
from bot.reading_pictures.proposals import facts_of
from dialogs.photos import CardOf
from state_machine.codes import Field
from tests.bot.reading_pictures.made.camera import Shot, jpeg, photograph
from tests.bot.reading_pictures.made.cards import permit
from tests.bot.reading_pictures.made.people import Holder, holder
from tests.bot.reading_pictures.made.sheets import labour
from tests.journeys.service import Service
from tests.simulators.applicant import Applicant, Turn
from tests.simulators.people import person
from tests.storage.canary import found_in_clear

TODAY = datetime.now(UTC).date()
#: 现居住住址, 手机号 and the name as a signature: nothing else is typed.
MOST_TYPED = 3


def whoever() -> Holder:
    """The first drawn holder of a permit that is still valid for a while, and whose address line is told apart."""
    for seed in itertools.count():
        who = holder(seed)
        facts = facts_of(Card(address=who.address), CardOf.APPLICANT, TODAY)
        if (who.valid_until - TODAY).days > 200 and facts.get(Field.HUKOU_ADDRESS) == who.rest and "·" not in who.name:
            return who
    raise AssertionError("unreachable")


class Photographer(Applicant):
    """Taps and photographs; counts every message typed."""

    def __init__(self, base: str, who: Holder) -> None:
        super().__init__(base, person(1, TODAY))
        self.who, self.typed = who, list[str]()
        self.shown: Turn = {}

    async def turn(self, *, turn_id: str | None = None, **said: str) -> Turn:
        """A turn; what is typed is counted."""
        if "text" in said:
            self.typed.append(said["text"])
        return await super().turn(turn_id=turn_id, **said)

    async def photograph(self) -> None:
        """Send the permit, wait for the card, check it, and say yes to it and to the name."""
        photo = jpeg(photograph(permit(self.who, 4), Shot(angle=88, blur=0.5, quality=60), 4))
        reply = await self.send(photo)
        assert "正在识别" in reply["says"][0]["text"]
        async with asyncio.timeout(120):
            async for _, notice in self.events():
                self.shown = notice["says"][-1]
                break
        await self.turn(choice=self.shown["choices"][0]["value"])
        await self.turn(choice=self.choices[0])

    async def carry_on(self, limit: int = 80) -> str:
        """Tap wherever there is something to tap."""
        typed = {
            "current_address": "庆元县松源街道新建路12号3幢201室",
            "phone": "13900002580",
            "declaration": self.who.name,
        }
        taps: dict[str, tuple[str, ...]] = {
            "pledge": ("agree",),
            "applicant_is": ("self",),
            "recognition": ("held_permit",),
            "ground": ("employment", "done"),
            "proofs": ("labour_contract", "done"),
            "review": ("confirm",),
        }
        for _ in range(limit):
            asks: Any = self.last["asks"]
            if self.last["state"] == "submitted":
                return self.application_number()
            if asks == "permit_number":
                await self.photograph()
            elif asks == "materials":
                await self.send(jpeg(labour(self.who.name, self.who.number, date(2026, 1, 1), date(2028, 1, 1))))
                await self.turn(choice="done")
            elif asks in taps:
                for value in taps[asks]:
                    await self.turn(choice=value)
            else:
                await self.turn(text=typed[asks])
        raise AssertionError(f"not done after {limit} turns; last asked {self.last['asks']}: {self.words}")


@pytest.mark.journey
@pytest.mark.xdist_group("reading")
async def test_an_applicant_with_a_permit_types_at_most_three_messages(tmp_path: Path) -> None:
    """One photo of the earlier permit answers eight questions; nothing of it is left in the clear, or left at all."""
    who = whoever()
    service = Service(tmp_path, HURENTONG_READING__PICTURES="true")
    service.start()
    try:
        await service.ready()
        async with Photographer(service.base, who) as applicant:
            await applicant.turn(choice="start")
            number = await applicant.carry_on()
    finally:
        assert service.stop() == 0
    assert number
    assert len(applicant.typed) <= MOST_TYPED, applicant.typed
    for value in (who.name, who.number, who.county, who.permit_place):
        assert value in applicant.shown["text"]
    assert found_in_clear([tmp_path], (who.number, who.name, who.rest)) == []
