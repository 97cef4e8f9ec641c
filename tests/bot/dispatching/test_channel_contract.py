"""Every channel keeps to the protocol: it takes a message or says truthfully why not, and never anything else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.protocol import CaseBrief, Channel, Gone, NotNow, NotSent, Outgoing
from bot.channels.sms import SmsChannel
from bot.settings import SmsGateway
from storage import channels
from storage.dispatches import Source
from storage.ids import new_id
from tests.bot.dispatching.faulty_channel import FaultyChannel
from tests.bot.sms.gateway import GatewayProcess, settings_for
from tests.telegram.hands import Cloud, CloudProcess, Person
from tests.telegram.house import House


class Bench(ABC):
    """A channel and the hands on the platform behind it."""

    channel: Channel

    @abstractmethod
    async def will(self, what: str) -> None:
        """What is to happen to the next message: `busy`, `gone`."""

    @abstractmethod
    async def taken(self) -> int:
        """How many messages people see."""

    @abstractmethod
    async def open(self, folder: Path) -> None:
        """Make it ready."""

    @abstractmethod
    async def close(self) -> None:
        """End it."""

    #: Where its messages go.
    address = "19900001234"


class FakeBench(Bench):
    """The one in memory."""

    def __init__(self) -> None:
        self.fake = FaultyChannel(lambda: datetime.now(UTC))
        self.channel = self.fake

    async def will(self, what: str) -> None:
        """As told."""
        self.fake.faults["19900001234"].append({"busy": "wait_all", "gone": "gone"}[what])

    async def taken(self) -> int:
        """From its journal."""
        return sum(one.is_taken for one in self.fake.journal.handed)

    async def open(self, folder: Path) -> None:
        """It is ready."""

    async def close(self) -> None:
        """It needs no end."""


class SmsBench(Bench):
    """The gateway's client and the stand-in as a process."""

    def __init__(self) -> None:
        self.gateway = GatewayProcess()
        settings = SmsGateway(**settings_for(self.gateway.url))
        self.channel = self.sms = SmsChannel(settings, "网页", "", lambda: datetime.now(UTC))

    async def will(self, what: str) -> None:
        """As told."""
        await self.gateway.will({"busy": "429", "gone": "not_in_use"}[what])

    async def taken(self) -> int:
        """What the stand-in kept."""
        return len(await self.gateway.taken())

    async def open(self, folder: Path) -> None:
        """It is ready."""

    async def close(self) -> None:
        """Both ends."""
        await self.sms.close()
        self.gateway.stop()


class TelegramBench(Bench):
    """The service's own Telegram channel and the stand-in cloud as a process; somebody has said something there."""

    address = "7001"

    async def open(self, folder: Path) -> None:
        """Cloud, service, and the person's first words, so that the chat is known."""
        self.process = CloudProcess()
        self.cloud = Cloud(self.process.url)
        self.house = await House(folder, self.cloud).open()
        self.person = Person(self.cloud, int(self.address))
        await self.person.say("你好")
        await self.house.settled()
        room = self.house.service.telegram
        assert room is not None
        self.channel = room.channel
        archive = self.house.service.archive
        found = await archive.read(
            lambda conn: channels.find(conn, archive.keyring, "331126", channels.TELEGRAM, self.address)
        )
        assert found is not None
        self.known = found
        self.before = len(await self.person.bots())

    async def will(self, what: str) -> None:
        """As told."""
        if what == "gone":
            await self.person.block()
            await self.house.settled()
        else:
            await self.cloud.faults({"kind": "silence", "seconds": 3, "times": 1})

    async def taken(self) -> int:
        """What stands in the person's chat."""
        return len(await self.person.bots()) - self.before

    async def close(self) -> None:
        """All of it."""
        await self.house.close()
        await self.cloud.close()
        self.process.stop()


BENCHES: dict[str, type[Any]] = {"fake": FakeBench, "sms": SmsBench, "telegram": TelegramBench}


@pytest.fixture(params=sorted(BENCHES))
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    """Each channel in turn."""
    made: Bench = BENCHES[request.param]()
    await made.open(tmp_path)
    yield made
    await made.close()


def message(bench: Bench) -> Outgoing:
    """A notice about a case."""
    known = getattr(bench, "known", None)
    account, chat = ("a1", "k1") if known is None else (known.account_id, known.channel_id)
    case = CaseBrief("c1", "QY20261123-0001", "王小明")
    say = '{"text":"好"}'.encode()
    return Outgoing(new_id(), account, chat, bench.address, Source.NOTICE, "issued", 1, 0, say, case=case)


async def test_a_message_that_is_taken_has_a_receipt_of_its_own(bench: Bench) -> None:
    """Two messages, two receipts, both of use as proof."""
    first, second = await bench.channel.send(message(bench)), await bench.channel.send(message(bench))
    assert first.receipt
    assert second.receipt
    assert first.receipt != second.receipt
    assert await bench.taken() == 2


async def test_too_fast_names_the_seconds_and_the_whole_bot(bench: Bench) -> None:
    """Nothing was taken, and everybody waits."""
    await bench.will("busy")
    with pytest.raises(NotNow) as failure:
        await bench.channel.send(message(bench))
    assert failure.value.whole_bot
    assert failure.value.seconds is not None
    assert await bench.taken() == 0


async def test_an_address_that_is_gone_says_so_by_a_code(bench: Bench) -> None:
    """A code, never the platform's words or the address."""
    await bench.will("gone")
    with pytest.raises(Gone) as failure:
        await bench.channel.send(message(bench))
    assert failure.value.why.isidentifier()
    assert bench.address not in str(failure.value)


async def test_what_a_message_holds_never_shows_in_its_repr(bench: Bench) -> None:
    """Neither address nor words nor name: a traceback may hold a repr."""
    shown = repr(message(bench))
    assert bench.address not in shown
    assert "王小明" not in shown
    assert "好" not in shown
    assert issubclass(Gone, NotSent)
    assert bench.channel.kind in ("sms", "telegram")
