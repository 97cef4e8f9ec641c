"""Campaign C: SIGKILL under load, by webhook and by polling: nothing acknowledged is lost, nothing is done twice.

python -m tests.telegram.campaigns.sigkill [--kills 100] [--chats 16] [--seed 1]     (so often by each way)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.telegram.campaigns.served import Heard, TelegramService
from tests.telegram.hands import Cloud, CloudProcess, Json, Person

FIRST_CHAT = 900_000
WAYS = ("webhook", "polling")
#: Seconds within which a service that was killed takes turns again.
SERVES_AGAIN_SECONDS = 5.0
#: Seconds between two messages of one person.
PAUSE = (0.05, 0.4)
#: Messages that may be under way when the service dies, at most (`sending.at_once`).
AT_ONCE = 32
#: People wait while so many updates wait: how many pile up must not hang on how slow a machine is.
MOST_PENDING = 100


@dataclass(frozen=True)
class Plan:
    """How often by one way, and under what load; seconds of life between a start and the next kill."""

    kills: int = 100
    chats: int = 16
    seed: int = 1
    life: tuple[float, float] = (0.05, 1.5)


@dataclass
class Evidence:
    """What was said, what the tables say, how long the service took to be back each time."""

    plan: Plan
    said: dict[int, list[str]]
    heard: Heard
    pending: int
    messages: int
    #: Seconds from each start until turns were taken; and the processor's seconds the process had used by then.
    back: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)


def complaints(told: Evidence) -> set[str]:
    """Which promises were broken. Empty: all were kept."""
    checks = {
        "lost": missing(told) > 0,
        "twice": surplus(told) > 0,
        "order": any(list(dict.fromkeys(told.heard.texts.get(chat, []))) != said for chat, said in told.said.items()),
        "unanswered": told.heard.waiting + told.heard.unsent + told.pending > 0 or told.messages < told.heard.sent,
        "doubled": doubles(told) > told.plan.kills * AT_ONCE,
        "put aside": told.heard.aside > 0,
    }
    return {name for name, is_broken in checks.items() if is_broken}


def missing(told: Evidence) -> int:
    """Updates that were acknowledged (every one was, in the end) and had no effect."""
    return sum((Counter(said) - Counter(told.heard.texts.get(chat, []))).total() for chat, said in told.said.items())


def surplus(told: Evidence) -> int:
    """Updates applied once more than once."""
    return sum((Counter(told.heard.texts.get(chat, [])) - Counter(said)).total() for chat, said in told.said.items())


def doubles(told: Evidence) -> int:
    """Messages that went out again because the service died before it could write down that they had."""
    return told.messages - told.heard.sent


async def run(plan: Plan, way: str, folder: Path, defect: str = "") -> Evidence:
    """One run by one way."""
    process = CloudProcess()
    cloud, service = Cloud(process.url), TelegramService(folder, process.url, way, defect)
    said: dict[int, list[str]] = defaultdict(list)
    stop = asyncio.Event()
    try:
        await service.start().ready()
        people = [asyncio.create_task(_keep_saying(cloud, FIRST_CHAT + n, said, stop)) for n in range(plan.chats)]
        try:
            back, used = await _kill(service, plan, people)
        finally:
            stop.set()
            await asyncio.gather(*people, return_exceptions=True)
        heard = await _settled(cloud, service, said)
        calls = [call for call in await cloud.calls() if call["method"] == "sendmessage" and call["code"] == 200]
        return Evidence(plan, dict(said), heard, (await cloud.bot())["pending"], len(calls), back, used)
    finally:
        await cloud.close()
        service.stop()
        process.stop()


async def _keep_saying(cloud: Cloud, chat: int, said: dict[int, list[str]], stop: asyncio.Event) -> None:
    """One person who goes on writing, whoever listens."""
    who, chance = Person(cloud, chat), random.Random(chat)
    while not stop.is_set():
        while (await cloud.bot())["pending"] >= MOST_PENDING and not stop.is_set():
            await asyncio.sleep(PAUSE[1])
        text = f"第{len(said[chat]) + 1}句话"
        said[chat].append(text)
        await who.say(text)
        await asyncio.sleep(chance.uniform(*PAUSE))


async def _kill(
    service: TelegramService, plan: Plan, people: list[asyncio.Task[None]]
) -> tuple[list[float], list[float]]:
    """Kill and start, again and again. Returns the seconds each start took until turns were taken, and used."""
    chance, back, used = random.Random(plan.seed), list[float](), list[float]()
    for _ in range(plan.kills):
        await asyncio.sleep(chance.uniform(*plan.life))
        service.kill()
        for person in people:
            if person.done():
                person.result()
        started = time.monotonic()
        await service.start().ready()
        back.append(time.monotonic() - started)
        used.append(processor_seconds(service))
    return back, used


def processor_seconds(service: TelegramService) -> float:
    """What the process has used so far; 0 where this cannot be told."""
    assert service.process is not None
    try:
        fields = Path(f"/proc/{service.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _settled(cloud: Cloud, service: TelegramService, said: dict[int, list[str]]) -> Heard:
    """Wait until every update is acknowledged and every answer sent, or nothing moves any more."""

    async def acknowledged() -> bool:
        return not (await cloud.bot())["pending"]

    await cloud.until(acknowledged, "every update to be acknowledged", 120)
    count, still = sum(len(texts) for texts in said.values()), 0
    heard = await service.heard()
    while still < 3 and (heard.waiting or heard.turns < count):
        await asyncio.sleep(0.5)
        before, heard = heard, await service.heard()
        still = still + 1 if heard == before and not heard.waiting else 0
    return heard


def figures(told: Evidence) -> Json:
    """What is printed."""
    back = sorted(told.back)
    return {
        "kills": len(back),
        "updates": sum(len(said) for said in told.said.values()),
        "effects": told.heard.turns,
        "lost": missing(told),
        "twice": surplus(told),
        "answers": told.heard.sent,
        "answers sent again": doubles(told),
        "seconds until it served again, median": round(back[len(back) // 2], 2),
        "longest": round(back[-1], 2),
        "processor seconds of a start, median": round(sorted(told.used)[len(told.used) // 2], 2),
        f"within {SERVES_AGAIN_SECONDS:.0f} s": sum(seconds <= SERVES_AGAIN_SECONDS for seconds in back),
        "complaints": sorted(complaints(told)),
    }


def main() -> int:
    """Print the figures of both ways; 1 if a promise was broken or the service took too long to be back."""
    parser = argparse.ArgumentParser()
    for name in ("kills", "chats", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan, name))
    parser.add_argument("--way", choices=WAYS, action="append")
    given = parser.parse_args()
    is_bad = False
    for way in given.way or WAYS:
        with tempfile.TemporaryDirectory(prefix="hurentong-sigkill-") as folder:
            told = asyncio.run(run(Plan(given.kills, given.chats, given.seed), way, Path(folder)))
        sys.stdout.write(json.dumps({way: figures(told)}, ensure_ascii=False, indent=1) + "\n")
        sys.stdout.flush()
        is_bad |= bool(complaints(told)) or max(told.back) > SERVES_AGAIN_SECONDS
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
