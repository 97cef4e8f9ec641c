"""Two accounts become one: nothing is lost, nothing is opened by the wrong key, nobody waits for ever."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec
import pytest
from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import OperationalError

from state_machine.notice_states import NoticeState
from storage import (
    accounts,
    buttons,
    calls,
    cases,
    channels,
    conversations,
    counter,
    dispatches,
    merging,
    mutes,
    outbox,
    person_requests,
    turns,
    updates,
)
from storage.archive import Archive
from storage.channel_schema import dispatches as dispatches_table
from storage.conversations import Remembered
from storage.errors import NotOurs
from storage.keys import Keyring
from storage.schema import accounts as accounts_table
from storage.schema import audit, metadata
from storage.turns import Exchange
from tests.storage.canary import found_in_clear
from tests.storage.databases import BOTH, fresh_database
from tests.storage.made import AT, COUNTY, new_account, new_case


def older_wins(older: Remembered, younger: Remembered) -> Remembered:
    """The older chat's memory, unless it has none."""
    return older if older.conversation or older.in_hand else younger


def two_accounts(conn: Connection, keyring: Keyring) -> tuple[str, str]:
    """(the older, the younger)."""
    older = accounts.open_account(conn, keyring, COUNTY, AT)
    return older, accounts.open_account(conn, keyring, COUNTY, AT + timedelta(minutes=1))


def join(conn: Connection, keyring: Keyring, one: str, other: str) -> merging.Merged | None:
    """Merge two accounts."""
    return merging.merge(conn, keyring, COUNTY, one, other, older_wins, AT)


def say(conn: Connection, keyring: Keyring, account_id: str, text: str) -> int:
    """One turn of an account."""
    turn_id = str(uuid5(NAMESPACE_URL, text))
    opened = turns.open_account_turn(conn, keyring, account_id, turn_id)
    turns.record(conn, opened, turn_id, None, Exchange(msgspec.Raw(b'{"says":[]}'), text), AT)
    return opened.position


def tell(conn: Connection, keyring: Keyring, account_id: str, text: str, case_id: str | None = None) -> int:
    """One notice."""
    payload = msgspec.json.encode({"says": [{"text": text}], "at": "2026-11-23"})
    return outbox.add(conn, keyring, account_id, case_id, "accepted", payload, AT)


def fill(conn: Connection, keyring: Keyring, account_id: str, number: int) -> None:
    """Something in every room of one account."""
    case = new_case(conn, keyring, account_id, number)
    chat = channels.join(conn, keyring, COUNTY, account_id, "telegram", f"chat {number}", AT)
    reached = channels.load(conn, keyring, chat)
    assert reached is not None
    channels.remember(conn, reached, b"a keyboard")
    updates.wait(conn, COUNTY, "bot", number, reached, b"a picture", AT)
    say(conn, keyring, account_id, f"said {number}")
    first = tell(conn, keyring, account_id, f"told {number}", case.case_id)
    second = tell(conn, keyring, account_id, f"called {number}", case.case_id)
    calls.record(conn, keyring, COUNTY, account_id, [second], NoticeState.NO_ANSWER, "clerk", AT, note=f"rang {number}")
    outbox.mark_delivered(conn, account_id, first, AT)
    person_requests.add(conn, keyring, COUNTY, account_id, f"why {number}", AT)
    mutes.add(conn, COUNTY, account_id, "rude", "clerk", AT, AT)
    buttons.keep(conn, keyring, reached, f"value {number}", AT)
    accounts.open_session(conn, COUNTY, account_id, f"token {number}", AT, AT.replace(year=2030))
    conversations.save(conn, keyring, account_id, f"memory {number}".encode())


def tables_with_an_account() -> list[Table]:
    """Every table whose rows belong to an account; the trail keeps what it wrote."""
    return [table for table in metadata.sorted_tables if "account_id" in table.c and table is not audit]


