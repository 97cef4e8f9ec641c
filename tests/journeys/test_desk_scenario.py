"""A week in real browsers: three clerks, four applicants on telephones, a walk-in, and what goes wrong between."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.desk.chats import room
from state_machine.case_records import CaseState, Flag
from state_machine.officers import Role
from storage import cases, queue
from tests.bot.desk.conftest import PASSWORD
from tests.bot.desk.counter.qr_reader import read_svg
from tests.journeys.browser import desktop, phone, real_browser, watch
from tests.journeys.test_in_the_browser import Phone
from tests.journeys.whole_house import WholeHouse, whole_house
from tests.simulators.people import Person, paper, person

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.timeout(240)]
FRIDAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TEAM = {
    "fang": ("方受理", {Role.INTAKE, Role.AGENT}),
    "qin": ("秦审核", {Role.INTAKE, Role.REVIEWER, Role.AGENT}),
    "pan": ("潘审批", {Role.APPROVER}),
}
LIVE = 10_000


class Screen:
    """One clerk's screen."""

    def __init__(self, house: WholeHouse, page: Page, login: str) -> None:
        self.house, self.page, self.login, self.complaints = house, page, login, watch(page)

    async def sign_in(self) -> None:
        """Through the door; anew after the night."""
        await self.go("/desk/login")
        await self.page.fill("#login", self.login)
        await self.page.fill("#password", PASSWORD)
        await self.page.press("#password", "Enter")
        await self.page.wait_for_selector("header.top")

    async def go(self, path: str) -> None:
        """Open a page of the desk."""
        await self.page.goto(self.house.base + path)

    async def press(self, ending: str) -> None:
        """The button of the form whose address ends so."""
        await self.page.locator(f"form[action$='{ending}'] button").first.click()

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
        await self.page.click(f"#r-{slug}-1")  # where the save is refused the box is gone before it could be looked at

    async def decide(self, act: str, done: str, opinion: str = "同意。") -> None:
        """The rest met, an opinion, the button, and the preview where there is one."""
        rest = self.page.locator("#tally form button")
        if await rest.count():
            await rest.click()
            await self.page.wait_for_selector("text=/已全部审完|全部符合/")
        await self.page.fill("#opinion", opinion)
        await self.page.click(f"button[name=act][value={act}]")
        confirm = self.page.locator("form:has(input[name=seen]) button.main")
        await expect(confirm.or_(self.page.locator(".say", has_text=done)).first).to_be_visible()
        if await confirm.count():
            await confirm.click()
        await self.page.wait_for_selector(f"text={done}")


class Applicant(Phone):
    """An applicant on a telephone of their own, with a cookie jar of their own."""

    complaints: list[str]
    number = ""

    async def say(self, text: str) -> None:
        """Type and send, whoever may answer."""
        await self.page.locator("#say").fill(text)
        await self.page.locator("button.send").tap()

    async def hears(self, words: str) -> None:
        """The telephone shows these words by itself."""
        await expect(self.page.locator("#log > .turn", has_text=words).last).to_be_visible(timeout=LIVE)


async def screen(house: WholeHouse, browser: Browser, login: str) -> Screen:
    """A clerk sits down."""
    made = Screen(house, await (await desktop(browser)).new_page(), login)
    await made.sign_in()
    return made


async def telephone(house: WholeHouse, browser: Browser, seed: int) -> Applicant:
    """Somebody opens the chat page on a telephone."""
    somebody = person(seed, FRIDAY.date())
    somebody.proofs = somebody.proofs[:1]
    page = await (await phone(browser)).new_page()
    made = Applicant(page, somebody)
    made.complaints = watch(page)
    await page.goto(house.base)
    return made


async def test_three_clerks_four_applicants_and_a_walk_in_live_through_a_week(tmp_path: Path) -> None:
    """Each trouble is said on the screen it happens on, each answer is heard on its telephone, no word is lost."""
    async with whole_house(tmp_path, uploads=True) as house, real_browser() as browser:
        house.time = FRIDAY
        for login, (name, roles) in TEAM.items():
            await house.hire(login, name, roles)
        fang, qin, pan = [await screen(house, browser, login) for login in TEAM]
        late, mended, asking, lapsed = everybody = [await telephone(house, browser, seed) for seed in (71, 72, 73, 74)]
        await asyncio.gather(*(applies(one) for one in (late, mended, lapsed)), stops_at(asking, "phone"))

        await asks_for_a_person(house, asking, fang, qin)
        await fang.find(late.number)
        await fang.decide("accept", "已受理。")
        await late.hears("已经受理了")

        house.time = TUESDAY
        for clerk in (fang, qin):
            await clerk.sign_in()
        await correction(fang, mended)
        await claim_taken_over(fang, qin, asking.number)
        await asking.hears("已经受理了")
        await claim_lapsed(house, fang, lapsed.number)
        await lapsed.hears("已经受理了")
        walk_in = await at_the_counter(house, browser, fang)
        await fang.find(walk_in)
        await fang.decide("accept", "已受理。")

        house.time = WEDNESDAY
        await decided_late(qin, pan, late)
        ended = {one.number: await state_of(house, one.number) for one in everybody}
        assert ended.pop(late.number) is CaseState.ISSUED
        assert set(ended.values()) == {CaseState.ACCEPTED}
        assert await state_of(house, walk_in) is CaseState.ACCEPTED
        await walk_in_is_on_the_call_list(fang, walk_in)
        refused = "Failed to load resource: the server responded with a status of 409 (Conflict)"
        assert [said for one in (fang, qin, pan) for said in one.complaints if said != refused] == []
        assert [said for one in everybody for said in one.complaints] == []


