"""Two hundred fictional applicants and three offices take cases to every end there is, over real HTTP."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.journeys.service import Service
from tests.journeys.staff import hire
from tests.simulators.applicant import Applicant
from tests.simulators.clerk import Clerk
from tests.simulators.people import person
from tests.storage.canary import found_in_clear
from tests.storage.databases import fresh_database

PEOPLE = 200
PEOPLE_ON_POSTGRES = 40
AT_ONCE = 8
#: What becomes of the applicant with this number (modulo the length): every end, and a correction on the way to one.
FATES = (
    "issued",
    "issued",
    "corrected",
    "issued",
    "declined",
    "not_accepted",
    "withdrawn",
    "corrected",
    "issued",
    "withdrawn_late",
)
MEND = re.compile(r"^mend:")


class Office:
    """Three clerks at their desks, and what they must do with each case by its number."""

    def __init__(self, intake: Clerk, reviewer: Clerk, approver: Clerk) -> None:
        self.intake, self.reviewer, self.approver = intake, reviewer, approver
        self.locks = {clerk.login: asyncio.Lock() for clerk in (intake, reviewer, approver)}

    async def claim(self, clerk: Clerk, number: str) -> None:
        """Search the case by its number and claim it."""
        if clerk.form("/desk/search") is None:
            await clerk.open("/desk")
        await clerk.press("/desk/search", wanted=number)
        if "/desk/cases/" not in clerk.at:
            found = re.search(r'href="(/desk/cases/[^"/]+)"', clerk.page)
            assert found, clerk.page[-2000:]
            await clerk.open(found[1])
        if clerk.form("/claim") is not None:
            await clerk.press("/claim")

    async def do(self, clerk: Clerk, number: str, act: str, *, unmet: tuple[str, ...] = (), **values: str) -> None:
        """Claim, judge the sheet, act."""
        async with self.locks[clerk.login]:
            await self.claim(clerk, number)
            await clerk.judge(unmet=unmet, note="请看清楚再拍" if unmet else "")
            await clerk.act(act, opinion="情况属实" if not unmet else "材料不符", **values)
            assert clerk.status == 200, f"{act}: {clerk.status}"


async def live(base: str, seed: int, fate: str, office: Office) -> str:
    """One applicant's whole story; the words of the last message heard."""
    async with Applicant(base, person(seed, datetime.now(UTC).date())) as applicant:
        number = await applicant.apply()
        news = applicant.events()
        if fate == "withdrawn":
            return await withdraw(applicant, number)
        if fate == "not_accepted":
            await office.do(office.intake, number, "not_accept", unmet=("answer:current_address", "answer:phone"))
            return await heard(news, number)
        if fate == "corrected":
            await office.do(office.intake, number, "return_for_correction", unmet=("answer:current_address",))
            await heard(news, number)
            await correct(applicant)
        await office.do(office.intake, number, "accept")
        await heard(news, number)
        if fate == "withdrawn_late":
            return await withdraw(applicant, number)
        if fate == "declined":
            unmet = (f"material:{applicant.person.proofs[0]}",)
            await office.do(office.reviewer, number, "examine", unmet=unmet, recommends="decline")
            await office.do(office.approver, number, "decline", unmet=())
            return await heard(news, number)
        await office.do(office.reviewer, number, "examine", recommends="approve")
        await office.do(office.approver, number, "approve")
        await heard(news, number)
        await office.do(office.approver, number, "issue")
        return await heard(news, number)


async def heard(news: AsyncIterator[tuple[int, dict[str, object]]], number: str) -> str:
    """The next thing the service says of its own accord."""
    _, event = await asyncio.wait_for(anext(news), 60)
    said = event["says"]
    assert isinstance(said, list)
    words = "\n".join(say["text"] for say in said)
    assert number in words, words
    return words


async def withdraw(applicant: Applicant, number: str) -> str:
    """Ask for it, and confirm: the answer itself says that it is done."""
    await applicant.turn(text="我要撤回申请")
    assert "yes" in applicant.choices, applicant.words
    await applicant.turn(choice="yes")
    assert number in applicant.words, applicant.words
    return applicant.words


async def correct(applicant: Applicant) -> None:
    """Press the button of the notice, answer anew, sign again."""
    button = next(choice for choice in await choices_offered(applicant) if MEND.match(choice))
    await applicant.turn(choice=button)
    applicant.person.answers["current_address"] += "东边"
    await applicant.carry_on()


async def choices_offered(applicant: Applicant) -> list[str]:
    """Every choice ever offered in this chat, newest first."""
    async with applicant.http.get(f"{applicant.base}/chat/history") as answer:
        return re.findall(r'"value":\s*"([^"]+)"', await answer.text())[::-1]


async def live_all(service: Service, people: int) -> Counter[str]:
    """Everybody's story, a few at a time; how many met which fate."""
    team = hire(service)
    await service.start().ready()
    ends: Counter[str] = Counter()
    try:
        async with (
            Clerk(service.base, *team["intake"]) as intake,
            Clerk(service.base, *team["reviewer"]) as reviewer,
            Clerk(service.base, *team["approver"]) as approver,
        ):
            office, gate = Office(intake, reviewer, approver), asyncio.Semaphore(AT_ONCE)

            async def one(number: int) -> None:
                fate = FATES[number % len(FATES)]
                async with gate:
                    await live(service.base, number, fate, office)
                ends[fate] += 1

            await asyncio.gather(*(one(number) for number in range(people)))
    finally:
        service.stop()
    return ends


@pytest.mark.journey
@pytest.mark.timeout(420)
async def test_two_hundred_people_reach_every_end_and_leave_no_trace_in_the_clear(tmp_path: Path) -> None:
    """Every fate ends in its own notice, and no file of the service holds anybody's number, name, phone or address."""
    ends = await live_all(Service(tmp_path), PEOPLE)
    assert ends == Counter(FATES[n % len(FATES)] for n in range(PEOPLE))
    today = datetime.now(UTC).date()
    canaries = [value for n in range(PEOPLE) for value in person(n, today).canaries]
    assert found_in_clear([tmp_path], canaries) == []


@pytest.mark.journey
@pytest.mark.postgres
@pytest.mark.timeout(420)
async def test_on_postgresql_people_reach_the_same_ends(tmp_path: Path) -> None:
    """The same service on a real PostgreSQL takes people to the same ends."""
    database = fresh_database("postgres", tmp_path, empty=True)
    ends = await live_all(Service(tmp_path, HURENTONG_DATABASE_URL=database), PEOPLE_ON_POSTGRES)
    assert ends == Counter(FATES[n % len(FATES)] for n in range(PEOPLE_ON_POSTGRES))
