"""The whole application on one port: clerks' browsers and applicants' phones at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.settings import County, Settings
from bot.wiring import Service, make_app
from state_machine.officers import Role
from storage import staff
from tests.bot.clock import Clock
from tests.bot.desk.browser import Browser
from tests.bot.desk.conftest import HASH, PASSWORD
from tests.bot.visitor import Visitor
from tests.storage.databases import lay_tables

#: Monday morning, 10:00 in Shanghai.
OPEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STAFF = {
    "wu": ("吴坐席", {Role.AGENT}),
    "zheng": ("郑坐席", {Role.AGENT}),
    "lin": ("林受理", {Role.INTAKE}),
    "zhou": ("周审核", {Role.REVIEWER}),
}


class BothSides:
    """Clerks and applicants of one county, with a clock that the test turns."""

    def __init__(self, service: Service, server: TestServer, clock: Clock) -> None:
        self.service, self.server, self.clock = service, server, clock
        self.base = str(server.make_url("")).rstrip("/")
        self.browsers: list[Browser] = []
        self.clients: list[TestClient[Any, Any]] = []

    async def clerk(self, login: str) -> Browser:
        """A browser in which this member of staff has signed in."""
        browser = Browser(self.base)
        self.browsers.append(browser)
        await browser.sign_in(login, PASSWORD)
        return browser

    def somebody(self) -> Browser:
        """A browser nobody has signed in with: a telephone beside the counter."""
        browser = Browser(self.base)
        self.browsers.append(browser)
        return browser

    def applicant(self) -> Visitor:
        """Another person with a chat of their own."""
        client: TestClient[Any, Any] = TestClient(self.server)
        self.clients.append(client)
        return Visitor(client)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A county that has said when somebody is there."""
    monkeypatch.chdir(tmp_path)
    hours = "周一至周五 8:30-12:00 14:00-17:30"
    return Settings(data_dir=tmp_path / "data", county=County(office_hours=hours))


@pytest.fixture
async def sides(settings: Settings) -> AsyncIterator[BothSides]:
    """Both sides, with their staff."""
    clock = Clock()
    clock.at = OPEN
    lay_tables(settings.data_dir)
    service = Service(settings, now=clock)
    await service.start(background=False)
    for login, (name, roles) in STAFF.items():
        await service.archive.write(
            lambda conn, who=login, called=name, held=roles: staff.add(
                conn, service.rules.county_code, who, called, held, HASH, clock()
            ),
            key=login,
        )
    server = TestServer(make_app(service))
    await server.start_server()
    both = BothSides(service, server, clock)
    yield both
    for browser in both.browsers:
        await browser.close()
    for client in both.clients:
        await client.session.close()
    await server.close()
    await service.close()
