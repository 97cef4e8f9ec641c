"""The answer back: live at once, once each after a restart, and across processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.delivery import Delivery
from storage import accounts, outbox
from storage.archive import Archive
from storage.keys import Keyring

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@dataclass
class Process:
    """What delivery needs of a service; two of them on one database are two processes."""

    archive: Archive

    def now(self) -> datetime:
        """A clock that stands."""
        return NOW


class Chat:
    """One open chat: takes events and says so, as the web channel does."""

    def __init__(self, delivery: Delivery, account_id: str, after: int = 0) -> None:
        self.delivery, self.account_id = delivery, account_id
        self.stream = delivery.stream(account_id, after)

    async def next(self) -> tuple[int, bytes]:
        """The next event, marked as delivered once taken."""
        event = await asyncio.wait_for(anext(self.stream), 5)
        await self.delivery.mark_delivered(self.account_id, event[0])
        return event

    async def is_quiet(self) -> bool:
        """Nothing comes for a while. Ends the chat."""
        try:
            await asyncio.wait_for(anext(self.stream), 0.3)
        except TimeoutError:
            return True
        return False

    async def close(self) -> None:
        """The browser is gone."""
        await self.stream.aclose()  # type: ignore[attr-defined]  # an async generator


class Post:
    """An account with an outbox, and processes that deliver it."""

    def __init__(self, folder: Path) -> None:
        self.url, self.keyring = f"sqlite:///{folder / 'post.db'}", Keyring.in_memory()
        self.archives: list[Archive] = []
        self.deliveries: list[Delivery] = []
        self.archive = self._open()
        self.account_id = ""

    def _open(self) -> Archive:
        self.archives.append(Archive.open(self.url, self.keyring))
        return self.archives[-1]

    def process(self) -> Delivery:
        """A process that has just started."""
        delivery = Delivery(Process(self._open()), look_seconds=0.05)  # type: ignore[arg-type]  # stands in
        self.deliveries.append(delivery)
        return delivery

    async def open_account(self) -> None:
        """Somebody to write to."""
        self.account_id = await self.archive.write(
            lambda conn: accounts.open_account(conn, self.keyring, "331126", NOW), key="a"
        )

    async def write(self, text: bytes) -> int:
        """A notice, as a decision's transaction writes it."""
        who, keyring = self.account_id, self.keyring
        return await self.archive.write(
            lambda conn: outbox.add(conn, keyring, who, None, "accepted", text, NOW), key=who
        )

    async def close(self) -> None:
        """Everything ends."""
        for delivery in self.deliveries:
            await delivery.close()
        for archive in self.archives:
            await archive.close()


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """An account and its outbox."""
    post = Post(tmp_path)
    await post.open_account()
    yield post
    await post.close()


async def test_a_woken_chat_gets_the_notice_at_once(post: Post) -> None:
    """The act's process wakes the chat; nobody waits for the slow look."""
    delivery = post.process()
    chat = Chat(delivery, post.account_id)
    taking = asyncio.create_task(chat.next())
    await asyncio.sleep(0.02)
    number = await post.write(b"{}")
    delivery.wake(post.account_id)
    assert await taking == (number, b"{}")
    await chat.close()


async def test_another_processs_notice_is_found_by_looking(post: Post) -> None:
    """Nobody wakes this process: the slow look finds what was written elsewhere."""
    chat = Chat(post.process(), post.account_id)
    taking = asyncio.create_task(chat.next())
    await asyncio.sleep(0.02)
    number = await post.write(b"{}")
    assert (await taking)[0] == number
    await chat.close()


async def test_after_a_restart_each_notice_is_delivered_once(post: Post) -> None:
    """What a client took is not sent again to one that remembers nothing; what nobody took is sent, in order."""
    first = await post.write(b"1")
    chat = Chat(post.process(), post.account_id)
    assert (await chat.next())[0] == first
    await chat.close()
    second, third = await post.write(b"2"), await post.write(b"3")
    chat = Chat(post.process(), post.account_id)
    assert [(await chat.next())[1] for _ in range(2)] == [b"2", b"3"]
    assert await chat.is_quiet()
    assert first < second < third
    assert await Chat(post.process(), post.account_id).is_quiet()


async def test_a_client_that_says_where_it_was_gets_everything_after_that(post: Post) -> None:
    """A connection that broke after sending: Last-Event-ID brings the lost ones again, and acknowledges the others."""
    numbers = [await post.write(text) for text in (b"1", b"2", b"3")]
    chat = Chat(post.process(), post.account_id)
    for _ in numbers:
        await chat.next()
    await chat.close()
    again = Chat(post.process(), post.account_id, after=numbers[0])
    assert [(await again.next())[0] for _ in range(2)] == numbers[1:]
    await again.close()


async def test_coming_back_acknowledges_what_was_taken_without_a_word(post: Post) -> None:
    """Events up to Last-Event-ID are delivered, even if the process died before it could note so."""
    numbers = [await post.write(text) for text in (b"1", b"2")]
    chat = Chat(post.process(), post.account_id, after=numbers[1])
    assert await chat.is_quiet()
    entries = await post.archive.read(lambda conn: outbox.after(conn, post.keyring, post.account_id, 0))
    assert all(entry.delivered_at for entry in entries)


async def test_two_windows_of_one_applicant_both_hear_it(post: Post) -> None:
    """A phone and a computer open on one account, on two processes."""
    chats = [Chat(post.process(), post.account_id) for _ in range(2)]
    taking = [asyncio.create_task(chat.next()) for chat in chats]
    await asyncio.sleep(0.05)
    number = await post.write(b"{}")
    assert [(await one)[0] for one in taking] == [number, number]
    for chat in chats:
        await chat.close()


async def test_more_notices_than_one_reading_holds_all_arrive(post: Post) -> None:
    """A long backlog is read in pages without a gap."""
    numbers = [await post.write(b"%d" % n) for n in range(120)]
    chat = Chat(post.process(), post.account_id)
    assert [(await chat.next())[0] for _ in numbers] == numbers
    await chat.close()


async def test_closing_ends_every_stream(post: Post) -> None:
    """The service can stop while chats are open."""
    delivery = post.process()
    stream = delivery.stream(post.account_id, 0)
    waiting = asyncio.create_task(anext(stream, None))
    await asyncio.sleep(0.02)
    await delivery.close()
    assert await asyncio.wait_for(waiting, 2) is None