async def test_everything_of_both_is_the_older_ones(conn: Connection, keyring: Keyring) -> None:
    """Chat, notices, cases, calls, requests, channels and what waits: all there, all opening under one key."""
    older, younger = two_accounts(conn, keyring)
    fill(conn, keyring, older, 1)
    fill(conn, keyring, younger, 2)
    assert join(conn, keyring, younger, older) == merging.Merged(older, younger)
    for table in tables_with_an_account():
        assert conn.execute(select(table).where(table.c.account_id == younger)).all() == [], table.name
    assert [turn.exchange.text for turn in turns.past(conn, keyring, older)] == ["said 1", "said 2"]
    notices = outbox.after(conn, keyring, older, 0)
    texts = [msgspec.json.decode(notice.payload)["says"][0]["text"] for notice in notices]
    assert sorted(texts) == ["called 1", "called 2", "told 1", "told 2"]
    assert {case.case_id for case in cases.of_account(conn, keyring, older)} == {"c000001", "c000002"}
    assert {reached.address for reached in channels.of_account(conn, keyring, older)} == {"chat 1", "chat 2"}
    for reached in channels.of_account(conn, keyring, older):
        assert reached.memory == b"a keyboard"
        assert [one.content for one in updates.waiting_of(conn, reached)] == [b"a picture"]
    assert {one.note for one in calls.tries(conn, keyring, older)} == {"rang 1", "rang 2"}
    assert {one.why for one in person_requests.of_account(conn, keyring, older)} == {"why 1", "why 2"}
    for token in ("token 1", "token 2"):
        account = accounts.by_token(conn, COUNTY, token, AT)
        assert account is not None
        assert account.account_id == older
    assert conversations.load(conn, keyring, older).conversation == b"memory 1"


async def test_what_is_to_be_sent_still_opens_and_goes_to_its_own_chat(conn: Connection, keyring: Keyring) -> None:
    """Each queued message keeps its lane and its words, and says whose notice it is by the notice's new place."""
    older, younger = two_accounts(conn, keyring)
    fill(conn, keyring, older, 1)
    fill(conn, keyring, younger, 2)
    before = {one.dispatch_id: one for one in claimed(conn, keyring)}
    join(conn, keyring, older, younger)
    after = {one.dispatch_id: one for one in claimed(conn, keyring)}
    assert {name: (one.lane, one.say, one.address) for name, one in before.items()} == {
        name: (one.lane, one.say, one.address) for name, one in after.items()
    }
    rows = conn.execute(select(dispatches_table).where(dispatches_table.c.source == "notice")).all()
    known = {notice.position for notice in outbox.after(conn, keyring, older, 0)}
    assert {row.position for row in rows} == known


def claimed(conn: Connection, keyring: Keyring) -> list[dispatches.Claimed]:
    """What is due, claimed by nobody in particular."""
    until = AT
    return dispatches.claim(conn, keyring, COUNTY, ["telegram"], "x", AT, until, 10)


async def test_no_browser_passes_over_a_notice(conn: Connection, keyring: Keyring) -> None:
    """Whatever event id a browser of either remembers, what nobody took lies behind it, and calls go with it."""
    older, younger = two_accounts(conn, keyring)
    waiting = tell(conn, keyring, older, "nobody saw this")
    for number in range(9):
        remembered = say(conn, keyring, younger, f"s{number}")
    calls.mark_failed(conn, COUNTY, older, waiting, AT)
    join(conn, keyring, older, younger)
    outbox.acknowledge(conn, older, remembered, AT)
    (notice,) = outbox.after(conn, keyring, older, 0)
    assert notice.delivered_at is None
    assert notice.position > remembered
    assert say(conn, keyring, older, "next") > notice.position
    assert conn.execute(select(metadata.tables["calls"].c.position)).scalar_one() == notice.position


async def test_only_one_call_for_a_person_stays_open(conn: Connection, keyring: Keyring) -> None:
    """Where both waited for a person, one chat waits once."""
    older, younger = two_accounts(conn, keyring)
    kept = person_requests.add(conn, keyring, COUNTY, older, "first", AT)
    person_requests.add(conn, keyring, COUNTY, younger, "second", AT)
    join(conn, keyring, older, younger)
    assert [one.request_id for one in person_requests.waiting(conn, keyring, COUNTY)] == [kept]


async def test_the_same_turn_id_in_both_does_not_stop_it(conn: Connection, keyring: Keyring) -> None:
    """A client that used one turn id in two chats loses neither turn."""
    older, younger = two_accounts(conn, keyring)
    say(conn, keyring, older, "same")
    say(conn, keyring, younger, "same")
    join(conn, keyring, older, younger)
    assert len(turns.past(conn, keyring, older)) == 2


