"""A desk on a real port with a real archive, staff of every role, and applicants' cases as the reception makes them."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from sqlalchemy import Connection

from bot.delivery import Delivery
from bot.desk import Desk
from bot.desk.routes import add_desk
from bot.office import ArchiveOffice
from bot.papers.desk_of_papers import Papers
from bot.reception import Reception
from bot.settings import County, Settings
from bot.uploads.places import page_object, thumbnail_object
from bot.uploads.receive import Uploads
from dialogs.rules import Rules
from state_machine.case_records import CaseRecord
from state_machine.office_hours import read_hours
from state_machine.officers import Role
from state_machine.working_days import Calendar
from storage import accounts, cases, staff
from storage.archive import Archive
from storage.files import FileStore
from storage.ids import new_id
from storage.keys import Keyring
from tests.bot.desk import people
from tests.bot.desk.browser import Browser
from tests.storage.databases import fresh_database

PASSWORD = "zhao-qian-sun-li-9"
#: Cheap on purpose: the parameters stand in the hash, and these tests sign in hundreds of times.
HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
STAFF = {
    "lin": ("林受理", {Role.INTAKE}),
    "he": ("何受理", {Role.INTAKE}),
    "zhou": ("周审核", {Role.REVIEWER}),
    "ye": ("叶审批", {Role.APPROVER}),
    "wu": ("吴坐席", {Role.AGENT}),
    "hu": ("胡管理", {Role.ADMIN}),
    "quan": ("全能手", {Role.INTAKE, Role.REVIEWER, Role.APPROVER}),
}


class House:
    """What the desk needs of a service, with a clock that the test turns."""

    def __init__(self, folder: Path, url: str) -> None:
        self.settings = Settings(data_dir=folder, county=County(office_hours="8:30-12:00 14:00-17:30"))
        hours = self.settings.county.office_hours
        self.rules = Rules(calendar=Calendar(), office_hours=hours, opening=read_hours(hours))
        self.archive = Archive.open(url, Keyring.in_memory())
        self.files = FileStore.open("memory:")
        self.time = people.MORNING
        self.papers = Papers(self.settings, self.archive, self.files, self.now)
        self.delivery = Delivery(self, look_seconds=0.1)  # type: ignore[arg-type]  # stands in for the whole service
        self.reception = Reception(self.archive, self.rules, self.settings.zone(), clock=self.now)
        self.uploads = Uploads(self.files, self.settings.materials)
        self.desk = Desk(self)  # type: ignore[arg-type]  # likewise
        self.chance = random.Random(7)
        self.base = ""
        self.browsers: list[Browser] = []

    def now(self) -> datetime:
        """The test's clock."""
        return self.time

    def wait(self, **span: float) -> None:
        """Time passes."""
        self.time += timedelta(**span)

    async def hire(self, login: str, name: str, roles: set[Role]) -> str:
        """A member of staff; returns the id."""
        county, now = self.rules.county_code, self.time
        member = await self.archive.write(
            lambda conn: staff.add(conn, county, login, name, roles, HASH, now), key=login
        )
        return member.staff_id

    async def account(self) -> str:
        """An applicant's account."""
        county, now = self.rules.county_code, self.time
        return await self.archive.write(
            lambda conn: accounts.open_account(conn, self.archive.keyring, county, now), key="account"
        )

    async def submit(self, account_id: str | None = None, pages: int = 1, sheets: int = 0, **given: Any) -> CaseRecord:
        """A case the way a submitted interview makes it, with its files: pictures, or PDFs of so many sheets."""
        account = account_id or await self.account()
        told, application_id = people.answers(self.chance, **given), new_id()
        interview = people.interview(application_id, told, self.time, pages, sheets)

        def job(conn: Connection) -> str:
            office = ArchiveOffice(conn, self.archive.keyring, account, self.rules, self.settings.zone(), self.time)
            return office.submit(interview, self.time).case_id

        case_id = await self.archive.write(job, key=account)
        stored = await self.stored(case_id)
        for page in stored.record.pages:
            whole = people.document(sheets) if sheets else people.picture(page.page_id)
            self.files.put_sealed_bytes(page_object(application_id, page.page_id), whole, stored.key.secret)
            small = people.picture(page.page_id)
            self.files.put_sealed_bytes(thumbnail_object(application_id, page.page_id), small, stored.key.secret)
        return stored.record

    async def correct(self, case_id: str, **changed: Any) -> None:
        """The applicant hands in the corrected answers."""
        account = (await self.stored(case_id)).account_id or ""

        def job(conn: Connection) -> None:
            office = ArchiveOffice(conn, self.archive.keyring, account, self.rules, self.settings.zone(), self.time)
            interview = office.open_correction(case_id)
            assert interview is not None
            interview.answers.update(changed)
            office.resubmit(interview, self.time)

        await self.archive.write(job, key=account)

    async def stored(self, case_id: str) -> cases.StoredCase:
        """The case as it is stored now."""
        found = await self.archive.read(lambda conn: cases.load(conn, self.archive.keyring, case_id))
        assert found is not None
        return found

    async def as_(self, login: str) -> Browser:
        """A browser in which this member of staff has signed in."""
        browser = self.browser()
        await browser.sign_in(login, PASSWORD)
        return browser

    def browser(self) -> Browser:
        """A browser nobody has signed in with."""
        browser = Browser(self.base)
        self.browsers.append(browser)
        return browser


@pytest.fixture
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A running desk with its staff, on SQLite unless a test asks for both databases."""
    house = House(tmp_path, fresh_database(getattr(request, "param", "sqlite"), tmp_path))
    app = web.Application()
    add_desk(app, house)  # type: ignore[arg-type]  # stands in for the whole service
    async with TestServer(app) as server:
        house.base = str(server.make_url("")).rstrip("/")
        for login, (name, roles) in STAFF.items():
            await house.hire(login, name, roles)
        yield house
        for browser in house.browsers:
            await browser.close()
    await house.papers.close()
    await house.uploads.close()
    await house.desk.watch.close()
    await house.delivery.close()
    await house.archive.close()
