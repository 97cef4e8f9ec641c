"""Builds everything once, in one place: settings in, a service and its web application out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels.protocol import Channel
from bot.channels.sms import SmsChannel
from bot.channels.sms.receipts import add_receipts
from bot.delivery import Delivery
from bot.desk import Desk
from bot.desk.routes import add_desk
from bot.dispatching import Line, Pace, Sender
from bot.dispatching.counts import Counts
from bot.housekeeping import Housekeeping
from bot.metrics import Metrics
from bot.papers.desk_of_papers import Papers
from bot.reading_pictures.reader import PictureReader
from bot.reading_pictures.worker import is_available as is_reading_available
from bot.reception import Reception
from bot.settings import Settings, read_holidays
from bot.uploads.receive import Uploads
from bot.web.guard import guard
from bot.web.routes import add_chat
from dialogs.rules import Rules
from dialogs.understanding import load as load_understanding
from state_machine.office_hours import read_hours
from state_machine.working_days import PACKAGE_THROUGH, Calendar
from storage.archive import Archive
from storage.dialect import is_sqlite
from storage.files import FileStore
from storage.keys import Keyring
from storage.notice_ways import SMS

if TYPE_CHECKING:
    from bot.channels.telegram.room import TelegramRoom


def rules_from(settings: Settings) -> Rules:
    """The county's facts and the flow's settings, as the dialogs need them."""
    county = settings.county
    return Rules(
        calendar=calendar_from(settings),
        county_name=county.name,
        county_code=county.code,
        city=county.city,
        province=county.province,
        station_name=county.station_name,
        station_address=county.station_address,
        station_phone=county.station_phone,
        public_address=settings.public_url.partition("://")[2],
        office_hours=county.office_hours,
        opening=read_hours(county.office_hours),
        allowed_gap_days=settings.flow.allowed_gap_days,
        max_pages=settings.materials.max_pages,
        draft_days=settings.flow.draft_days,
        due_days=settings.desk.working_days,
        reads_pictures=settings.reading.pictures and is_reading_available(),
    )


def calendar_from(settings: Settings) -> Calendar:
    """The package's calendar with the county's dated overrides over it; a later year they hold counts as published."""
    overrides = read_holidays(settings)
    years = {day.year for day in overrides}
    through = PACKAGE_THROUGH
    while through + 1 in years:
        through += 1
    return Calendar(overrides=overrides, published_through=through)


def now_utc() -> datetime:
    """The clock of the house; every other room is told the time."""
    return datetime.now(UTC)


class Service:
    """Every part of the running service. `start` before use, `close` after; nothing here is global."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = now_utc) -> None:
        self.settings = settings
        self.now = now
        self.is_ready = False
        self.rules = rules_from(settings)
        self.archive = Archive.open(settings.database(), Keyring.open(settings.master_key(), settings.algorithm()))
        self.files = FileStore.open(settings.store(), settings.algorithm())
        self.papers = Papers(settings, self.archive, self.files, lambda: self.now())
        self.metrics = Metrics(self.archive.waiting)
        self.counts = Counts(self.metrics.registry)
        self.sender = Sender(self.archive, self.rules.county_code, self.counts, self.now)
        self.sms = self._sms()
        #: The bot's own name on Telegram, once it is known: for links that open it.
        self.telegram_name = ""
        self.delivery = Delivery(self)
        self.delivery.on_wake.append(self.sender.wake)
        self.reception = Reception(
            self.archive,
            self.rules,
            settings.zone(),
            session_days=settings.flow.session_days,
            number_prefix=settings.county.number_prefix,
            clock=lambda: self.now(),
        )
        self.uploads = Uploads(self.files, settings.materials)
        self.reader = PictureReader(self)
        self.desk = Desk(self)
        self.desk.editions.on_rules.append(self.reception.use)
        self.reception.tally = self.desk.tally
        self.housekeeping = Housekeeping(self)
        self.telegram = self._telegram()

    def today(self) -> date:
        """Today in the county's time zone."""
        return self.now().astimezone(self.settings.zone()).date()

    def send_by(self, channel: Channel, pace: Pace) -> None:
        """Let the sender send by this channel; before `start`."""
        county, is_alone = self.rules.county_code, is_sqlite(self.settings.database())
        with_sms = self.settings.sms.is_on and channel.kind != SMS
        self.sender.add(
            Line(
                self.archive,
                county,
                channel,
                self.now,
                pace=pace,
                counts=self.counts,
                with_sms=with_sms,
                alone=is_alone,
            )
        )

    def chat_pace(self) -> Pace:
        """How fast messages go to chats."""
        sending = self.settings.sending
        return Pace(a_second=sending.a_second, chat_seconds=sending.chat_seconds, at_once=sending.at_once)

    def _sms(self) -> SmsChannel | None:
        """The gateway's client, where one is set up."""
        settings = self.settings
        if not settings.sms.is_on:
            return None
        where = settings.public_url.partition("://")[2] or "互认通网页"
        channel = SmsChannel(settings.sms, where, settings.county.station_phone, self.now)
        self.send_by(channel, Pace(a_second=settings.sms.a_second))
        return channel

    def _telegram(self) -> TelegramRoom | None:
        """The bot, where one is set up."""
        if not self.settings.telegram.is_on:
            return None
        from bot.channels.telegram.room import (
            TelegramRoom,  # loads python-telegram-bot, 90 ms: only where there is a bot
        )

        room = TelegramRoom(self)
        self.send_by(room.channel, self.chat_pace())
        return room

    async def start(self, *, background: bool = True) -> None:
        """Load what understanding needs; then turns are taken.

        Without `background` there is no housekeeping, and the first file waits for its worker to start.
        """
        if background:
            self.uploads.begin()  # a process of its own: it loads meanwhile, and nothing but a file waits for it
        await asyncio.to_thread(load_understanding)
        await self.desk.editions.refresh()
        if background:
            self.housekeeping.start()
            if self.rules.reads_pictures:
                self.reader.start()
            self.sender.start()
            if self.telegram is not None:
                await self.telegram.start()
            self.papers.start()
            self.desk.rounds.start()
            self.desk.attending.start()
        self.is_ready = True

    async def close(self) -> None:
        """Finish what is under way and close everything, writer last."""
        self.is_ready = False
        if self.telegram is not None:
            await self.telegram.stop_hearing()
        await self.housekeeping.close()
        await self.sender.close()
        if self.telegram is not None:
            await self.telegram.close()
        if self.sms is not None:
            await self.sms.close()
        await self.papers.close()
        await self.desk.attending.close()
        await self.reader.close()
        await self.uploads.close()
        await self.delivery.close()
        await self.desk.rounds.close()
        await self.archive.close()


def make_app(service: Service) -> web.Application:
    """The web application: guard in front, chat and desk behind."""
    app = guard(service)
    add_chat(app, service)
    add_desk(app, service)
    add_receipts(app, service)
    if service.telegram is not None:
        service.telegram.add_to(app)
    return app
