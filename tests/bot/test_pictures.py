"""The chat's drawings as PNG."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from bot.pictures import as_png
from bot.settings import read_settings
from bot.wiring import Service
from dialogs import pictures
from state_machine.interview import Stage
from state_machine.registered_time import Period


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """A service over an empty folder, nothing running in the background."""
    service = Service(read_settings(data_dir=tmp_path))
    yield service
    await service.close()


async def test_every_drawing_becomes_a_png_with_its_words_in_it(service: Service) -> None:
    """Each is wider than a phone's bubble; without its words it would be a fraction of the size."""
    asked = [
        pictures.flow("phone"),
        pictures.progress(Stage.UPLOAD, 9, 14),
        pictures.due_date(date(2026, 11, 20), date(2026, 11, 24), service.rules),
        pictures.registered_time([Period("庆元县", date(2026, 2, 1))], date(2026, 5, 23), service.rules),
        pictures.how_to_photograph(),
    ]
    for picture in asked:
        assert picture is not None
        png = await as_png(service, picture.href)
        assert png is not None
        image = Image.open(io.BytesIO(png), formats=["PNG"])
        assert image.width >= 800
        assert len(png) > 12_000, f"{picture.href}: hardly anything is drawn"


async def test_only_our_own_drawings_are_drawn(service: Service) -> None:
    """A page of somebody's paper, another place or nonsense is no drawing."""
    for href in ("/chat/pages/abc", "//example.invalid/chat/pictures/flow.svg", "/chat/pictures/none.svg", "x"):
        assert await as_png(service, href) is None
