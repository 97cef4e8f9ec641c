"""Accounts over HTTP: adding, first password, roles, locking out, sessions."""

from __future__ import annotations

import re

from bot.desk.lockout import FREE_FOR_ACCOUNT
from bot.desk.passwords import SHORTEST, common
from storage import audit, staff
from storage.staff import StaffMember
from tests.bot.desk.browser import Browser
from tests.bot.desk.conftest import PASSWORD, House

MINE = "shan-gao-shui-chang-7"


async def member(house: House, login: str) -> StaffMember:
    """The account as stored."""
    found = await house.archive.read(lambda conn: staff.by_login(conn, house.rules.county_code, login))
    assert found is not None
    return found


async def one_time(browser: Browser) -> str:
    """The one-time password on the page."""
    found = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", browser.page.text)
    assert found is not None
    return found[0]


async def button(house: House, admin: Browser, login: str, do: str, **more: str | list[str]) -> Browser:
    """Press a button of an account's page."""
    who = await member(house, login)
    page = await admin.go(f"/desk/admin/staff/{who.staff_id}")
    await admin.press(page.form(who.staff_id), do=do, **more)
    return admin


async def test_a_new_clerk_gets_a_password_once_and_must_change_it(house: House) -> None:
    """The one-time password is shown on one answer, opens only the page to change it, and is worth nothing after."""
    admin = await house.as_("hu")
    page = await admin.go("/desk/admin/staff")
    await admin.press(page.form("/desk/admin/staff"), login="xin", name="辛受理", role=["intake", "agent"])
    first = await one_time(admin)
    who = await member(house, "xin")
    assert first not in (await admin.go(f"/desk/admin/staff/{who.staff_id}")).text
    clerk = house.browser()
    await clerk.sign_in("xin", first)
    for place in ("/desk", "/desk?office=intake", "/desk/chats"):
        await clerk.go(place)
        assert clerk.path == "/desk/password", place
    for old, new, again in ((first, first, first), (first, MINE, "x" * 12), ("wrong-one-1234", MINE, MINE)):
        await clerk.press(clerk.page.form("/desk/password"), old=old, new=new, again=again)
        assert clerk.status == 422
    await clerk.press(clerk.page.form("/desk/password"), old=first, new=MINE, again=MINE)
    assert clerk.path == "/desk"
    stranger = house.browser()
    await stranger.sign_in("xin", first)
    assert stranger.status == 401
    await stranger.sign_in("xin", MINE)
    assert stranger.path == "/desk"


async def test_a_one_time_password_nobody_used_ends_after_a_week(house: House) -> None:
    """What lies on a note for months opens nothing."""
    admin = await house.as_("hu")
    await button(house, admin, "lin", "password")
    password = await one_time(admin)
    house.wait(days=8)
    late = house.browser()
    await late.sign_in("lin", password)
    assert late.status == 401


async def test_a_reset_ends_sessions_and_the_old_password(house: House) -> None:
    """Whoever had the old password is out at once."""
    clerk, admin = await house.as_("lin"), await house.as_("hu")
    await button(house, admin, "lin", "password")
    password = await one_time(admin)
    await clerk.go("/desk")
    assert clerk.path == "/desk/login"
    await clerk.sign_in("lin", PASSWORD)
    assert clerk.status == 401
    await clerk.sign_in("lin", password)
    assert clerk.path == "/desk/password"


async def test_weak_and_common_passwords_are_refused(house: House) -> None:
    """Length counts, and a list of what is tried first; not special characters."""
    clerk = await house.as_("lin")
    assert all(len(one) >= SHORTEST for one in common())
    for weak in ("kurz-1", "aaaaaaaaaaaa", "Password123", "woaini1314520", "lin-is-my-name-1"):
        page = await clerk.go("/desk/password")
        await clerk.press(page.form("/desk/password"), old=PASSWORD, new=weak, again=weak)
        assert clerk.status == 422, weak
    page = await clerk.go("/desk/password")
    await clerk.press(
        page.form("/desk/password"),
        old=PASSWORD,
        new="我家住在松源街道的第三条巷子",
        again="我家住在松源街道的第三条巷子",
    )
    assert "密码已改" in clerk.page.text


