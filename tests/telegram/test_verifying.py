"""A contact may be a number given up: a chat is joined only by the code sent to that number. With its transcript."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels.telegram.updates import Arrived, Kind
from bot.channels.telegram.verifying import CODE, is_code
from storage.schema import accounts
from tests.bot.sms.gateway import GatewayProcess, settings_for
from tests.telegram.hands import Cloud, Shown
from tests.telegram.house import House
from tests.telegram.test_conversation import NUMBER, TO_NUMBER, Talk

TRANSCRIPT = Path(__file__).parent / "verifying.txt"
PHONE, CONTACT = "19900001234", "+8619900001234"
TO_PHONE = (*TO_NUMBER, NUMBER, "罗大勇", "汉族", "屏都街道工业园区远大厂宿舍2幢206室")


@pytest.fixture
def gateway() -> Iterator[GatewayProcess]:
    """The stand-in gateway."""
    process = GatewayProcess()
    yield process
    process.stop()


@pytest.fixture
async def house(cloud: Cloud, gateway: GatewayProcess, tmp_path: Path) -> AsyncIterator[House]:
    """The service with SMS; numbers may be written in the chat, to keep the way short."""
    sms = settings_for(gateway.url)
    opened = await House(tmp_path, cloud, telegram={"private_in_chat": True}, sms=sms).open()
    yield opened
    await opened.close()


async def people(house: House) -> int:
    """How many accounts there are."""
    counted = select(func.count()).select_from(accounts)
    return await house.service.archive.read(lambda conn: int(conn.execute(counted).scalar_one()))


async def new_code(house: House, gateway: GatewayProcess, before: int) -> str:
    """The code of the SMS that comes after the first `before`."""

    async def is_there() -> bool:
        return len(await gateway.taken()) > before

    await house.cloud.until(is_there, "an SMS")
    return await gateway.code()


class Transcript:
    """One chat as prose."""

    def __init__(self, talk: Talk) -> None:
        self.talk, self.lines = talk, list[str]()

    async def says(self, words: str, shown: str = "") -> list[Shown]:
        """Somebody types; `shown` stands in the file for what is different every time."""
        return self._written(shown or words, await self.talk.says(words))

    async def shares(self, phone: str) -> list[Shown]:
        """Somebody shares the contact."""
        return self._written("〔共享手机号〕", await self.talk.after(await self.talk.person.contact(phone)))

    def _written(self, words: str, told: list[Shown]) -> list[Shown]:
        self.lines += [f"甲：{words}", *(f"通：{one.text}".replace("\n", "\n　　") for one in told)]
        return told


async def test_a_shared_contact_joins_by_the_code_of_an_sms_and_not_without(
    house: House, gateway: GatewayProcess
) -> None:
    """Whoever only holds the number on Telegram sees nothing of the other's draft; whoever reads the SMS does."""
    elsewhere = Talk(house, 51)
    await elsewhere.says(*TO_NUMBER, f"/verify {PHONE}")
    await elsewhere.says(await new_code(house, gateway, 0))
    house.clock.move(minutes=2)

    chat = Transcript(Talk(house, 52))
    await chat.talk.says(*TO_PHONE)
    told = await chat.shares(CONTACT)
    assert "哪些证明" in told[-1].text
    assert "/verify" in told[-1].text
    assert await people(house) == 2
    assert "尾号 1234" in (await chat.says("/verify"))[-1].text
    code = await new_code(house, gateway, 1)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert "还可以试 4 次" in (await chat.says(wrong, "〔记错的六个数字〕"))[-1].text
    assert await people(house) == 2
    joined = await chat.says(f"验证码 {code}", "〔短信里的六个数字〕")
    assert "连上了" in joined[-1].text
    assert await people(house) == 1
    shown = await chat.talk.person.messages()
    assert not any(wrong in one.text for one in shown)
    assert "\n".join(chat.lines) + "\n" == TRANSCRIPT.read_text(encoding="utf-8"), "\n".join(chat.lines)


async def test_the_offer_is_the_same_for_a_number_nobody_knows(house: House) -> None:
    """Who shares a contact cannot learn whether its next owner is known here."""
    first, second = Talk(house, 53), Talk(house, 54)
    told = [await talk.after(await talk.person.contact(CONTACT)) for talk in (first, second) if await talk.says("你好")]
    assert told[0][-1].text == told[1][-1].text
    assert "/verify" in told[0][-1].text


async def test_asking_is_slowed_down_and_without_a_number_it_is_said_how(house: House) -> None:
    """One code a minute, for a chat; a command without a number known says what to do."""
    talk = Talk(house, 55)
    assert "共享手机号" in (await talk.says("/verify"))[-1].text
    assert "验证码发到尾号 1234" in (await talk.says(f"/verify {PHONE}"))[-1].text
    assert "等一分钟" in (await talk.says(f"/verify {PHONE}"))[-1].text
    tried = [(await talk.says(f"/verify {n:06d}"))[-1].text for n in range(7)]
    assert "次数太多" in tried[-1]


async def test_six_digits_are_an_answer_where_no_code_was_sent(house: House) -> None:
    """Only while a code is awaited are six digits taken for it."""
    talk = Talk(house, 56)
    assert "验证码" not in (await talk.says("123456"))[-1].text


@pytest.mark.parametrize("typed", ["123456", "１２３４５６", "验证码123456", "短信验证码：123456", "123 456。"])
def test_a_code_may_be_typed_as_people_do(typed: str) -> None:
    """With or without a word before it."""
    nothing: Any = None
    assert is_code(Arrived(1, Kind.COMMAND, what="verify", text=typed), nothing, nothing, nothing)
    assert not CODE.fullmatch("1234567")


async def test_without_a_gateway_the_other_way_is_named(cloud: Cloud, tmp_path: Path) -> None:
    """No SMS can be sent: /verify points to the code of 换手机, and a contact joins nothing and promises nothing."""
    house = await House(tmp_path, cloud).open()
    try:
        talk = Talk(house, 57)
        assert "/join" in (await talk.says("/verify"))[-1].text
        assert "/verify" not in (await talk.after(await talk.person.contact(CONTACT)))[-1].text
    finally:
        await house.close()
