"""Hostile files through uploads and reading: the service stays up, the workers stay bounded, every file is answered."""

from __future__ import annotations

import pytest

from bot.wiring import Service
from tests.bot.conftest import Opener
from tests.bot.reading_pictures.attack import attack
from tests.bot.reading_pictures.made.hostile import KINDS

#: Left to the campaign: they cost seconds each.
SLOW = ("large_png", "swollen_document", "endless_document", "picture_in_document", "wall_of_print", "swollen_metadata")

pytestmark = pytest.mark.xdist_group("reading")


async def test_every_hostile_file_gets_a_named_answer_and_the_workers_stay_bounded(
    service: Service, visit: Opener
) -> None:
    """The kinds that are quick, over HTTP; the long campaign is `make campaign-hostile-files`."""
    seeds = [n for n, kind in enumerate(KINDS) if kind.__name__ not in SLOW]
    seen = await attack(service, visit, seeds)
    assert seen.unanswered == []
    assert seen.files == len(seeds)
    assert seen.peaks["upload worker"] < 1024
    assert seen.peaks["reading worker"] < 1024
    assert service.is_ready
