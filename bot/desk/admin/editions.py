"""What administrators edited, in force in every process: within seconds, and at once where it was saved."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.desk.admin.due_again import recompute
from dialogs import knowledge, reasons
from dialogs.rules import Rules
from dialogs.wording import Edit
from state_machine.working_days import PACKAGE_THROUGH, Calendar
from storage import editions
from storage.editions import CALENDAR, WORDING

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)


def calendar_with(base: Calendar, years: Mapping[int, Mapping[date, bool]]) -> Calendar:
    """The calendar the service started with, under the years entered at the desk. An entered year is meant whole."""
    overrides = {day: worked for day, worked in base.overrides.items() if day.year not in years}
    for days in years.values():
        overrides |= days
    known, through = {day.year for day in overrides}, PACKAGE_THROUGH
    while through + 1 in known:
        through += 1
    return Calendar(overrides=overrides, published_through=through)


class Editions:
    """Which editions this process speaks, and how it gets the next."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: dict[str, int] = {}
        self._one_at_a_time = asyncio.Lock()
        self.base = service.rules.calendar
        #: Who else keeps the rules and must be given the new ones.
        self.on_rules: list[Callable[[Rules], None]] = []

    async def refresh(self) -> None:
        """Take over what has changed since the last look; the first look takes everything."""
        async with self._one_at_a_time:
            county, archive = self._service.rules.county_code, self._service.archive
            now = await archive.read(lambda conn: editions.current(conn, county))
            if now[WORDING] != self._known.get(WORDING):
                versions = await archive.read(lambda conn: editions.text_versions(conn, county))
                edits = [Edit(v.edition, v.book, v.entry, v.content) for v in versions]
                reasons.use(edits)
                knowledge.use(edits)
            if now[CALENDAR] != self._known.get(CALENDAR):
                await self._take_over_calendar()
            self._known = now

    async def _take_over_calendar(self) -> None:
        """New rules, and every open case's due day by them.

        The recomputation in the edit's own transaction may have been overtaken by an act that still used the old
        calendar: after the change-over it is done once more, and changes nothing if nothing was.
        """
        service = self._service
        years = await service.archive.read(lambda conn: editions.years_in_force(conn, service.rules.county_code))
        rules = replace(service.rules, calendar=calendar_with(self.base, years))
        service.rules = rules
        for tell in self.on_rules:
            tell(rules)
        at = service.now()

        def job(conn: Connection) -> list[str]:
            return recompute(conn, service.archive.keyring, rules, at)

        for account_id in await service.archive.write(job, key="calendar"):
            service.delivery.wake(account_id)