async def test_what_cannot_be_joined_is_refused(conn: Connection, keyring: Keyring) -> None:
    """A walk-in's account, another county's, one that is no more; and joining oneself does nothing."""
    mine = new_account(conn, keyring)
    walk_in = counter.open_account(conn, keyring, COUNTY, "clerk", AT)
    elsewhere = new_account(conn, keyring, "330102")
    for other in (walk_in, elsewhere, "nobody"):
        with pytest.raises(NotOurs):
            join(conn, keyring, mine, other)
    assert join(conn, keyring, mine, mine) is None


async def test_nothing_of_either_lies_in_the_clear(tmp_path: Path) -> None:
    """After joining, no word of either stands in any file of the database."""
    keyring = Keyring.in_memory()
    archive = Archive.open(fresh_database("sqlite", tmp_path), keyring)

    def job(conn: Connection) -> None:
        older, younger = two_accounts(conn, keyring)
        fill(conn, keyring, older, 1)
        fill(conn, keyring, younger, 2)
        join(conn, keyring, older, younger)

    await archive.write(job, key="x")
    canaries = [f"{word} {n}" for word in ("said", "told", "rang", "why", "memory", "chat", "value") for n in (1, 2)]
    assert found_in_clear([tmp_path], [*canaries, "a keyboard", "a picture"]) == []
    await archive.close()


@pytest.mark.parametrize("kind", BOTH)
async def test_two_merges_at_once_end_in_one_account(kind: str, tmp_path: Path) -> None:
    """Two processes join A with B and B with A, while turns of both go on: one account, every turn in it."""
    url, keyring = fresh_database(kind, tmp_path), Keyring.in_memory()
    one, other = Archive.open(url, keyring), Archive.open(url, keyring)
    older, younger = one.write_now(lambda conn: two_accounts(conn, keyring))
    for account, token in ((older, "old"), (younger, "young")):
        one.write_now(
            lambda conn, account=account, token=token: accounts.open_session(
                conn, COUNTY, account, token, AT, AT.replace(year=2030)
            )
        )

    async def merged(archive: Archive, first: str, second: str) -> Any:
        try:
            return await archive.write(lambda conn: join(conn, keyring, first, second), key=first)
        except NotOurs:
            return "merged before"

    async def turn(archive: Archive, token: str, number: int) -> None:
        def job(conn: Connection) -> None:
            opened = turns.open_turn(conn, keyring, COUNTY, accounts.token_hash(token), f"{token} {number}", AT)
            assert opened is not None
            turns.record(conn, opened, f"{token} {number}", None, Exchange(msgspec.Raw(b"{}"), "x"), AT)

        await archive.write(job, key=token)

    work = [turn(archive, token, n) for n in range(8) for archive, token in ((one, "old"), (other, "young"))]
    outcomes = await asyncio.gather(merged(one, older, younger), merged(other, younger, older), *work)
    assert sorted(str(type(outcome).__name__) for outcome in outcomes[:2]) == ["Merged", "str"]
    counted = one.write_now(lambda conn: conn.execute(select(accounts_table.c.account_id)).scalars().all())
    assert counted == [older]
    past = one.write_now(lambda conn: turns.past(conn, keyring, older, None, None))
    assert len(past) == 16
    assert len({one.position for one in past}) == 16
    await one.close()
    await other.close()


@pytest.mark.postgres
async def test_a_turn_that_waited_for_a_joined_account_locks_the_one_it_came_to(tmp_path: Path) -> None:
    """PostgreSQL: the turn waits for the merge, and then nobody else takes a position in the chat it has come to."""
    keyring = Keyring.in_memory()
    archive = Archive.open(fresh_database("postgres", tmp_path), keyring)
    older, younger = archive.write_now(lambda conn: two_accounts(conn, keyring))
    archive.write_now(lambda conn: accounts.open_session(conn, COUNTY, younger, "young", AT, AT + timedelta(days=1)))
    merging_conn, turn_conn, other = (archive.engine.connect() for _ in range(3))
    with merging_conn, turn_conn, other:
        joining = merging_conn.begin()
        join(merging_conn, keyring, older, younger)
        waits = asyncio.to_thread(turns.open_turn, turn_conn, keyring, COUNTY, accounts.token_hash("young"), "t", AT)
        turn = asyncio.create_task(waits)
        await asyncio.sleep(0.5)
        assert not turn.done()
        joining.commit()
        opened = await turn
        assert opened is not None
        assert opened.account_id == older
        free = select(accounts_table.c.account_id).where(accounts_table.c.account_id == older)
        with pytest.raises(OperationalError):
            other.execute(free.with_for_update(nowait=True))
        other.rollback()
        turn_conn.rollback()
    await archive.close()
