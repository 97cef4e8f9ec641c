"""The desk's own script in a real Chromium: saving while ticking, keys, and words that outlive a lost session."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from bot.uploads.places import page_object
from state_machine.case_records import CaseRecord, CaseState
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


async def opened(house: House, page: Page, **given: int) -> CaseRecord:
    """A case taken from the queue, with its page's script at work."""
    case = await house.submit(**given)
    await page.goto(f"{house.base}/desk")
    await page.keyboard.press("n")
    await page.wait_for_selector("html.js #opinion")
    return case


async def sign_in(page: Page, login: str = "lin") -> None:
    """By keyboard."""
    await page.keyboard.type(login)
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


async def test_the_telephone_rings_and_everything_is_found_again_by_keys(house: House, screen: Page) -> None:
    """Half an opinion written: Esc, /, the caller's number, Enter; then back, and the words stand there."""
    called = await house.submit()
    case = await opened(house, screen)
    here = screen.url
    mine = called if called.case_id in here else case
    other = case if mine is called else called
    await screen.keyboard.press("o")
    await screen.keyboard.type("写到一半")
    for key in ("Escape", "/"):
        await screen.keyboard.press(key)
    await screen.keyboard.type(other.application_number)
    await screen.keyboard.press("Enter")
    await screen.wait_for_selector(f"h1:has-text('{other.application_number}')")
    await screen.go_back()  # Alt+←, which a browser without a window does not know
    await screen.wait_for_selector(f"h1:has-text('{mine.application_number}')")
    await screen.wait_for_selector("html.js #opinion")
    assert await screen.input_value("#opinion") == "写到一半"
    await screen.keyboard.press("r")
    await screen.wait_for_selector("text=全部符合")


async def test_each_office_decides_a_clean_case_by_at_most_twelve_keys(house: House) -> None:
    """Three people, no mouse: counted from the queue to the decision, the approver's permit issued included."""
    case = await house.submit()
    roads = {
        "lin": [("n", "#tally"), ("r", "text=全部符合"), ("a", "button:focus"), ("Enter", "text=已受理。")],
        "zhou": [("n", "#opinion"), ("a", "button:focus"), ("Enter", "text=已送审批。")],
        "ye": [
            ("n", "#opinion"),
            ("a", "button:focus"),
            ("Enter", "text=已批准。"),
            ("a", "button:focus"),
            ("Enter", "text=已签发。"),
        ],
    }
    async with real_browser() as browser:
        for login, road in roads.items():
            page = await (await desktop(browser)).new_page()
            await page.goto(f"{house.base}/desk/login")
            await sign_in(page, login)
            for key, there in road:
                await page.keyboard.press(key)
                await page.wait_for_selector(there)
            assert len(road) <= 12
    assert await state(house, case) is CaseState.ISSUED


async def test_reasons_are_ticked_by_digits_and_enter_goes_on(house: House, screen: Page) -> None:
    """With n 不符, a digit its reason, m the note, Esc back, Enter on: and all of it is saved without a mouse."""
    case = await opened(house, screen)
    await screen.keyboard.press("j")
    await screen.keyboard.press("j")
    await screen.keyboard.press("n")
    await screen.keyboard.press("2")
    await screen.keyboard.press("m")
    await screen.keyboard.type("njy2?/ 是笔误")
    await screen.keyboard.press("Escape")
    await screen.keyboard.press("Enter")
    await screen.wait_for_selector("#v-answer-name .kept >> text=已保存")
    assert await screen.evaluate("document.activeElement.form.elements.namedItem('item').value") == "answer:ethnicity"
    await screen.wait_for_function(
        "() => !document.querySelector('#v-answer-name .state').textContent.includes('正在')"
    )
    verdict = (await house.stored(case.case_id)).record.sheet.verdicts["answer:name"]
    assert (verdict.met, verdict.note, len(verdict.reasons)) == (False, "njy2?/ 是笔误", 1)
    assert not await screen.locator("#keys").is_visible()


async def test_single_keys_are_listed_and_can_be_switched_off(house: House, screen: Page) -> None:
    """The ? shows them all; switched off, none of them does anything (WCAG 2.1.4)."""
    case = await opened(house, screen)
    await screen.keyboard.press("?")
    await screen.wait_for_selector("#keys >> text=其余都符合")
    await screen.uncheck("#keys-on")
    await screen.keyboard.press("Escape")
    await screen.reload()
    for key in ("j", "y", "r", "?"):
        await screen.keyboard.press(key)
    await screen.wait_for_timeout(300)
    assert not await screen.locator("#keys").is_visible()
    assert not (await house.stored(case.case_id)).record.sheet.verdicts


async def test_a_takeover_says_so_and_loses_nothing_typed(house: House, screen: Page) -> None:
    """The colleague's claim wins; the note stands on the page, and is put back when the case is mine again."""
    case = await opened(house, screen)
    await screen.check("#no-answer-name")
    other = await house.as_("he")
    page = await other.go(f"/desk/cases/{case.case_id}/takeover")
    await other.press(page.form("/takeover"))
    await screen.fill("#n-answer-name", "写了很久的说明")
    await screen.click("#r-answer-name-1")  # the save is refused: the box may be gone before it is looked at
    await screen.wait_for_selector("#v-answer-name >> text=没有保存")
    assert "写了很久的说明" in await screen.inner_text("#v-answer-name")
    assert not (await house.stored(case.case_id)).record.sheet.verdicts
    page = await other.go(f"/desk/cases/{case.case_id}")
    await other.press(page.form("/release"))
    await screen.reload()
    await screen.click("form[action$='/claim'] button")
    await screen.wait_for_selector("#v-answer-name >> text=已经放回来了")
    assert await screen.input_value("#n-answer-name") == "写了很久的说明"
    await screen.click("#v-answer-name .state button")
    await screen.wait_for_selector("#v-answer-name .kept >> text=✓")
    assert (await house.stored(case.case_id)).record.sheet.verdicts["answer:name"].note == "写了很久的说明"


