"""axe-core finds nothing on any page of the desk, in any state it is met in; the router says which pages there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page

from bot.wiring import make_app
from storage import papers
from tests.journeys.accessibility import findings
from tests.journeys.browser import desktop, real_browser
from tests.journeys.lived_in import Life, lived_in
from tests.journeys.lived_in_chats import leave, with_people
from tests.journeys.sights import SIGHTS, Sight, sign_in, visit
from tests.journeys.whole_house import whole_house

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(240)]
WIDE, TELEPHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
#: What answers to GET and is no page, with why it cannot simply be asked for; everything else that is none is asked.
NO_PAGES = {"/desk/chats/events": "a stream without end"}


def addresses(app: web.Application) -> set[str]:
    """Every address of the desk that answers to GET, and the telephone's beside the counter."""
    found = {route.resource.canonical for route in app.router.routes() if route.method == "GET" and route.resource}
    return {address for address in found if address.startswith(("/desk", "/upload"))}


async def unseen(life: Life) -> list[str]:
    """Pages of the router without a sight; what is no page shows by its content type."""
    strange = addresses(make_app(life.house.service)) - {sight.route for sight in SIGHTS} - set(NO_PAGES)
    somebody = [await life.house.as_(login) for login in ("lin", "wu", "hu")]
    keyring, refused = life.house.archive.keyring, life.cases["refused"].case_id
    (paper, *_) = await life.house.archive.read(lambda conn: papers.of_case(conn, keyring, refused))
    ids = life.ids | {"case_id": life.cases["scanned"].case_id, "name": "desk.css", "sheet": "1", "table": "days"}
    pages = []
    for address in sorted(strange):
        given = ids | {
            "page_id": ids["counter_page"] if "/counter/" in address else life.cases["scanned"].pages[0].page_id
        }
        if "{paper_id}" in address:
            given |= {"case_id": refused, "paper_id": paper.paper_id}
        filled = re.sub(r"\{(\w+)\}", lambda found, held=given: held.get(found[1], "0" * 32), address)
        kinds = set()
        for browser in somebody:
            await browser.go(filled)
            kinds |= {browser.headers["Content-Type"].partition(";")[0]} if browser.status == 200 else set()
        if not kinds or "text/html" in kinds:
            pages.append(address)
    return pages


async def looked_at(page: Page, sight: Sight, life: Life, *, narrow: bool) -> list[str]:
    """What axe finds on it, wide and, where asked, on a telephone; and whether it scrolls sideways there."""
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a plain dict is its own ViewportSize
    await visit(page, sight, life)
    found = await findings(page)
    await page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # likewise
    found += await findings(page) if narrow else []
    if await page.evaluate("() => document.scrollingElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways on a telephone")
    return [f"{sight.name}: {one}" for one in found]


async def pages_of(browser: Browser, life: Life) -> dict[str, Page]:
    """A screen for everybody who looks."""
    made: dict[str, Page] = {}
    for who in dict.fromkeys(sight.who for sight in SIGHTS):
        made[who] = await sign_in(await desktop(browser), life, who)
    return made


async def test_every_page_the_router_knows_is_met_and_axe_finds_nothing_on_it(tmp_path: Path) -> None:
    """Every state of `sights.py` wide, every page at a telephone's width too, which is that of 300 % zoom."""
    async with whole_house(tmp_path, uploads=True) as house, real_browser() as browser:
        life = await lived_in(house)
        await with_people(life)
        try:
            assert await unseen(life) == [], "say in tests/journeys/sights.py how these pages are met"
            screens, seen, found = await pages_of(browser, life), set[str](), list[str]()
            for sight in SIGHTS:
                found += await looked_at(screens[sight.who], sight, life, narrow=sight.route not in seen)
                seen.add(sight.route)
            assert not found, "\n".join(found)
        finally:
            await leave(life)
