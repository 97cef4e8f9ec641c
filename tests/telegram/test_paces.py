"""A flood from one chat: the surplus has no effect, the chat is told once, nothing piles up, nobody else waits."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels.telegram import paces
from storage import channels, dispatches
from storage.channel_schema import heard_updates, waiting_updates
from storage.schema import turns
from tests.bot.pages import drawn, encoded
from tests.telegram.hands import Cloud, Person
from tests.telegram.house import House
from tests.telegram.test_conversation import Talk


async def count(house: House, table: Any) -> int:
    """How many rows."""
    counted = select(func.count()).select_from(table)
    return await house.service.archive.read(lambda conn: int(conn.execute(counted).scalar_one()))


async def test_a_flood_is_answered_once_and_the_others_are_served(cloud: Cloud, tmp_path: Path) -> None:
    """Sixty messages at a pace of twenty a minute: some twenty turns, one word for the rest, each update heard once."""
    house = await House(tmp_path, cloud, limits={"turns_per_minute": 20}).open()
    try:
        flood, calm = Talk(house, 81), Talk(house, 82)
        done = await asyncio.gather(*(flood.person.say("要不要钱") for _ in range(60)))
        assert "我是互认通" in (await calm.says("你好"))[-1].text
        told = [one.text for one in await flood.after({"update_ids": [one["update_id"] for one in done]})]
        assert 20 <= len([text for text in told if "免费" in text or "不收" in text or "钱" in text]) <= 24
        assert len([text for text in told if "太快了" in text]) == 1
        assert await count(house, heard_updates) == 61
        assert house.service.telegram is not None
        surplus = 61 - await count(house, turns)
        assert house.service.telegram.counts.surplus._value.get() == surplus >= 36
    finally:
        await house.close()


async def test_what_was_too_much_stays_without_effect_when_it_comes_again(cloud: Cloud, tmp_path: Path) -> None:
    """Brought three times each, repeats use up no pace: as many turns as the pace allows, not fewer."""
    await cloud.faults(again=2)
    house = await House(tmp_path, cloud, limits={"turns_per_minute": 10}).open()
    try:
        talk = Talk(house, 83)
        for _ in range(10):
            await talk.person.say("你好")
        await house.settled()
        assert await count(house, turns) == 10
    finally:
        await house.close()


async def test_pages_are_taken_at_their_own_pace_and_what_waits_is_bounded(cloud: Cloud, tmp_path: Path) -> None:
    """Thirty photographs at ten a minute: ten wait, one word is said; and the bound holds without any pace."""
    telegram = {"private_in_chat": True, "album_seconds": 3.0}
    house = await House(tmp_path, cloud, telegram=telegram, limits={"files_per_minute": 10}).open()
    try:
        talk = Talk(house, 84)
        await talk.says("你好")
        picture = encoded(drawn((300, 200)))
        for _ in range(3):
            await talk.person.photos(*[picture] * 10)

        async def all_heard() -> bool:
            return await count(house, heard_updates) == 31

        await cloud.until(all_heard, "every update")
        assert await count(house, waiting_updates) in (10, 11)
        told = await talk.person.told("太快了")
        assert len([one for one in await talk.person.bots() if one.text == told.text]) == 1
    finally:
        await house.close()


@pytest.mark.parametrize("rest", [0.0, 2.0])
async def test_answers_do_not_pile_up_beyond_a_minutes_worth(rest: float, cloud: Cloud, tmp_path: Path) -> None:
    """At one message in two seconds thirty may lie unsent; the next turns are surplus until the lane has shortened."""
    house = await House(tmp_path, cloud, sending={"chat_seconds": rest, "a_second": 0}).open()
    try:
        await cloud.faults({"method": "sendmessage", "kind": "flood", "seconds": 600, "times": 1})
        person, service = Person(cloud, 85), house.service
        for _ in range(60):
            await person.say("要不要钱")

        async def all_heard() -> bool:
            return await count(house, heard_updates) == 60

        await cloud.until(all_heard, "every update")
        keyring, county = service.archive.keyring, service.rules.county_code

        def lies(conn: Any) -> int:
            reached = channels.find(conn, keyring, county, channels.TELEGRAM, "85")
            assert reached is not None
            return dispatches.count_answers(conn, reached.lane)

        unsent = await service.archive.read(lies)
        most = int(paces.UNSENT_SECONDS / rest) if rest else 0
        assert (most - 2 <= unsent <= most + 3) if most else unsent > 50
    finally:
        await house.close()


async def test_a_chat_that_waits_for_its_files_keeps_no_more_than_the_bound(cloud: Cloud, tmp_path: Path) -> None:
    """With a bound of five, of twenty updates behind a page five wait; what is let in is answered in the end."""
    house = House(tmp_path, cloud, telegram={"private_in_chat": True, "album_seconds": 2.0})
    assert house.service.telegram is not None
    house.service.telegram.intake._paces = paces.Paces(house.settings, most_waiting=5)
    await house.open()
    try:
        person = Person(cloud, 86)
        await person.photos(encoded(drawn((300, 200))))
        for _ in range(19):
            await person.say("你好")
        end = time.monotonic() + 20
        most = 0
        while await count(house, heard_updates) < 20 and time.monotonic() < end:
            most = max(most, await count(house, waiting_updates))
        assert most <= 5
        await house.settled()
        assert len([one for one in await person.bots() if "太快了" in one.text]) == 1
        assert 1 <= await count(house, turns) <= 5
    finally:
        await house.close()
