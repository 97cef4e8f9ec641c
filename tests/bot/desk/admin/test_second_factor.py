"""The second factor over HTTP: setting up, giving, replay, recovery, and who must have one."""

from __future__ import annotations

import base64
import re
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.desk import totp
from bot.desk.lockout import FREE_FOR_ACCOUNT
from bot.settings import Desk, Settings
from storage.schema import recovery_codes, second_factors
from tests.bot.desk.browser import Browser
from tests.bot.desk.conftest import House


def code(secret: bytes, at: datetime) -> str:
    """What the authenticator shows."""
    return totp.code_at(secret, totp.step_at(at))


async def set_up(house: House, browser: Browser) -> tuple[bytes, list[str]]:
    """Set up a second factor as a person does; returns the secret and the recovery codes."""
    page = await browser.go("/desk/second-factor/setup")
    page = await browser.press(page.form("/setup"), step="begin")
    groups = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.text)
    assert groups is not None
    secret = base64.b32decode(groups[0].replace(" ", ""))
    await browser.press(page.form("/setup"), step="confirm", code=code(secret, house.time))
    assert browser.status == 200
    return secret, re.findall(r"<code>([2-9A-Z]{5}-[2-9A-Z]{5})</code>", browser.html)


def require(house: House, who: str) -> None:
    """Set `desk.require_totp`."""
    house.settings = house.settings.model_copy(update={"desk": Desk(require_totp=who)})


async def test_after_setting_up_a_login_opens_nothing_before_the_code(house: House) -> None:
    """Password alone leads only to the page that asks; the code opens the page that was wanted."""
    browser = await house.as_("hu")
    secret, codes = await set_up(house, browser)
    assert len(codes) == 10
    house.wait(minutes=2)
    again = await house.as_("hu")
    assert again.path == "/desk/second-factor"
    for place in ("/desk", "/desk/admin/staff", "/desk/password", "/desk/second-factor/setup"):
        page = await again.go(place)
        assert again.path == "/desk/second-factor", place
    page = await again.go("/desk/admin/audit")
    await again.press(page.form("/desk/second-factor"), code="000000")
    assert again.status == 401
    page = await again.go("/desk/admin/audit")
    await again.press(page.form("/desk/second-factor"), code=code(secret, house.time))
    assert again.path == "/desk/admin/audit"


async def test_a_code_and_a_recovery_code_are_taken_once(house: House) -> None:
    """What somebody looked over a shoulder is worth nothing a second later."""
    browser = await house.as_("hu")
    secret, codes = await set_up(house, browser)
    house.wait(minutes=2)
    for given in (code(secret, house.time), codes[0].lower().replace("-", " ")):
        outcomes = []
        for _ in range(2):
            page = await (again := await house.as_("hu")).go("/desk/second-factor")
            await again.press(page.form("/desk/second-factor"), code=given)
            outcomes.append(again.status)
        assert outcomes == [200, 401]
    page = await again.go("/desk/second-factor")
    await again.press(page.form("/desk/second-factor"), code=codes[1])
    page = await again.go("/desk/second-factor/setup")
    assert "还剩 8 个恢复码" in page.text


async def test_guessing_codes_waits_longer_and_longer(house: House) -> None:
    """After a few failures even the right code waits."""
    secret, _ = await set_up(house, await house.as_("hu"))
    house.wait(minutes=2)
    browser = await house.as_("hu")
    for _ in range(FREE_FOR_ACCOUNT + 1):
        await browser.press(browser.page.form("/desk/second-factor"), code="123")
    await browser.press(browser.page.form("/desk/second-factor"), code=code(secret, house.time))
    assert browser.status == 401
    assert "试错的次数多了" in browser.page.text
    house.wait(minutes=1)
    page = await browser.go("/desk/second-factor")
    await browser.press(page.form("/desk/second-factor"), code=code(secret, house.time))
    assert browser.status == 200


async def test_secrets_are_sealed_and_recovery_codes_hashed(house: House) -> None:
    """Neither can be read out of the tables."""
    secret, codes = await set_up(house, await house.as_("hu"))
    (sealed,) = await house.archive.read(lambda c: c.execute(select(second_factors.c.secret_sealed)).scalars().all())
    hashes = await house.archive.read(lambda c: c.execute(select(recovery_codes.c.code_hash)).scalars().all())
    assert secret not in sealed
    assert len(hashes) == 10
    assert not any(one.encode() in kept for one in codes for kept in hashes)


@pytest.mark.parametrize(
    ("who", "admin", "clerk"), [("off", False, False), ("admins", True, False), ("all", True, True)]
)
async def test_the_setting_says_who_must_set_one_up(house: House, who: str, admin: bool, clerk: bool) -> None:
    """Whoever must and has none is led to setting it up, and may not take it away."""
    require(house, who)
    for login, must in (("hu", admin), ("lin", clerk)):
        browser = await house.as_(login)
        assert (browser.path == "/desk/second-factor/setup") is must, login
    require(house, "all")
    browser = await house.as_("hu")
    secret, _ = await set_up(house, browser)
    house.wait(minutes=2)
    page = await browser.go("/desk/second-factor/setup")
    await browser.press(page.form("/setup"), step="remove", code=code(secret, house.time))
    assert browser.status == 403
    require(house, "off")
    page = await browser.go("/desk/second-factor/setup")
    await browser.press(page.form("/setup"), step="remove", code=code(secret, house.time))
    assert "已停用" in browser.page.text
    assert (await house.as_("hu")).path == "/desk/manage"


def test_off_in_yaml_is_a_word() -> None:
    """YAML's bare `off` is the setting's `off`; anything else is refused."""
    assert Settings(desk={"require_totp": False}).desk.require_totp == "off"
    with pytest.raises(ValueError, match="require_totp"):
        Settings(desk={"require_totp": "some"})
