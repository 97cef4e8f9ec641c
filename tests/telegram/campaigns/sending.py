"""Campaign B: many notices through the real sender to a cloud that fails in every way it can; nothing is lost.

python -m tests.telegram.campaigns.sending [--notices 50000] [--chats 1000] [--seed 1]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy import Connection, select

from bot.channels.protocol import Channel, NotNow, Outgoing, Sent, Unsure
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import Client
from bot.dispatching import Line, Pace, Sender
from bot.dispatching.counts import Counts
from bot.settings import Settings, Telegram
from bot.wiring import Service
from storage import accounts, outbox
from storage.channel_schema import channels as channels_table
from storage.channel_schema import dispatches
from storage.desk_schema import calls as calls_table
from storage.dispatches import OPEN
from storage.long_texts import pieces
from tests.bot.dispatching.world import open_channel
from tests.storage.made import COUNTY, new_case
from tests.telegram.hands import TOKEN, Cloud, CloudProcess, Json, Person

FIRST_CHAT = 700_000
#: Notices written in one transaction, as several decisions at once would.
WRITTEN_TOGETHER = 20
#: A text that Telegram takes in two messages.
LONG_LINES = 330


@dataclass(frozen=True)
class Plan:
    """How much, and how often what goes wrong (of calls; floods, timeouts and blocks in numbers)."""

    notices: int = 50_000
    chats: int = 1_000
    seed: int = 1
    errors: float = 0.01
    bad_gateways: float = 0.01
    #: Done, but the answer never comes; and: neither done nor answered.
    lost: float = 0.01
    dropped: float = 0.01
    slow: float = 0.01
    silences: int = 30
    #: Done, but answered only after the sender has stopped waiting.
    too_slow: int = 20
    blocked: int = 20
    deactivated: int = 20
    long: float = 0.01
    #: Seconds after the last notice was written; whoever has not ended by then never does.
    patience: float = 3600.0
    pace: Pace = field(
        default_factory=lambda: Pace(
            a_second=0, chat_seconds=0, at_once=64, send_seconds=4.0, first_retry_seconds=0.05, longest_retry_seconds=1
        )
    )


@dataclass
class Watched:
    """Around the real channel: when each sending began, when silence was asked for, what ended without an answer."""

    channel: Channel
    begun: list[float] = field(default_factory=list)
    silences: list[tuple[float, float]] = field(default_factory=list)
    ambiguous: int = 0

    @property
    def kind(self) -> str:
        """The channel's."""
        return self.channel.kind

    async def send(self, outgoing: Outgoing) -> Sent:
        """Hand over, and look on."""
        self.begun.append(time.monotonic())
        try:
            return await self.channel.send(outgoing)
        except NotNow as told:
            if told.whole_bot and told.seconds:
                now = time.monotonic()
                self.silences.append((now, now + told.seconds))
            raise
        except (Unsure, asyncio.CancelledError):
            self.ambiguous += 1
            raise


@dataclass
class Written:
    """One notice: its chat, its messages in their order (by their first lines), the account and position."""

    chat: int
    account_id: str
    position: int
    heads: tuple[str, ...]


@dataclass
class Evidence:
    """What was written, what the cloud saw, what the tables say; enough to hold the sender to its word."""

    written: list[Written]
    watched: Watched
    #: Sendings in the order in which the cloud took or refused them.
    calls: list[Json]
    met: dict[str, int]
    #: Of each dispatch: account, position, part, state, receipt.
    rows: list[tuple[str, int, int, str, str | None]]
    #: Notices on the desk's call list.
    called: set[tuple[str, int]]
    gone: set[int]
    seconds: float

    @property
    def seen(self) -> dict[int, list[tuple[int, str]]]:
        """Per chat, what the person saw: message ids and first lines, in order."""
        found: dict[int, list[tuple[int, str]]] = {one.chat: [] for one in self.written}
        for call in self.calls:
            if call["made"] is not None:
                found[call["chat_id"]].append((call["made"], head_of(call["text"])))
        return found

    @property
    def doubles(self) -> int:
        """Messages somebody saw once more than once."""
        return sum(len(shown) - len({head for _, head in shown}) for shown in self.seen.values())


def head_of(text: str) -> str:
    """What tells one message from every other."""
    return text.partition("\n")[0]


def complaints(told: Evidence) -> set[str]:
    """Which promises were broken. Empty: all were kept."""
    checks = {
        "lost": lost(told) > 0,
        "doubled": told.doubles > told.watched.ambiguous,
        "order": not in_order(told),
        "too soon": too_soon(told) > 0,
        "after a block": after_a_block(told) > 0,
        "not ended": any(state in OPEN for _, _, _, state, _ in told.rows),
        "receipts": wrong_receipts(told) > 0,
    }
    return {name for name, is_broken in checks.items() if is_broken}