async def test_roles_change_at_once_and_somebody_stays_administrator(house: House) -> None:
    """A role given or taken holds from the next request; the last administrator cannot leave."""
    clerk, admin = await house.as_("lin"), await house.as_("hu")
    await button(house, admin, "lin", "roles", role=["agent"])
    await clerk.go("/desk?office=intake")
    assert clerk.path == "/desk/chats"
    for do in ("disable", "roles"):
        await button(house, admin, "hu", do, role=["agent"])
        assert admin.status == 409
        assert "没有管理员" in admin.page.text
    await button(house, admin, "lin", "roles", role=["admin"])
    await button(house, admin, "hu", "disable")
    await admin.go("/desk/admin/staff")
    assert admin.path == "/desk/login"


async def test_who_is_locked_out_is_shown_and_let_in(house: House) -> None:
    """The list says that an account waits; the button ends the waiting."""
    clerk, admin = house.browser(), await house.as_("hu")
    for _ in range(FREE_FOR_ACCOUNT + 3):
        await clerk.sign_in("lin", "wrong-password-1")
    assert clerk.status == 429
    assert "试错多次" in (await admin.go("/desk/admin/staff")).text
    await button(house, admin, "lin", "unlock")
    assert "试错多次" not in (await admin.go("/desk/admin/staff")).text
    await clerk.sign_in("lin", PASSWORD)
    assert clerk.path == "/desk"


async def test_everybody_is_signed_out_but_the_one_who_asked(house: House) -> None:
    """One button, confirmed, ends every other session at once."""
    clerks = [await house.as_(login) for login in ("lin", "zhou", "wu")]
    admin = await house.as_("hu")
    page = await admin.go("/desk/admin/sessions")
    assert all(name in page.text for name in ("林受理", "周审核", "吴坐席", "胡管理"))
    await admin.press(page.form("/desk/admin/sessions"))
    assert "什么都没有做" in admin.page.text
    await admin.press(admin.page.form("/desk/admin/sessions"), sure="yes")
    assert admin.path == "/desk/admin/sessions"
    for clerk in clerks:
        await clerk.go("/desk")
        assert clerk.path == "/desk/login"


async def test_hostile_names_and_logins_do_no_harm(house: House) -> None:
    """A login is letters and digits; a name is shown as it is written."""
    admin = await house.as_("hu")
    for login in ("../x", "A B", "x", "<b>", ""):
        page = await admin.go("/desk/admin/staff")
        await admin.press(page.form("/desk/admin/staff"), login=login, name="某人", role=["intake"])
        assert admin.status == 422, login
    page = await admin.go("/desk/admin/staff")
    await admin.press(page.form("/desk/admin/staff"), login="ok2", name="<script>alert(1)</script>", role=["intake"])
    assert "<script>alert" not in admin.html
    page = await admin.go("/desk/admin/staff")
    await admin.press(page.form("/desk/admin/staff"), login="ok2", name="又一人", role=["intake"])
    assert admin.status == 409


async def test_everything_done_to_an_account_stands_in_the_trail(house: House) -> None:
    """Who did what to whom, findable by person and by day; a case by its number."""
    case = await house.submit()
    await (await house.as_("lin")).go(f"/desk/cases/{case.case_id}")
    admin = await house.as_("hu")
    for do in ("password", "sessions", "disable", "enable"):
        await button(house, admin, "zhou", do)
    who = await member(house, "hu")
    page = await admin.go(f"/desk/admin/audit?staff={who.staff_id}&day=2026-11-20")
    for words in ("重设密码", "停用账号", "恢复账号", "退出某人的登录", "周审核"):
        assert words in page.text
    page = await admin.go(f"/desk/admin/audit?number={case.application_number}")
    assert "看办件" in page.text
    assert "林受理" in page.text
    assert "停用账号" not in page.text
    assert "没有记录" in (await admin.go("/desk/admin/audit?day=2026-11-01")).text
    assert "没有这个申请编号" in (await admin.go("/desk/admin/audit?number=QY20200101000019")).text
    await admin.go("/desk/admin/audit?day=2026-13-40&before=x")
    assert admin.status == 200
    trail = await house.archive.read(lambda conn: audit.entries(conn, house.rules.county_code, staff_id=who.staff_id))
    assert trail[0].action == "read_audit"
