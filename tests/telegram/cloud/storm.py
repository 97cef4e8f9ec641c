"""Many updates at once, each brought several times, in a shuffled order, by several workers at the same moment.

In a chat of `ordered` the protocol's own promise is kept: an update is brought for the first time only once the one
before it was acknowledged. Its repetitions come whenever they like, even beside the first. In every other chat nothing
is promised. Some callers hang up before the answer and come again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

import aiohttp

from tests.telegram.cloud.world import Bot, Json, World

PATIENCE = aiohttp.ClientTimeout(total=60)
#: A caller that hangs up waits at most this long.
HASTE_SECONDS = 0.004
#: Before somebody who was turned away comes again.
AGAIN_SECONDS = 0.05


class Storm:
    """{"says": [[chat, text], …], "times": 5, "workers": 4, "seed": 1, "ordered": [chat, …], "cut": 0, "through": …}.

    `through`: addresses of the service's processes; each delivery goes to one of them by chance, as a balancer does.
    """

    def __init__(self, world: World, bot: Bot, asked: Json) -> None:
        self._world, self._bot = world, bot
        self._chance = random.Random(int(asked.get("seed", 1)))
        self._workers, self._cut = int(asked.get("workers", 4)), float(asked.get("cut", 0.0))
        self._through = [str(base) for base in asked.get("through", ())]
        self._updates = [self._update(int(chat), str(text)) for chat, text in asked["says"]]
        self._ordered = frozenset(int(chat) for chat in asked.get("ordered", ()))
        self._line = self._shuffled(int(asked.get("times", 5)))
        self._taken = {int(update["update_id"]): asyncio.Event() for update in self._updates}
        self._before = self._predecessors()
        self.counts: Counter[str] = Counter()

    async def blow(self) -> Json:
        """Bring everything. Returns how many deliveries, acknowledgements, hang-ups and refusals there were, and how
        many seconds it took.
        """
        line, started = iter(self._line), time.monotonic()
        async with aiohttp.ClientSession(timeout=PATIENCE) as http:
            await asyncio.gather(*(self._work(http, line) for _ in range(self._workers)))
        return {"updates": len(self._updates), "seconds": time.monotonic() - started, **self.counts}

    def _update(self, chat_id: int, text: str) -> Json:
        chat = self._world.chat(self._bot, chat_id)
        message = chat.add({"text": text}, by_bot=False)
        return {
            "update_id": self._world.next_update(),
            "message": self._world.as_message(self._bot, chat, message),
        }

    def _shuffled(self, times: int) -> list[Json]:
        """Every update so many times; in ordered chats first occurrences are renumbered into their order."""
        line = [update for update in self._updates for _ in range(times)]
        self._chance.shuffle(line)
        of_chat: dict[int, Iterator[Json]] = {}
        by_chat: dict[int, list[Json]] = defaultdict(list)
        for update in self._updates:
            by_chat[_chat_of(update)].append(update)
        for chat, updates in by_chat.items():
            of_chat[chat] = iter(updates)
        stands_for: dict[int, Json] = {}
        for update in line:
            if _chat_of(update) in self._ordered and update["update_id"] not in stands_for:
                stands_for[update["update_id"]] = next(of_chat[_chat_of(update)])
        return [stands_for.get(update["update_id"], update) for update in line]

    def _predecessors(self) -> dict[int, int]:
        """Which update has to be acknowledged before another is brought."""
        found: dict[int, int] = {}
        last: dict[int, int] = {}
        for update in self._updates:
            chat, number = _chat_of(update), int(update["update_id"])
            if chat in self._ordered and chat in last:
                found[number] = last[chat]
            last[chat] = number
        return found

    async def _work(self, http: aiohttp.ClientSession, line: Iterator[Json]) -> None:
        for update in line:
            before = self._before.get(int(update["update_id"]))
            if before is not None:
                await self._taken[before].wait()
            if self._chance.random() < self._cut:
                await self._hang_up(http, update)
            while not await self._bring(http, update):
                await asyncio.sleep(AGAIN_SECONDS)
            self._taken[int(update["update_id"])].set()

    async def _bring(self, http: aiohttp.ClientSession, update: Json) -> bool:
        hook = self._bot.webhook
        if hook is None:
            self.counts["no webhook"] += 1
            return False
        self.counts["deliveries"] += 1
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with http.post(self._address(hook.url), json=update, headers=headers) as answer:
                self.counts["acknowledged" if answer.status < 300 else f"answered {answer.status}"] += 1
                return answer.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.counts[type(error).__name__] += 1
            return False

    def _address(self, announced: str) -> str:
        return f"{self._chance.choice(self._through)}{urlsplit(announced).path}" if self._through else announced

    async def _hang_up(self, http: aiohttp.ClientSession, update: Json) -> None:
        self.counts["hung up"] += 1
        try:
            async with asyncio.timeout(self._chance.uniform(0, HASTE_SECONDS)):
                await self._bring(http, update)
        except TimeoutError:
            return


def _chat_of(update: Json) -> int:
    return int(update["message"]["chat"]["id"])
