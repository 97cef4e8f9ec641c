"""When nothing can be stored any more, the service says so, and ends so that it is started anew."""

from __future__ import annotations

import asyncio
import logging
import signal
import uuid
from pathlib import Path

import pytest

from bot.serve import serve
from bot.settings import Settings
from bot.wiring import Service
from storage.errors import WriterDied
from tests.bot.clock import Clock
from tests.bot.conftest import Opener
from tests.bot.test_commands import said_until, started
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


def test_a_second_service_on_the_same_file_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    """Started twice by mistake, the second says so and ends; after the first was killed, a new one starts at once."""
    first = started(tmp_path, "serve", HURENTONG_PORT="0")
    said_until(first, "desk")
    second = started(tmp_path, "serve", HURENTONG_PORT="0")
    _, errors = second.communicate(timeout=40)
    assert second.returncode == 1
    assert "another service works on this database" in errors
    staff = started(tmp_path, "staff", "list", HURENTONG_PORT="0")
    _, errors = staff.communicate(timeout=40)
    assert (staff.returncode, errors) == (0, "")
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=20)
    third = started(tmp_path, "serve", HURENTONG_PORT="0")
    said_until(third, "desk")
    third.send_signal(signal.SIGTERM)
    third.communicate(timeout=20)
    assert third.returncode == 0
