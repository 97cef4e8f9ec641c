"""The whole service inside the test, chat and desk, under a clock that the test turns."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp.test_utils import TestServer

from bot.settings import County, Limits, Settings
from bot.wiring import Service, make_app
from tests.bot.desk import people
from tests.bot.desk.conftest import STAFF, House


class WholeHouse(House):
    """The desk's test house with the real service in it: applicants chat where clerks decide."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            data_dir=folder,
            county=County(office_hours="8:30-12:00 14:00-17:30"),
            limits=Limits(turns_per_minute=0, files_per_minute=0, requests_per_minute_address=0),
        )
        self.time = people.MORNING
        self.service = Service(self.settings, now=lambda: self.time)
        self.rules, self.archive, self.files = self.service.rules, self.service.archive, self.service.files
        self.delivery, self.papers = self.service.delivery, self.service.papers
        self.chance = random.Random(7)
        self.base = ""
        self.browsers = []


@asynccontextmanager
async def whole_house(folder: Path, *, uploads: bool = False) -> AsyncIterator[WholeHouse]:
    """A running service with its staff; with `uploads` files are taken as well."""
    house = WholeHouse(folder)
    async with TestServer(make_app(house.service)) as server:
        house.base = str(server.make_url("")).rstrip("/")
        await house.service.start(background=uploads)
        for login, (name, roles) in STAFF.items():
            await house.hire(login, name, roles)
        yield house
        for browser in house.browsers:
            await browser.close()
    await house.service.close()
