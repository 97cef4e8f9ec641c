"""The stand-in cloud, one process a test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.telegram.hands import Cloud, CloudProcess


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    """A fresh cloud and the hands on it."""
    process = CloudProcess()
    hands = Cloud(process.url)
    yield hands
    await hands.close()
    process.stop()
