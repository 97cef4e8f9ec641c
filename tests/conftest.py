"""What holds for every test."""

from __future__ import annotations

import pytest

from tests.storage.databases import stop_server


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The PostgreSQL server of this run is stopped, and its folder is gone."""
    stop_server()
