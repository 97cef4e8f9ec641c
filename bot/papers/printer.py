"""What the acts wrote down is printed, once, and never lost: whatever is not printed yet is found again after a start.

A paper printed is a sealed object under a random name; only the first to record its object has made the paper, so
that everybody gets the same bytes from then on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from obstore.exceptions import BaseError as StoreTrouble
from sqlalchemy import Connection

from bot.papers.glyphs import NotInTheFonts
from bot.papers.kinds import PaperKind
from bot.papers.typesetting import Sheet, TooBusy
from bot.repeating import Repeating
from state_machine.case_records import Flag
from storage import cases, papers
from storage.errors import NotOurs, StorageError
from storage.ids import new_id
from storage.papers import StoredPaper

if TYPE_CHECKING:
    from bot.papers.desk_of_papers import Papers

logger = logging.getLogger(__name__)

#: What another process wrote is found by looking.
LOOK_SECONDS = 5.0
AT_ONCE = 20
#: An object younger than this may belong to a paper that is being printed.
GRACE = timedelta(hours=6)
PREFIX = "papers/"
#: Why a paper waits for a clerk.
MISSING_SIGNS, NOT_SET = "missing_signs", "not_set"


def paper_object(application_id: str, object_id: str) -> str:
    """Where a printed paper lies in the store."""
    return f"{PREFIX}{application_id}/{object_id}"


class Printer(Repeating):
    """Prints what waits, in the background, and at once what somebody wants to see."""

    def __init__(self, house: Papers) -> None:
        self._house = house
        self._bell = asyncio.Event()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def wake(self) -> None:
        """An act has just been committed."""
        self._bell.set()

    async def printed(self, paper: StoredPaper) -> StoredPaper:
        """The paper with its object, printing it first if it must be. `trouble` says why there is none.

        Raises `TooBusy`, and what the archive raises.
        """
        if paper.object_id is not None:
            return paper
        async with self._locks[paper.paper_id]:
            try:
                return await self._print(paper.paper_id)
            finally:
                self._locks.pop(paper.paper_id, None)

    async def content(self, paper: StoredPaper) -> AsyncIterator[bytes]:
        """The printed bytes, frame by frame. Raises `NotOurs` if it is not printed."""
        if paper.object_id is None:
            raise NotOurs("not printed")
        place = paper_object(paper.application_id, paper.object_id)
        return await self._house.files.open_sealed(place, paper.key.secret)

    async def round(self) -> int:
        """Print what waits. Returns how many were printed."""
        done = 0
        while waiting := await self._house.archive.read(lambda conn: papers.unprinted(conn, AT_ONCE)):
            for paper_id in waiting:
                done += await self._print_one(paper_id)
        return done

    async def try_again(self) -> None:
        """What could not be printed before waits once more."""
        await self._house.archive.write(papers.try_again, key="papers")

    async def sweep(self, now: datetime) -> int:
        """Delete objects that are no paper: another process was first, or a crash came between. Returns how many."""
        oldest, files = (now - GRACE).timestamp(), self._house.files
        old = await asyncio.to_thread(lambda: [key for key, at in files.list(PREFIX) if at < oldest])
        names = {key: key.rpartition("/")[2] for key in old}
        known = await self._house.archive.read(lambda conn: papers.known_objects(conn, names.values()))
        orphans = [key for key, name in names.items() if name not in known]
        await asyncio.to_thread(files.delete, orphans)
        return len(orphans)

    async def _forever(self) -> None:
        again = True
        while True:
            self._bell.clear()
            try:
                if again:
                    await self.try_again()
                    again = False
                await self.round()
            except (StorageError, OSError, StoreTrouble, TooBusy) as error:
                logger.warning("Papers are printed later: %s", type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), LOOK_SECONDS)

    async def _print_one(self, paper_id: str) -> bool:
        async with self._locks[paper_id]:
            try:
                return (await self._print(paper_id)).object_id is not None
            finally:
                self._locks.pop(paper_id, None)

    async def _print(self, paper_id: str) -> StoredPaper:
        paper = await self._load(paper_id)
        if paper.object_id is not None:
            return paper
        try:
            sheet: Sheet = msgspec.json.decode(paper.sheet())
            content = await self._house.set(PaperKind(paper.kind), sheet, paper.made_at)
        except TooBusy:
            raise
        except Exception as error:  # typst, the key, the signer: one paper that fails does not hold up the others
            return await self._give_up(paper, error)
        object_id = new_id()
        place, now = paper_object(paper.application_id, object_id), self._house.now()
        await asyncio.to_thread(self._house.files.put_sealed_bytes, place, content, paper.key.secret)
        first = await self._house.archive.write(
            lambda conn: self._printed_now(conn, paper, object_id, now), key=paper_id
        )
        if not first:
            await asyncio.to_thread(self._house.files.delete, [place])
        return await self._load(paper_id)

    async def _give_up(self, paper: StoredPaper, error: Exception) -> StoredPaper:
        """A clerk finds it on the case page, with the sign that is missing; nothing personal goes into the log."""
        trouble = MISSING_SIGNS if isinstance(error, NotInTheFonts) else NOT_SET
        logger.warning("A paper of kind %s could not be printed: %s", paper.kind, trouble)
        await self._house.archive.write(lambda conn: self._cannot_be_printed(conn, paper, trouble), key=paper.paper_id)
        return await self._load(paper.paper_id)

    def _printed_now(self, conn: Connection, paper: StoredPaper, object_id: str, at: datetime) -> bool:
        first = papers.mark_printed(conn, paper.paper_id, object_id, at)
        self._flag(conn, paper.case_id)
        return first

    def _cannot_be_printed(self, conn: Connection, paper: StoredPaper, trouble: str) -> None:
        papers.mark_trouble(conn, paper.paper_id, trouble)
        self._flag(conn, paper.case_id)

    def _flag(self, conn: Connection, case_id: str) -> None:
        """The queue shows, and can be narrowed to, cases a paper of which waits for a sign no font has."""
        keyring = self._house.archive.keyring
        wanted = papers.is_troubled(conn, case_id, MISSING_SIGNS)
        if wanted == cases.has_flag(conn, case_id, Flag.RARE_SIGN.value):
            return
        stored = cases.load(conn, keyring, case_id, lock=True)
        if stored is None:
            return
        others = [flag for flag in stored.record.flags if flag != Flag.RARE_SIGN.value]
        stored.record.flags = [*others, Flag.RARE_SIGN.value] if wanted else others
        cases.save(conn, keyring, stored, due_on=stored.due_on, due_unknown=stored.due_unknown)

    async def _load(self, paper_id: str) -> StoredPaper:
        keyring = self._house.archive.keyring
        paper = await self._house.archive.read(lambda conn: papers.load(conn, keyring, paper_id))
        if paper is None:
            raise NotOurs("no such paper")
        return paper
