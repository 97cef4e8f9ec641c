"""The stand-in's faults come as they are ordered, are counted, and are the same again with the same seed."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.telegram.hands import TOKEN, Cloud, CloudProcess, Person

CHATS = range(30, 36)


class Receiver:
    """A webhook that remembers what came, and says 2xx (or first, now and then, 503)."""

    def __init__(self) -> None:
        self.came: list[tuple[int, str]] = []
        self.turned_away = 0

    async def take(self, request: web.Request) -> web.Response:
        """One delivery."""
        message = (await request.json())["message"]
        await asyncio.sleep(0)
        if len(self.came) % 7 == 3 and self.turned_away < 20:
            self.turned_away += 1
            return web.Response(status=503)
        self.came.append((message["chat"]["id"], message["text"]))
        return web.Response()

    @property
    def firsts(self) -> dict[int, list[str]]:
        """Per chat, each text where it came for the first time."""
        found: dict[int, list[str]] = defaultdict(list)
        for chat, text in dict.fromkeys(self.came):
            found[chat].append(text)
        return found


@pytest.fixture
async def receiver(cloud: Cloud) -> AsyncIterator[Receiver]:
    """A receiver that the cloud pushes to."""
    made, app = Receiver(), web.Application()
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    assert (await call(cloud.url, "setWebhook", url=url))["ok"]
    yield made
    await runner.cleanup()


async def call(base: str, method: str, **asked: Any) -> dict[str, Any]:
    """One call of the bot's."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{base}/bot{TOKEN}/{method}", json=asked) as answer,
    ):
        body = await answer.text()
        return dict(await answer.json()) if body.startswith("{") else {"ok": False, "error_code": answer.status}


async def outcomes(chats: list[int]) -> list[tuple[int, int]]:
    """Which code each call of each chat gets, with a fifth of the calls met by faults; chats in the given order."""
    process = CloudProcess()
    cloud = Cloud(process.url)
    try:
        for chat in sorted(chats):
            await Person(cloud, chat).say("你好")
        await cloud.seed(7)
        await cloud.faults(
            {"kind": "error", "times": None, "chance": 0.1}, {"kind": "bad_gateway", "times": None, "chance": 0.1}
        )
        found = []
        for chat in chats:
            for number in range(12):
                answer = await call(cloud.url, "sendMessage", chat_id=chat, text=str(number))
                found.append((chat, int(answer.get("error_code", 200))))
        return sorted(found, key=lambda one: one[0])
    finally:
        await cloud.close()
        process.stop()


async def test_the_same_seed_meets_the_same_calls_in_whatever_order_chats_are_written_to() -> None:
    """What a fault meets hangs on the chat and the number of its call alone."""
    first, second = await asyncio.gather(outcomes([41, 42, 43, 44]), outcomes([44, 42, 43, 41]))
    assert first == second
    assert {500, 502, 200} == {code for _, code in first}


async def test_a_silence_lasts_for_everybody_and_who_does_not_wait_is_counted(cloud: Cloud) -> None:
    """After a 429 every chat's sending is told the seconds that are left, and counted as early."""
    for chat in (31, 32):
        await Person(cloud, chat).say("你好")
    await cloud.faults({"kind": "silence", "seconds": 1, "times": 1})
    asked = await call(cloud.url, "sendMessage", chat_id=31, text="一")
    assert asked["parameters"]["retry_after"] == 1
    assert (await call(cloud.url, "sendMessage", chat_id=32, text="一"))["error_code"] == 429
    await asyncio.sleep(1.05)
    assert (await call(cloud.url, "sendMessage", chat_id=32, text="一"))["ok"]
    assert await cloud.counts() == {"silence": 1, "early": 1}


async def test_a_storm_brings_every_update_so_often_and_keeps_the_order_it_promises(
    cloud: Cloud, receiver: Receiver
) -> None:
    """Six chats of ten updates, each five times by four workers: ordered chats begin each update in its turn."""
    says = [(chat, f"{chat}-{number:02}") for number in range(10) for chat in CHATS]
    counts = await cloud.storm(says, times=5, workers=4, seed=3, ordered=[30, 31, 32], cut=0.05)
    assert counts["updates"] == 60
    assert counts["acknowledged"] >= 300
    assert counts["hung up"] > 0
    assert counts["answered 503"] == receiver.turned_away > 0
    times = Counter(receiver.came)
    assert len(times) == 60
    assert min(times.values()) >= 5
    assert all(receiver.firsts[chat] == [f"{chat}-{n:02}" for n in range(10)] for chat in (30, 31, 32))
    assert any(receiver.firsts[chat] != [f"{chat}-{n:02}" for n in range(10)] for chat in (33, 34, 35))


async def test_an_acknowledged_update_is_brought_again_on_order(cloud: Cloud, receiver: Receiver) -> None:
    """`again` redelivers what was taken already."""
    await cloud.faults(again=2)
    await Person(cloud, 30).say("你好")

    async def came_three_times() -> bool:
        return receiver.came == [(30, "你好")] * 3

    await cloud.until(came_three_times, "three deliveries of one update")
