"""A week at the desk in real browsers: three clerks, four applicants, and what goes wrong in between."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from state_machine.case_records import CaseState
from storage import queue
from tests.bot.desk.conftest import PASSWORD
from tests.journeys.browser import desktop, real_browser, watch
from tests.journeys.test_every_end import correct, heard
from tests.journeys.whole_house import WholeHouse, whole_house
from tests.simulators.applicant import Applicant
from tests.simulators.people import person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(240)]
FRIDAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


class Screen:
    """One clerk's screen."""

    def __init__(self, house: WholeHouse, page: Page, login: str) -> None:
        self.house, self.page, self.login, self.complaints = house, page, login, watch(page)

    async def sign_in(self) -> None:
        """Through the door; anew after the night."""
        await self.page.goto(f"{self.house.base}/desk/login")
        await self.page.fill("#login", self.login)
        await self.page.fill("#password", PASSWORD)
        await self.page.press("#password", "Enter")
        await self.page.wait_for_selector("header.top")

    async def find(self, number: str) -> None:
        """Search the case and claim it if it is free."""
        await self.page.fill("#search", number)
        await self.page.press("#search", "Enter")
        await self.page.wait_for_selector("html.js #tally")
        claim = self.page.locator("form[action$='/claim'] button")
        if await claim.count():
            await claim.click()
            await self.page.wait_for_selector("html.js #opinion")

    async def unmet(self, item: str, note: str = "") -> None:
        """One item 不符, with its first reason."""
        slug = item.replace(":", "-")
        await self.page.check(f"#no-{slug}")
        if note:
            await self.page.fill(f"#n-{slug}", note)
        await self.page.check(f"#r-{slug}-1")

    async def decide(self, act: str, done: str, opinion: str = "同意。") -> None:
        """The rest met, an opinion, the button, and the preview where there is one."""
        rest = self.page.locator("#tally form button")
        if await rest.count():
            await rest.click()
            await self.page.wait_for_selector("text=已全部审完")
        await self.page.fill("#opinion", opinion)
        await self.page.click(f"button[name=act][value={act}]")
        confirm = self.page.locator("form:has(input[name=seen]) button.main")
        await expect(confirm.or_(self.page.locator(".say", has_text=done)).first).to_be_visible()
        if await confirm.count():
            await confirm.click()
        await self.page.wait_for_selector(f"text={done}")


async def screen(house: WholeHouse, browser: Browser, login: str) -> Screen:
    """A clerk sits down."""
    made = Screen(house, await (await desktop(browser)).new_page(), login)
    await made.sign_in()
    return made


async def state_of(house: WholeHouse, number: str) -> CaseState:
    """Where a case stands, by its number."""
    county, keyring = house.rules.county_code, house.archive.keyring
    (row,) = await house.archive.read(lambda conn: queue.by_number(conn, keyring, county, number))
    return row.state


async def test_three_clerks_and_four_applicants_live_through_a_week(tmp_path: Path) -> None:
    """Each trouble is said on the screen it happens on, nothing typed is lost, and all four are accepted in the end."""
    async with whole_house(tmp_path, uploads=True) as house, real_browser() as browser:
        house.time = FRIDAY
        people = [Applicant(house.base, person(seed, FRIDAY.date())) for seed in (71, 72, 73, 74)]
        late, mended, taken, lapsed = [await one.apply() for one in people]
        lin, quan, zhou = [await screen(house, browser, login) for login in ("lin", "quan", "zhou")]
        try:
            await lin.find(late)
            await lin.decide("accept", "已受理。")
            await correction(lin, mended, people[1])
            await takeover(lin, quan, taken)
            await lapse(house, lin, lapsed)
            house.time = WEDNESDAY
            await lateness(zhou, quan, late)
            news = people[0].events()
            words = [await heard(news, late) for _ in range(3)]
            assert "办好了" in words[-1]
            assert await state_of(house, late) is CaseState.ISSUED
            assert {await state_of(house, number) for number in (mended, taken, lapsed)} == {CaseState.ACCEPTED}
            refused = "Failed to load resource: the server responded with a status of 409 (Conflict)"
            assert [said for one in (lin, quan, zhou) for said in one.complaints if said != refused] == []
        finally:
            for one in people:
                await one.http.close()


async def correction(lin: Screen, number: str, applicant: Applicant) -> None:
    """退回补正 with the notice read first; then only what changed is open, with what it was before."""
    await lin.find(number)
    await lin.unmet("answer:current_address", "门牌号看不清")
    await lin.decide("return_for_correction", "已退回补正。", "请按通知改。")
    await correct(applicant)
    await lin.find(number)
    changed = lin.page.locator(".changed.card")
    await expect(changed).to_contain_text("住址")
    await expect(lin.page.locator("tr.changed del")).to_have_count(1)
    await expect(lin.page.locator("#v-answer-name")).to_contain_text("没有变动")
    await lin.decide("accept", "已受理。")


async def takeover(lin: Screen, quan: Screen, number: str) -> None:
    """The first clerk's words stay on the screen and are not saved; the second decides."""
    await lin.find(number)
    await lin.page.check("#no-answer-name")
    await quan.find(number)
    await quan.page.click("a[href$='/takeover']")
    await expect(quan.page.locator("main")).to_contain_text("林受理")
    await quan.page.click("form[action$='/takeover'] button")
    await quan.page.wait_for_selector("html.js #opinion")
    await lin.unmet("answer:name", "正写着，被接办了")
    await expect(lin.page.locator("#v-answer-name")).to_contain_text("没有保存")
    await expect(lin.page.locator("#v-answer-name")).to_contain_text("正写着，被接办了")
    await quan.decide("accept", "已受理。")


async def lapse(house: WholeHouse, lin: Screen, number: str) -> None:
    """After half an hour away nothing is saved silently; one press claims anew and saves."""
    await lin.find(number)
    house.wait(minutes=31)
    await lin.page.check("#yes-answer-name")
    again = lin.page.locator("#v-answer-name button[formaction]")
    await expect(lin.page.locator("#v-answer-name")).to_contain_text("没有保存")
    await again.click()
    await expect(lin.page.locator("#v-answer-name .kept")).to_contain_text("已保存")
    await lin.decide("accept", "已受理。")


async def lateness(zhou: Screen, quan: Screen, number: str) -> None:
    """A day past its term the case stands first, in red and in words; then it is decided."""
    await zhou.sign_in()
    await expect(zhou.page.locator("table.queue tbody tr").first).to_contain_text(number)
    await expect(zhou.page.locator("tr.late").first).to_contain_text("已逾期 1 天")
    await zhou.page.keyboard.press("n")
    await zhou.page.wait_for_selector("html.js #opinion")
    await zhou.decide("examine", "已送审批。")
    await quan.sign_in()
    await quan.find(number)
    await quan.decide("approve", "已批准。")
    await quan.decide("issue", "已签发。", "")
