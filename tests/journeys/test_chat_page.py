"""What the applicant's page promises to eyes, thumbs and bad lines, each looked at in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bot.desk.people import MORNING
from tests.journeys.browser import phone, real_browser, watch
from tests.journeys.test_in_the_browser import Phone
from tests.journeys.whole_house import WholeHouse, whole_house
from tests.simulators.people import paper, person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(120)]
SMALLER_THAN = """least => [...document.querySelectorAll("button, textarea, a[download]")]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().width)
  .map(one => [one.textContent.trim() || one.id || one.ariaLabel, one.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < least - 0.5)
  .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""
TEXT = """() => { const seen = getComputedStyle([...document.querySelectorAll("#log .bubble")].at(-1));
  return [parseFloat(seen.fontSize), parseFloat(seen.lineHeight) / parseFloat(seen.fontSize)]; }"""
#: How much of the newest words can be seen between the top and the composer, in points.
SEEN = """() => { const box = [...document.querySelectorAll("#log .bubble.theirs")].at(-1).getBoundingClientRect();
  const head = document.querySelector(".top");
  const top = getComputedStyle(head).position === "sticky" ? head.getBoundingClientRect().bottom : 0;
  const foot = document.querySelector(".composer").getBoundingClientRect().top;
  return Math.min(box.bottom, foot) - Math.max(box.top, top); }"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[WholeHouse]:
    """The whole service."""
    async with whole_house(tmp_path, uploads=True) as house:
        yield house


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium."""
    async with real_browser() as browser:
        yield browser


async def opened(browser: Browser, house: WholeHouse, seed: int = 12) -> Phone:
    """The page on a telephone, settled."""
    page = await (await phone(browser)).new_page()
    await page.goto(house.base)
    chat = Phone(page, person(seed, MORNING.date()))
    await chat.settled()
    return chat


async def reach(chat: Phone, question: str) -> None:
    """Answer until that question stands."""
    await chat.tap("start")
    while (asks := await chat.asks()) != question:
        await chat.answer(asks, [paper("page")])


async def test_elder_mode_is_large_roomy_and_remembered(browser: Browser, house: WholeHouse) -> None:
    """适老化: 18 pt and more, lines 1.3 apart, nothing to press below 60 points; the next visit is the same."""
    chat = await opened(browser, house)
    page = chat.page
    await chat.tap("start")
    assert await page.evaluate(SMALLER_THAN, 44) == []
    await page.locator("#elder").tap()
    await expect(page.locator("#elder")).to_have_attribute("aria-pressed", "true")
    size, spacing = await page.evaluate(TEXT)
    assert size >= 24  # 18 pt
    assert spacing >= 1.3
    assert await page.evaluate(SMALLER_THAN, 60) == []
    await page.reload()
    await chat.settled()
    assert (await page.evaluate(TEXT))[0] == size
    await page.locator("#elder").tap()
    assert (await page.evaluate(TEXT))[0] < size


async def test_the_dark_follows_the_telephone_by_itself(browser: Browser, house: WholeHouse) -> None:
    """Light words on a dark ground as soon as the system says so, and back."""
    chat = await opened(browser, house)
    ground = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    words = (
        "() => getComputedStyle(document.querySelector('#log .bubble')).color.match(/\\d+/g).slice(0, 3).map(Number)"
    )
    assert sum(await chat.page.evaluate(ground)) > sum(await chat.page.evaluate(words)) + 300
    await chat.page.emulate_media(color_scheme="dark")
    assert sum(await chat.page.evaluate(words)) > sum(await chat.page.evaluate(ground)) + 300


@pytest.mark.parametrize(("width", "height"), [(640, 450), (320, 568), (195, 422)])
async def test_under_zoom_nothing_scrolls_sideways_and_the_question_stays_in_sight(
    browser: Browser, house: WholeHouse, width: int, height: int
) -> None:
    """200 % on a laptop, 400 % (WCAG 1.4.10), 200 % on a telephone: words and input are there, large letters too."""
    chat = await opened(browser, house)
    page = chat.page
    await page.set_viewport_size({"width": width, "height": height})
    for large in (False, True):
        if large:
            await page.locator("#elder").tap()
        await chat.tap("start" if not large else "agree")
        await page.wait_for_timeout(150)
        assert await page.evaluate("() => document.scrollingElement.scrollWidth") <= width
        assert await page.evaluate(SEEN) > 24
        box = await page.locator("#say").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height
        assert box["width"] > 60


async def test_what_is_said_is_a_log_that_a_reader_hears_once(browser: Browser, house: WholeHouse) -> None:
    """role=log, polite, additions only; history is put there silently; the focus of a keyboard follows the answer."""
    chat = await opened(browser, house)
    page, log = chat.page, chat.page.get_by_role("log", name="对话")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).to_have_attribute("aria-relevant", "additions")
    await page.locator('#log button[data-value="start"]').focus()
    await page.keyboard.press("Enter")
    await page.locator('#log button[data-value="agree"]').wait_for()
    inside = "() => [...document.querySelectorAll('#log > .turn')].at(-1).contains(document.activeElement)"
    await page.wait_for_function(inside)
    for value in ("agree", "agree", "agree", "self"):
        await chat.settled()
        await page.locator(f'#log > .turn:last-child button[data-value="{value}"]').focus()
        await page.keyboard.press("Enter")
    await chat.settled()
    assert await page.evaluate(inside)
    spoken = """() => { window.spoken = []; const log = document.getElementById("log");
      new MutationObserver(all => all.forEach(one => one.addedNodes.forEach(
        node => window.spoken.push(log.getAttribute("aria-live"))))).observe(log, { childList: true }); }"""
    await page.evaluate(spoken)
    await chat.type("要多少钱")
    assert set(await page.evaluate("() => window.spoken")) == {"polite"}
    await page.add_init_script(f"addEventListener('DOMContentLoaded', {spoken})")
    await page.reload()
    await chat.settled()
    assert set(await page.evaluate("() => window.spoken")) == {"off"}
    await expect(log).to_have_attribute("aria-live", "polite")


