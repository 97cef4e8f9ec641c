"""换手机接着办 in a real browser: axe finds nothing, and a code typed there brings the chat along."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.accessibility import findings
from tests.journeys.browser import phone, real_browser
from tests.journeys.whole_house import whole_house

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(240)]


async def test_the_page_is_for_everybody_and_joins_two_telephones(tmp_path: Path) -> None:
    """By day, by night, in large letters, with a code and with a problem; then two telephones are one chat."""
    async with whole_house(tmp_path) as house, real_browser() as browser:
        first = await (await phone(browser)).new_page()
        await first.goto(house.base)
        await first.locator("[data-say='换手机']").tap()
        await first.get_by_role("link", name="我有连接码").wait_for()
        second = await (await phone(browser)).new_page()
        found = []
        for scheme in ("light", "dark"):
            await second.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for elder in ("0", "1"):
                await second.goto(f"{house.base}/chat/devices")
                await second.evaluate("size => localStorage.setItem('elder', size)", elder)
                await second.reload()
                found += await findings(second)
                await second.get_by_role("textbox", name="连接码").fill("aaaa-aaaa")
                await second.get_by_role("button", name="连上").tap()
                await second.get_by_role("alert").wait_for()
                found += await findings(second)
        assert found == []
        await first.goto(f"{house.base}/chat/devices")
        await first.get_by_role("button", name="拿连接码").tap()
        code = await first.locator(".code").inner_text()
        await first.goto(house.base)
        await second.get_by_role("textbox", name="连接码").fill(code)
        await second.get_by_role("button", name="连上").tap()
        await second.get_by_text("连上了").wait_for()
        await first.get_by_text("连上了").wait_for()
