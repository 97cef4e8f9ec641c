"""`make pictures`: docs/pictures, every page at a telephone's size and at a clerk's, of a week of fictional people."""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page

from storage import cases, queue
from tests.bot.desk.clerk import act, confirm, judge, open_and_claim, rest
from tests.journeys import papers
from tests.journeys.browser import DESKTOP, PHONE, real_browser
from tests.journeys.lived_in import FRIDAY, Life, first_reason, lived_in
from tests.journeys.lived_in_chats import leave, with_people
from tests.journeys.sights import SIGHTS, sign_in, visit
from tests.journeys.test_in_the_browser import NUMBER, Phone
from tests.journeys.whole_house import WholeHouse, whole_house
from tests.simulators.people import person

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
#: The folder of a size: its window, dots a point, colours kept, and how much of a long page is kept (in points).
SIZES = {"phone": (PHONE, 1.5, 96, 2000), "desktop": (DESKTOP, 1.0, 96, 2000)}
#: What the applicant's pictures show, by their name.
CHAT = {
    "chat-greeting": "打开就能说话",
    "chat-pledge": "告知承诺，一段一段同意",
    "chat-ground": "可以点几项",
    "chat-hukou_address": "一次只问一件事",
    "chat-mistake-and-question": "号码打错了说明白；中间插一句问题，答完接着问",
    "chat-flow": "流程图：您在这里",
    "chat-proofs": "有哪些材料",
    "chat-materials": "拍照就行",
    "chat-review": "核对单",
    "chat-declaration": "声明和签名",
    "chat": "交上去了，有编号",
    "chat-correction": "要改的一次说完，按钮直接到那一项",
    "chat-offline": "网断了：写的还在，连上就发",
    "chat-elder": "长者模式：大字",
    "chat-dark": "深色",
}


async def context_of(browser: Browser, size: str, scheme: str = "light") -> BrowserContext:
    """A window of this size; both are touched, so that one script drives both."""
    window, dots, *_ = SIZES[size]
    return await browser.new_context(
        viewport=window,  # type: ignore[arg-type]  # a plain dict is its own ViewportSize
        device_scale_factor=dots,
        has_touch=True,
        is_mobile=size == "phone",
        locale="zh-CN",
        color_scheme="dark" if scheme == "dark" else "light",
    )


async def keep(page: Page, size: str, name: str, *, whole: bool = True) -> None:
    """One picture, in few colours; of a long page the upper part."""
    _, dots, colours, longest = SIZES[size]
    taken = await page.screenshot(full_page=whole, animations="disabled")
    with Image.open(io.BytesIO(taken)) as opened:
        picture = opened.convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, int(longest * dots))))
    in_few_colours(picture, colours).save(PICTURES / size / f"{name}.png", "PNG", optimize=True)


def in_few_colours(picture: Image.Image, colours: int) -> Image.Image:
    """The same picture in its most frequent colours: grounds and words keep theirs, the rims of letters the nearest."""
    counted = picture.getcolors(picture.width * picture.height) or []
    common = [colour for _, colour in sorted(counted, reverse=True)[:colours]]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in common + common[:1] * (256 - len(common)) for part in colour])  # type: ignore[union-attr]  # RGB colours are tuples
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


async def chat_pictures(browser: Browser, life: Life, size: str) -> None:
    """The applicant's road, then the notice that comes back, then the line that breaks."""
    page = await (await context_of(browser, size)).new_page()
    await page.goto(life.house.base)
    applicant = person(12 if size == "phone" else 13, FRIDAY.date())
    chat = Phone(page, applicant)
    await chat.settled()
    await keep(page, size, "chat-greeting", whole=False)
    await chat.tap("start")
    await keep(page, size, "chat-pledge", whole=False)
    taken: set[str] = set()
    while asks := await chat.asks():
        if f"chat-{asks}" in CHAT and asks not in taken:
            await keep(page, size, f"chat-{asks}", whole=False)
        if asks == "id_number" and asks not in taken:
            await chat.type("36110419920801933")
            await chat.type("要多少钱")
            await keep(page, size, "chat-mistake-and-question", whole=False)
        if asks == "phone" and asks not in taken:
            await chat.type("流程图")
            await page.wait_for_timeout(300)
            await keep(page, size, "chat-flow", whole=False)
            await chat.type("进度")
        taken.add(asks)
        await chat.answer(asks, [papers.jpeg(papers.sheet("材料", applicant.name, n)) for n in (1, 2)])
    await keep(page, size, "chat", whole=False)
    found = NUMBER.search(await chat.newest.inner_text())
    assert found is not None
    await returned(life.house, found[0])
    await page.locator('button[data-value^="mend:"]').last.wait_for()
    await page.wait_for_timeout(300)
    await keep(page, size, "chat-correction", whole=False)
    await page.context.set_offline(True)
    await page.locator("#say").fill("我明天再补可以吗")
    await page.locator("button.send").tap()
    await page.locator("#offline").wait_for()
    await keep(page, size, "chat-offline", whole=False)


