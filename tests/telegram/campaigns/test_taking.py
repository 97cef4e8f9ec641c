"""Campaign A, small: it catches defective services first, and then the real one passes (docs/delivery.md)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.storage.databases import fresh_database
from tests.telegram.campaigns.taking import Plan, complaints, run

SMALL = Plan(updates=300, times=5, workers=4, chats=20, cut=0.02)


@pytest.mark.journey
@pytest.mark.parametrize(("defect", "broken"), [("TakesEverything", "twice"), ("AcknowledgesFirst", "order")])
async def test_the_campaign_catches_a_defective_service(defect: str, broken: str, tmp_path: Path) -> None:
    """The promise this defect breaks is among the complaints."""
    told = await run(replace(SMALL, updates=60, chats=4), tmp_path, defect)
    assert broken in complaints(told)


@pytest.mark.journey
@pytest.mark.postgres
@pytest.mark.parametrize(("defect", "broken"), [("RemembersAlone", {"twice"}), ("", set())])
async def test_three_processes_on_postgres_have_one_effect_for_each_update(
    defect: str, broken: set[str], tmp_path: Path
) -> None:
    """Deliveries of one update meet different processes: what only one process remembers is caught."""
    plan = replace(SMALL, updates=60 if defect else SMALL.updates, chats=4 if defect else SMALL.chats, processes=3)
    told = await run(plan, tmp_path, defect, fresh_database("postgres", tmp_path))
    assert broken <= complaints(told)
    if not defect:
        assert complaints(told) == set()
        assert told.heard.turns == plan.updates
        assert told.storm["hung up"] > 0


@pytest.mark.journey
async def test_updates_brought_five_times_by_four_workers_have_one_effect_each(tmp_path: Path) -> None:
    """Exactly as many turns as updates, in order where that is promised, every answer sent."""
    told = await run(SMALL, tmp_path)
    assert complaints(told) == set()
    assert told.heard.turns == SMALL.updates
    assert told.storm["deliveries"] >= SMALL.updates * SMALL.times
    assert told.storm["hung up"] > 0
