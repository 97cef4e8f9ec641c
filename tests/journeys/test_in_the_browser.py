"""The whole road as people see it: a phone that applies with photos, three desks that decide, the answer live."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.journeys.browser import desktop, phone, real_browser, watch
from tests.journeys.service import Service
from tests.journeys.staff import hire
from tests.simulators.people import Person, paper, person

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.timeout(180)]
QUICK = 15_000
NUMBER = re.compile(r"QY\d{8}-\d{4,}")


class Phone:
    """The chat page under a thumb."""

    def __init__(self, page: Page, person: Person) -> None:
        self.page, self.person = page, person

    @property
    def newest(self) -> Locator:
        """The newest answer of the service."""
        return self.page.locator("#log > .turn").last

    async def settled(self) -> None:
        """Every turn sent is answered."""
        await expect(self.page.locator(".bubble.waiting")).to_have_count(0, timeout=QUICK)
        await expect(self.newest).to_be_visible(timeout=QUICK)

    async def tap(self, value: str) -> None:
        """Press a button of the newest answer."""
        await self.settled()
        before = await self.page.locator("#log > *").count()
        button = self.newest.locator(f'button[data-value="{value}"]')
        several = await button.get_attribute("aria-pressed") is not None
        await button.tap()
        if several:
            pressed = self.newest.locator(f'button[data-value="{value}"][aria-pressed="true"]')
            await expect(pressed).to_be_enabled(timeout=QUICK)
        else:
            await expect(self.page.locator("#log > *").nth(before + 1)).to_be_visible(timeout=QUICK)
        await self.settled()

    async def type(self, text: str) -> None:
        """Type an answer and send it."""
        await self.settled()
        before = await self.page.locator("#log > *").count()
        await self.page.locator("#say").fill(text)
        await self.page.locator("button.send").tap()
        await expect(self.page.locator("#log > *").nth(before + 1)).to_be_visible(timeout=QUICK)
        await self.settled()

    async def photograph(self, *pictures: bytes) -> None:
        """Choose photos in the file picker."""
        await self.settled()
        before = await self.page.locator("#log > *").count()
        chosen = [{"name": f"IMG_{n}.jpg", "mimeType": "image/jpeg", "buffer": p} for n, p in enumerate(pictures)]
        await self.page.locator("#files").set_input_files(chosen)  # type: ignore[arg-type]  # plain dicts are its own FilePayload
        await expect(self.page.locator("#log > *").nth(before + 1)).to_be_visible(timeout=QUICK * 2)
        await self.settled()

    async def asks(self) -> str:
        """The code of the pending question."""
        return await self.newest.get_attribute("data-asks") or ""

    async def apply(self, pictures: list[bytes], limit: int = 60) -> str:
        """From the menu to the number, answering what is asked."""
        await self.tap("start")
        return await self.carry_on(pictures, limit)

    async def carry_on(self, pictures: list[bytes], limit: int = 60) -> str:
        """From the pending question to the number."""
        for _ in range(limit):
            number = NUMBER.search(await self.newest.inner_text())
            if number:
                return number[0]
            await self.answer(await self.asks(), pictures)
        raise AssertionError(await self.newest.inner_text())

    async def answer(self, asks: str, pictures: list[bytes]) -> None:
        """Answer one question the way a thumb would."""
        offered = await self.newest.locator("button[data-value]").evaluate_all("all => all.map(b => b.dataset.value)")
        if asks == "pledge":
            await self.tap("agree")
        elif asks in ("ground", "proofs"):
            for value in (self.person.ground,) if asks == "ground" else self.person.proofs:
                await self.tap(value)
            await self.tap("done")
        elif asks == "materials":
            await self.photograph(*pictures)
            await self.tap("done")
        elif self.person.answers[asks] in offered:
            await self.tap(self.person.answers[asks])
        else:
            await self.type(self.person.answers[asks])


class DeskPage:
    """The desk under a mouse."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context, self.base = context, base
        self.page: Page
        self.complaints: list[str] = []

    async def log_in(self, login: str, password: str) -> None:
        """Through the door."""
        self.page = await self.context.new_page()
        self.complaints = watch(self.page)
        await self.page.goto(f"{self.base}/desk/login")
        await self.page.locator("#login").fill(login)
        await self.page.locator("#password").fill(password)
        await self.page.locator("form.door button").click()
        await expect(self.page.locator("header.top")).to_be_visible()

    async def take(self) -> None:
        """下一件."""
        await self.page.goto(f"{self.base}/desk")
        await self.page.locator("#next-case button").click()
        await expect(self.page.locator("section.card").first).to_be_visible()
        photos = "() => [...document.images].every(image => image.complete && image.naturalWidth > 0)"
        await self.page.wait_for_function(photos, timeout=QUICK)

    async def decide(self, act: str, opinion: str) -> None:
        """Everything met, an opinion, one button, and the preview where there is one."""
        rest = self.page.locator('form[action$="/rest"] button')
        if await rest.count():
            await rest.click()
            await expect(rest).to_have_count(0)
        await self.page.locator("#opinion").fill(opinion)
        await self.page.locator(f'button[name="act"][value="{act}"]').click()
        confirm = self.page.locator('form:has(input[name="seen"]) button.main')
        await self.page.wait_for_load_state("load")
        if await confirm.count():
            await confirm.click()
            await self.page.wait_for_load_state("load")
        assert await self.page.locator(".say.bad, p.trouble:not(:empty):visible").all_inner_texts() == []