async def applies(applicant: Applicant) -> None:
    """From the menu to the number."""
    applicant.number = await applicant.apply([paper("page", seed=1)])


async def stops_at(applicant: Applicant, question: str) -> None:
    """Answers until that question stands."""
    await applicant.tap("start")
    while (asks := await applicant.asks()) != question:
        await applicant.answer(asks, [paper("page", seed=2)])


async def asks_for_a_person(house: WholeHouse, applicant: Applicant, first: Screen, second: Screen) -> None:
    """The first clerk takes the chat and leaves it; alerted, the second takes it over; then exactly where it was."""
    await second.go("/desk/chats")
    await applicant.say("找人工")
    await applicant.hears("已经告诉工作人员")
    chat = second.page.locator("#chats-rows tbody a")
    await expect(chat).to_have_count(1, timeout=LIVE)  # by itself, without a reload
    await first.go("/desk/chats")
    await first.page.click("#chats-rows tbody a")
    await first.press("/take")
    await applicant.say("身份证上的老家地址要不要填")
    await expect(first.page.locator("#log")).to_contain_text("老家地址", timeout=LIVE)
    await expect(first.page.locator("#beside")).to_contain_text(applicant.person.name)
    house.wait(minutes=11)
    assert await house.service.desk.attending.round(house.time) == 1
    await applicant.hears("久等")
    await expect(second.page.locator("#chats-rows tr.late")).to_contain_text("等太久了", timeout=LIVE)
    await chat.click()
    await second.press("/take-over")
    await second.page.fill("#reply", "要填，照户口本上的写。")
    await second.press("/reply")
    await applicant.hears("要填，照户口本上的写。")
    await second.press("/hand-back")
    await expect(applicant.newest).to_contain_text("手机号", timeout=LIVE)
    await applicant.type(applicant.person.answers["phone"])
    applicant.number = await applicant.carry_on([paper("page", seed=3)])


async def correction(clerk: Screen, applicant: Applicant) -> None:
    """退回补正 is read first; the applicant presses its button; the clerk judges what changed, before and after."""
    await clerk.find(applicant.number)
    await clerk.unmet("answer:current_address", "门牌号看不清")
    await clerk.decide("return_for_correction", "已退回补正。", "请按通知改。")
    await applicant.hears("门牌号看不清")
    old = applicant.person.answers["current_address"]
    applicant.person.answers["current_address"] = f"{old}东边"
    await applicant.page.locator('button[data-value^="mend:"]').last.tap()
    await expect(applicant.newest).to_have_attribute("data-asks", "current_address", timeout=LIVE)
    assert await applicant.carry_on([]) == applicant.number
    await clerk.find(applicant.number)
    await expect(clerk.page.locator(".changed.card")).to_contain_text("住址")
    await expect(clerk.page.locator("tr.changed del")).to_have_text(old)
    await expect(clerk.page.locator("tr.changed .value")).to_contain_text("东边")
    await expect(clerk.page.locator("#v-answer-name")).to_contain_text("没有变动")
    await clerk.decide("accept", "已受理。")
    await applicant.hears("已经受理了")


async def claim_taken_over(first: Screen, second: Screen, number: str) -> None:
    """The first clerk's words stay on the screen and are not saved; the second decides."""
    await first.find(number)
    await first.page.check("#no-answer-name")
    await second.find(number)
    await second.page.click("a[href$='/takeover']")
    await expect(second.page.locator("main")).to_contain_text("方受理")
    await second.press("/takeover")
    await second.page.wait_for_selector("html.js #opinion")
    await first.unmet("answer:name", "正写着，被接办了")
    await expect(first.page.locator("#v-answer-name")).to_contain_text("没有保存")
    await expect(first.page.locator("#v-answer-name")).to_contain_text("正写着，被接办了")
    await second.decide("accept", "已受理。")


async def claim_lapsed(house: WholeHouse, clerk: Screen, number: str) -> None:
    """After half an hour away nothing is saved silently; one press claims anew and saves."""
    await clerk.find(number)
    house.wait(minutes=31)
    await clerk.page.check("#yes-answer-name")
    again = clerk.page.locator("#v-answer-name button[formaction]")
    await expect(clerk.page.locator("#v-answer-name")).to_contain_text("没有保存")
    await again.click()
    await expect(clerk.page.locator("#v-answer-name .kept")).to_contain_text("已保存")
    await clerk.decide("accept", "已受理。")


