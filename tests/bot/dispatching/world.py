"""Accounts with chats of a faulty channel, messages for them, and a sender driven by a clock that stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import msgspec
from sqlalchemy import Connection, insert, select

from bot.dispatching import Line, Pace
from storage import accounts, dispatches, outbox, positions
from storage.archive import Archive
from storage.channel_schema import channels
from storage.channel_schema import dispatches as dispatches_table
from storage.dispatches import OPEN, Source
from storage.ids import new_id
from tests.bot.dispatching.faulty_channel import FaultyChannel
from tests.storage.made import AT, COUNTY

PACE = Pace(a_second=5, chat_seconds=1.0, at_once=4)


class StandingClock:
    """A time that only moves when it is told to."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The time."""
        return self.at


class World:
    """One database, one platform, and the sender of the moment."""

    def __init__(self, archive: Archive, chats: int = 3, kind_of_line: type[Line] = Line, pace: Pace = PACE) -> None:
        self.archive, self.clock, self.pace = archive, StandingClock(), pace
        self.channel = FaultyChannel(self.clock)
        self.channel.crash = self.crash
        self._kind_of_line = kind_of_line
        self.has_crashed = False
        self.chats = archive.write_now(lambda conn: [self._new_chat(conn, number) for number in range(chats)])
        self.line = self.new_line()

    def _new_chat(self, conn: Connection, number: int) -> tuple[str, str, str]:
        account_id = accounts.open_account(conn, self.archive.keyring, COUNTY, AT)
        address = str(700_000 + number)
        return account_id, open_channel(conn, self.archive, account_id, address), address

    def new_line(self) -> Line:
        """A sender as a process that starts has it."""
        self.has_crashed = False
        self.seen = self._kind_of_line(self.archive, COUNTY, self.channel, self.clock, pace=self.pace, chance=Random(1))
        return self.seen

    def crash(self) -> None:
        """The process dies now: what it knew is gone."""
        self.has_crashed = True

    def answer(self, chat: int, at: datetime | None = None) -> str:
        """A turn's answer for one chat."""
        account_id, channel_id, address = self.chats[chat]

        def job(conn: Connection) -> str:
            return dispatches.add(
                conn,
                self.archive.keyring,
                account_id=account_id,
                position=positions.next_position(conn, account_id),
                part=self._count(),
                source=Source.ANSWER,
                kind="telegram",
                channel_id=channel_id,
                lane=channel_id,
                say=b'{"text":"\xe5\xa5\xbd"}',
                at=at or self.clock(),
            )

        dispatch_id = self.archive.write_now(job)
        self.channel.journal.written[address].append(dispatch_id)
        return dispatch_id

    def notice(self, chat: int, *texts: str, case_id: str | None = None, kind: str = "accepted") -> int:
        """A notice of the outbox, of one message or several. Returns its event id."""
        account_id, channel_id, address = self.chats[chat]
        payload = msgspec.json.encode({"says": [{"text": text} for text in texts or ("好",)]})
        position = self.archive.write_now(
            lambda conn: outbox.add(conn, self.archive.keyring, account_id, case_id, kind, payload, self.clock())
        )
        self.channel.journal.written[address] += self.archive.write_now(
            lambda conn: [
                str(one)
                for one in conn.execute(
                    select(dispatches_table.c.dispatch_id)
                    .where(dispatches_table.c.position == position, dispatches_table.c.lane == channel_id)
                    .where(dispatches_table.c.source == "notice")
                    .order_by(dispatches_table.c.part)
                ).scalars()
            ]
        )
        return position

    def _count(self) -> int:
        self._parts = getattr(self, "_parts", 0) + 1
        return self._parts

    async def step(self) -> None:
        """One look of the sender at what may be sent now; a process that died is started anew."""
        await self.line.step()
        await self.line.settled()
        if self.has_crashed:
            self.line = self.new_line()

    async def pass_time(self, seconds: float, tick: float = 0.5) -> None:
        """Let time pass, the sender looking at every tick."""
        end = self.clock.at + timedelta(seconds=seconds)
        while self.clock.at < end:
            await self.step()
            self.clock.at += timedelta(seconds=tick)

    async def until_all_ended(self, hours: float = 80) -> None:
        """Go on, by longer and longer steps, until nothing waits."""
        end, tick = self.clock.at + timedelta(hours=hours), 0.5
        while self.waiting() and self.clock.at < end:
            await self.pass_time(tick * 20, tick)
            tick = min(tick * 1.5, 600.0)

    def waiting(self) -> int:
        """Messages that have not ended."""
        return len(self.rows(lambda state: state in OPEN))

    def rows(self, wanted: Callable[[str], bool] = lambda _: True) -> list[str]:
        """The states of all messages."""
        found = self.archive.write_now(lambda conn: conn.execute(select(dispatches_table.c.state)).scalars().all())
        return [state for state in found if wanted(state)]


def open_channel(conn: Connection, archive: Archive, account_id: str, address: str, kind: str = "telegram") -> str:
    """A chat of an account."""
    channel_id = new_id()
    key = outbox.account_key(conn, archive.keyring, account_id)
    conn.execute(
        insert(channels).values(
            channel_id=channel_id,
            account_id=account_id,
            kind=kind,
            address_index=archive.keyring.index.subject(kind, address),
            address_sealed=key.seal(address.encode(), "channels", channel_id, "address_sealed"),
            preference=1,
            joined_at=AT,
            county=COUNTY,
        )
    )
    return channel_id