async def slow_line(page: Page, bytes_a_second: int) -> None:
    """A line that sends no faster than this; 0 lets it go."""
    session = await page.context.new_cdp_session(page)
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second or -1}
    await session.send("Network.emulateNetworkConditions", conditions)


async def test_an_upload_shows_how_far_it_is_and_its_bar_goes_when_it_is_done(
    browser: Browser, house: WholeHouse
) -> None:
    """On a slow line the bar grows and says so in words; then the page is taken and the bar is gone."""
    chat = await opened(browser, house)
    await reach(chat, "materials")
    page = chat.page
    photo = paper("page", size=(2400, 3200))
    await slow_line(page, len(photo) // 3)
    await page.locator("#files").set_input_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo}])
    bar, told, seen = page.get_by_role("progressbar", name="上传进度"), page.locator(".bubble.mine small").last, []
    await expect(bar).to_be_visible()
    for _ in range(60):
        if not await bar.count():
            break
        seen.append((await bar.evaluate("bar => bar.value"), await told.text_content(timeout=1000)))
        if seen[-1][0] == 1:
            break
        await asyncio.sleep(0.1)
    values = [value for value, _ in seen]
    assert values == sorted(values)
    assert len(set(values)) >= 3
    assert any("正在上传" in (words or "") for _, words in seen)
    await slow_line(page, 0)
    await chat.settled()
    await expect(bar).to_have_count(0)
    await expect(chat.newest).to_contain_text("收到 1 张")


async def test_words_and_photographs_wait_for_the_line_and_are_sent_once_in_their_order(
    browser: Browser, house: WholeHouse
) -> None:
    """Two messages and a photograph without a line: all stand there, the line says so; back, each is answered once."""
    chat = await opened(browser, house)
    complaints = watch(chat.page)
    await reach(chat, "materials")
    page = chat.page
    await page.context.set_offline(True)
    for words in ("要多少钱", "多久能办好"):
        await page.locator("#say").fill(words)
        await page.locator("button.send").tap()
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": paper("page", seed=5)}
    await page.locator("#files").set_input_files([photo])  # type: ignore[list-item]  # its own FilePayload
    await expect(page.locator(".bubble.mine.waiting")).to_have_count(3)
    await expect(page.locator("#offline")).to_contain_text("您写的内容还在")
    await page.context.set_offline(False)
    await chat.settled()
    await expect(page.locator("#offline")).to_be_hidden()
    for words in ("要多少钱", "多久能办好"):
        await expect(page.locator(".bubble.mine", has_text=words)).to_have_count(1)
    await expect(chat.newest).to_contain_text("收到 1 张")
    said = await page.locator("#log .bubble.theirs").all_inner_texts()
    assert [n for n, words in enumerate(said) if "不收钱" in words] < [
        n for n, words in enumerate(said) if "工作日" in words
    ]
    assert [one for one in complaints if "ERR_INTERNET_DISCONNECTED" not in one] == []


async def test_closing_the_page_with_unsent_words_asks_first(browser: Browser, house: WholeHouse) -> None:
    """They are kept in the page alone, so the page holds on to them; with everything sent it closes silently."""
    chat = await opened(browser, house)
    page, asked = chat.page, list[str]()

    async def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]  # Playwright's Dialog
        await dialog.dismiss()  # type: ignore[attr-defined]  # likewise

    page.on("dialog", stay)
    await page.context.set_offline(True)
    await page.locator("#say").fill("还没发出去的话")
    await page.locator("button.send").tap()
    await page.locator("#offline").wait_for()
    await page.close(run_before_unload=True)
    await asyncio.sleep(0.3)
    assert asked == ["beforeunload"]
    assert not page.is_closed()
    await page.context.set_offline(False)
    await chat.settled()
    async with page.expect_event("close", timeout=5000):
        await page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
