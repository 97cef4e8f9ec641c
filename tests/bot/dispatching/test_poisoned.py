"""One message that can never be sent holds nothing up: not its chat's lane, and not its channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from state_machine.notice_states import NoticeState
from storage import calls, receipts
from storage.archive import Archive
from storage.channel_schema import dispatches
from storage.dispatches import DispatchState
from storage.keys import Keyring
from storage.schema import accounts
from tests.bot.dispatching.world import World
from tests.storage.databases import BOTH, fresh_database
from tests.storage.made import new_case


@pytest.fixture(params=BOTH)
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Three chats and a sender, on each database."""
    archive = Archive.open(fresh_database(request.param, tmp_path), Keyring.in_memory())
    yield World(archive)
    await archive.close()


def case_of(world: World, chat: int = 0) -> str:
    """A case of one chat's account."""
    account_id = world.chats[chat][0]
    return world.archive.write_now(lambda conn: new_case(conn, world.archive.keyring, account_id, 1)).case_id


def states(world: World, case_id: str, chat: int = 0) -> list[NoticeState]:
    """Where the case's notices stand, as the desk sees them."""
    account_id = world.chats[chat][0]
    return list(world.archive.write_now(lambda conn: calls.states(conn, account_id, case_id)).values())


async def test_a_fault_that_always_comes_ends_after_three_tries_and_the_desk_telephones(world: World) -> None:
    """The notice behind it is sent within the minute; the poisoned one is failed, for the call list."""
    case_id, address = case_of(world), world.chats[0][2]
    world.channel.faults[address].extend(["stray"] * 3)
    world.notice(0, case_id=case_id)
    behind = world.answer(0)
    await world.pass_time(30)
    assert [one.fault for one in world.channel.journal.handed] == ["stray"] * 3 + ["taken"]
    assert world.channel.journal.handed[-1].dispatch_id == behind
    assert states(world, case_id) == [NoticeState.FAILED]
    (receipt,) = world.archive.write_now(lambda conn: receipts.of_case(conn, case_id))
    assert (receipt.state, receipt.why, receipt.tries) == (DispatchState.FAILED, "fault", 3)


async def test_the_faults_a_message_met_are_remembered_by_the_next_process(world: World) -> None:
    """A process that dies in between does not begin to count anew."""
    world.channel.faults[world.chats[0][2]].extend(["stray"] * 9)
    world.answer(0)
    for _ in range(6):
        await world.pass_time(8)
        world.line = world.new_line()
    assert [one.fault for one in world.channel.journal.handed] == ["stray"] * 3
    assert world.rows() == [DispatchState.FAILED]


async def test_two_faults_and_then_luck_is_sent_and_what_is_doubtful_goes_on(world: World) -> None:
    """Only the same fault again and again counts; a broken line says nothing about the message."""
    world.channel.faults[world.chats[0][2]].extend(["stray", "stray", "unsure_lost", "stray", "stray"])
    world.answer(0)
    await world.pass_time(200)
    assert world.rows() == [DispatchState.SENT]
    assert len(world.channel.journal.handed) == 6


async def test_what_the_platform_always_breaks_off_ends_once_others_are_taken(world: World) -> None:
    """After some twenty tries, if the platform takes other chats' messages meanwhile; not while it takes nobody's."""
    world.channel.faults[world.chats[0][2]].extend(["unsure_lost"] * 500)
    case_id = case_of(world)
    world.notice(0, case_id=case_id)
    for _ in range(40):
        await world.pass_time(200, 20)
    assert states(world, case_id) == [NoticeState.WAITING]
    tried = len(world.channel.journal.handed)
    assert tried >= world.pace.most_tries
    for _ in range(5):
        world.answer(1)
        await world.pass_time(200, 20)
    assert states(world, case_id) == [NoticeState.FAILED]
    assert len([one for one in world.channel.journal.handed if one.address == world.chats[0][2]]) <= tried + 2


async def test_a_message_that_does_not_open_keeps_no_other_from_being_sent(world: World) -> None:
    """Its seal is broken: it ends as failed, for the call list, while the other chats' messages leave at once."""
    case_id = case_of(world)
    world.notice(0, case_id=case_id)
    broken = dispatches.c.account_id == world.chats[0][0]
    world.archive.write_now(lambda conn: conn.execute(update(dispatches).where(broken).values(message_sealed=b"x")))
    world.answer(1)
    await world.step()
    assert len(world.channel.journal.handed) == 1
    behind = world.answer(0)
    await world.pass_time(30)
    assert states(world, case_id) == [NoticeState.FAILED]
    assert world.channel.journal.handed[-1].dispatch_id == behind


async def test_an_account_whose_key_does_not_open_ends_on_the_call_list(world: World) -> None:
    """Not even an SMS can be written for it; everybody else is sent to."""
    case_id = case_of(world)
    world.notice(0, case_id=case_id)
    mine = accounts.c.account_id == world.chats[0][0]

    def spoil() -> None:
        key = world.archive.write_now(lambda conn: conn.execute(select(accounts.c.data_key).where(mine)).scalar_one())
        world.archive.write_now(lambda conn: conn.execute(update(accounts).where(mine).values(data_key=key[::-1])))

    spoil()
    world.line._with_sms = True
    world.answer(1)
    await world.pass_time(30)
    assert [one.address for one in world.channel.journal.handed] == [world.chats[1][2]]
    assert states(world, case_id) == [NoticeState.FAILED]
