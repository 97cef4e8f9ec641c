"""The whole application through a third party's Bot API server: by text, buttons and our own page, both ways in."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.service import free_port
from tests.simulators.people import paper, person
from tests.telegram.campaigns.served import TelegramService
from tests.telegram.hands import TOKEN, Json
from tests.telegram.third_party.installed import HERE, cloud_modules
from tests.telegram.third_party.person import TheirPerson

APPLICANT = person(61, datetime.now(UTC).date())
#: What the bot asks, and the button to press.
BEFORE = [
    ("您同意我们收集和使用", "同意"),
    ("您能这样承诺吗", "同意"),
    ("您同意吗", "同意"),
    ("您是给自己办，还是帮别人办", "给自己办"),
    ("您现在手里有《浙江省居住证》吗", "没有证，在浙江登记住过"),
]
#: What the bot asks, and what is typed.
TYPED = [
    ("您叫什么名字", APPLICANT.name),
    ("您是什么民族", "汉族"),
    ("您现在住在庆元县哪里", APPLICANT.address),
    ("手机号是多少", APPLICANT.phone),
]


@pytest.fixture
def their_cloud() -> Iterator[str]:
    """telegram-test-api with its shim, as a process."""
    words = ["node", HERE / "cloud.js", cloud_modules(), str(free_port())]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), "the third party's server did not start"
        yield url
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


async def asked_for_updates(http: aiohttp.ClientSession, url: str, offset: int) -> list[Json]:
    """What is told to who polls."""
    about = {"timeout": 0, "offset": offset}
    async with http.post(f"{url}/bot{TOKEN}/getUpdates", json=about) as answer:
        return list((await answer.json())["result"])


@pytest.mark.journey
async def test_their_server_tells_an_update_until_a_later_one_is_asked_for(their_cloud: str) -> None:
    """As the Bot API says: who could not store an answer asks again and is told the same."""
    who = TheirPerson(their_cloud)
    try:
        await who.say("你好")
        async with aiohttp.ClientSession() as http:
            (first,) = await asked_for_updates(http, their_cloud, 0)
            assert await asked_for_updates(http, their_cloud, first["update_id"]) == [first]
            assert await asked_for_updates(http, their_cloud, first["update_id"] + 1) == []
    finally:
        await who.close()


@pytest.mark.journey
@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_the_whole_application_by_a_third_partys_server(way: str, their_cloud: str, tmp_path: Path) -> None:
    """From the first word to the application's number, against the real service."""
    service = TelegramService(tmp_path, their_cloud, way)
    who = TheirPerson(their_cloud)
    try:
        await service.start().ready()
        await apply(who)
        submitted = await who.told("申请编号：")
        assert "交上去了" in submitted["message"]["text"]
        heard = await service.heard()
        assert heard.unsent == heard.aside == 0
    except AssertionError as error:
        error.add_note(f"the service's log:\n{service.log.read_text()[-3000:]}")
        raise
    finally:
        await who.close()
        service.stop()


async def apply(who: TheirPerson) -> None:
    """Everything an applicant does."""
    await who.say("我要办居住证")
    for asked, label in BEFORE:
        await who.press(asked, label)
    await who.told("您在浙江哪里登记过居住")
    await who.say("2025年3月1日到现在在庆元")
    await who.press("下面哪一样您有", "有工作")
    await who.press("已选：有工作", "选好了")
    await who.press("您的户口", APPLICANT.home[0])
    await who.told("户口在哪个县")
    await who.say(APPLICANT.home[1])
    await who.told("户口的详细地址是什么")
    await who.say(APPLICANT.home[3])
    page = await who.open_page("您的身份证号码是多少")
    await page.send(text=APPLICANT.id_number)
    for asked, words in TYPED:
        await who.told(asked)
        await who.say(words)
    await who.press("您能拿出下面哪些证明", "签订劳动合同")
    await who.press("已选：签订劳动合同", "选好了")
    page = await who.open_page("下面要交「签订劳动合同」的照片")
    await page.upload(paper("contract"))
    await page.send(choice="done")
    await who.press("请看一遍", "都对，去签名")
    await who.told("看过了，请打上您的姓名")
    await who.say(APPLICANT.name)
