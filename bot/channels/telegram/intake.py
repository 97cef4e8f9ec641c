"""Every update, from wherever it came: taken once, in its chat's order, committed before it is acknowledged.

What cannot be taken is put aside with its bytes and holds nothing up. Only a database that takes no writes keeps an
update from being acknowledged: Telegram brings it again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy import Connection

from bot.channels.telegram.paces import Paces
from bot.channels.telegram.turns import Turns, without_files
from bot.channels.telegram.updates import Arrived, Kind, read, update_id_of
from bot.web.guard import where
from storage import accounts, channels, updates
from storage.archive import Archive
from storage.blobs import to_bytes
from storage.channels import Reached
from storage.errors import NOT_STORED

logger = logging.getLogger(__name__)

#: An update whose handling fails is tried once more.
TRIES = 2


@dataclass(frozen=True)
class Outcome:
    """What became of an update once it is committed."""

    is_new: bool = False
    #: Something is to be sent.
    sends: bool = False
    #: The channel whose files (or what is behind them) are to be taken up.
    waits: str = ""
    #: Accounts that were joined: their open pages look anew.
    moved: tuple[str, ...] = ()
    #: Groups are told once that this is the wrong place.
    tell_group: int = 0
    #: Too much at once: it has no effect, and the chat was told.
    is_surplus: bool = False


class Counts:
    """For /metrics: kinds and outcomes, never a chat."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.heard = Counter("hurentong_telegram_updates", "Updates taken, by kind", ["kind"], registry=registry)
        self.again = Counter("hurentong_telegram_updates_again", "Updates brought again", registry=registry)
        self.surplus = Counter(
            "hurentong_telegram_updates_too_fast", "Updates of chats that asked too much at once", registry=registry
        )
        self.aside = Counter("hurentong_telegram_set_aside", "Updates nobody could take", registry=registry)
        self.open = Gauge("hurentong_telegram_set_aside_open", "Updates put aside, to be looked at", registry=registry)
        self.conflicts = Counter("hurentong_telegram_conflicts", "Another one asked for updates", registry=registry)


class Intake:
    """Takes updates. `on_outcome` hears of each that was taken, after its commit."""

    def __init__(
        self,
        archive: Archive,
        county: str,
        bot: str,
        turns: Turns,
        counts: Counts,
        clock: Callable[[], datetime],
        paces: Paces,
    ) -> None:
        self._archive, self._county, self._bot = archive, county, bot
        self._turns, self._counts, self._clock, self._paces = turns, counts, clock, paces
        self._lanes: dict[int, asyncio.Lock] = {}
        self._waiting_for: dict[int, int] = {}
        self.on_outcome: Callable[[Arrived, Outcome], None] = lambda *_: None

    async def take(self, content: bytes) -> None:
        """Take one update; returns after the commit. Raises `CannotWrite` and its like: then nothing was stored."""
        try:
            arrived = read(content)
        except Exception as error:  # whatever a broken update makes a parser raise
            await self._put_aside(content, update_id_of(content), f"unreadable {type(error).__name__}")
            return
        async with self._in_order(arrived.chat_id):
            for attempt in range(TRIES):
                try:
                    outcome = await self._archive.write(lambda conn: self._job(conn, arrived), key=str(arrived.chat_id))
                    break
                except NOT_STORED:
                    raise
                except Exception as error:  # a fault of ours that this update meets: the others go on
                    logger.error("An update failed: %s", where(error))
                    if attempt == TRIES - 1:
                        await self._put_aside(content, arrived.update_id, f"failed {type(error).__name__}")
                        return
        if outcome.is_new:
            self._counts.heard.labels(arrived.kind.value).inc()
        else:
            self._counts.again.inc()
        if outcome.is_surplus:
            self._counts.surplus.inc()
        self.on_outcome(arrived, outcome)

    def _job(self, conn: Connection, arrived: Arrived) -> Outcome:
        now = self._clock()
        if not updates.hear(conn, self._county, self._bot, arrived.update_id, now):
            return Outcome()
        if arrived.kind is Kind.NOTHING:
            return Outcome(is_new=True)
        if arrived.kind is Kind.GROUP:
            told = not updates.hear(conn, self._county, f"{self._bot} groups", arrived.chat_id, now)
            return Outcome(is_new=True, tell_group=0 if told else arrived.chat_id)
        reached = self._channel(conn, arrived, now)
        if reached is None:
            return Outcome(is_new=True)
        if arrived.kind is Kind.STOPPED:
            channels.gone(conn, reached.channel_id, "blocked", now)
            return Outcome(is_new=True)
        is_file = arrived.kind is Kind.FILE and not self._turns.refuses_files
        if not self._paces.lets_in(conn, reached, arrived, as_file=is_file):
            tells = self._paces.tells(reached)
            if tells:
                self._turns.too_fast(conn, reached, now)
            return Outcome(is_new=True, sends=tells, is_surplus=True)
        if is_file or updates.is_waiting(conn, reached.channel_id):
            kept = to_bytes(without_files(arrived))
            updates.wait(conn, self._county, self._bot, arrived.update_id, reached, kept, now)
            return Outcome(is_new=True, waits=reached.channel_id)
        done = self._turns.take(conn, reached, arrived, now)
        return Outcome(is_new=True, sends=done.sends, moved=done.moved)

    def _channel(self, conn: Connection, arrived: Arrived, now: datetime) -> Reached | None:
        """The chat's channel, opened with a new account for whoever writes the first time."""
        keyring, address = self._archive.keyring, str(arrived.chat_id)
        found = channels.find(conn, keyring, self._county, channels.TELEGRAM, address)
        if found is not None or arrived.kind in (Kind.STOPPED, Kind.CAME_BACK):
            return found
        account_id = accounts.open_account(conn, keyring, self._county, now)
        channels.join(conn, keyring, self._county, account_id, channels.TELEGRAM, address, now)
        return channels.find(conn, keyring, self._county, channels.TELEGRAM, address)

    async def _put_aside(self, content: bytes, update_id: int | None, why: str) -> None:
        """Keep the bytes for a person to look at, and take the update as heard."""
        number, now = update_id if update_id is not None else _number_of(content), self._clock()
        keyring, county = self._archive.keyring, self._county

        def job(conn: Connection) -> bool:
            if not updates.hear(conn, county, self._bot, number, now):
                return False
            return updates.put_aside(conn, keyring, county, self._bot, number, why, content, now)

        if await self._archive.write(job, key="set aside"):
            self._counts.aside.inc()
            logger.error("An update was put aside (%s): see the desk, 收不下的消息", why)

    @asynccontextmanager
    async def _in_order(self, chat_id: int) -> AsyncIterator[None]:
        """One update of a chat at a time, first come first served; a chat nobody waits for costs nothing."""
        lock = self._lanes.setdefault(chat_id, asyncio.Lock())
        self._waiting_for[chat_id] = self._waiting_for.get(chat_id, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting_for[chat_id] -= 1
            if not self._waiting_for[chat_id]:
                del self._waiting_for[chat_id], self._lanes[chat_id]


def _number_of(content: bytes) -> int:
    """A number for what has none: always the same for the same bytes, and below all of Telegram's."""
    return -(int.from_bytes(hashlib.sha256(content).digest()[:6], "big") + 1)
