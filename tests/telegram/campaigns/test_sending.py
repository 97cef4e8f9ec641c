"""Campaign B, small: it catches defective senders first, and then the real one passes (docs/delivery.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.dispatching import Line, Pace
from storage.channel_schema import dispatches
from storage.dispatches import DispatchState
from tests.bot.dispatching.test_planted_bugs import ForgetsSilence, KnocksAgain, SendsTwice, TrustsTimeouts
from tests.telegram.campaigns.sending import Campaign, Evidence, Plan, complaints

PACE = Pace(
    a_second=0, chat_seconds=0, at_once=16, send_seconds=1.5, first_retry_seconds=0.05, longest_retry_seconds=0.5
)
SMALL = Plan(300, 30, silences=1, too_slow=1, blocked=3, deactivated=3, lost=0.03, long=0.03, pace=PACE, patience=60)
#: Few notices, and of each fault enough to meet the defect.
TINY = replace(
    SMALL, notices=60, chats=6, errors=0.1, dropped=0.1, silences=1, too_slow=0, deactivated=1, blocked=1, patience=20
)


class ForgetsOrder(Line):
    """Sends whatever waits, whoever stands before it."""

    async def step(self) -> datetime:
        """As the sender, with every lane's messages let forward at once."""
        waits = dispatches.c.state == DispatchState.WAITING.value
        forward = update(dispatches).where(waits).values(state=DispatchState.QUEUED.value)
        await self._archive.write(lambda conn: conn.execute(forward).rowcount, key="x")
        return await super().step()


DEFECTS = [
    (TrustsTimeouts, "lost"),
    (SendsTwice, "doubled"),
    (ForgetsOrder, "order"),
    (ForgetsSilence, "too soon"),
    (KnocksAgain, "after a block"),
]


async def sent(plan: Plan, folder: Path, kind_of_line: type[Line] = Line) -> Evidence:
    """What came of it."""
    return await Campaign(plan, folder, kind_of_line).run()


@pytest.mark.parametrize(("defective", "broken"), DEFECTS, ids=[kind.__name__ for kind, _ in DEFECTS])
async def test_the_campaign_catches_a_defective_sender(defective: type[Line], broken: str, tmp_path: Path) -> None:
    """The promise this defect breaks is among the complaints."""
    plan = replace(TINY, patience=6) if defective is KnocksAgain else TINY  # it never ends
    assert broken in complaints(await sent(plan, tmp_path, defective))


async def test_the_real_sender_passes_the_same_campaign(tmp_path: Path) -> None:
    """None lost, doubles only where nobody could know, order kept, silence kept, nothing after a block."""
    told = await sent(SMALL, tmp_path)
    assert complaints(told) == set()
    assert {"error", "bad_gateway", "dropped", "lost", "silence", "slow", "forbidden"} <= told.met.keys()
    assert 0 < told.doubles <= told.watched.ambiguous
    assert len(told.gone) == 6
    assert told.called
