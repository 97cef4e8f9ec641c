"""How updates reach a bot: pushed to its webhook until it says 2xx, or fetched by its long poll."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import aiohttp

from tests.telegram.cloud.answers import Refused
from tests.telegram.cloud.world import Bot, Json, World

#: Telegram waits longer; tests need not.
FIRST_DELAY, LONGEST_DELAY, PATIENCE = 0.1, 1.0, 30.0
MOST_AT_ONCE = 100


def lane_of(update: Json) -> int:
    """Whose updates wait for each other: those of one chat."""
    inner: Any = next((value for name, value in update.items() if name != "update_id"), {})
    if not isinstance(inner, dict):
        return 0
    inner = inner.get("message", inner)
    return int(inner.get("chat", inner.get("from", {})).get("id", 0))


class Pusher:
    """Pushes every bot's updates: those of one chat one after the other, chats side by side."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.again = 0  #: how often each acknowledged update is brought once more
        self._busy: set[tuple[str, int]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as http:
            try:
                while True:
                    async with self.world.changed:
                        started = self._start(http)
                        if not started:
                            await self.world.changed.wait()
            finally:
                for task in self._tasks:
                    task.cancel()

    def _start(self, http: aiohttp.ClientSession) -> bool:
        started = False
        for bot in self.world.bots.values():
            if bot.webhook is None:
                continue
            for update in list(bot.updates.values()):
                lane = (bot.token, lane_of(update))
                if lane in self._busy or len(self._busy) >= bot.webhook.connections:
                    continue
                self._busy.add(lane)
                task = asyncio.create_task(self._push(http, bot, update, lane))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                started = True
        return started

    async def _push(self, http: aiohttp.ClientSession, bot: Bot, update: Json, lane: tuple[str, int]) -> None:
        delay = FIRST_DELAY
        try:
            while bot.webhook is not None and update["update_id"] in bot.updates:
                if await self._post(http, bot, update):
                    bot.handled += 1
                    for _ in range(self.again):
                        await self._post(http, bot, update)
                    bot.updates.pop(update["update_id"], None)
                    return
                await asyncio.sleep(delay)
                delay = min(LONGEST_DELAY, delay * 2)
        finally:
            self._busy.discard(lane)
            async with self.world.changed:
                self.world.changed.notify_all()

    async def _post(self, http: aiohttp.ClientSession, bot: Bot, update: Json) -> bool:
        hook = bot.webhook
        if hook is None:
            return False
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with http.post(hook.url, json=update, headers=headers) as answer:
                if answer.status < 300:
                    return True
                hook.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            hook.last_error = f"Connection failed: {type(error).__name__}"
        return False


async def poll(world: World, bot: Bot, asked: Json) -> list[Json]:
    """`getUpdates`: what lies at and after the offset; asking acknowledges all before it. Raises `Refused`."""
    if bot.webhook is not None:
        why = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        raise Refused(409, f"Conflict: {why}")
    async with world.changed:
        if bot.poll is not None:
            bot.poll.set()
        overtaken = bot.poll = asyncio.Event()
        world.changed.notify_all()
    offset = int(asked.get("offset", 0))
    if offset > 0:
        before = len(bot.updates)
        await world.acknowledge(bot, offset)
        bot.handled += before - len(bot.updates)
    limit = min(MOST_AT_ONCE, int(asked.get("limit", MOST_AT_ONCE)))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(float(asked.get("timeout", 0))):
            async with world.changed:
                await world.changed.wait_for(lambda: bool(bot.updates) or overtaken.is_set())
    if overtaken.is_set():
        why = "terminated by other getUpdates request; make sure that only one bot instance is running"
        raise Refused(409, f"Conflict: {why}")
    bot.poll = None
    return [bot.updates[number] for number in sorted(bot.updates)][:limit]
