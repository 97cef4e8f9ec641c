"""Campaign A: many updates, each brought several times in a shuffled order by several workers, have one effect each.

python -m tests.telegram.campaigns.taking [--updates 20000] [--times 5] [--workers 4] [--chats 500] [--seed 1]
                                          [--processes 1] [--database sqlite|postgres]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.storage.databases import fresh_database, stop_server
from tests.telegram.campaigns.served import Heard, TelegramService
from tests.telegram.hands import Cloud, CloudProcess, Json

FIRST_CHAT = 800_000
#: Seconds until the last answer is sent.
PATIENCE = 1200.0


@dataclass(frozen=True)
class Plan:
    """How much."""

    updates: int = 20_000
    times: int = 5
    workers: int = 4
    chats: int = 500
    seed: int = 1
    #: The service's processes, behind a balancer; more than one need PostgreSQL.
    processes: int = 1
    #: The part of deliveries whose caller hangs up and comes again.
    cut: float = 0.01

    @property
    def says(self) -> list[tuple[int, str]]:
        """Who says what, in the order of the updates."""
        return [(FIRST_CHAT + n % self.chats, f"第{n // self.chats + 1}句话") for n in range(self.updates)]

    @property
    def ordered(self) -> list[int]:
        """The chats in which the order is promised: every other one."""
        return list(range(FIRST_CHAT, FIRST_CHAT + self.chats, 2))


@dataclass
class Evidence:
    """What was brought, what the tables say, how many messages of the bot the cloud took."""

    plan: Plan
    storm: Json
    heard: Heard
    messages: int
    seconds: float
    until_answered: float

    @property
    def said(self) -> dict[int, list[str]]:
        """Per chat, in order."""
        found: dict[int, list[str]] = {}
        for chat, text in self.plan.says:
            found.setdefault(chat, []).append(text)
        return found


def complaints(told: Evidence) -> set[str]:
    """Which promises were broken. Empty: all were kept."""
    checks = {
        "lost": missing(told) > 0,
        "twice": surplus(told) > 0,
        "order": out_of_order(told) > 0,
        "unanswered": told.heard.waiting + told.heard.unsent > 0 or told.messages < told.heard.sent,
        "put aside": told.heard.aside > 0,
    }
    return {name for name, is_broken in checks.items() if is_broken}


def missing(told: Evidence) -> int:
    """Updates without an effect."""
    return sum((Counter(said) - Counter(told.heard.texts.get(chat, []))).total() for chat, said in told.said.items())


def surplus(told: Evidence) -> int:
    """Effects without an update of their own."""
    said = told.said
    return sum((Counter(texts) - Counter(said.get(chat, []))).total() for chat, texts in told.heard.texts.items())


def out_of_order(told: Evidence) -> int:
    """Chats in which the order was promised and not kept."""
    said = told.said
    return sum(list(dict.fromkeys(told.heard.texts.get(chat, []))) != said[chat] for chat in told.plan.ordered)


async def run(plan: Plan, folder: Path, defect: str = "", database: str = "") -> Evidence:
    """One run against the service as one process or several, by webhook. `database`: a PostgreSQL's address."""
    process = CloudProcess()
    cloud = Cloud(process.url)
    services = [
        TelegramService(folder / f"process-{number}", process.url, "webhook", defect, database, folder / "data")
        for number in range(plan.processes)
    ]
    try:
        for service in services:
            await service.start().ready()
        await cloud.until(lambda: is_announced(cloud), "the webhook")
        started = time.monotonic()
        storm = await cloud.storm(
            plan.says,
            times=plan.times,
            workers=plan.workers,
            seed=plan.seed,
            ordered=plan.ordered,
            cut=plan.cut,
            through=[service.base for service in services],
        )
        taken = time.monotonic()
        heard = await _answered(services[0], storm["updates"])
        calls = [call for call in await cloud.calls() if call["method"] == "sendmessage" and call["code"] == 200]
        return Evidence(plan, storm, heard, len(calls), taken - started, time.monotonic() - started)
    finally:
        await cloud.close()
        for service in services:
            service.stop()
        process.stop()


async def _answered(service: TelegramService, updates: int) -> Heard:
    """Wait until every turn's answer is sent."""
    end = time.monotonic() + PATIENCE
    heard = await service.heard()
    while (heard.waiting or heard.turns < updates) and time.monotonic() < end:
        await asyncio.sleep(max(0.1, min(2.0, heard.waiting / 500)))
        before, heard = heard, await service.heard()
        if heard == before and not heard.waiting:
            break  # nothing more will come
    return heard


async def is_announced(cloud: Cloud) -> bool:
    """Whether the service has told its address."""
    return bool((await cloud.bot())["webhook"])


def figures(told: Evidence) -> Json:
    """What is printed."""
    return {
        "processes": told.plan.processes,
        "updates": told.storm["updates"],
        "deliveries": told.storm["deliveries"],
        **{name: told.storm[name] for name in sorted(told.storm) if name not in ("updates", "deliveries", "seconds")},
        "effects": told.heard.turns,
        "lost": missing(told),
        "twice": surplus(told),
        "chats with promised order": len(told.plan.ordered),
        "out of order": out_of_order(told),
        "answers": told.heard.sent,
        "messages the cloud took": told.messages,
        "seconds": round(told.seconds, 1),
        "deliveries a second": round(told.storm["deliveries"] / told.seconds),
        "seconds until everything was answered": round(told.until_answered, 1),
        "complaints": sorted(complaints(told)),
    }


def main() -> int:
    """Print the figures; 1 if a promise was broken."""
    parser = argparse.ArgumentParser()
    for name in ("updates", "times", "workers", "chats", "seed", "processes"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan, name))
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args()
    if given.processes > 1 and given.database == "sqlite":
        parser.error("one SQLite file is served by one process: say --database postgres")
    plan = Plan(given.updates, given.times, given.workers, given.chats, given.seed, given.processes)
    with tempfile.TemporaryDirectory(prefix="hurentong-taking-") as folder:
        database = fresh_database("postgres", Path(folder)) if given.database == "postgres" else ""
        told = asyncio.run(run(plan, Path(folder), database=database))
    stop_server()
    sys.stdout.write(json.dumps(figures(told), ensure_ascii=False, indent=1) + "\n")
    return 1 if complaints(told) else 0


if __name__ == "__main__":
    sys.exit(main())
