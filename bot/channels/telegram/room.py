"""Everything of Telegram in one place: built with the service, started and ended with it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from aiohttp import web
from telegram.error import TelegramError

from bot.channels.telegram.albums import Albums
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import Client
from bot.channels.telegram.compose import Composer
from bot.channels.telegram.intake import Counts, Intake, Outcome
from bot.channels.telegram.menu import Menu
from bot.channels.telegram.paces import Paces
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.private_steps import PrivateSteps
from bot.channels.telegram.texts import say
from bot.channels.telegram.turns import Turns
from bot.channels.telegram.updates import Arrived
from bot.channels.telegram.webhook import PATH, Webhook
from bot.repeating import Repeating
from storage import updates
from storage.dialect import is_sqlite
from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

#: Seconds between two looks at how many updates lie aside.
COUNT_SECONDS = 15.0
#: Longer than this a toast is cut anyhow.
LONGEST_TOAST = 60


class AsideGauge(Repeating):
    """How many updates wait for somebody to look at them, counted from time to time."""

    def __init__(self, service: Service, counts: Counts) -> None:
        self._service, self._counts = service, counts

    async def _forever(self) -> None:
        county = self._service.rules.county_code
        while True:
            with contextlib.suppress(StorageError):
                left = await self._service.archive.read(lambda conn: updates.count_aside(conn, county))
                self._counts.open.set(left)
            await asyncio.sleep(COUNT_SECONDS)


class TelegramRoom:
    """The bot: what comes in, and the channel that goes out."""

    def __init__(self, service: Service) -> None:
        settings, self._service = service.settings, service
        archive, county = service.archive, service.rules.county_code
        self.client = Client(settings.telegram)
        self.counts = Counts(service.metrics.registry)
        composer = Composer(settings)
        self.turns = Turns(
            service.reception, composer, archive.keyring, self.client.bot_id, with_sms=settings.sms.is_on
        )
        self.paces = Paces(settings)
        self.intake = Intake(archive, county, self.client.bot_id, self.turns, self.counts, service.now, self.paces)
        self.intake.on_outcome = self._taken
        self.albums = Albums(
            archive,
            county,
            self.client,
            self.turns,
            service.reception,
            service.uploads,
            service.now,
            settings.telegram.album_seconds,
        )
        self.albums.on_sent = service.sender.wake
        self.channel = TelegramChannel(self.client, service)
        self.steps = PrivateSteps(service, self.turns, composer, self.client)
        self.menu = Menu(self.client, service)
        self.gauge = AsideGauge(service, self.counts)
        self.incoming: Polling | Webhook
        if settings.telegram.mode == "webhook":
            self.incoming = Webhook(self.client, self.intake, settings.public_url, self.secret())
        else:
            alone = is_sqlite(settings.database())
            self.incoming = Polling(self.client, self.intake, self.counts, archive, county, service.now, alone=alone)
        self._talking: set[asyncio.Task[None]] = set()

    def secret(self) -> str:
        """What Telegram says with every update: the setting, or a word only this installation can know."""
        given = self._service.settings.telegram.webhook_secret.get_secret_value()
        return given or self._service.archive.keyring.index.subject("telegram webhook", self.client.bot_id).hex()

    def add_to(self, app: web.Application) -> None:
        """Put the addresses into the application."""
        self.steps.add_to(app)
        if isinstance(self.incoming, Webhook):
            app.router.add_post(PATH, self.incoming.post, name="telegram-updates")

    async def start(self) -> None:
        """Begin to hear."""
        self.gauge.start()
        self.albums.start()
        self.incoming.start()
        self.menu.start()

    async def stop_hearing(self) -> None:
        """Take nothing more. The webhook stays announced: what comes meanwhile waits at Telegram for the next start."""
        await self.gauge.close()
        await self.menu.close()
        await self.incoming.close()
        await self.albums.close()

    async def close(self) -> None:
        """Finish talking, when the sender has ended."""
        for task in list(self._talking):
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.client.close()

    def _taken(self, arrived: Arrived, outcome: Outcome) -> None:
        """An update is committed: send, take up files, let the button rest, tell a group."""
        if outcome.sends:
            self._service.sender.wake()
        if outcome.moved:
            self._service.delivery.moved(outcome.moved)
        if outcome.waits:
            self.albums.more(outcome.waits)
        if arrived.query_id and outcome.is_new:
            self._talk(self._answer(arrived, outcome))
        if outcome.tell_group:
            self._talk(self._tell(outcome.tell_group))

    def _talk(self, words: Coroutine[None, None, None]) -> None:
        """A word beside the conversation: it may be lost, nothing hangs on it."""
        task = asyncio.create_task(words)
        self._talking.add(task)
        task.add_done_callback(self._talking.discard)

    async def _answer(self, arrived: Arrived, outcome: Outcome) -> None:
        """The pressed button stops turning, and says what was pressed."""
        with contextlib.suppress(TelegramError):
            pressed = arrived.label.removeprefix("✓ ")[:LONGEST_TOAST]
            text = say("too_fast.toast") if outcome.is_surplus else pressed
            await self.client.bot.answer_callback_query(arrived.query_id, text=text or None)

    async def _tell(self, chat_id: int) -> None:
        with contextlib.suppress(TelegramError):
            await self.client.bot.send_message(chat_id, say("group"))