def lost(told: Evidence) -> int:
    """Notices nobody saw whole, and that are not on the call list although their chat takes nothing any more."""
    seen = {chat: {head for _, head in shown} for chat, shown in told.seen.items()}
    missing = [one for one in told.written if not seen[one.chat].issuperset(one.heads)]
    sent_on = {(account, position) for account, position, _, _, _ in told.rows}
    return sum(
        one.chat not in told.gone
        or ((one.account_id, one.position) in sent_on and (one.account_id, one.position) not in told.called)
        for one in missing
    )


def in_order(told: Evidence) -> bool:
    """What each person saw for the first time stands in the order of writing."""
    heads: dict[int, list[str]] = {}
    for one in told.written:
        heads.setdefault(one.chat, []).extend(one.heads)
    for chat, shown in told.seen.items():
        firsts = list(dict.fromkeys(head for _, head in shown))
        if firsts != [head for head in heads[chat] if head in set(firsts)]:
            return False
    return True


def too_soon(told: Evidence) -> int:
    """Sendings begun while silence was asked for."""
    silences, found = sorted(told.watched.silences), 0
    for begun in told.watched.begun:
        found += any(start < begun < end for start, end in silences)
    return found


def after_a_block(told: Evidence) -> int:
    """Sendings to a chat that had refused one for good."""
    refused: set[int] = set()
    found = 0
    for call in told.calls:
        found += call["chat_id"] in refused
        if call["code"] == 403:
            refused.add(call["chat_id"])
    return found


def wrong_receipts(told: Evidence) -> int:
    """Messages that count as sent and whose receipt is no message of their chat."""
    chats = {one.account_id: one.chat for one in told.written}
    ids = {chat: {str(number) for number, _ in shown} for chat, shown in told.seen.items()}
    sent = [(chats[account], receipt) for account, _, _, state, receipt in told.rows if state == "sent"]
    return sum(receipt not in ids[chat] for chat, receipt in sent)


