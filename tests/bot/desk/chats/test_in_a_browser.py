"""The chats' own script in a real Chromium, and a telephone beside the counter."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.bot.desk.both_sides import BothSides
from tests.bot.desk.chats.test_chats import waiting
from tests.bot.desk.conftest import PASSWORD
from tests.bot.desk.counter.qr_reader import read_svg
from tests.bot.desk.counter.test_counter import begun, entry, reach
from tests.bot.pages import drawn, encoded
from tests.journeys.browser import desktop, phone, real_browser, watch

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


async def sign_in(page: Page, sides: BothSides, login: str) -> None:
    """By keyboard."""
    await page.goto(f"{sides.base}/desk/login")
    await page.keyboard.type(login)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("header.top")


async def test_words_appear_by_themselves_and_what_is_typed_stays(sides: BothSides) -> None:
    """The list grows, the count stands in the tab, a message arrives while an answer is being written."""
    async with real_browser() as browser:
        page = await (await desktop(browser)).new_page()
        complaints = watch(page)
        await sign_in(page, sides, "wu")
        await page.goto(f"{sides.base}/desk/chats")
        applicant = await waiting(sides)
        await page.wait_for_selector("#chats-rows tbody tr", timeout=8000)
        assert (await page.title()).startswith("（1）")
        assert "1" in await page.inner_text(".top nav a[href='/desk/chats']")
        await page.click("#chats-rows tbody a")
        await page.fill("#wanted", "要不要钱")
        await page.wait_for_selector("#ready details:first-child summary >> text=钱")
        await page.click("#ready summary")
        await page.click("#ready a[data-insert] >> nth=0")
        typed = await page.input_value("#reply")
        assert "不收钱" in typed
        await applicant.turn(text="还在吗")
        await page.wait_for_selector("#log >> text=还在吗", timeout=8000)
        assert await page.input_value("#reply") == typed
        assert complaints == []


async def test_a_telephone_scans_the_code_and_its_pages_appear_at_the_counter(sides: BothSides) -> None:
    """From the very code on the screen to the picture beside it, without a reload."""
    clerk = await begun(sides)
    await reach(sides, clerk, "materials")
    async with real_browser() as browser:
        page = await (await desktop(browser)).new_page()
        complaints = watch(page)
        await sign_in(page, sides, "lin")
        await page.goto(sides.base + entry(clerk))
        await page.click("form[action$='/link'] button")
        await page.wait_for_selector(".qr svg")
        telephone = await (await phone(browser)).new_page()
        complaints += watch(telephone)
        await telephone.goto(read_svg(await page.content()))
        await telephone.click("button")
        photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": encoded(drawn())}
        await telephone.set_input_files("input[type=file]", files=[photo])  # type: ignore[list-item]  # its own dict
        await telephone.click("button")
        await telephone.wait_for_selector("text=收到 1 张")
        await page.wait_for_selector("#sent img", timeout=8000)
        assert complaints == []
