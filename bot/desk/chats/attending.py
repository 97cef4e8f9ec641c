"""Nobody waits without a word: a chat left unanswered in office hours alerts the others, and the applicant is told."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.desk.chats import room
from bot.repeating import Repeating
from storage import audit, chats
from storage.chats import OpenChat
from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

LOOK_SECONDS = 20.0


class Attending(Repeating):
    """Looks every so often while the service lives. Several processes may: each chat is alerted once."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.round(self._service.now())
            except StorageError as trouble:
                logger.warning("Looking for chats left waiting failed: %s", type(trouble).__name__)

    async def round(self, now: datetime) -> int:
        """One look at `now`. Returns how many chats were newly alerted."""
        service = self._service
        county = service.rules.county_code
        since = self._counts_since(now)
        if since is None:
            return 0
        latest = now - timedelta(minutes=service.settings.desk.alert_minutes)
        waiting = await service.archive.read(lambda conn: chats.waiting(conn, county))
        late = [chat for chat in waiting if _waits_too_long(chat, since, latest)]
        told = [account for chat in late if (account := await self._alert(chat, now))]
        for account_id in told:
            service.delivery.wake(account_id)
        return len(told)

    def _counts_since(self, now: datetime) -> datetime | None:
        """Since when waiting counts: the opening of the hours that run now; None while the office is closed."""
        rules = self._service.rules
        if rules.opening is None:
            return datetime.min.replace(tzinfo=now.tzinfo)
        opened = rules.opening.open_since(now.astimezone(self._service.settings.zone()), rules.calendar)
        return opened.astimezone(now.tzinfo) if opened else None

    async def _alert(self, chat: OpenChat, now: datetime) -> str | None:
        service = self._service

        def job(conn: Connection) -> str | None:
            still = chats.one(conn, service.rules.county_code, chat.request_id)
            if still is None or still.waiting_since != chat.waiting_since:
                return None
            if not chats.alert(conn, chat.request_id, now):
                return None
            room.tell_waiting(conn, service, still, now)
            audit.add(conn, service.rules.county_code, "chat_unanswered", now, account_id=chat.account_id)
            return chat.account_id

        return await service.archive.write(job, key=chat.account_id)


def _waits_too_long(chat: OpenChat, since: datetime, latest: datetime) -> bool:
    if chat.waiting_since is None or chat.alerted_at is not None:
        return False
    return max(chat.waiting_since, since) <= latest
