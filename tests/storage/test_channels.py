"""Channels, updates, links and buttons: on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from storage import accounts, buttons, channels, step_links, updates
from storage.archive import Archive
from storage.channel_schema import channels as channels_table
from storage.channels import Reached
from storage.schema import accounts as accounts_table
from storage.step_links import StepLink

COUNTY = "331126"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def opened(conn: Connection, archive: Archive, chat: str = "42") -> Reached:
    """An account with a Telegram chat."""
    account_id = accounts.open_account(conn, archive.keyring, COUNTY, NOW)
    channels.join(conn, archive.keyring, COUNTY, account_id, channels.TELEGRAM, chat, NOW)
    found = channels.find(conn, archive.keyring, COUNTY, channels.TELEGRAM, chat)
    assert found is not None
    return found


async def test_a_chat_is_found_by_its_address_and_by_nothing_else(archive: Archive) -> None:
    """The address stands in no column; another county, another kind and another chat find nothing."""

    def job(conn: Connection) -> None:
        reached = opened(conn, archive, "9876543210")
        assert reached.address == "9876543210"
        for county, kind, address in (
            ("331125", "telegram", "9876543210"),
            (COUNTY, "sms", "9876543210"),
            (COUNTY, "telegram", "1"),
        ):
            assert channels.find(conn, archive.keyring, county, kind, address) is None
        row = conn.execute(select(channels_table)).one()
        assert all("9876543210" not in str(value) and value != b"9876543210" for value in row)

    await archive.write(job, key="test")


async def test_a_chat_that_is_gone_comes_back_when_it_is_heard(archive: Archive) -> None:
    """The first reason counts; hearing from it again takes it away, and what it remembers stays sealed."""

    def job(conn: Connection) -> None:
        reached = opened(conn, archive)
        channels.gone(conn, reached.channel_id, "blocked", NOW)
        channels.gone(conn, reached.channel_id, "deleted", NOW + timedelta(hours=1))
        gone = channels.load(conn, archive.keyring, reached.channel_id)
        assert gone is not None
        assert gone.gone_at == NOW
        channels.heard(conn, gone, b'{"stage":"x"}', NOW + timedelta(hours=2))
        back = channels.load(conn, archive.keyring, reached.channel_id)
        assert back is not None
        assert (back.gone_at, back.memory, back.heard_at) == (None, b'{"stage":"x"}', NOW + timedelta(hours=2))
        assert [one.channel_id for one in channels.of_account(conn, archive.keyring, reached.account_id)] == [
            reached.channel_id
        ]

    await archive.write(job, key="test")


async def test_a_chat_moves_to_another_account_with_all_it_remembers(archive: Archive) -> None:
    """Sealed anew under the other account's key."""

    def job(conn: Connection) -> None:
        reached = opened(conn, archive)
        channels.remember(conn, reached, b"remembered")
        other = accounts.open_account(conn, archive.keyring, COUNTY, NOW)
        fresh = channels.load(conn, archive.keyring, reached.channel_id)
        assert fresh is not None
        channels.move(conn, archive.keyring, fresh, other)
        moved = channels.find(conn, archive.keyring, COUNTY, channels.TELEGRAM, "42")
        assert moved is not None
        assert (moved.account_id, moved.address, moved.memory) == (other, "42", b"remembered")

    await archive.write(job, key="test")


async def test_an_account_kept_by_a_silent_chat_alone_is_swept(archive: Archive) -> None:
    """Silent for too long and nothing else holds it; a livelier chat of the same account does."""

    def job(conn: Connection) -> tuple[int, set[str]]:
        silent, lively = opened(conn, archive, "1"), opened(conn, archive, "2")
        channels.join(conn, archive.keyring, COUNTY, lively.account_id, channels.TELEGRAM, "3", NOW)
        later = channels.find(conn, archive.keyring, COUNTY, channels.TELEGRAM, "3")
        assert later is not None
        channels.heard(conn, later, None, NOW + timedelta(days=9))
        swept = channels.sweep(conn, NOW + timedelta(days=1))
        left = set(conn.execute(select(accounts_table.c.account_id)).scalars())
        assert silent.account_id not in left
        return swept, left - {lively.account_id}

    assert await archive.write(job, key="test") == (1, set())


async def test_an_update_is_heard_once_and_forgotten_when_nobody_can_bring_it(archive: Archive) -> None:
    """The second time it is known; a week later it is swept."""

    def job(conn: Connection) -> list[Any]:
        heard = [updates.hear(conn, COUNTY, bot, 7, NOW) for bot in ("1", "1", "2")]
        return [
            *heard,
            updates.sweep(conn, NOW),
            updates.sweep(conn, NOW + timedelta(days=7)),
            updates.sweep(conn, NOW),
        ]

    assert await archive.write(job, key="test") == [True, False, True, 0, 2, 0]


