"""Whatever goes wrong at Telegram's end, the sender is told the truth about it (bot/channels/protocol.py)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr

from bot.channels.protocol import Gone, NotNow, NotSent, Outgoing, Sent, Unsure
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import Client
from bot.channels.telegram.message import Message
from bot.settings import Settings, Telegram
from bot.wiring import Service
from dialogs.pictures import FOLDER
from dialogs.turn import Picture
from storage.dispatches import Source
from tests.telegram.hands import TOKEN, Cloud, Person

CHAT = 71
DRAWING = f"{FOLDER}flow.svg"


@pytest.fixture
async def channel(cloud: Cloud, tmp_path: Path) -> AsyncIterator[TelegramChannel]:
    """The real channel, with one chat that knows the bot."""
    await Person(cloud, CHAT).say("你好")
    service = Service(Settings(data_dir=tmp_path / "data"))
    client = Client(Telegram(token=SecretStr(TOKEN), api_url=cloud.url))
    service.papers.start()
    yield TelegramChannel(client, service)
    await client.close()
    await service.close()


def message(text: str = "好", **more: Any) -> Outgoing:
    """One answer for the chat."""
    say = msgspec.json.encode(Message(text, **more))
    return Outgoing("d1", "a1", None, str(CHAT), Source.ANSWER, "", 1, 0, say)


async def seen(cloud: Cloud) -> list[str]:
    """What stands in the chat."""
    return [shown.text for shown in await Person(cloud, CHAT).bots()]


#: The fault; what the sender is told: the kind of failure, seconds, whether the whole bot waits; whether it arrived.
FAULTS: list[tuple[dict[str, Any], type[NotSent], float | None, bool, bool]] = [
    ({"kind": "flood", "seconds": 3}, NotNow, 3.0, True, False),
    ({"kind": "unauthorized"}, NotNow, 60.0, True, False),
    ({"kind": "error"}, NotNow, None, False, False),
    ({"kind": "bad_gateway"}, NotNow, None, False, False),
    ({"kind": "dropped"}, Unsure, None, False, False),
    ({"kind": "lost", "seconds": 0.01}, Unsure, None, False, True),
    ({"kind": "forbidden"}, Gone, None, False, False),
    ({"kind": "bad_request"}, Gone, None, False, False),
]


async def test_a_fault_is_told_as_what_it_is(cloud: Cloud, channel: TelegramChannel) -> None:
    """Tried again, tried again after so many seconds and by nobody before, perhaps arrived, or never again."""
    for fault, kind, seconds, whole_bot, arrives in FAULTS:
        await cloud.faults(fault)
        with pytest.raises(kind) as told:
            await channel.send(message(fault["kind"]))
        if isinstance(told.value, NotNow):
            assert (told.value.seconds, told.value.whole_bot) == (seconds, whole_bot), fault
        assert (fault["kind"] in await seen(cloud)) == arrives
        assert isinstance(await channel.send(message(f"after {fault['kind']}")), Sent)


async def test_a_slow_answer_is_waited_for(cloud: Cloud, channel: TelegramChannel) -> None:
    """Late is not lost: the message goes once."""
    await cloud.faults({"kind": "slow", "seconds": 0.5})
    assert isinstance(await channel.send(message()), Sent)
    assert await seen(cloud) == ["好"]


async def test_a_refused_drawing_does_not_cost_its_words(cloud: Cloud, channel: TelegramChannel) -> None:
    """Telegram will not have the picture: what it says goes out as text."""
    await cloud.faults({"kind": "bad_photo", "method": "sendphoto"})
    assert isinstance(await channel.send(message("怎样拍", picture=Picture(DRAWING, "好照片"))), Sent)
    assert (await cloud.counts())["bad_photo"] == 1
    assert await seen(cloud) == ["怎样拍"]
