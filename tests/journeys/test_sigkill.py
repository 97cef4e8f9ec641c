"""SIGKILL in the middle of conversations: what was acknowledged is there, and nothing happened twice."""

from __future__ import annotations

import asyncio
import random
import uuid
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.service import Service
from tests.simulators.applicant import Applicant, Busy, Turn
from tests.simulators.people import person

KILLS = 50
APPLICANTS = 8
#: Nobody there, the line cut in the middle of an answer, or not ready yet: try the same turn again.
AWAY = (aiohttp.ClientError, ConnectionError, TimeoutError, Busy)


class PatientApplicant(Applicant):
    """Sends the same turn again, under the same turn_id, until it is answered; remembers what was acknowledged."""

    acknowledged: dict[str, tuple[dict[str, str], Turn]]

    async def turn(self, *, turn_id: str | None = None, **said: str) -> Turn:
        """Until answered."""
        turn_id = turn_id or str(uuid.uuid4())
        while True:
            try:
                reply = await super().turn(turn_id=turn_id, **said)
            except AWAY:
                await asyncio.sleep(0.05)
                continue
            self.acknowledged[turn_id] = (said, reply)
            return reply

    async def send(self, *files: bytes, turn_id: str | None = None, content_type: str = "image/jpeg") -> Turn:
        """Until answered."""
        turn_id = turn_id or str(uuid.uuid4())
        while True:
            try:
                return await super().send(*files, turn_id=turn_id, content_type=content_type)
            except AWAY:
                await asyncio.sleep(0.05)


async def keep_applying(base: str, first_seed: int, stop: asyncio.Event, done: list[PatientApplicant]) -> None:
    """One phone after another applies until the killing is over; the one under way then still finishes."""
    seed = first_seed
    while not stop.is_set():
        applicant = PatientApplicant(base, person(seed, datetime.now(UTC).date()))
        applicant.acknowledged = {}
        done.append(applicant)
        await applicant.apply()
        seed += APPLICANTS


@pytest.mark.journey
@pytest.mark.timeout(420)
async def test_fifty_sudden_deaths_lose_no_acknowledged_turn(tmp_path: Path) -> None:
    """Killed 50 times while eight people apply at once, the service repeats every acknowledged answer to the letter."""
    service = await Service(tmp_path).start().ready()
    stop = asyncio.Event()
    applicants: list[PatientApplicant] = []
    phones = [asyncio.create_task(keep_applying(service.base, 1000 + n, stop, applicants)) for n in range(APPLICANTS)]
    chance = random.Random(50)
    try:
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.02, 0.4))
            service.kill()
            for phone in phones:
                if phone.done():
                    phone.result()
            await service.start().ready()
        stop.set()
        await asyncio.gather(*phones)
        turns = 0
        for applicant in applicants:
            for turn_id, (said, reply) in applicant.acknowledged.items():
                assert await Applicant.turn(applicant, turn_id=turn_id, **said) == reply
                turns += 1
        numbers = [a.application_number() for a in applicants if a.last["state"] == "submitted"]
        assert turns > 10 * KILLS
    finally:
        stop.set()
        for phone in phones:
            phone.cancel()
        for applicant in applicants:
            await applicant.http.close()
        service.stop()
    assert len(numbers) == len(set(numbers))
