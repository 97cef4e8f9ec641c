"""An archive on each of the two databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.keys import Keyring
from tests.storage.databases import BOTH, fresh_database


@pytest.fixture(params=BOTH)
async def archive_of_both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Archive]:
    """An open archive over a fresh database."""
    opened = Archive.open(fresh_database(request.param, tmp_path), Keyring.in_memory())
    yield opened
    await opened.close()