async def test_what_waits_leaves_once_in_the_order_of_the_updates(archive: Archive) -> None:
    """Two processes may take up the same pages: only one has them leave, and none leaves untaken."""

    def job(conn: Connection) -> None:
        reached = opened(conn, archive)
        assert not updates.is_waiting(conn, reached.channel_id)
        for number in (9, 7, 8):
            updates.wait(conn, COUNTY, "1", number, reached, b"page %d" % number, NOW)
        assert updates.is_waiting(conn, reached.channel_id)
        assert [one.content for one in updates.waiting_of(conn, reached)] == [b"page 7", b"page 8", b"page 9"]
        assert updates.chats_waiting(conn, COUNTY, NOW) == []
        assert updates.chats_waiting(conn, COUNTY, NOW + timedelta(seconds=1)) == [reached.channel_id]
        assert updates.leave(conn, "1", [7, 8])
        assert not updates.leave(conn, "1", [8, 9])
        assert [one.content for one in updates.waiting_of(conn, reached)] == [b"page 9"], "taken by nobody: it waits on"
        assert updates.leave(conn, "1", [9])

    await archive.write(job, key="test")


async def test_an_update_put_aside_is_sealed_until_it_is_closed_and_then_gone(archive: Archive) -> None:
    """Once only; its bytes open here and are erased when somebody has dealt with it."""

    def job(conn: Connection) -> None:
        ring = archive.keyring
        assert updates.put_aside(conn, ring, COUNTY, "1", -5, "unreadable X", b"secret words", NOW)
        assert not updates.put_aside(conn, ring, COUNTY, "1", -5, "again", b"", NOW)
        assert updates.count_aside(conn, COUNTY) == 1
        assert updates.aside_content(conn, ring, COUNTY, "1", -5) == b"secret words"
        assert updates.aside_content(conn, ring, "331125", "1", -5) is None
        assert updates.close_aside(conn, COUNTY, "1", -5, "s1", "seen", NOW)
        assert not updates.close_aside(conn, COUNTY, "1", -5, "s2", "too", NOW)
        assert updates.aside_content(conn, ring, COUNTY, "1", -5) is None
        assert [(one.note, one.closed_by) for one in updates.aside(conn, COUNTY, closed=True)] == [("seen", "s1")]

    await archive.write(job, key="test")


async def test_a_link_is_taken_once_and_ends_with_its_question(archive: Archive) -> None:
    """One browser, until its time; the answer ends every link of the same question and no other."""

    def job(conn: Connection) -> None:
        reached = opened(conn, archive)
        for token, asks in (("a", "id_number"), ("b", "id_number"), ("c", "materials")):
            until = NOW + timedelta(minutes=30)
            link = StepLink(reached.account_id, reached.channel_id, "app", asks, until)
            step_links.open_link(conn, COUNTY, link, token, NOW)
        assert step_links.waiting(conn, COUNTY, "a", NOW) is not None
        assert step_links.waiting(conn, "331125", "a", NOW) is None
        assert step_links.take(conn, COUNTY, "a", "browser", NOW)
        assert not step_links.take(conn, COUNTY, "a", "another", NOW)
        assert step_links.of_session(conn, COUNTY, "browser", NOW + timedelta(minutes=31)) is None
        assert step_links.of_session(conn, COUNTY, "browser", NOW) is not None
        assert step_links.use(conn, "browser", NOW)
        assert not step_links.use(conn, "browser", NOW)
        assert step_links.waiting(conn, COUNTY, "b", NOW) is None
        assert step_links.waiting(conn, COUNTY, "c", NOW) is not None
        assert step_links.sweep(conn, NOW + timedelta(hours=1)) == 3

    await archive.write(job, key="test")


async def test_a_button_kept_is_one_accounts_own(archive: Archive) -> None:
    """Shown twice it is kept once; another account's name for it leads nowhere."""

    def job(conn: Connection) -> None:
        mine, other = opened(conn, archive, "1"), opened(conn, archive, "2")
        name = buttons.keep(conn, archive.keyring, mine, "13900002580", NOW)
        assert buttons.keep(conn, archive.keyring, mine, "13900002580", NOW + timedelta(days=1)) == name
        assert buttons.value_of(conn, mine, name) == "13900002580"
        assert buttons.value_of(conn, other, name) is None
        assert buttons.sweep(conn, NOW + timedelta(hours=1)) == 0
        assert buttons.sweep(conn, NOW + timedelta(days=2)) == 1

    await archive.write(job, key="test")
