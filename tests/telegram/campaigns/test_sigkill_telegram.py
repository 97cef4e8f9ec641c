"""Campaign C, small: it catches a service that says yes too early, and then the real one passes (docs/delivery.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.telegram.campaigns.sigkill import Plan, complaints, run


@pytest.mark.journey
async def test_the_campaign_catches_a_service_that_acknowledges_before_it_stores(tmp_path: Path) -> None:
    """Killed once, it has lost what it had said yes to."""
    told = await run(Plan(kills=1, chats=6, life=(0.6, 0.8)), "webhook", tmp_path, "AcknowledgesFirst")
    assert "lost" in complaints(told)


@pytest.mark.journey
@pytest.mark.parametrize(("way", "kills"), [("polling", 2), ("webhook", 2)])
async def test_sudden_deaths_lose_no_acknowledged_update_and_apply_none_twice(
    way: str, kills: int, tmp_path: Path
) -> None:
    """Killed while six people write, it has taken every update once, in order, and answered it."""
    told = await run(Plan(kills=kills, chats=6, life=(0.05, 0.8)), way, tmp_path)
    assert complaints(told) == set()
    assert told.heard.turns == sum(len(said) for said in told.said.values()) > 5 * kills
