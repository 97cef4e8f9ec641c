"""`make pictures`: the screenshots in docs/pictures, taken from the running service with fictional people."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.journeys.browser import desktop, phone, real_browser
from tests.journeys.service import Service
from tests.journeys.staff import hire
from tests.journeys.test_in_the_browser import DeskPage, Phone
from tests.simulators.applicant import Applicant
from tests.simulators.people import paper, person

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


async def keep(page: Page, name: str, *, full: bool = False) -> None:
    """One screenshot into docs/pictures."""
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=full)


async def chat_pictures(browser: Browser, service: Service) -> Page:
    """The road on a phone; the page stays open for the news."""
    page = await (await phone(browser)).new_page()
    await page.goto(service.base)
    applicant = person(7, datetime.now(UTC).date())
    chat = Phone(page, applicant)
    await chat.settled()
    await keep(page, "chat-greeting")
    await chat.tap("start")
    await keep(page, "chat-pledge")
    taken = set()
    for _ in range(60):
        asks = await chat.asks()
        if asks in ("ground", "hukou_address", "proofs", "materials", "review", "declaration") and asks not in taken:
            taken.add(asks)
            await keep(page, f"chat-{asks}")
        if asks == "id_number" and asks not in taken:
            taken.add(asks)
            await chat.type("36110419920801933")
            await chat.type("要多少钱")
            await keep(page, "chat-mistake-and-question")
        if asks == "phone" and asks not in taken:
            taken.add(asks)
            await chat.type("流程图")
            await keep(page, "chat-flow")
            await chat.type("进度")
        if not asks:
            break
        await chat.answer(asks, [paper("page", seed=n) for n in range(2)])
    await keep(page, "chat")
    return page


async def other_faces(browser: Browser, service: Service) -> None:
    """The same page in the dark, and in large letters."""
    for name, more in (("chat-dark", {"color_scheme": "dark"}), ("chat-elder", {})):
        page = await (await phone(browser, **more)).new_page()
        await page.goto(service.base)
        chat = Phone(page, person(8, datetime.now(UTC).date()))
        await chat.settled()
        if name == "chat-elder":
            await page.locator("#elder").tap()
        await chat.tap("eligibility")
        await chat.tap("registered_time")
        await chat.type("今年9月1日到现在在庆元")
        await keep(page, name)


async def desk_pictures(browser: Browser, service: Service, team: dict[str, tuple[str, str]], chat: Page) -> None:
    """The desk: door, queue, case, preview, and the notice on the phone."""
    desk = DeskPage(await desktop(browser), service.base)
    page = await desk.context.new_page()
    await page.goto(f"{service.base}/desk/login")
    await keep(page, "desk-login")
    await desk.log_in(*team["intake"])
    await keep(desk.page, "desk-queue")
    await desk.take()
    await keep(desk.page, "desk")
    await desk.page.keyboard.press("?")
    await keep(desk.page, "desk-keys")
    await desk.page.keyboard.press("Escape")
    case = desk.page.url.split("?")[0]
    await desk.page.goto(f"{case}/form")
    await keep(desk.page, "desk-form", full=True)
    await desk.page.goto(case)
    await desk.page.locator("a[data-page]").first.click()
    await desk.page.wait_for_timeout(500)
    await desk.page.keyboard.press(".")
    await keep(desk.page, "desk-viewer")
    item = desk.page.locator('form.verdict:has(input[value="answer:current_address"])')
    await item.locator('input[value="no"]').check()
    await item.locator('input[name="reason"]').first.check()
    await desk.page.locator('form[action$="/rest"] button').click()
    await desk.page.wait_for_selector("text=已全部审完")
    await keep(desk.page, "desk-judged", full=True)
    await desk.page.locator('button[name="act"][value="return_for_correction"]').click()
    await desk.page.wait_for_selector(".letter")
    await keep(desk.page, "desk-preview")
    await desk.page.locator('form:has(input[name="seen"]) button.main').click()
    await desk.page.wait_for_load_state("load")
    await chat.wait_for_timeout(1500)
    await keep(chat, "chat-correction")


async def main() -> None:
    """Take them all."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder))
        team = hire(service)
        await service.start().ready()
        try:
            async with real_browser() as browser:
                chat = await chat_pictures(browser, service)
                await other_faces(browser, service)
                for seed in range(20, 32):
                    async with Applicant(service.base, person(seed, datetime.now(UTC).date())) as applicant:
                        await applicant.apply()
                await desk_pictures(browser, service, team, chat)
        finally:
            service.stop()


if __name__ == "__main__":
    asyncio.run(main())
