"""换手机接着办: codes and proved numbers join what is one person's; nobody else sees anything."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from bot.settings import Settings
from bot.web.devices import words
from bot.wiring import Service, make_app
from storage.channel_schema import proved_phones
from tests.bot.clock import Clock
from tests.bot.conftest import Opener
from tests.bot.sms.gateway import GatewayProcess, settings_for
from tests.bot.visitor import AN_APPLICANT, Visitor
from tests.storage.canary import found_in_clear

NUMBER = "19900001234"


async def post(visitor: Visitor, where: str, **fields: str) -> ClientResponse:
    """One form of the page."""
    return await visitor.client.post(f"/chat/devices/{where}", data=fields, allow_redirects=False)


async def code_of(visitor: Visitor) -> str:
    """A code from this browser."""
    html = await (await post(visitor, "code")).text()
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", html)
    assert found, html
    return found[0]


async def problem(answer: ClientResponse) -> str:
    """What the page complains of."""
    found = re.search(r'role="alert">(.*?)</p>', await answer.text(), re.DOTALL)
    return found[1] if found else ""


async def test_what_was_begun_on_one_device_is_gone_on_with_on_another(visit: Opener) -> None:
    """A code typed on the second device brings the draft, the question and everything said."""
    first, second = await visit(), await visit()
    await first.reach("ground")
    await second.turn(text="")
    answer = await post(second, "join", code=(await code_of(first)).lower().replace("-", " "))
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    said = [entry for entry in await second.history() if "says" in entry]
    assert "连上了" in said[-1]["says"][0]["text"]
    assert "一份没办完" in said[-1]["says"][0]["text"]
    reply = await second.turn(choice="resume")
    assert reply["asks"] == "ground"
    await first.turn(choice=AN_APPLICANT.ground)
    assert (await second.turn(choice="done"))["asks"] != "ground"


async def test_two_drafts_are_both_there_and_neither_is_in_hand(visit: Opener) -> None:
    """Where both devices were in the middle, an old button answers nothing, and 继续 shows both."""
    first, second = await visit(), await visit()
    await first.reach("ground")
    await second.reach("recognition")
    await post(second, "join", code=await code_of(first))
    await first.turn(choice=AN_APPLICANT.ground)
    assert first.last["state"] == "menu"
    await first.turn(choice="resume")
    assert len([value for value in first.choices if value.startswith("resume:")]) == 2


async def test_a_code_is_good_once_for_ten_minutes_and_nowhere_else(visit: Opener, clock: Clock) -> None:
    """A wrong, a used, an ended code, and one's own: each is answered kindly, and nothing is joined."""
    first, second, third = await visit(), await visit(), await visit()
    await first.turn(text="")
    code = await code_of(first)
    assert await problem(await post(second, "join", code="AAAA-AAAA")) == words()["problem"]["no_such_code"]
    assert await problem(await post(first, "join", code=code)) == words()["problem"]["already"]
    assert (await post(second, "join", code=code)).status == 303
    assert await problem(await post(third, "join", code=code)) == words()["problem"]["no_such_code"]
    code = await code_of(first)
    clock.move(minutes=11)
    assert await problem(await post(third, "join", code=code)) == words()["problem"]["no_such_code"]


async def test_guessing_is_slowed_down(visit: Opener) -> None:
    """After a few wrong codes a browser has to wait."""
    guesser = await visit()
    answers = [await post(guesser, "join", code=f"AAAA-AAA{n}") for n in range(2, 10)]
    assert [answer.status for answer in answers][-1] == 429


async def test_without_a_gateway_there_is_no_word_of_sms(visit: Opener) -> None:
    """The web chat alone works; the page has its two other ways."""
    visitor = await visit()
    html = await (await visitor.client.get("/chat/devices")).text()
    assert "手机号" not in html
    assert (await post(visitor, "phone", phone=NUMBER)).status == 404


@pytest.mark.parametrize("body", [b"code=" + b"A" * 5000, b"\xff\xfe=\x00", b"a=1&" * 20])
async def test_hostile_forms_are_refused_kindly(visit: Opener, body: bytes) -> None:
    """Too large, no text, too many fields: an answer in words, and no fault of ours."""
    visitor = await visit()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await visitor.client.post("/chat/devices/join", data=body, headers=headers)
    assert 400 <= answer.status < 500
    answer = await visitor.client.post("/chat/devices/join", json={"code": "A"})
    assert answer.status == 415
    answer = await visitor.client.post("/chat/devices/code", headers={"Origin": "http://elsewhere"})
    assert answer.status == 403


