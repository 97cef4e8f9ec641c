"""When nothing can be stored any more, the service says so, and ends so that it is started anew."""

from __future__ import annotations

import asyncio
import logging
import uuid

import pytest

from bot.serve import serve
from bot.settings import Settings
from bot.wiring import Service
from storage.errors import WriterDied
from tests.bot.clock import Clock
from tests.bot.conftest import Opener
from tests.storage.test_trouble import poisonous


async def end_the_writer(service: Service) -> None:
    """Plant a fault in the writing thread."""
    with pytest.raises(WriterDied):
        await service.archive.write(poisonous, "k")


async def test_a_dead_writer_is_said_by_readyz_and_to_the_applicant(service: Service, visit: Opener) -> None:
    """/readyz turns to 503, a turn is answered with a sentence and a time to come back, /healthz goes on."""
    visitor = await visit()
    assert (await visitor.client.get("/readyz")).status == 200
    await end_the_writer(service)
    ready = await visitor.client.get("/readyz")
    assert (ready.status, await ready.text()) == (503, "the writer has died\n")
    assert (await visitor.client.get("/healthz")).status == 200
    answer = await visitor.client.post("/chat/turns", json={"turn_id": str(uuid.uuid4()), "text": "你好"})
    assert answer.status == 503
    assert "没有办成" in (await answer.json())["problem"]
    assert answer.headers["Retry-After"]


async def test_the_service_ends_with_a_failure_when_its_writer_dies(
    settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A supervisor that restarts what fails starts it anew: the exit status is 1, and the log says why."""
    service = Service(settings.model_copy(update={"port": 0}), now=clock)

    async def greeting(ready: Service, _: str) -> None:
        await end_the_writer(ready)

    with caplog.at_level(logging.CRITICAL):
        assert await asyncio.wait_for(serve(service, greeting), 30) == 1
    assert "writer has died" in caplog.text
