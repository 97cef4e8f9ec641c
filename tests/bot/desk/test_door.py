"""Signing in and out: what is stored, what is said, and what is refused."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.desk.lockout import FREE_FOR_ACCOUNT, LONGEST_WAIT, wait_after
from bot.desk.sessions import safe_target
from storage import staff
from storage.schema import staff_sessions
from tests.bot.desk.conftest import PASSWORD, House


async def test_signing_in_gives_a_strict_cookie_and_stores_only_its_hash(house: House) -> None:
    """The cookie is HttpOnly, SameSite=Strict, for /desk; the token itself is in no table."""
    browser = house.browser()
    page = await browser.go("/desk/login")
    await browser.press(page.form("/desk/login"), follow=False, login="lin", password=PASSWORD)
    assert browser.status == 303
    cookie = browser.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/desk"))
    token = next(c.value for c in browser.http.cookie_jar if c.key == "desk_session")
    (stored,) = await house.archive.read(
        lambda conn: conn.execute(select(staff_sessions.c.token_sha256)).scalars().all()
    )
    assert token != stored
    assert token not in str(stored)


async def test_a_wrong_login_and_a_wrong_password_are_answered_alike(house: House) -> None:
    """No page tells whether an account exists."""
    answers = []
    for login in ("lin", "nobody-here"):
        browser = house.browser()
        page = await browser.go("/desk/login")
        await browser.press(page.form("/desk/login"), login=login, password="wrong-password-1")
        answers.append((browser.status, browser.page.text))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401


async def test_failures_lock_a_login_for_longer_and_longer_and_nobody_learns_whether_it_exists(house: House) -> None:
    """After a few failures the right password must wait too; later it works and the count starts anew."""
    for login in ("lin", "nobody-here"):
        browser = house.browser()
        for _ in range(FREE_FOR_ACCOUNT + 1):
            await browser.sign_in(login, "wrong-password-1")
            assert browser.status == 401
        await browser.sign_in(login, PASSWORD)
        assert browser.status == 429
        assert "试错的次数多了" in browser.page.text
    house.wait(minutes=1)
    assert (await house.as_("lin")).path == "/desk"


def test_the_wait_grows_and_ends() -> None:
    """No wait for slips, then doubling, and never more than a quarter of an hour."""
    waits = [wait_after(n, FREE_FOR_ACCOUNT) for n in range(60)]
    assert waits == sorted(waits)
    assert waits[FREE_FOR_ACCOUNT].total_seconds() == 0
    assert waits[-1] == LONGEST_WAIT


async def test_signing_in_gives_a_new_token_and_ends_the_old_session(house: House) -> None:
    """Session fixation is worth nothing."""
    browser = await house.as_("lin")
    old = next(c.value for c in browser.http.cookie_jar if c.key == "desk_session")
    await browser.sign_in("lin", PASSWORD)
    new = next(c.value for c in browser.http.cookie_jar if c.key == "desk_session")
    assert old != new
    stranger = house.browser()
    await stranger.go("/desk", headers={"Cookie": f"desk_session={old}"})
    assert stranger.path == "/desk/login"


async def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    """The old cookie opens nothing any more."""
    browser = await house.as_("lin")
    token = next(c.value for c in browser.http.cookie_jar if c.key == "desk_session")
    await browser.press(browser.page.form("/desk/logout"))
    assert "已退出" in browser.page.text
    stranger = house.browser()
    await stranger.go("/desk", headers={"Cookie": f"desk_session={token}"})
    assert stranger.path == "/desk/login"


async def test_a_session_ends_after_an_idle_hour_and_after_a_working_day(house: House) -> None:
    """Idle and absolute limits both hold; requests in between keep an idle session alive."""
    browser = await house.as_("lin")
    for _ in range(8):
        house.wait(minutes=50)
        await browser.go("/desk")
        assert browser.path == "/desk"
    house.wait(minutes=85)
    await browser.go("/desk")
    assert browser.path == "/desk/login"
    browser = await house.as_("lin")
    house.wait(minutes=61)
    await browser.go("/desk")
    assert browser.path == "/desk/login"


async def test_who_is_disabled_is_out_at_once(house: House) -> None:
    """Disabling an account ends its sessions and its login."""
    browser = await house.as_("lin")
    county = house.rules.county_code
    member = await house.archive.read(lambda conn: staff.by_login(conn, county, "lin"))
    assert member is not None
    await house.archive.write(lambda conn: staff.disable(conn, member.staff_id, house.time), key="x")
    await browser.go("/desk")
    assert browser.path == "/desk/login"
    await browser.sign_in("lin", PASSWORD)
    assert browser.status == 401


async def test_a_login_form_from_elsewhere_is_refused(house: House) -> None:
    """Without the door's own token nobody is signed in, not even with the right password."""
    browser = house.browser()
    await browser.send("/desk/login", [("login", "lin"), ("password", PASSWORD)])
    assert browser.status == 403


def test_after_login_only_pages_of_the_desk_are_gone_to() -> None:
    """An address from outside is no target."""
    assert safe_target("/desk/cases/ab?x=1") == "/desk/cases/ab?x=1"
    for bad in ("//evil.example", "https://evil.example", "/deskevil", "/chat", "/desk\\evil", "/desk/\r\nX: 1"):
        assert safe_target(bad) == ""


async def test_many_guesses_at_one_moment_count_like_guesses_in_a_row(house: House) -> None:
    """Counting comes before checking: a burst gets no more tries than patience would."""
    browsers = [house.browser() for _ in range(FREE_FOR_ACCOUNT + 8)]
    forms = [(await browser.go("/desk/login")).form("/desk/login") for browser in browsers]
    tries = zip(browsers, forms, strict=True)
    await asyncio.gather(*(b.press(form, login="lin", password="wrong-password-1") for b, form in tries))
    assert sorted(browser.status for browser in browsers) == [401] * (FREE_FOR_ACCOUNT + 1) + [429] * 7
