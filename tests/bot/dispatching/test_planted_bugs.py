"""The journal's checks catch what they are for: each deliberate defect of a sender breaks its own promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.channels.protocol import Gone, NotSent, Sent, Unsure
from bot.dispatching import Line
from storage import dispatch_ends
from storage.archive import Archive
from storage.channel_schema import dispatches as dispatches_table
from storage.dispatches import Claimed
from storage.keys import Keyring
from tests.bot.dispatching.faulty_channel import complaints
from tests.bot.dispatching.world import PACE, World
from tests.storage.databases import fresh_database


class TrustsTimeouts(Line):
    """Takes a message whose line broke for sent."""

    async def _not_sent(self, claimed: Claimed, failure: NotSent) -> None:
        if isinstance(failure, Unsure):
            await self._sent(claimed, Sent("0"))
        else:
            await super()._not_sent(claimed, failure)


class ForgetsSilence(Line):
    """Hears that the whole bot must be silent, and only waits with this one message."""

    async def _try_again(self, claimed: Claimed, failure: NotSent) -> None:
        await super()._try_again(claimed, failure)
        self._not_before = None


class KnocksAgain(Line):
    """Tries an address that is gone like any other failure."""

    async def _not_sent(self, claimed: Claimed, failure: NotSent) -> None:
        await super()._not_sent(claimed, Unsure("x") if isinstance(failure, Gone) else failure)


class SendsTwice(Line):
    """Writes down the first message it sends only at the second try."""

    async def _sent(self, claimed: Claimed, sent: Sent) -> None:
        if claimed.tries:
            await super()._sent(claimed, sent)
        else:
            await self._try_again(claimed, Unsure("x"))


class PushesIn(Line):
    """Lets a later message of a lane go before one that has to wait."""

    async def _try_again(self, claimed: Claimed, failure: NotSent) -> None:
        await super()._try_again(claimed, failure)

        def job(conn: Connection) -> None:
            lane = dispatches_table.c.lane == claimed.lane
            conn.execute(update(dispatches_table).where(lane).values(state="queued"))

        await self._archive.write(job, key="x")


class Hurries(Line):
    """Does not rest between two messages of one chat."""

    async def _sent(self, claimed: Claimed, sent: Sent) -> None:
        self._lanes.clear()
        at = self._clock()
        job: Any = lambda conn: dispatch_ends.sent(conn, claimed.dispatch_id, sent.receipt, at)  # noqa: E731 - one use
        await self._write(claimed, job)


class Floods(Line):
    """Does not count what it sends in a second."""

    async def step(self) -> Any:
        """As the sender, with an empty memory of the last second."""
        self._window._at.clear()
        return await super().step()


DEFECTS = [
    (TrustsTimeouts, "lost"),
    (SendsTwice, "doubled"),
    (PushesIn, "order"),
    (ForgetsSilence, "too soon"),
    (KnocksAgain, "after gone"),
    (Hurries, "chat too fast"),
    (Floods, "bot too fast"),
]


async def scenario(kind_of_line: type[Line], folder: Path) -> set[str]:
    """Twelve chats, a little of every fault. Returns the broken promises."""
    archive = Archive.open(fresh_database("sqlite", folder), Keyring.in_memory())
    try:
        world = World(archive, chats=12, kind_of_line=kind_of_line)
        faults = world.channel.faults
        faults["700000"].extend(["unsure_lost", "taken", "broken"])
        faults["700001"].extend(["taken", "wait_all", "taken"])
        faults["700002"].extend(["gone"])
        faults["700003"].extend(["refused", "unsure_taken", "wait"])
        for _ in range(3):
            for chat in range(12):
                world.answer(chat)
        await world.pass_time(20, 0.25)
        await world.until_all_ended(hours=1)
        return complaints(world.channel.journal, chat_seconds=PACE.chat_seconds, a_second=PACE.a_second)
    finally:
        await archive.close()


@pytest.mark.parametrize(("defective", "broken"), DEFECTS, ids=[kind.__name__ for kind, _ in DEFECTS])
async def test_a_defective_sender_is_caught(defective: type[Line], broken: str, tmp_path: Path) -> None:
    """The promise this defect breaks is the one the journal complains of."""
    assert broken in await scenario(defective, tmp_path)


async def test_the_sender_itself_breaks_no_promise(tmp_path: Path) -> None:
    """The same faults, the real sender: nothing to complain of."""
    assert await scenario(Line, tmp_path) == set()
