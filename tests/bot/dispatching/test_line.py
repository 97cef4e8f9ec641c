"""One by one, what the sender promises: on both databases, with several processes, after crashes and blocks."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.dispatching import Line, Sender
from bot.dispatching.counts import Counts
from state_machine.notice_states import NoticeState
from storage import calls, channels, dispatch_ends, outbox, receipts
from storage.archive import Archive
from storage.channel_schema import dispatches
from storage.dispatches import DispatchState
from storage.keys import Keyring
from tests.bot.dispatching.world import World, open_channel
from tests.storage.databases import BOTH, fresh_database
from tests.storage.made import COUNTY, new_case


@pytest.fixture(params=BOTH)
async def archive(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Archive]:
    """An archive on each database."""
    opened = Archive.open(fresh_database(request.param, tmp_path), Keyring.in_memory())
    yield opened
    await opened.close()


@pytest.fixture
def world(archive: Archive) -> World:
    """Three chats and a sender."""
    return World(archive)


def handed(world: World) -> list[str]:
    """The messages handed over, in order."""
    return [one.dispatch_id for one in world.channel.journal.handed]


def a_case(world: World, chat: int = 0, number: int = 1) -> str:
    """A case of one chat's account."""
    account_id = world.chats[chat][0]
    return world.archive.write_now(lambda conn: new_case(conn, world.archive.keyring, account_id, number)).case_id


def state_of(world: World, case_id: str, chat: int = 0) -> list[NoticeState]:
    """Where the case's notices stand, as the desk sees them."""
    account_id = world.chats[chat][0]
    return list(world.archive.write_now(lambda conn: calls.states(conn, account_id, case_id)).values())


async def test_a_chats_messages_go_in_their_order_one_a_second(world: World) -> None:
    """Whatever is written at once leaves the lane one after another."""
    written = [world.answer(0) for _ in range(4)]
    await world.pass_time(0.9, 0.3)
    assert handed(world) == written[:1]
    await world.pass_time(10, 0.25)
    assert handed(world) == written


async def test_silence_asked_for_is_kept_by_the_next_process_too(world: World) -> None:
    """`retry_after` is written down: a process that starts meanwhile says nothing either."""
    world.channel.faults[world.chats[0][2]].append("wait_all")
    world.answer(0)
    await world.step()
    world.answer(1)
    world.line = world.new_line()
    await world.pass_time(29, 0.5)
    assert len(handed(world)) == 1
    await world.pass_time(5, 0.5)
    assert len(handed(world)) == 3


async def test_only_one_of_several_processes_sends_and_another_goes_on_when_it_dies(world: World) -> None:
    """Two processes on one database: nothing goes twice; what the dead one held is sent when its claim has ended."""
    first, second = world.line, world.new_line()
    for _ in range(3):
        world.answer(0)
        world.answer(1)
    for _ in range(20):
        for line in (first, second):
            await line.step()
            await line.settled()
        world.clock.at += world.pace.rest / 4
    assert len(handed(world)) == len(set(handed(world))) == 6
    world.channel.faults[world.chats[0][2]].append("crash")
    lost = world.answer(0)
    await first.step()
    await first.settled()
    for _ in range(20):
        await second.step()
        await second.settled()
        world.clock.at += world.pace.rest * 4
    assert handed(world).count(lost) == 2


async def test_a_block_moves_what_matters_to_the_call_list_and_coming_back_is_noticed(world: World) -> None:
    """Nothing more is sent there, the notice about a case is to be telephoned; once heard from, it goes on."""
    case_id, (account_id, channel_id, address) = a_case(world), world.chats[0]
    world.channel.faults[address].append("gone")
    world.notice(0, case_id=case_id)
    world.answer(0)
    await world.pass_time(30)
    assert state_of(world, case_id) == [NoticeState.FAILED]
    assert world.channel.journal.sent_after_gone == 0
    world.notice(0, "not about a case")
    await world.pass_time(5)
    assert len(handed(world)) == 1
    world.channel.comes_back(address)
    keyring = world.archive.keyring
    reached = world.archive.write_now(lambda conn: channels.load(conn, keyring, channel_id))
    assert reached is not None
    assert reached.gone_at is not None
    world.archive.write_now(lambda conn: channels.heard(conn, reached, None, world.clock()))
    last = world.answer(0)
    await world.pass_time(5)
    assert handed(world)[-1] == last
    assert account_id == reached.account_id


async def test_a_notice_goes_to_every_chat_and_one_block_is_no_trouble(world: World) -> None:
    """Two chats of one account: the second one tells it, so nobody is called."""
    account_id = world.chats[0][0]
    world.archive.write_now(lambda conn: open_channel(conn, world.archive, account_id, "800000"))
    case_id = a_case(world)
    world.channel.faults[world.chats[0][2]].append("gone")
    world.notice(0, "one", "two", case_id=case_id)
    await world.pass_time(10)
    assert state_of(world, case_id) == [NoticeState.DELIVERED]
    told = world.archive.write_now(lambda conn: receipts.of_case(conn, case_id))
    assert sorted(one.state for one in told) == [DispatchState.FAILED] * 2 + [DispatchState.SENT] * 2
    assert all(one.receipt and one.sent_at for one in told if one.state is DispatchState.SENT)


