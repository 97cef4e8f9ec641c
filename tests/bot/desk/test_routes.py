"""Every route of the desk, from the table itself: who may open it, and that other people's cases do not exist."""

from __future__ import annotations

import re

import pytest

from bot.desk.routes import ADMIN, AGENT, OFFICE, ROUTES
from state_machine.officers import Role
from storage import audit
from storage.ids import new_id
from tests.bot.desk.browser import Browser
from tests.bot.desk.clerk import accept
from tests.bot.desk.conftest import House

LOGIN_OF = {Role.INTAKE: "lin", Role.REVIEWER: "zhou", Role.APPROVER: "ye", Role.AGENT: "wu", Role.ADMIN: "hu"}


def address(path: str, case_id: str, page_id: str, request_id: str) -> str:
    """A route's pattern filled in."""
    for name, value in (("case_id", case_id), ("page_id", page_id), ("request_id", request_id), ("sheet", "1")):
        path = re.sub(r"\{" + name + r":[^{}]*(\{[^{}]*\})?\}", value, path)
    return re.sub(r"\{\w+:[^{}]*(\{[^{}]*\})?\}", new_id(), path)  # whatever else a page is about: nobody's


async def answer(browser: Browser, method: str, path: str, csrf: str | None) -> tuple[int, str]:
    """One request: status and what the page says, without what differs by chance."""
    if method == "GET":
        await browser.go(path, follow=False)
    else:
        await browser.send(path, [("csrf", csrf)] if csrf else [], follow=False)
    return browser.status, browser.page.text


async def csrf_of(browser: Browser) -> str:
    """The session's CSRF token, as any page holds it."""
    page = await browser.go("/desk")
    return page.form("/desk/logout").value("csrf")


async def test_every_route_refuses_every_role_it_is_not_for(house: House) -> None:
    """The table's roles hold over HTTP, for each route and each role; nobody at all is sent to the login."""
    case = await house.submit()
    page_id, nowhere = case.pages[0].page_id, new_id()
    nobody = house.browser()
    for role, login in LOGIN_OF.items():
        browser = await house.as_(login)
        csrf = await csrf_of(browser)
        for route in ROUTES:
            if route.path == "/desk/logout":
                continue
            path = address(route.path, case.case_id, page_id, nowhere)
            if route.is_live:
                status = await browser.head_of(path)
            else:
                status, _ = await answer(browser, route.method, path, csrf)
            if route.roles and role not in route.roles:
                assert status == 403, (role, route.method, path)
            else:
                assert status != 403, (role, route.method, path)
                assert status < 500, (role, route.method, path)
    for route in ROUTES:
        status, _ = await answer(nobody, route.method, address(route.path, case.case_id, page_id, nowhere), None)
        assert status == 303, route.path
        assert nobody.headers["Location"].startswith("/desk/login")


async def test_every_post_without_the_sessions_token_is_refused(house: House) -> None:
    """CSRF: no token, or another session's, is 403 on every POST there is."""
    case = await house.submit()
    other = await csrf_of(await house.as_("quan"))
    for login, roles in (("quan", OFFICE), ("wu", AGENT), ("hu", ADMIN)):
        browser = await house.as_(login)
        for route in (r for r in ROUTES if r.method == "POST" and (not r.roles or r.roles & roles)):
            path = address(route.path, case.case_id, case.pages[0].page_id, new_id())
            for token in (None, other):
                status, _ = await answer(browser, "POST", path, token)
                assert status == 403, path
    assert (await house.stored(case.case_id)).claimed_by is None


async def test_another_offices_case_answers_exactly_like_none(house: House) -> None:
    """For each route on a case: not mine, and not there, are one and the same answer."""
    case = await house.submit()
    await accept(house, case)
    browser = await house.as_("he")
    csrf = await csrf_of(browser)
    page_id = case.pages[0].page_id
    for route in (r for r in ROUTES if "{case_id" in r.path):
        theirs = await answer(browser, route.method, address(route.path, case.case_id, page_id, ""), csrf)
        missing = await answer(browser, route.method, address(route.path, new_id(), page_id, ""), csrf)
        assert theirs == missing, route.path
        assert theirs[0] == 404, route.path


async def test_reading_a_case_and_its_files_is_written_down(house: House) -> None:
    """The trail names who read what; files open only through their own case."""
    case, other = await house.submit(), await house.submit()
    browser = await house.as_("lin")
    await browser.go(f"/desk/cases/{case.case_id}")
    page_id = case.pages[0].page_id
    await browser.go(f"/desk/cases/{case.case_id}/pages/{page_id}")
    for what in ("file", "thumbnail"):
        await browser.go(f"/desk/cases/{case.case_id}/pages/{page_id}/{what}")
        assert browser.headers["Content-Type"] == "image/jpeg"
        await browser.go(f"/desk/cases/{other.case_id}/pages/{page_id}/{what}")
        assert browser.status == 404
    county = house.rules.county_code
    trail = await house.archive.read(lambda conn: audit.entries(conn, county, case_id=case.case_id))
    assert {entry.action for entry in trail} >= {"read_case", "read_page", "read_file", "read_thumbnail"}


@pytest.mark.parametrize("path", ["/desk/login", "/desk"])
async def test_every_page_carries_the_strict_policy(house: House, path: str) -> None:
    """Scripts and styles only from our own files; nothing inline in any page."""
    browser = await house.as_("lin")
    await browser.go(path)
    policy = browser.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for tag, given in browser.page.tags:
        assert "style" not in given
        assert not any(name.startswith("on") for name in given)
        assert tag != "style"
        assert tag != "script" or given.get("src", "").startswith("/desk/static/")


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "GET", "POST"])
async def test_methods_the_table_does_not_name_answer_alike_for_mine_others_and_none(house: House, method: str) -> None:
    """405 from the router itself, before anybody's case is looked at, for every role and for nobody."""
    mine, others = await house.submit(), await house.submit()
    await accept(house, others)
    page_id = mine.pages[0].page_id
    paths = sorted({route.path for route in ROUTES} - {route.path for route in ROUTES if route.method == method})
    for login in ("he", "zhou", "wu", "hu", ""):
        browser = await house.as_(login) if login else house.browser()
        for path in paths:
            answers = set()
            for case_id in (mine.case_id, others.case_id, new_id()):
                place = house.base + address(path, case_id, page_id, new_id())
                async with browser.http.request(method, place, allow_redirects=False) as answer:
                    answers.add((answer.status, await answer.text()))
            assert len(answers) == 1, (method, path)
            assert next(iter(answers))[0] in (404, 405), (method, path)
