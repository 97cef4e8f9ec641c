"""Updates come in: by webhook and by polling, once each, in order; what cannot be taken holds nothing up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import Connection, func, select
from telegram import Bot
from telegram.error import Conflict

from bot.channels.telegram.client import Client
from bot.channels.telegram.files import NotFetched, TooBig, fetch
from bot.channels.telegram.updates import File
from bot.channels.telegram.webhook import HEADER, PATH
from bot.settings import Telegram
from bot.wiring import make_app
from storage import updates
from storage.schema import turns
from tests.bot.pages import drawn, encoded
from tests.journeys.service import free_port
from tests.telegram.hands import TOKEN, Cloud, Person
from tests.telegram.house import House
from tests.telegram.test_conversation import NUMBER, TO_NUMBER, Talk

SECRET = "a-secret-of-twenty-letters"


@pytest.fixture
async def house(cloud: Cloud, tmp_path: Path) -> AsyncIterator[House]:
    """The service, polling."""
    opened = await House(tmp_path, cloud, telegram={"private_in_chat": True}).open()
    yield opened
    await opened.close()


@pytest.fixture
async def pushed(cloud: Cloud, tmp_path: Path) -> AsyncIterator[House]:
    """The service behind a webhook."""
    port = free_port()
    telegram = {"mode": "webhook", "webhook_secret": SECRET, "private_in_chat": True}
    opened = await House(tmp_path, cloud, telegram=telegram, port=port, public_url=f"http://127.0.0.1:{port}").open()
    yield opened
    await opened.close()


async def turns_of(house: House) -> int:
    """How many turns were ever taken."""

    def counted(conn: Connection) -> int:
        return int(conn.execute(select(func.count()).select_from(turns)).scalar_one())

    return await house.service.archive.read(counted)


async def post(house: House, body: bytes, secret: str | None) -> int:
    """Push something at the webhook."""
    headers = {} if secret is None else {HEADER: secret}
    async with aiohttp.ClientSession() as http, http.post(f"{house.url}{PATH}", data=body, headers=headers) as answer:
        return answer.status


async def test_a_webhook_is_announced_and_each_update_has_one_effect(pushed: House, cloud: Cloud) -> None:
    """Brought three times over, a message is one turn and one answer."""

    async def announced() -> bool:
        return bool((await cloud.bot())["webhook"] == f"{pushed.url}{PATH}")

    await cloud.until(announced, "the webhook")
    await cloud.faults(again=2)
    talk = Talk(pushed, 71)
    await talk.says("我要办居住证", "〔同意〕")
    await pushed.settled()
    assert await turns_of(pushed) == 2
    assert len(await talk.person.bots()) == 2


async def test_what_comes_while_the_service_starts_waits_and_is_taken_then(cloud: Cloud, tmp_path: Path) -> None:
    """A backlog at Telegram must not hold up the start that is to take it; nothing of it is acknowledged before."""
    telegram = {"mode": "webhook", "webhook_secret": SECRET, "private_in_chat": True}
    starting = House(tmp_path, cloud, telegram=telegram, public_url="http://127.0.0.1:9")
    runner = web.AppRunner(make_app(starting.service), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        starting.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        user, chat = {"id": 21, "is_bot": False, "first_name": "小李"}, {"id": 21, "type": "private"}
        message = {"message_id": 1, "date": 1_790_000_000, "chat": chat, "from": user, "text": "你好"}
        pushing = asyncio.create_task(post(starting, json.dumps({"update_id": 1, "message": message}).encode(), SECRET))
        await asyncio.sleep(0.2)
        assert not pushing.done()
        assert await turns_of(starting) == 0
        await starting.service.start(background=False)
        assert starting.service.telegram is not None
        await starting.service.telegram.start()
        assert await pushing == 200
        assert await turns_of(starting) == 1
    finally:
        await runner.cleanup()
        await starting.service.close()


async def test_nobody_without_the_secret_is_read(pushed: House) -> None:
    """A wrong or missing word is refused before the body; what is too long is not read to its end."""
    body = json.dumps({"update_id": 5, "message": {}}).encode()
    assert await post(pushed, body, None) == 401
    assert await post(pushed, body, "another-secret-of-letters") == 401
    assert await post(pushed, b"x" * 300_000, SECRET) == 413
    assert await turns_of(pushed) == 0


async def test_a_broken_update_is_put_aside_and_holds_nothing_up(pushed: House, cloud: Cloud) -> None:
    """No JSON, no number, missing parts, a fault while it is handled: each is acknowledged, kept sealed and counted."""
    chat = {"id": 72, "type": "private", "first_name": "x"}
    who = {"id": 72, "is_bot": False, "first_name": "x"}
    half_a_letter = {"message_id": 1, "date": 1, "chat": chat, "from": who, "text": "\ud83d"}
    for content in (
        b"{",
        b"[]",
        b'{"update_id": "7"}',
        b'{"update_id": 8, "message": {"date": "never"}}',
        json.dumps({"update_id": 9, "message": half_a_letter}).encode(),
        b"\xff\xfe",
    ):
        assert await post(pushed, content, SECRET) == 200
        assert await post(pushed, content, SECRET) == 200
    service = pushed.service
    county, keyring = service.rules.county_code, service.archive.keyring
    aside = await service.archive.read(lambda conn: updates.aside(conn, county))
    assert sorted(one.why.split()[0] for one in aside) == ["failed", *["unreadable"] * 5]
    kept = await service.archive.read(lambda conn: updates.aside_content(conn, keyring, county, "1000", 8))
    assert kept == b'{"update_id": 8, "message": {"date": "never"}}'
    assert b"hurentong_telegram_set_aside_total 6.0" in service.metrics.exposition()
    assert "您想做什么" in (await Talk(pushed, 73).says("你好"))[-1].text


async def test_polling_waits_for_another_poller_and_says_so(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """While somebody else asks, it is said that only one may; afterwards everything is answered."""
    await Talk(house, 74).says("你好")

    async def said() -> bool:
        with contextlib.suppress(Conflict):
            await other.get_updates(timeout=0)
        return "409" in caplog.text

    async with Bot(TOKEN, base_url=f"{house.cloud.url}/bot") as other:  # without it, its connections stay open
        await house.cloud.until(said, "the conflict to be told")
    assert "您想做什么" in (await Talk(house, 74).says("你好"))[-1].text


async def test_an_unknown_token_is_named_by_its_setting_and_the_web_chat_lives(
    cloud: Cloud, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """401: one line for the operator; applicants in the browser notice nothing."""
    caplog.set_level(logging.ERROR)
    house = await House(tmp_path, cloud, telegram={"token": "999:UNKNOWN"}).open()
    try:

        async def said() -> bool:
            return "telegram.token" in caplog.text

        await cloud.until(said, "the setting's name")
        assert "999:UNKNOWN" not in caplog.text
        async with aiohttp.ClientSession() as http:
            turn = {"turn_id": "0c0f7e6e-5a35-4c7e-9d0e-000000000001", "text": "你好"}
            async with http.post(f"{house.url}/chat/turns", json=turn) as answer:
                assert answer.status == 200
    finally:
        await house.close()


async def test_pages_that_waited_when_the_service_ended_are_taken_up_by_the_next(cloud: Cloud, tmp_path: Path) -> None:
    """Acknowledged pages lie sealed until their turn; what came behind them keeps its place."""
    telegram = {"private_in_chat": True, "album_seconds": 8}
    house = await House(tmp_path, cloud, telegram=telegram).open()
    who = Person(cloud, 75)
    talk = Talk(house, 75)
    await talk.says(*TO_NUMBER, NUMBER, "罗大勇", "汉族", "屏都街道远大厂宿舍2幢206室", "13900002580")
    await talk.says("〔签订劳动合同〕", "〔选好了〕")
    pages = [encoded(drawn((1000 + 10 * n, 800))) for n in range(2)]
    await who.photos(*pages, order=[1, 0])

    async def acknowledged() -> bool:
        return bool((await cloud.bot())["pending"] == 0)

    await cloud.until(acknowledged, "the pages to be acknowledged")
    await house.close()
    assert not [one for one in await who.bots() if "收到" in one.text]
    await who.press("发完了")
    again = await House(tmp_path, cloud, telegram={"private_in_chat": True}).open()
    try:
        await who.told("收到 2 张")
        await who.told("【核对单】")
    finally:
        await again.close()


def client_of(cloud: Cloud) -> Client:
    """A bot's client at the stand-in."""
    return Client(Telegram.model_validate({"token": TOKEN, "api_url": cloud.url}))