async def returned(house: WholeHouse, number: str) -> None:
    """A clerk sends the application back with two things to mend."""
    county, keyring = house.rules.county_code, house.archive.keyring
    (row,) = await house.archive.read(lambda conn: queue.by_number(conn, keyring, county, number))
    stored = await house.archive.read(lambda conn: cases.load(conn, keyring, row.case_id))
    assert stored is not None
    clerk = await house.as_("lin")
    await open_and_claim(clerk, stored.record)
    for item in ("answer:current_address", "answer:name"):
        reason = first_reason(clerk, item.replace(":", "-"))
        await judge(clerk, item, False, [reason], "门牌号看不清" if "address" in item else "")
    await rest(clerk)
    await act(clerk, "return_for_correction", "请按通知改，改好再交。")
    await confirm(clerk)


async def other_faces(browser: Browser, life: Life, size: str) -> None:
    """The same page in the dark, and in large letters."""
    for name in ("chat-dark", "chat-elder"):
        page = await (await context_of(browser, size, name.partition("-")[2])).new_page()
        await page.goto(life.house.base)
        chat = Phone(page, person(8, FRIDAY.date()))
        await chat.settled()
        if name == "chat-elder":
            await page.locator("#elder").tap()
        await chat.tap("eligibility")
        await chat.tap("registered_time")
        await chat.type("今年9月1日到现在在庆元")
        await keep(page, size, name, whole=False)


async def desk_pictures(browser: Browser, life: Life, size: str) -> None:
    """Every sight of the desk; one window for each member of staff."""
    screens: dict[str, Page] = {}
    for sight in SIGHTS:
        if sight.who not in screens:
            screens[sight.who] = await sign_in(await context_of(browser, size), life, sight.who)
        page = screens[sight.who]
        await visit(page, sight, life)
        await page.wait_for_load_state("networkidle") if "events" not in sight.route and sight.who != "wu" else None
        await keep(page, size, sight.name)


def index() -> str:
    """docs/pictures/README.md: every picture with its caption, both sizes side by side."""
    captions = CHAT | {sight.name: sight.caption for sight in SIGHTS}
    lines = ["# 每一页的样子", "", "`make pictures` 生成；画面里的人、号码、材料都是编的。", ""]
    for heading, chosen in (("申请人", True), ("窗口", False)):
        lines += [f"## {heading}", "", "| 页面 | 手机 390 | 电脑 1280 |", "| --- | --- | --- |"]
        for name, caption in captions.items():
            if name.startswith(("chat-", "phone")) == chosen or (name == "chat" and chosen):
                pictures = [f'<a href="{s}/{name}.png"><img src="{s}/{name}.png" width="{w}" alt="{caption}"></a>'
                            for s, w in (("phone", 160), ("desktop", 420))]  # fmt: skip
                lines.append(f"| {caption} | {' | '.join(pictures)} |")
        lines.append("")
    return "\n".join(lines)


async def main(sizes: list[str]) -> None:
    """Take them all, or those of one size."""
    for size in sizes:
        (PICTURES / size).mkdir(parents=True, exist_ok=True)
        for old in (PICTURES / size).glob("*.png"):
            old.unlink()
        with tempfile.TemporaryDirectory() as folder:
            async with whole_house(Path(folder), uploads=True) as house, real_browser() as browser:
                life = await lived_in(house)
                await with_people(life)
                await desk_pictures(browser, life, size)
                await chat_pictures(browser, life, size)
                await other_faces(browser, life, size)
                await leave(life)
    (PICTURES / "README.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or list(SIZES)))