async def at_the_counter(house: WholeHouse, browser: Browser, clerk: Screen) -> str:
    """The clerk reads the questions out and presses the answers; the photographs come from the walk-in's telephone."""
    walk_in, page = person(75, FRIDAY.date()), clerk.page
    await clerk.go("/desk/counter")
    await page.locator("form[action='/desk/counter'] button").click()
    while await asked_at(house, page) != "materials":
        await answered(house, page, walk_in)
    await clerk.press("/link")
    theirs = await (await phone(browser)).new_page()
    complaints = watch(theirs)
    await theirs.goto(read_svg(await page.content()))
    await theirs.locator("button").tap()
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": paper("page", seed=4)}
    await theirs.set_input_files("input[type=file]", files=[photo])  # type: ignore[list-item]  # its own dict
    await theirs.locator("button").tap()
    await expect(theirs.locator("main")).to_contain_text("收到 1 张", timeout=LIVE)
    await expect(page.locator("#sent img")).to_have_count(1, timeout=LIVE)  # by itself, beside the code
    await clerk.go(page.url.removeprefix(house.base).removesuffix("/link"))
    while await page.locator("a[href*='/receipt/']").count() == 0:
        await answered(house, page, walk_in)
    await page.click("a[href*='/receipt/']")
    await expect(page.locator(".receipt")).to_contain_text("收到您的申请了")
    number = await page.locator(".receipt td.number strong").inner_text()
    county, keyring = house.rules.county_code, house.archive.keyring
    (row,) = await house.archive.read(lambda conn: queue.by_number(conn, keyring, county, number))
    stored = await house.archive.read(lambda conn: cases.load(conn, keyring, row.case_id))
    assert stored is not None
    assert Flag.AT_COUNTER in stored.record.flags
    assert complaints == []
    return number


async def asked_at(house: WholeHouse, page: Page) -> str:
    """Which question the walk-in's entry is at."""
    account_id = re.findall(r"/desk/counter/([0-9a-f]{32})", page.url)[0]
    found = await house.archive.read(lambda conn: room.interview_of(conn, house.service, account_id))
    assert found.interview is not None
    return found.interview.state.value


async def answered(house: WholeHouse, page: Page, walk_in: Person) -> None:
    """The pending question, pressed where it can be pressed, else typed."""
    asks = await asked_at(house, page)
    if asks.startswith("pledge"):
        await pressed(page, "agree")
    elif asks in ("ground", "proofs"):
        await pressed(page, walk_in.ground if asks == "ground" else walk_in.proofs[0])
        await pressed(page, "done")
    elif asks == "materials":
        await pressed(page, "done")
    elif await page.locator(f"#asked button[name=choice][value='{walk_in.answers[asks]}']").count():
        await pressed(page, walk_in.answers[asks])
    else:
        await page.fill("#answer", walk_in.answers[asks])
        await page.click("form.reply button")
        await page.wait_for_load_state("load")


async def pressed(page: Page, value: str) -> None:
    """One button of the question."""
    await page.locator(f"#asked form button[name=choice][value='{value}']").first.click()
    await page.wait_for_load_state("load")


async def decided_late(reviewer: Screen, approver: Screen, applicant: Applicant) -> None:
    """A day past its term the case stands first, in red and in words; then it is decided and heard of."""
    await reviewer.sign_in()
    await reviewer.go("/desk?office=reviewer")
    await expect(reviewer.page.locator("table.queue tbody tr").first).to_contain_text(applicant.number)
    await expect(reviewer.page.locator("tr.late").first).to_contain_text("已逾期 1 天")
    await reviewer.page.keyboard.press("n")
    await reviewer.page.wait_for_selector("html.js #opinion")
    await reviewer.decide("examine", "已送审批。")
    await approver.sign_in()
    await approver.find(applicant.number)
    await approver.decide("approve", "已批准。")
    await approver.decide("issue", "已签发。", "")
    await applicant.hears("办好了")


async def walk_in_is_on_the_call_list(clerk: Screen, number: str) -> None:
    """Whoever has no chat is telephoned; told, the notice has ended and the case says so."""
    await clerk.sign_in()
    await clerk.go("/desk/calls")
    await clerk.page.locator("tr", has_text=number).locator("a").click()
    await expect(clerk.page.locator(".letter")).to_contain_text("带上回执到窗口问")
    await clerk.page.check("input[value=reached]")
    await clerk.press(clerk.page.url.rpartition("/")[2])
    await clerk.page.wait_for_selector("text=没有要打的电话")
    await clerk.find(number)
    await expect(clerk.page.locator(".timeline")).to_contain_text("已电话告知")


async def state_of(house: WholeHouse, number: str) -> CaseState:
    """Where a case stands, by its number."""
    county, keyring = house.rules.county_code, house.archive.keyring
    (row,) = await house.archive.read(lambda conn: queue.by_number(conn, keyring, county, number))
    return row.state
