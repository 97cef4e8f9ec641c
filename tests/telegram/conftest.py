"""The stand-in cloud: one process for all tests of a worker, which forgets everything between two."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.telegram.hands import Cloud, CloudProcess


@pytest.fixture(scope="session")
def cloud_process() -> Iterator[CloudProcess]:
    """The process."""
    process = CloudProcess()
    yield process
    process.stop()


@pytest.fixture
async def cloud(cloud_process: CloudProcess) -> AsyncIterator[Cloud]:
    """A cloud that knows nothing yet, and the hands on it."""
    hands = Cloud(cloud_process.url)
    await hands.anew()
    yield hands
    await hands.close()