async def fetched(client: Client, file: File) -> bytes:
    """A file, fetched without long waits."""
    return b"".join([piece async for piece in fetch(client, file, first_wait=0.01)])


async def test_a_file_that_breaks_off_is_taken_up_where_it_broke(cloud: Cloud) -> None:
    """Twice in the middle, and a 502: every byte comes once."""
    content = bytes(range(256)) * 2000
    sent = await Person(cloud, 76).document(content)
    client = client_of(cloud)
    try:
        (update,) = await client.updates(0, 1, ["message"])
        file_id = json.loads(update)["message"]["document"]["file_id"]
        await cloud.faults(
            {"kind": "cut", "method": "file", "times": 2}, {"kind": "bad_gateway", "method": "getfile", "times": 1}
        )
        assert await fetched(client, File(file_id, "x", len(content), sent["message_id"])) == content
        await cloud.faults({"kind": "error", "method": "file", "times": None})
        with pytest.raises(NotFetched):
            await fetched(client, File(file_id, "x", None, 1))
        with pytest.raises(NotFetched):
            await fetched(client, File("nobody's", "x", None, 1))
        with pytest.raises(TooBig):
            await fetched(client, File(file_id, "x", 21 * 1024 * 1024, 1))
    finally:
        await client.close()


async def test_one_slow_chat_holds_no_other_up(house: House, cloud: Cloud) -> None:
    """While one chat's page is fetched slowly, another chat is answered."""
    slow, quick = Talk(house, 77), Talk(house, 78)
    await slow.says(*TO_NUMBER, NUMBER, "罗大勇", "汉族", "屏都街道远大厂宿舍2幢206室", "13900002580")
    await slow.says("〔签订劳动合同〕", "〔选好了〕")
    await cloud.faults({"kind": "slow", "method": "file", "seconds": 3.0, "times": 1})
    waiting = asyncio.create_task(slow.after(await slow.person.photos(encoded(drawn()))))
    await asyncio.sleep(0.3)
    assert "您想做什么" in (await quick.says("你好"))[-1].text
    assert not waiting.done()
    assert "收到 1 张" in (await waiting)[-1].text


async def test_answers_leave_in_the_order_of_a_chats_messages(house: House) -> None:
    """Many lines at once: every answer, in the order in which they were typed."""
    who = Person(house.cloud, 79)
    done: list[Any] = [await who.say(words) for words in ("我要办居住证", "同意", "同意", "同意", "给自己办")]
    await house.answered(79, [one["update_id"] for one in done])
    said = [one.text.splitlines()[-1] for one in await who.bots()]
    assert [words[:8] for words in said] == [
        "您同意我们收集和",
        "您能这样承诺吗？",
        "您同意吗？",
        "您是给自己办，还",
        "您现在手里有《浙",
    ]
