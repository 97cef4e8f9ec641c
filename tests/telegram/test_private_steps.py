"""Our own page for what should not stand in somebody else's chat: one link, one browser, one person, one question."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.channels.telegram.init_data import verified_user
from tests.bot.pages import drawn, encoded
from tests.telegram.hands import TOKEN, Cloud, Shown
from tests.telegram.house import PUBLIC, House
from tests.telegram.test_conversation import NUMBER, TO_NUMBER, Talk

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def signed(user: int, at: datetime, token: str = TOKEN, **more: str) -> str:
    """Init data as Telegram makes them."""
    fields = {"auth_date": str(int(at.timestamp())), "user": json.dumps({"id": user, "first_name": "小李"}), **more}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return urlencode({**fields, "hash": hmac.digest(secret, lines.encode(), "sha256").hex()})


def test_only_what_telegram_signed_just_now_says_who_somebody_is() -> None:
    """Another bot's signature, an old one, a changed user, no user: nobody."""
    good = signed(7, NOW)
    assert verified_user(good, TOKEN, NOW) == 7
    assert verified_user(good, TOKEN, NOW + timedelta(minutes=14)) == 7
    for wrong in (
        signed(7, NOW, "1000:OTHER"),
        good.replace("%22id%22%3A+7", "%22id%22%3A+8"),
        good + "&user=%7B%22id%22%3A8%7D",
        "",
        "hash=é",
        "a=" + "x" * 9000,
    ):
        assert verified_user(wrong, TOKEN, NOW) is None
    assert verified_user(good, TOKEN, NOW + timedelta(minutes=16)) is None
    assert verified_user(good, TOKEN, NOW - timedelta(minutes=5)) is None


@pytest.fixture
async def house(cloud: Cloud, tmp_path: Path) -> AsyncIterator[House]:
    """The service with an address of its own."""
    opened = await House(tmp_path, cloud).open()
    yield opened
    await opened.close()


class Browser:
    """A browser inside Telegram: opens a link, is recognised, answers."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.http = aiohttp.ClientSession(cookies={}, cookie_jar=aiohttp.DummyCookieJar())
        self.cookie = ""

    async def __aenter__(self) -> Browser:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def ask(self, method: str, path: str, **body: Any) -> tuple[int, str]:
        """Status and page."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        async with self.http.request(
            method, f"{self.house.url}{path}", headers=headers, allow_redirects=False, **body
        ) as answer:
            if "Set-Cookie" in answer.headers:
                self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
            page = await answer.text()
            assert "built-in" not in page  # a name in a template that leads to a method instead of a text
            return answer.status, page

    async def enter(self, path: str, user: int) -> int:
        """Open the link as this user of Telegram."""
        data = {"init_data": signed(user, self.house.clock.at)}
        return (await self.ask("POST", path, data=data))[0]


def link_in(shown: Shown) -> str:
    """The path of the button to our own page."""
    url = next(button["web_app"]["url"] for button in shown.data if "web_app" in button)
    return str(url).removeprefix(PUBLIC)


async def test_the_number_is_given_on_our_page_and_the_chat_goes_on_masked(house: House) -> None:
    """From the button to the number: taken by this person's browser, once; wrong numbers are said there."""
    talk = Talk(house, 61)
    path = link_in((await talk.says(*TO_NUMBER))[-1])
    async with Browser(house) as browser, Browser(house) as other:
        status, door = await browser.ask("GET", path)
        assert (status, "打开" in door) == (200, True)
        assert await browser.enter(path, 999) == 403
        assert await browser.enter(path, 61) == 303
        assert await other.enter(path, 61) == 410
        status, page = await browser.ask("GET", "/steps")
        assert "您的身份证号码是多少" in page
        status, page = await browser.ask("POST", "/steps", data={"text": NUMBER[:-1] + "1"})
        assert status == 200
        assert "号码" in page
        assert "请不要写在这里" in (await talk.person.bots())[-1].text
        status, page = await browser.ask("POST", "/steps", data={"text": NUMBER})
        assert "回到 Telegram" in page
        told = await talk.after({"update_ids": []})
        assert "您叫什么名字" in told[-1].text
        assert "1987年出生" in told[-1].text
        assert "5月3日" not in told[-1].text
        assert (await browser.ask("GET", "/steps"))[0] == 410
        assert (await browser.ask("POST", "/steps", data={"text": NUMBER}))[0] == 410


async def test_a_link_ends_with_its_time_and_with_its_question(house: House) -> None:
    """After its minutes, and when another question stands, the page asks back into the chat."""
    talk = Talk(house, 62)
    first = link_in((await talk.says(*TO_NUMBER))[-1])
    house.clock.move(minutes=31)
    async with Browser(house) as browser:
        assert (await browser.ask("GET", first))[0] == 410
        path = link_in((await talk.says("继续"))[-1])
        assert await browser.enter(path, 62) == 303
        await talk.says("上一步")
        status, page = await browser.ask("POST", "/steps", data={"text": NUMBER})
        assert status == 410
        assert "继续" in page


async def test_pictures_are_uploaded_on_our_page(house: House) -> None:
    """Photos and 发完了 on the page; then the chat shows the list, masked, with a way to see all of it."""
    talk = Talk(house, 63)
    async with Browser(house) as browser:
        await browser.enter(link_in((await talk.says(*TO_NUMBER))[-1]), 63)
        await browser.ask("POST", "/steps", data={"text": NUMBER})
        await talk.after({"update_ids": []})
        asked = await talk.says(
            "罗大勇", "汉族", "屏都街道远大厂宿舍2幢206室", "13900002580", "〔签订劳动合同〕", "〔选好了〕"
        )
        assert "照片请不要发在这里" in asked[-1].text
        await browser.enter(link_in(asked[-1]), 63)
        form = aiohttp.FormData()
        form.add_field("file", encoded(drawn()), filename="a.jpg", content_type="image/jpeg")
        status, page = await browser.ask("POST", "/steps", data=form)
        assert (status, "收到 1 张" in page) == (200, True)
        picture = re.search(r"/steps/pages/[0-9a-f-]+", page)
        assert picture is not None
        async with browser.http.get(f"{house.url}{picture[0]}", headers={"Cookie": browser.cookie}) as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
        status, page = await browser.ask("POST", "/steps", data={"choice": "done"})
        assert "回到 Telegram" in page
        sheet = (await talk.after({"update_ids": []}))[-1]
        assert "522*************7X" in sheet.text
        assert NUMBER not in sheet.text
        await browser.enter(link_in(sheet), 63)
        status, page = await browser.ask("GET", "/steps")
        assert NUMBER in page
        assert "13900002580" in page
        status, copied = await browser.ask("GET", "/steps/data/copy")
        assert (status, NUMBER in copied) == (200, True)


async def test_nobody_without_a_link_sees_anything(house: House) -> None:
    """Invented tokens and cookies lead to the same kind page."""
    async with Browser(house) as browser:
        assert (await browser.ask("GET", f"/steps/{'x' * 32}"))[0] == 410
        assert await browser.enter(f"/steps/{'x' * 32}", 1) == 410
        browser.cookie = f"hurentong_step={'y' * 43}"
        assert (await browser.ask("GET", "/steps"))[0] == 410
        assert (await browser.ask("GET", "/steps/data/copy"))[0] == 404
        assert (await browser.ask("GET", "/steps/pages/abc"))[0] == 404
        status, script = await browser.ask("GET", "/steps/page.js")
        assert (status, "tgWebAppData" in script) == (200, True)
