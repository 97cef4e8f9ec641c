"""Builds everything once, in one place: settings in, a service and its web application out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime

from aiohttp import web

from bot.delivery import Delivery
from bot.desk import Desk
from bot.desk.routes import add_desk
from bot.housekeeping import Housekeeping
from bot.metrics import Metrics
from bot.reception import Reception
from bot.settings import Settings, read_holidays
from bot.uploads import Uploads
from bot.web.guard import guard
from bot.web.routes import add_chat
from dialogs.rules import Rules
from dialogs.understanding import load as load_understanding
from state_machine.office_hours import read_hours
from state_machine.working_days import PACKAGE_THROUGH, Calendar
from storage.archive import Archive
from storage.files import FileStore
from storage.keys import Keyring


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
        office_hours=county.office_hours,
        opening=read_hours(county.office_hours),
        allowed_gap_days=settings.flow.allowed_gap_days,
        max_pages=settings.materials.max_pages,
        draft_days=settings.flow.draft_days,
        due_days=settings.desk.working_days,
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
        self.metrics = Metrics(self.archive.waiting)
        self.delivery = Delivery(self)
        self.reception = Reception(
            self.archive,
            self.rules,
            settings.zone(),
            session_days=settings.flow.session_days,
            number_prefix=settings.county.number_prefix,
        )
        self.uploads = Uploads(self.files, settings.materials)
        self.desk = Desk(self)
        self.desk.editions.on_rules.append(self.reception.use)
        self.reception.tally = self.desk.tally
        self.housekeeping = Housekeeping(self)

    def today(self) -> date:
        """Today in the county's time zone."""
        return self.now().astimezone(self.settings.zone()).date()

    async def start(self, *, background: bool = True) -> None:
        """Load what understanding needs; then turns are taken.

        Without `background` there is no housekeeping, and the first file waits for its worker to start.
        """
        await asyncio.to_thread(load_understanding)
        await self.desk.editions.refresh()
        if background:
            await self.uploads.start()
            self.housekeeping.start()
            self.desk.rounds.start()
            self.desk.attending.start()
        self.is_ready = True

    async def close(self) -> None:
        """Finish what is under way and close everything, writer last."""
        self.is_ready = False
        await self.housekeeping.close()
        await self.desk.attending.close()
        await self.uploads.close()
        await self.delivery.close()
        await self.desk.rounds.close()
        await self.archive.close()


def make_app(service: Service) -> web.Application:
    """The web application: guard in front, chat and desk behind."""
    app = guard(service)
    add_chat(app, service)
    add_desk(app, service)
    return app