class Campaign:
    """One run: a cloud, a database, a sender, and somebody who writes notices meanwhile."""

    def __init__(self, plan: Plan, folder: Path, kind_of_line: type[Line] = Line) -> None:
        self.plan, self._kind = plan, kind_of_line
        self._chance = random.Random(plan.seed)
        self._service = Service(Settings(data_dir=folder / "data"))
        self._archive = self._service.archive
        self._written: list[Written] = []

    async def run(self) -> Evidence:
        """Write and send everything. Returns what was seen."""
        process = CloudProcess()
        try:
            return await self._run(process.url)
        finally:
            process.stop()
            await self._service.close()

    async def _run(self, url: str) -> Evidence:
        started = time.monotonic()
        self._cloud = Cloud(url)
        self._client = Client(Telegram(mode="polling", token=SecretStr(TOKEN), api_url=url))
        self._watched = Watched(TelegramChannel(self._client, self._service))
        sender = Sender(self._archive, COUNTY, Counts(CollectorRegistry()), now)
        line = self._kind(self._archive, COUNTY, self._watched, now, pace=self.plan.pace, alone=True)
        sender.add(line)
        try:
            people = await self._people()
            await self._order_faults()
            sender.start()
            await self._write(people, sender)
            await self._until_all_ended()
            return await self._evidence(time.monotonic() - started)
        finally:
            await sender.close()
            await self._client.close()
            await self._cloud.close()

    async def _people(self) -> list[tuple[str, str, int]]:
        """Accounts with a case and a chat: account, case, chat."""
        found = []
        for number in range(self.plan.chats):
            chat = FIRST_CHAT + number
            await Person(self._cloud, chat).say("你好")
            found.append((*self._archive.write_now(lambda conn, n=number, c=chat: self._person(conn, n, c)), chat))
        return found

    def _person(self, conn: Connection, number: int, chat: int) -> tuple[str, str]:
        account_id = accounts.open_account(conn, self._archive.keyring, COUNTY, now())
        open_channel(conn, self._archive, account_id, str(chat))
        return account_id, new_case(conn, self._archive.keyring, account_id, number).case_id

    async def _order_faults(self) -> None:
        plan = self.plan
        await self._cloud.seed(plan.seed)
        gone = range(FIRST_CHAT + plan.chats - plan.deactivated, FIRST_CHAT + plan.chats)
        calls = plan.notices * 1.05
        numbered = [
            {"kind": "silence", "seconds": 1, "times": plan.silences, "chance": min(1.0, 2 * plan.silences / calls)},
            {
                "kind": "lost",
                "seconds": plan.pace.send_seconds + 1,
                "times": plan.too_slow,
                "chance": min(1.0, 3 * plan.too_slow / calls),
            },
            *({"kind": "forbidden", "chat": chat, "chance": 0.2} for chat in gone),
        ]
        always = [
            {"kind": kind, "chance": chance, "times": None, "seconds": seconds}
            for kind, chance, seconds in (
                ("error", plan.errors, 0),
                ("bad_gateway", plan.bad_gateways, 0),
                ("dropped", plan.dropped, 0),
                ("lost", plan.lost, 0.01),
                ("slow", plan.slow, 0.2),
            )
        ]
        await self._cloud.faults(*numbered, *always)

    async def _write(self, people: list[tuple[str, str, int]], sender: Sender) -> None:
        """Notices for people by chance, some at once; half-way through some people block the bot."""
        numbers: Counter[int] = Counter()
        for start in range(0, self.plan.notices, WRITTEN_TOGETHER):
            count = min(WRITTEN_TOGETHER, self.plan.notices - start)
            chosen = [self._chance.choice(people) for _ in range(count)]
            texts = []
            for _, _, chat in chosen:
                numbers[chat] += 1
                texts.append(self._text(chat, numbers[chat]))
            self._written += await self._archive.write(
                lambda conn, c=chosen, t=texts: [self._notice(conn, *pair) for pair in zip(c, t, strict=True)],
                key=chosen[0][0],
            )
            sender.wake()
            if start <= self.plan.notices // 2 < start + WRITTEN_TOGETHER:
                for chat in range(FIRST_CHAT, FIRST_CHAT + self.plan.blocked):
                    await Person(self._cloud, chat).block()

    def _text(self, chat: int, number: int) -> str:
        head = f"第{chat - FIRST_CHAT}人第{number}条"
        if self._chance.random() >= self.plan.long:
            return head
        return "\n".join([head, *(f"{head}第{line}行" for line in range(LONG_LINES))])

    def _notice(self, conn: Connection, to: tuple[str, str, int], text: str) -> Written:
        account_id, case_id, chat = to
        payload = msgspec.json.encode({"says": [{"text": text}]})
        position = outbox.add(conn, self._archive.keyring, account_id, case_id, "accepted", payload, now())
        return Written(chat, account_id, position, heads_of(text))

    async def _until_all_ended(self) -> None:
        waiting = select(dispatches.c.dispatch_id).where(dispatches.c.state.in_(OPEN)).limit(1)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.plan.patience):
                while await self._archive.read(lambda conn: conn.execute(waiting).first()) is not None:
                    await asyncio.sleep(0.05)

    async def _evidence(self, seconds: float) -> Evidence:
        columns = (dispatches.c.account_id, dispatches.c.position, dispatches.c.part, dispatches.c.state)
        wanted = select(*columns, dispatches.c.receipt)
        gone = select(channels_table.c.account_id).where(channels_table.c.gone_at.is_not(None))

        def job(conn: Connection) -> tuple[list[Any], set[Any], set[str]]:
            rows = [tuple(row) for row in conn.execute(wanted)]
            called = {tuple(row) for row in conn.execute(select(calls_table.c.account_id, calls_table.c.position))}
            return rows, called, set(conn.execute(gone).scalars())

        rows, called, gone_accounts = await self._archive.read(job)
        sendings = [call for call in await self._cloud.calls() if call["method"] == "sendmessage"]
        met = await self._cloud.counts()
        gone_chats = {one.chat for one in self._written if one.account_id in gone_accounts}
        return Evidence(self._written, self._watched, sendings, met, rows, called, gone_chats, seconds)


def heads_of(text: str) -> tuple[str, ...]:
    """The first lines of the messages Telegram gets of a text."""
    return tuple(head_of(piece) for piece in pieces(text))


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def figures(told: Evidence) -> Json:
    """What is printed."""
    return {
        "notices": len(told.written),
        "chats": len(told.seen),
        "sendings": len(told.calls),
        "seconds": round(told.seconds, 1),
        "sendings a second": round(len(told.calls) / told.seconds),
        "faults": told.met,
        "lost": lost(told),
        "doubles": told.doubles,
        "ambiguous": told.watched.ambiguous,
        "begun in a silence": too_soon(told),
        "after a block": after_a_block(told),
        "in order": in_order(told),
        "chats gone": len(told.gone),
        "on the call list": len(told.called),
        "wrong receipts": wrong_receipts(told),
        "complaints": sorted(complaints(told)),
    }


def main() -> int:
    """Print the figures; 1 if a promise was broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--notices", type=int, default=Plan.notices)
    parser.add_argument("--chats", type=int, default=Plan.chats)
    parser.add_argument("--seed", type=int, default=Plan.seed)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hurentong-sending-") as folder:
        told = asyncio.run(Campaign(Plan(given.notices, given.chats, given.seed), Path(folder)).run())
    sys.stdout.write(json.dumps(figures(told), ensure_ascii=False, indent=1) + "\n")
    return 1 if complaints(told) else 0


if __name__ == "__main__":
    sys.exit(main())
