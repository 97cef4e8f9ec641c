"""The desk's own script in a real Chromium: saving while ticking, keys, and words that outlive a lost session."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from state_machine.case_records import CaseState
from tests.bot.desk.clerk import state
from tests.bot.desk.conftest import PASSWORD, House
from tests.journeys.browser import desktop, real_browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.fixture
async def screen(house: House) -> AsyncIterator[Page]:
    """A clerk's screen, signed in as intake; a script error or a broken policy fails the test."""
    troubles: list[str] = []
    async with real_browser() as browser:
        page = await (await desktop(browser)).new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
        await page.goto(f"{house.base}/desk/login")
        await sign_in(page)
        yield page
    assert troubles == []


async def sign_in(page: Page) -> None:
    """By keyboard."""
    await page.keyboard.type("lin")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("header.top")


async def test_a_clean_case_is_accepted_by_keys_alone_and_few_of_them(house: House, screen: Page) -> None:
    """With n the next case, y 符合, r the rest, a and Enter the main act: at most twelve keys after signing in."""
    case = await house.submit()
    await screen.goto(f"{house.base}/desk")
    keys = 0
    for key, there in (("n", "#tally"), ("j", ":focus"), ("y", "#v-answer-id_number .kept"), ("r", "text=全部符合")):
        await screen.keyboard.press(key)
        keys += 1
        await screen.wait_for_selector(there)
    await screen.keyboard.press("a")
    assert await state(house, case) is CaseState.SUBMITTED
    await screen.keyboard.press("Enter")
    await screen.wait_for_selector("text=已受理。")
    assert keys + 2 <= 12
    assert await state(house, case) is CaseState.ACCEPTED


async def test_a_verdict_is_saved_when_it_is_ticked_and_the_page_stays_where_it_is(house: House, screen: Page) -> None:
    """No reload: the opinion being written stays, the tally and the buttons follow."""
    case = await house.submit()
    await screen.goto(f"{house.base}/desk")
    await screen.keyboard.press("n")
    await screen.wait_for_selector("#opinion")
    await screen.check("#no-answer-name")
    assert not (await house.stored(case.case_id)).record.sheet.verdicts
    await screen.check("#r-answer-name-1")
    await screen.wait_for_selector("#v-answer-name .kept")
    await screen.wait_for_selector("#tally >> text=1 项不符")
    verdict = (await house.stored(case.case_id)).record.sheet.verdicts["answer:name"]
    assert not verdict.met


async def test_an_opinion_outlives_a_lost_session_and_an_autosave(house: House, screen: Page) -> None:
    """Typed, then a verdict saved, then signed out by time: after signing in again the words stand there."""
    case = await house.submit()
    await screen.goto(f"{house.base}/desk")
    await screen.keyboard.press("n")
    await screen.fill("#opinion", "已电话核实，")
    await screen.check("#yes-answer-name")
    await screen.wait_for_selector("#v-answer-name .kept")
    assert await screen.input_value("#opinion") == "已电话核实，"
    house.wait(minutes=90)
    await screen.goto(f"{house.base}/desk/cases/{case.case_id}")
    await screen.wait_for_selector("#password")
    await sign_in(screen)
    await screen.wait_for_selector("text=领办")
    await screen.click("form[action$='/claim'] button")
    await screen.wait_for_selector("#opinion")
    assert await screen.input_value("#opinion") == "已电话核实，"
