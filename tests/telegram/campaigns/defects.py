"""Defective ways of taking updates, so that the campaigns can show that they catch them; as a service of their own.

python -m tests.telegram.campaigns.defects AcknowledgesFirst
"""

from __future__ import annotations

import asyncio
import random
import sys
from dataclasses import replace
from itertools import count

from sqlalchemy import Connection

from bot.channels.telegram.intake import Intake, Outcome
from bot.channels.telegram.updates import Arrived
from bot.serve import greet, serve
from bot.settings import read_settings
from bot.wiring import Service

#: How long a defective service lets an update lie that it has said yes to.
LIES_SECONDS = 0.5


class AcknowledgesFirst(Intake):
    """Says yes before anything is stored, as python-telegram-bot's own webhook and polling do."""

    async def take(self, content: bytes) -> None:
        """Later."""
        self._later = getattr(self, "_later", set())
        task = asyncio.create_task(self._take_later(content))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _take_later(self, content: bytes) -> None:
        await asyncio.sleep(random.uniform(0, LIES_SECONDS))
        await super().take(content)


class TakesEverything(Intake):
    """Does not remember which updates it has taken."""

    _numbers = count(1_000_000_000)

    def _job(self, conn: Connection, arrived: Arrived) -> Outcome:
        return super()._job(conn, replace(arrived, update_id=next(self._numbers)))


class RemembersAlone(Intake):
    """Keeps what it has taken in its own memory: right as long as there is no other process, and no restart."""

    def _job(self, conn: Connection, arrived: Arrived) -> Outcome:
        self._known: set[int] = getattr(self, "_known", set())
        if arrived.update_id in self._known:
            return Outcome()
        self._known.add(arrived.update_id)
        return super()._job(conn, replace(arrived, update_id=random.randrange(10**9, 10**15)))


DEFECTS: dict[str, type[Intake]] = {
    kind.__name__: kind for kind in (AcknowledgesFirst, TakesEverything, RemembersAlone)
}


def make_defective(service: Service, kind: type[Intake]) -> None:
    """Put a defective part into a service that has not started."""
    room = service.telegram
    assert room is not None
    sound = room.intake
    room.intake = kind(
        service.archive, service.rules.county_code, room.client.bot_id, room.turns, room.counts, service.now, room.paces
    )
    room.intake.on_outcome = sound.on_outcome
    room.incoming._intake = room.intake


def main() -> int:
    """Serve with one defect."""
    service = Service(read_settings())
    make_defective(service, DEFECTS[sys.argv[1]])
    return asyncio.run(serve(service, greet))


if __name__ == "__main__":
    sys.exit(main())
