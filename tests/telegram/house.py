"""The real service in this process beside a stand-in cloud: polling or webhook, with a clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import func, select

from bot.settings import Settings
from bot.wiring import Service, make_app
from storage import channels, updates
from storage.channel_schema import dispatches, heard_updates, waiting_updates
from storage.dispatches import OPEN
from tests.storage.databases import lay_tables
from tests.telegram.hands import TOKEN, Cloud

PUBLIC = "https://hurentong.example"


class RunningClock:
    """The real time, moved: what is to be tried again comes due."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self._ahead

    @property
    def at(self) -> datetime:
        """The time."""
        return self()

    @at.setter
    def at(self, moment: datetime) -> None:
        self._ahead = moment - datetime.now(UTC)

    def move(self, **by: float) -> None:
        """Move on."""
        self._ahead += timedelta(**by)


class House:
    """The service, its web application on loopback, and what of it can be asked."""

    def __init__(self, folder: Path, cloud: Cloud, **settings: Any) -> None:
        telegram = {"token": TOKEN, "api_url": cloud.url, "album_seconds": 0.15, **settings.pop("telegram", {})}
        given: dict[str, Any] = {"public_url": PUBLIC, "sending": {"chat_seconds": 0, "a_second": 0}}
        given |= {"reading": {"pictures": False}, "port": 0, **settings}
        self.settings = Settings.model_validate({"data_dir": folder / "data", "telegram": telegram, **given})
        self.cloud, self.clock = cloud, RunningClock()
        lay_tables(self.settings.data_dir)
        self.service = Service(self.settings, now=self.clock)
        self.runner: web.AppRunner | None = None
        self.url = ""

    async def open(self) -> House:
        """Listen and hear."""
        self.runner = web.AppRunner(make_app(self.service), access_log=None)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.settings.port)
        await site.start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        await self.service.start(background=False)
        self.service.sender.start()
        if self.service.telegram is not None:
            await self.service.telegram.start()
        return self

    async def close(self) -> None:
        """End, as SIGTERM does."""
        if self.runner is not None:
            await self.runner.cleanup()
        await self.service.close()

    async def settled(self) -> None:
        """Wait until every update is acknowledged, nothing waits for files, and everything is sent."""
        await self.cloud.until(self._is_settled, "everything to be answered", 90)

    async def _is_settled(self) -> bool:
        if (await self.cloud.bot())["pending"]:
            return False

        def left(conn: Any) -> int:
            unsent = select(func.count()).where(dispatches.c.state.in_(OPEN))
            waiting = select(func.count()).select_from(waiting_updates)
            return int(conn.execute(unsent).scalar()) + int(conn.execute(waiting).scalar())

        return not await self.service.archive.read(left)

    async def answered(self, chat: int, update_ids: list[int]) -> None:
        """Wait until these updates of a chat are taken, their files too, and what they led to is sent."""
        county, keyring = self.service.rules.county_code, self.service.archive.keyring
        bot = TOKEN.partition(":")[0]

        def is_done(conn: Any) -> bool:
            theirs = (heard_updates.c.bot == bot) & heard_updates.c.update_id.in_(update_ids)
            if conn.execute(select(func.count()).where(theirs)).scalar() < len(update_ids):
                return False
            reached = channels.find(conn, keyring, county, channels.TELEGRAM, str(chat))
            if reached is None:
                return True
            mine = dispatches.c.channel_id == reached.channel_id
            unsent = select(func.count()).where(mine, dispatches.c.state.in_(OPEN))
            return not conn.execute(unsent).scalar() and not updates.is_waiting(conn, reached.channel_id)

        await self.cloud.until(lambda: self.service.archive.read(is_done), f"an answer in chat {chat}", 90)
