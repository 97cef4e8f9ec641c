"""What nobody asks for and has to happen: reminding of drafts, erasing them when they expire, sweeping leftovers.

Every round is told the time; each piece of work is a small job, so that no turn waits for it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.dispatching.tidying import tidy
from bot.repeating import Repeating
from bot.uploads.places import STAGED, page_object, thumbnail_object
from dialogs import labels
from dialogs.turn import Say
from dialogs.yaml_files import read_yaml
from storage import accounts, applications, buttons, channels, materials, outbox, staff, step_links, updates
from storage.blobs import to_bytes
from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

#: Few drafts a job: the writer is free again after milliseconds.
AT_ONCE = 20
#: A file younger than this may belong to a turn under way.
GRACE = timedelta(hours=6)
#: A platform brings an update again for a day at most.
HEARD_KEPT = timedelta(days=7)
FIRST_ROUND_SECONDS = 60.0
PAGES, THUMBNAILS = "pages/", "thumbnails/"


@dataclass
class Round:
    """What one round did."""

    reminded: int = 0
    expired: int = 0
    swept: int = 0


class Housekeeping(Repeating):
    """Runs a round every so often; the first a minute after the start, when the first turns are answered."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def _forever(self) -> None:
        await asyncio.sleep(FIRST_ROUND_SECONDS)
        while True:
            try:
                await self.round(self._service.now())
            except (StorageError, OSError) as error:
                logger.warning("Housekeeping is tried again later: %s", type(error).__name__)
            await asyncio.sleep(self._service.settings.housekeeping_minutes * 60)

    async def round(self, now: datetime) -> Round:
        """One round at `now`."""
        done = Round()
        done.expired = await self._expire(now)
        done.reminded = await self._remind(now)
        done.swept = await self._sweep(now) + await self._service.papers.printer.sweep(now)
        await self._sweep_sessions(now)
        await self._sweep_channels(now)
        await tidy(self._service, now)
        if done != Round():
            logger.info("Housekeeping: %d reminded, %d expired, %d files", done.reminded, done.expired, done.swept)
        return done

    async def _expire(self, now: datetime) -> int:
        """Erase drafts nobody touched for `draft_days`, and their files; tell their owners once."""
        flow, county, keyring = self._service.settings.flow, self._county, self._service.archive.keyring
        notice = _notice("expired", ("start",), now, kept=flow.draft_days)

        def job(conn: Connection) -> list[tuple[str, str | None, list[str]]]:
            erased: list[tuple[str, str | None, list[str]]] = []
            for one, account in applications.expired(conn, county, now - timedelta(days=flow.draft_days), AT_ONCE):
                erased.append((one, account, applications.erase(conn, one)))
                if account is not None:
                    outbox.add(conn, keyring, account, None, "draft_expired", notice, now)
            return erased

        total = 0
        while erased := await self._service.archive.write(job, key="housekeeping"):
            total += len(erased)
            for application_id, account_id, page_ids in erased:
                await self._delete(_objects(application_id, page_ids))
                self._wake(account_id)
        return total

    async def _remind(self, now: datetime) -> int:
        """Remind each owner once of a draft left lying."""
        flow, county, keyring = self._service.settings.flow, self._county, self._service.archive.keyring
        notice = _notice("remind", ("resume",), now, days=flow.remind_after_days, kept=flow.draft_days)

        def job(conn: Connection) -> list[tuple[str, str]]:
            due = applications.to_remind(conn, county, now - timedelta(days=flow.remind_after_days), AT_ONCE)
            for _, account_id in due:
                outbox.add(conn, keyring, account_id, None, "draft_reminder", notice, now)
            applications.mark_reminded(conn, [application_id for application_id, _ in due], now)
            return due

        total = 0
        while reminded := await self._service.archive.write(job, key="housekeeping"):
            total += len(reminded)
            for _, account_id in reminded:
                self._wake(account_id)
        return total

    async def _sweep_sessions(self, now: datetime) -> None:
        """Sessions that have ended, of clerks and of applicants; a few at a time, so that turns go on between."""
        write = self._service.archive.write
        await write(lambda conn: staff.sweep_sessions(conn, now), key="housekeeping")
        ended = accounts.MOST_SWEPT
        while ended == accounts.MOST_SWEPT:
            ended, _ = await write(lambda conn: accounts.sweep(conn, now), key="housekeeping")

    async def _sweep_channels(self, now: datetime) -> None:
        """What bots brought long ago, links that ended, buttons nobody saw lately, chats silent for too long."""
        write, silent = self._service.archive.write, timedelta(days=self._service.settings.flow.session_days)
        while await write(lambda conn: updates.sweep(conn, now - HEARD_KEPT), key="housekeeping"):
            continue
        await write(lambda conn: step_links.sweep(conn, now), key="housekeeping")
        await write(lambda conn: buttons.sweep(conn, now - silent), key="housekeeping")
        await write(lambda conn: channels.sweep(conn, now - silent), key="housekeeping")

    async def _sweep(self, now: datetime) -> int:
        """Delete files no application knows: staged ones left by a crash, pages of turns that never happened."""
        oldest = (now - GRACE).timestamp()
        stale = await asyncio.to_thread(lambda: [key for key, at in self._service.files.list(STAGED) if at < oldest])
        await self._delete(stale)
        total = len(stale)
        kept = await asyncio.to_thread(lambda: [key for key, at in self._service.files.list(PAGES) if at < oldest])
        small = await asyncio.to_thread(
            lambda: [key for key, at in self._service.files.list(THUMBNAILS) if at < oldest]
        )
        for group in _groups([*kept, *small], 500):
            orphans = await self._orphans(group)
            await self._delete(orphans)
            total += len(orphans)
        return total

    async def _orphans(self, keys: Sequence[str]) -> list[str]:
        """Those of these files whose page no application knows."""
        ids = {key: key.rpartition("/")[2] for key in keys}
        known = await self._service.archive.read(lambda conn: materials.known(conn, set(ids.values())))
        return [key for key, page_id in ids.items() if page_id not in known]

    async def _delete(self, keys: Sequence[str]) -> None:
        if keys:
            await asyncio.to_thread(self._service.files.delete, keys)

    def _wake(self, account_id: str | None) -> None:
        if account_id is not None:
            self._service.delivery.wake(account_id)

    @property
    def _county(self) -> str:
        return self._service.settings.county.code


@cache
def _texts() -> dict[str, str]:
    return dict(read_yaml(files("bot").joinpath("texts/housekeeping.yaml")))


def _notice(key: str, choices: tuple[str, ...], at: datetime, **details: int) -> bytes:
    """A notice as the event stream sends it."""
    said = Say(_texts()[key].format(**details), labels.buttons(*choices))
    return to_bytes({"says": [said], "at": at.isoformat()})


def _objects(application_id: str, page_ids: Iterable[str]) -> list[str]:
    """The files of these pages."""
    return [place(application_id, page) for page in page_ids for place in (page_object, thumbnail_object)]


def _groups(keys: Sequence[str], size: int) -> Iterator[list[str]]:
    iterator = iter(keys)
    while group := list(itertools.islice(iterator, size)):
        yield group
