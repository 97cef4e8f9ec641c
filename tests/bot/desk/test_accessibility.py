"""axe-core finds nothing on any page of the desk, whatever state the page is in."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page

from bot.desk.guard import Route
from bot.desk.routes import ROUTES
from state_machine.case_records import CaseRecord
from state_machine.officers import Role
from storage import person_requests
from tests.bot.desk.clerk import act, confirm, judge, open_and_claim, rest
from tests.bot.desk.conftest import PASSWORD, House
from tests.bot.desk.test_routes import LOGIN_OF
from tests.journeys.accessibility import findings
from tests.journeys.browser import desktop, real_browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(240)]
SMALL = {"width": 640, "height": 800}


async def some_life(house: House) -> dict[str, str]:
    """Cases in several states, with materials, verdicts and flags; the ids that addresses are filled with."""
    shown = await house.submit(pages=2, proofs=["labour_contract", "lease_contract"], ground=["employment", "housing"])
    twin = await house.submit(id_number=shown.answers["id_number"], sex=shown.answers["sex"])
    lin = await house.as_("lin")
    await corrected(house, twin)
    await open_and_claim(lin, shown)
    await judge(lin, "answer:name", False, ["name_differs"], "请按身份证上的写")
    account = await house.account()
    request_id = await house.archive.write(
        lambda conn: person_requests.add(
            conn, house.archive.keyring, house.rules.county_code, account, "想找人问问", house.now()
        ),
        key=account,
    )
    return {
        "case_id": shown.case_id,
        "page_id": shown.pages[0].page_id,
        "request_id": str(request_id),
        "twin": twin.case_id,
    }


async def corrected(house: House, case: CaseRecord) -> None:
    """A case that came back from its applicant."""
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await judge(clerk, "answer:name", False, ["name_differs"])
    await rest(clerk)
    await act(clerk, "return_for_correction")
    await confirm(clerk)
    await house.correct(case.case_id, name="改后名")


def filled(route: Route, ids: dict[str, str]) -> str | None:
    """The route's address with ids of this house; None where it asks for something this house does not hold."""
    path = route.path
    for name, value in ids.items():
        path = re.sub(r"\{" + name + r":[^{}]*(\{[^{}]*\})?\}", value, path)
    return None if "{" in path else path


async def signed_in(browser: Browser, house: House, login: str) -> Page:
    """A clerk's screen."""
    page = await (await desktop(browser)).new_page()
    await page.goto(f"{house.base}/desk/login")
    await page.fill("#login", login)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: not address.endswith("/login"))
    return page


async def looked_at(page: Page, address: str) -> list[str]:
    """What axe finds on one page of the desk, wide and narrow; nothing of a file."""
    if address.endswith("/events"):  # a stream without end
        return []
    answer = await page.request.get(address)
    if "text/html" not in answer.headers.get("content-type", ""):
        return []
    await page.goto(address)
    found = [] if answer.ok else [f"answered {answer.status}"]
    found += await findings(page)
    await page.set_viewport_size(SMALL)  # type: ignore[arg-type]  # a plain dict is its own ViewportSize
    found += await findings(page)
    await page.set_viewport_size({"width": 1280, "height": 900})
    return [f"{address}: {one}" for one in found]


async def test_axe_finds_nothing_on_any_page_of_the_desk(house: House) -> None:
    """Every GET of the route table, for a role that may open it, wide and at the width of 200 % zoom."""
    async with real_browser() as browser:
        ids = await some_life(house)
        found: list[str] = []
        seen = 0
        screens: dict[str, Page] = {}
        door = await (await desktop(browser)).new_page()
        found += await looked_at(door, f"{house.base}/desk/login")
        for route in (route for route in ROUTES if route.method == "GET"):
            role = next((role for role in Role if role in route.roles), Role.INTAKE)
            path = filled(route, ids)
            if path is None:
                continue
            login = LOGIN_OF[role]
            if login not in screens:
                screens[login] = await signed_in(browser, house, login)
            found += await looked_at(screens[login], house.base + path)
            seen += 1
        assert not found, "\n".join(found)
        assert seen >= 10


async def test_axe_finds_nothing_on_the_states_a_case_page_can_be_in(house: House) -> None:
    """A correction to judge, the preview of a notice, reasons open, the viewer turned, the key help, a takeover."""
    async with real_browser() as browser:
        ids = await some_life(house)
        page = await signed_in(browser, house, "lin")
        found: list[str] = []
        await page.goto(f"{house.base}/desk/cases/{ids['case_id']}")
        await page.keyboard.press("]")
        await page.keyboard.press(".")
        found += await findings(page)
        await page.keyboard.press("?")
        found += await findings(page)
        await page.keyboard.press("Escape")
        await page.locator("#tally form button").click()
        await page.wait_for_selector("text=已全部审完")
        await page.locator("button[value=return_for_correction]").click()
        await page.wait_for_selector(".letter")
        found += await findings(page)
        await page.goto(f"{house.base}/desk/cases/{ids['twin']}")
        await page.locator("form[action$='/claim'] button").click()
        await page.wait_for_selector(".changed")
        found += await findings(page)
        other = await signed_in(browser, house, "he")
        await other.goto(f"{house.base}/desk/cases/{ids['twin']}/takeover")
        found += await findings(other)
        await other.goto(f"{house.base}/desk?which=unclaimed&route=held_permit&ground=employment")
        found += await findings(other)
        assert not found, "\n".join(found)