async def test_a_notice_of_two_messages_is_delivered_with_the_second(world: World) -> None:
    """Half a notice is none."""
    case_id = a_case(world)
    world.notice(0, "one", "two", case_id=case_id)
    await world.pass_time(0.5)
    assert state_of(world, case_id) == [NoticeState.WAITING]
    await world.pass_time(5)
    assert state_of(world, case_id) == [NoticeState.DELIVERED]


async def test_what_was_read_elsewhere_is_not_tried_again(world: World) -> None:
    """The page took it while the chat could not be reached: no second copy hours later."""
    world.channel.faults[world.chats[0][2]].append("broken")
    position = world.notice(0)
    await world.step()
    world.archive.write_now(lambda conn: outbox.mark_delivered(conn, world.chats[0][0], position, world.clock()))
    await world.pass_time(20)
    assert len(handed(world)) == 1
    assert world.rows() == [DispatchState.DROPPED]


async def test_there_is_a_last_deadline_and_the_next_one_goes_on(world: World) -> None:
    """An answer of yesterday is given up; a notice is tried for three days; then the desk calls."""
    case_id = a_case(world)
    world.channel.faults[world.chats[0][2]].extend(["broken"] * 2000)
    old = world.answer(0)
    world.notice(0, case_id=case_id)
    for _ in range(2 * 40):
        await world.step()
        world.clock.at += world.pace.rest * 3600
    tried = [one for one in world.channel.journal.handed if one.dispatch_id == old]
    assert (tried[-1].at - tried[0].at).total_seconds() < 24 * 3600
    assert state_of(world, case_id) == [NoticeState.FAILED]
    world.channel.faults.clear()
    last = world.answer(0)
    await world.pass_time(5)
    assert handed(world)[-1] == last


async def test_waiting_grows_and_is_never_the_same_twice(world: World) -> None:
    """Back-off doubles up to its cap, half of it by chance."""
    world.channel.faults[world.chats[0][2]].extend(["broken"] * 12)
    world.answer(0)
    for _ in range(12):
        await world.step()
        due = world.archive.write_now(lambda conn: conn.execute(select(dispatches.c.next_at)).scalar_one())
        world.clock.at = max(world.clock.at, due)
    times = [one.at for one in world.channel.journal.handed]
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(times)]
    assert max(gaps) <= world.pace.longest_retry_seconds
    assert gaps[6] > 4 * gaps[1]
    assert len(set(gaps[-3:])) == 3


async def test_a_chat_that_is_erased_takes_its_unsent_answers_along(world: World) -> None:
    """What was answered and is not under way is not sent; notices still are."""
    world.channel.faults[world.chats[0][2]].append("wait")
    world.answer(0)
    world.answer(0)
    world.notice(0)
    await world.step()
    account_id = world.chats[0][0]
    world.archive.write_now(lambda conn: dispatch_ends.drop_answers(conn, account_id, world.clock()))
    await world.pass_time(20)
    assert sorted(world.rows()) == [DispatchState.DROPPED, DispatchState.DROPPED, DispatchState.SENT]


async def test_a_lane_without_a_first_is_mended_by_the_next_holder(world: World) -> None:
    """Should a lane ever stand still, whoever takes the lease brings it forward."""
    world.answer(0)
    world.answer(0)
    stuck = update(dispatches).values(state=DispatchState.WAITING.value)
    world.archive.write_now(lambda conn: conn.execute(stuck))
    await world.pass_time(10)
    assert world.rows() == [DispatchState.SENT] * 2


async def test_words_are_gone_once_a_message_has_ended(world: World) -> None:
    """What was sent need not be shown again: only the receipt stays."""
    world.answer(0)
    await world.pass_time(2)
    kept = world.archive.write_now(lambda conn: conn.execute(select(dispatches.c.message_sealed)).scalars().all())
    assert kept == [None]


async def test_what_has_no_channel_ends_too(world: World) -> None:
    """An SMS without a gateway is dropped without troubling the desk; a chat nobody serves any more is given up."""
    case_id = a_case(world)
    world.notice(0, case_id=case_id, kind="issued")
    sender = Sender(world.archive, COUNTY, Counts(), world.clock)
    await sender.look()
    assert sorted(world.rows()) == [DispatchState.DROPPED, DispatchState.QUEUED]
    assert state_of(world, case_id) == [NoticeState.WAITING]
    world.clock.at += 73 * 3600 * world.pace.rest
    await sender.look()
    assert sorted(world.rows()) == [DispatchState.DROPPED, DispatchState.FAILED]
    assert state_of(world, case_id) == [NoticeState.FAILED]


async def test_old_answers_are_forgotten_and_receipts_of_notices_never(world: World) -> None:
    """Housekeeping prunes what proves nothing."""
    case_id = a_case(world)
    world.answer(0)
    world.notice(0, case_id=case_id)
    await world.pass_time(5)
    later = world.clock.at + 999 * 3600 * world.pace.rest
    assert world.archive.write_now(lambda conn: receipts.prune(conn, COUNTY, later)) == 1
    (receipt,) = world.archive.write_now(lambda conn: receipts.of_case(conn, case_id))
    assert receipt.state is DispatchState.SENT


def test_a_line_knows_its_task(world: World) -> None:
    """The lease is the channel's and the county's."""
    assert isinstance(world.line, Line)
    assert world.line.task == f"send:telegram:{COUNTY}"
