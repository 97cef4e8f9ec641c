"""axe-core finds nothing on the chat page in its three faces."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.accessibility import findings
from tests.journeys.browser import phone, real_browser
from tests.journeys.whole_house import whole_house

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(240)]


@pytest.mark.parametrize("face", ["light", "dark", "elder"])
async def test_axe_finds_nothing_on_the_chat_page(tmp_path: Path, face: str) -> None:
    """The greeting, a question with choices and a misunderstanding: by day, by night and in large letters."""
    async with whole_house(tmp_path) as house, real_browser() as browser:
        page = await (await phone(browser, color_scheme="dark" if face == "dark" else "light")).new_page()
        await page.goto(house.base)
        await page.wait_for_selector("#log .turn button")
        if face == "elder":
            await page.locator("#elder").tap()
        found = await findings(page)
        await page.locator('button[data-value="start"]').tap()
        await page.wait_for_selector('button[data-value="agree"]')
        await page.locator("#say").fill("要多少钱")
        await page.locator("button.send").tap()
        await page.wait_for_selector("#log .bubble.mine >> text=要多少钱")
        await page.wait_for_selector(".bubble.waiting", state="detached")
        found += await findings(page)
        assert not found, "\n".join(found)
