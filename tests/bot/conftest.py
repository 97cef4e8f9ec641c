"""An archive on each of the two databases; and the real application on SQLite and local files, spoken to over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.settings import Settings
from bot.wiring import Service, make_app
from storage.archive import Archive
from storage.keys import Keyring
from tests.bot.clock import Clock
from tests.bot.visitor import Visitor
from tests.storage.databases import BOTH, fresh_database, lay_tables

Opener = Callable[[], Awaitable[Visitor]]


@pytest.fixture(params=BOTH)
async def archive(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Archive]:
    """An open archive over a fresh database; closed afterwards."""
    opened = Archive.open(fresh_database(request.param, tmp_path), Keyring.in_memory())
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until it is moved."""
    return Clock()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A county's settings on a folder of the test's own; no variable of this machine is seen."""
    import os

    for name in list(os.environ):
        if name.startswith("HURENTONG_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
async def service(settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    """Every part of the service, started."""
    lay_tables(settings.data_dir)
    built = Service(settings, now=clock)
    await built.start(background=False)
    yield built
    await built.close()


@pytest.fixture
async def visit(service: Service) -> AsyncIterator[Opener]:
    """Opens browsers: each call is another person with a cookie jar of their own."""
    server = TestServer(make_app(service))
    await server.start_server()
    clients: list[TestClient] = []  # type: ignore[type-arg] # the test client is generic in its application only

    async def opened() -> Visitor:
        client = TestClient(server)
        clients.append(client)
        return Visitor(client)

    yield opened
    for client in clients:
        await client.session.close()
    await server.close()