async def test_a_save_that_fails_says_so_and_is_tried_again(house: House, screen: Page) -> None:
    """Without a line the state says so; with the line back it saves by itself, and the rest waits for it."""
    case = await opened(house, screen)
    await screen.context.set_offline(True)
    await screen.check("#yes-answer-name")
    await screen.wait_for_selector("#v-answer-name >> text=没有保存成功")
    await screen.context.set_offline(False)
    await screen.wait_for_selector("#v-answer-name .kept >> text=✓")
    assert (await house.stored(case.case_id)).record.sheet.verdicts["answer:name"].met


async def test_the_rest_is_not_judged_over_a_verdict_half_given(house: House, screen: Page) -> None:
    """不符 without a reason yet is not swept into 其余都符合: the page says what is missing first."""
    case = await opened(house, screen)
    await screen.check("#no-answer-name")
    await screen.click("#tally form button")
    await screen.wait_for_selector("#v-answer-name >> text=至少勾一条理由")
    assert not (await house.stored(case.case_id)).record.sheet.verdicts
    await screen.check("#r-answer-name-1")
    await screen.click("#tally form button")
    await screen.wait_for_selector("text=已全部审完")
    assert not (await house.stored(case.case_id)).record.sheet.verdicts["answer:name"].met


async def test_the_viewer_turns_zooms_pages_and_follows_the_material_in_hand(house: House, screen: Page) -> None:
    """A material stands beside the form with the answers it proves; keys and buttons do the same."""
    await opened(house, screen, pages=2)
    picture = screen.locator("#viewer img")
    await expect(picture).to_be_visible()
    await expect(screen.locator("#viewer .beside")).to_contain_text("姓名")
    wide = (await picture.bounding_box() or {"width": 0})["width"]
    await screen.keyboard.press("+")
    assert (await picture.bounding_box() or {"width": 0})["width"] > wide
    await screen.keyboard.press("f")
    await screen.keyboard.press(".")
    assert "rotate(90deg)" in (await picture.get_attribute("style") or "")
    first = await picture.get_attribute("src")
    await screen.keyboard.press("]")
    assert await picture.get_attribute("src") != first
    await screen.click("[data-view=back]")
    assert await picture.get_attribute("src") == first
    await screen.keyboard.press("Escape")
    await expect(screen.locator("#viewer")).to_be_hidden()
    await screen.focus("#yes-material-labour_contract")
    await screen.keyboard.press("v")
    await expect(picture).to_be_visible()


async def test_a_pdf_is_paged_through_sheet_by_sheet_and_judging_does_not_turn_it_back(
    house: House, screen: Page
) -> None:
    """Two PDFs of three sheets: the keys lead through all six; zoom and turning work; y leaves the sheet as it is."""
    await opened(house, screen, pages=2, sheets=3)
    picture, place = screen.locator("#viewer img"), screen.locator("#viewer .place")
    for number in range(1, 7):
        await expect(place).to_contain_text(f"（{number} / 6）")
        await expect(place).to_contain_text(f"第 {(number - 1) % 3 + 1} / 3 页")
        across = number in (2, 5)
        lies = "image => image.complete && image.naturalWidth > image.naturalHeight"
        stands = "image => image.complete && image.naturalHeight > image.naturalWidth"
        await screen.wait_for_function(
            f"() => ({lies if across else stands})(document.querySelector('#viewer img'))", timeout=15_000
        )
        await screen.keyboard.press("]")
    await screen.keyboard.press("[")
    await expect(place).to_contain_text("（5 / 6）")
    await screen.wait_for_function("() => document.querySelector('#viewer img').complete")
    wide = (await picture.bounding_box() or {"width": 0})["width"]
    await screen.keyboard.press("+")
    assert (await picture.bounding_box() or {"width": 0})["width"] > wide
    await screen.keyboard.press(".")
    assert "rotate(90deg)" in (await picture.get_attribute("style") or "")
    await screen.focus("#yes-material-labour_contract")
    await screen.check("#yes-material-labour_contract")
    await expect(place).to_contain_text("（5 / 6）")
    small = screen.locator(".pages img").first
    await small.scroll_into_view_if_needed()
    await screen.wait_for_function("() => document.querySelector('.pages img').naturalWidth > 0", timeout=15_000)


async def test_a_sheet_that_cannot_be_drawn_says_so_and_the_way_to_the_file_stays(house: House, screen: Page) -> None:
    """A file that is no PDF any more: a sentence in the viewer, no broken picture, and the button to open it."""
    case = await house.submit(sheets=2)
    stored = await house.stored(case.case_id)
    place = page_object(case.application_id, case.pages[0].page_id)
    house.files.put_sealed_bytes(place, b"%PDF-1.7 nothing behind it", stored.key.secret)
    await screen.goto(f"{house.base}/desk")
    await screen.keyboard.press("n")
    await expect(screen.locator("#viewer .not-drawn")).to_be_visible(timeout=15_000)
    await expect(screen.locator("#viewer .stage")).to_be_hidden()
    await expect(screen.locator("#viewer .pdf-way a")).to_be_visible()
