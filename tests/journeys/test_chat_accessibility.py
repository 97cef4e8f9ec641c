"""axe-core finds nothing on the applicant's page in its three faces, all along the road and when a notice comes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.bot.desk.people import MORNING
from tests.journeys.accessibility import findings
from tests.journeys.browser import phone, real_browser
from tests.journeys.pictures import returned
from tests.journeys.test_in_the_browser import NUMBER, Phone
from tests.journeys.whole_house import whole_house
from tests.simulators.people import paper, person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(240)]


async def in_every_face(page: Page, where: str) -> list[str]:
    """What axe finds by day, by night, in large letters, and in large letters by night; the page is left as it was."""
    found = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for size in ("normal", "elder"):
            # A long notice is shown from its beginning; its buttons are reached by scrolling, as a thumb would.
            await page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
            found += [f"{where}, {scheme}, {size}: {one}" for one in await findings(page)]
            await page.locator("#elder").tap()
            await page.wait_for_timeout(50)
    await page.emulate_media(color_scheme="light")
    return found


async def test_axe_finds_nothing_on_the_applicants_page_in_any_face(tmp_path: Path) -> None:
    """Greeting, pledge, ticks, a mistake, photographs, review, signature, number, a notice, no line."""
    async with whole_house(tmp_path, uploads=True) as house, real_browser() as browser:
        page = await (await phone(browser)).new_page()
        await page.goto(house.base)
        chat = Phone(page, person(12, MORNING.date()))
        await chat.settled()
        found = await in_every_face(page, "greeting")
        await chat.tap("start")
        while asks := await chat.asks():
            if asks in ("pledge", "ground", "materials", "review", "declaration"):
                found += await in_every_face(page, asks)
            if asks == "id_number":
                await chat.type("36110419920801933")
                found += await in_every_face(page, "mistake")
            if asks == "materials":
                await chat.photograph(paper("page", seed=1))
                found += await in_every_face(page, "photographed")
            await chat.answer(asks, [paper("page", seed=2)])
        found += await in_every_face(page, "submitted")
        number = NUMBER.search(await chat.newest.inner_text())
        assert number is not None
        await returned(house, number[0])
        await page.locator('button[data-value^="mend:"]').last.wait_for()
        found += await in_every_face(page, "notice")
        await page.context.set_offline(True)
        await page.locator("#say").fill("在吗")
        await page.locator("button.send").tap()
        await page.locator("#offline").wait_for()
        found += await in_every_face(page, "offline")
        assert not found, "\n".join(found)