@pytest.fixture
async def gateway() -> AsyncIterator[GatewayProcess]:
    """A stand-in gateway."""
    process = GatewayProcess()
    yield process
    process.stop()


@pytest.fixture
async def with_sms(settings: Settings, clock: Clock, gateway: GatewayProcess) -> AsyncIterator[Service]:
    """The service, sending by the stand-in."""
    given = settings.model_dump() | {"sms": settings_for(gateway.url)}
    built = Service(Settings(**given), now=clock)
    await built.start(background=False)
    built.sender.start()
    yield built
    await built.close()


@pytest.fixture
async def browsers(with_sms: Service) -> AsyncIterator[list[Visitor]]:
    """Three browsers."""
    server = TestServer(make_app(with_sms))
    await server.start_server()
    clients = [TestClient(server) for _ in range(3)]
    yield [Visitor(client) for client in clients]
    for client in clients:
        await client.session.close()
    await server.close()


async def prove(visitor: Visitor, gateway: GatewayProcess, number: str) -> ClientResponse:
    """Ask for a code, read it off the stand-in, type it."""
    before = len(await gateway.taken())
    answer = await post(visitor, "phone", phone=number)
    assert answer.status == 200, await answer.text()
    while len(await gateway.taken()) == before:
        await asyncio.sleep(0.02)
    return await post(visitor, "prove", code=await gateway.code())


async def test_a_number_proved_on_two_devices_finds_the_draft_again(
    browsers: list[Visitor], gateway: GatewayProcess, clock: Clock
) -> None:
    """Proved here, proved there: one chat. Merely typed in a form: nothing of anybody."""
    first, second, third = browsers
    await first.reach("ground")
    assert "没有别的申请" in await (await prove(first, gateway, NUMBER)).text()
    clock.move(minutes=2)
    assert (await prove(second, gateway, f"+86 {NUMBER}")).status == 303
    assert (await second.turn(choice="resume"))["asks"] == "ground"
    clock.move(minutes=2)
    await third.reach("phone")
    await third.turn(text=NUMBER)
    assert "连上了" not in str(await third.history())


async def test_an_old_proof_finds_nothing(
    browsers: list[Visitor], gateway: GatewayProcess, with_sms: Service, clock: Clock
) -> None:
    """A number that was given up comes to somebody else after 90 days: they see nothing of its last owner."""
    first, second, _ = browsers
    await first.reach("ground")
    await prove(first, gateway, NUMBER)
    clock.move(minutes=2)  # the gateway's own clock bounds how far ours may go
    long_ago = update(proved_phones).values(proved_at=clock() - timedelta(days=91))
    await with_sms.archive.write(lambda conn: conn.execute(long_ago), key="x")
    await second.turn(text="")
    assert "没有别的申请" in await (await prove(second, gateway, NUMBER)).text()


async def test_wrong_codes_end_the_code_and_the_answer_never_tells_who_is_known(
    browsers: list[Visitor], gateway: GatewayProcess, clock: Clock
) -> None:
    """Five tries; one code a minute, five a day; a known and an unknown number are answered alike."""
    first, second, _ = browsers
    await prove(first, gateway, NUMBER)
    clock.move(minutes=2)
    known = await (await post(second, "phone", phone=NUMBER)).text()
    clock.move(minutes=2)
    unknown = await (await post(second, "phone", phone="19900005678")).text()
    assert known == unknown
    assert await problem(await post(second, "phone", phone="19900005678")) == words()["problem"]["too_soon"]
    for left in (4, 3, 2, 1):
        assert f"还可以试 {left} 次" in await problem(await post(second, "prove", code="000000"))
    assert await problem(await post(second, "prove", code="000000")) == words()["problem"]["ended"]


async def test_codes_and_numbers_lie_nowhere_in_the_clear(
    browsers: list[Visitor], gateway: GatewayProcess, with_sms: Service
) -> None:
    """Neither the number nor the code stands in any file of the service."""
    await prove(browsers[0], gateway, NUMBER)
    code = await code_of(browsers[0])
    folder = with_sms.settings.data_dir
    canaries = [NUMBER, await gateway.code(), code, code.replace("-", "")]
    assert found_in_clear([folder], canaries) == []