async def test_a_phone_applies_with_three_photos_and_three_desks_answer_it_live(tmp_path: Path) -> None:
    """With three photos and a thumb one applies; three clerks decide on their screens; the phone hears it at once."""
    service = Service(tmp_path)
    team = hire(service)
    await service.start().ready()
    applicant = person(7, datetime.now(UTC).date())
    applicant.proofs = applicant.proofs[:1]
    try:
        async with real_browser() as browser:
            page = await (await phone(browser)).new_page()
            complaints = watch(page)
            await page.goto(service.base)
            chat = Phone(page, applicant)
            number = await chat.apply([paper("page", seed=n) for n in range(3)])
            desks: dict[str, DeskPage] = {}
            for role in ("intake", "reviewer", "approver"):
                desks[role] = DeskPage(await desktop(browser), service.base)
                await desks[role].log_in(*team[role])
            for role, act, heard in (
                ("intake", "accept", "受理"),
                ("reviewer", "examine", None),
                ("approver", "approve", "批下来了"),
                ("approver", "issue", "办好了"),
            ):
                await desks[role].take() if act != "issue" else None
                await desks[role].decide(act, "同意")
                if heard:
                    news = page.locator(".bubble.notice", has_text=number).last
                    await expect(news).to_contain_text(heard, timeout=QUICK)
            assert complaints == []
            assert [desk.complaints for desk in desks.values()] == [[], [], []]
    finally:
        service.stop()


async def test_the_page_opened_again_shows_the_same_chat(tmp_path: Path) -> None:
    """Reloading in the middle shows everything said and the pending question with its live buttons."""
    service = await Service(tmp_path).start().ready()
    try:
        async with real_browser() as browser:
            page = await (await phone(browser)).new_page()
            await page.goto(service.base)
            chat = Phone(page, person(8, datetime.now(UTC).date()))
            await chat.tap("start")
            await chat.tap("agree")
            said = await page.locator("#log .bubble").all_inner_texts()
            await page.reload()
            await chat.settled()
            assert await page.locator("#log .bubble").all_inner_texts() == said
            await chat.tap("agree")
            assert await chat.asks() == "pledge"
    finally:
        service.stop()


async def test_what_is_typed_offline_is_sent_when_the_line_returns(tmp_path: Path) -> None:
    """Without a line the page says so and keeps the message; with the line back it is answered once."""
    service = await Service(tmp_path).start().ready()
    try:
        async with real_browser() as browser:
            context = await phone(browser)
            page = await context.new_page()
            await page.goto(service.base)
            chat = Phone(page, person(9, datetime.now(UTC).date()))
            await chat.settled()
            await context.set_offline(True)
            await page.locator("#say").fill("要多少钱")
            await page.locator("button.send").tap()
            await expect(page.locator("#offline")).to_contain_text("网络断了", timeout=QUICK)
            await context.set_offline(False)
            await chat.settled()
            await expect(page.locator("#offline")).to_be_hidden(timeout=QUICK)
            await expect(page.locator(".bubble.mine", has_text="要多少钱")).to_have_count(1)
            await expect(chat.newest).to_contain_text("不收钱")
    finally:
        service.stop()
