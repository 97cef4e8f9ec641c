"""An archive on each of the two databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.archive import Archive
from storage.keys import Keyring
from tests.storage.databases import BOTH, fresh_database


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database."""
    return fresh_database(request.param, tmp_path)


@pytest.fixture
def keyring() -> Keyring:
    """Keys for this test only."""
    return Keyring.in_memory()


@pytest.fixture
async def archive(database: str, keyring: Keyring) -> AsyncIterator[Archive]:
    """An open archive; closed afterwards."""
    opened = Archive.open(database, keyring)
    yield opened
    await opened.close()


@pytest.fixture
async def conn(archive: Archive) -> AsyncIterator[Connection]:
    """A writing connection; what is done on it is committed step by step by the test, or at its end."""
    with archive.engine.begin() as connection:
        yield connection
