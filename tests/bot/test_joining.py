"""Joining inside a transaction: which chat goes on, who is told, and that open pages look anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection

from bot import joining
from bot.delivery import Moved
from bot.joining import Joined, Joining, choose
from bot.past import export
from bot.wiring import Service
from dialogs.turn import Conversation, Overlay
from storage import accounts, channels, counter, dispatch_ends, dispatches, join_codes, outbox, phone_proofs
from storage.archive import Archive
from storage.blobs import to_bytes
from storage.conversations import Remembered
from storage.keys import Keyring
from storage.phone_proofs import Asking, Proving
from tests.storage.databases import fresh_database
from tests.storage.made import AT, COUNTY

NUMBER = "19900001234"
NOTHING = Remembered(None, None)
TALKING = Remembered("a1", to_bytes(Conversation(overlay=Overlay.PERSON)))
MISSES = Remembered(None, to_bytes(Conversation(misses=2)))
ONE, OTHER = Remembered("a1", None), Remembered("a2", None)

CHOICES = [
    (NOTHING, NOTHING, NOTHING),
    (ONE, NOTHING, ONE),
    (NOTHING, OTHER, OTHER),
    (ONE, OTHER, NOTHING),
    (ONE, TALKING, TALKING),
    (TALKING, OTHER, TALKING),
    (MISSES, OTHER, OTHER),
    (ONE, MISSES, ONE),
    (NOTHING, MISSES, MISSES),
]


@pytest.mark.parametrize(("older", "younger", "chosen"), CHOICES)
def test_what_the_one_chat_remembers(older: Remembered, younger: Remembered, chosen: Remembered) -> None:
    """A person's chat goes on; else what is in hand; of two in hand neither, so that no old button answers wrong."""
    assert choose(older, younger) == chosen


@pytest.fixture
def keyring() -> Keyring:
    """Keys."""
    return Keyring.in_memory()


@pytest.fixture
def conn(tmp_path: Path, keyring: Keyring) -> Iterator[Connection]:
    """A writing connection."""
    archive = Archive.open(fresh_database("sqlite", tmp_path), keyring)
    with archive.engine.begin() as connection:
        yield connection
    archive._close()


def account(conn: Connection, keyring: Keyring, minute: int) -> str:
    """An account, by age."""
    return accounts.open_account(conn, keyring, COUNTY, AT + timedelta(minutes=minute))


def prove(conn: Connection, keyring: Keyring, account_id: str, at: datetime, phone: str = NUMBER) -> Joined:
    """Ask for a code, read it in the SMS, type it."""
    assert phone_proofs.ask(conn, keyring, COUNTY, account_id, phone, account_id, at) is Asking.SENT
    (sent,) = dispatches.claim(conn, keyring, COUNTY, ["sms"], "gateway", at, at + timedelta(seconds=1), 1)
    dispatch_ends.sent(conn, sent.dispatch_id, "1", at)
    code = dispatches.code_of(sent)["code"]
    proved, joined = joining.prove_by_code(conn, keyring, COUNTY, account_id, code, at)
    assert proved.outcome is Proving.PROVED
    return joined


def test_codes_join_who_proved_the_same_number_and_nobody_else(conn: Connection, keyring: Keyring) -> None:
    """Three accounts, one number proved by two of them: these two are one."""
    web, telegram, stranger = (account(conn, keyring, n) for n in range(3))
    assert prove(conn, keyring, web, AT).outcome is Joining.ALREADY
    assert prove(conn, keyring, stranger, AT, "19900009999").outcome is Joining.ALREADY
    joined = prove(conn, keyring, telegram, AT + timedelta(minutes=2))
    assert (joined.outcome, joined.account_id) == (Joining.JOINED, web)
    assert set(joined.moved) == {web, telegram}
    assert phone_proofs.numbers_of(conn, keyring, web) == [NUMBER]
    assert phone_proofs.numbers_of(conn, keyring, stranger) == ["19900009999"]


def test_a_contact_joins_nobody_from_neither_side(conn: Connection, keyring: Keyring) -> None:
    """It may be a number given up: its next owner's account must neither be found by it nor find it."""
    web, old_owner, other = (account(conn, keyring, n) for n in range(3))
    prove(conn, keyring, web, AT)
    joining.keep_contact(conn, keyring, COUNTY, old_owner, NUMBER, AT)
    joining.keep_contact(conn, keyring, COUNTY, other, NUMBER, AT)
    assert accounts.known(conn, [web, old_owner, other]) == {web, old_owner, other}
    assert prove(conn, keyring, web, AT + timedelta(minutes=2)).outcome is Joining.ALREADY
    assert accounts.known(conn, [web, old_owner, other]) == {web, old_owner, other}


def test_a_contact_neither_weakens_nor_prolongs_a_proof_by_code(conn: Connection, keyring: Keyring) -> None:
    """Shared 89 days later, the code's proof still ends after ninety; and it survives a merge with a contact's."""
    one, two, three = (account(conn, keyring, n) for n in range(3))
    prove(conn, keyring, two, AT)
    late = AT + timedelta(days=89)
    joining.keep_contact(conn, keyring, COUNTY, two, NUMBER, late)
    joining.keep_contact(conn, keyring, COUNTY, one, NUMBER, late)
    code = joining.make_code(conn, keyring, COUNTY, one, late)
    assert joining.join_by_code(conn, keyring, COUNTY, two, code, late).account_id == one
    number = keyring.index.phone(NUMBER)
    assert phone_proofs.others(conn, COUNTY, three, number, late) == [one]
    assert phone_proofs.others(conn, COUNTY, three, number, AT + phone_proofs.HOLDS) == []


def test_who_joins_is_told_on_every_channel(conn: Connection, keyring: Keyring) -> None:
    """The notice names Telegram where there is one."""
    web, telegram = account(conn, keyring, 0), account(conn, keyring, 1)
    channels.join(conn, keyring, COUNTY, telegram, "telegram", "700", AT)
    code = joining.make_code(conn, keyring, COUNTY, web, AT)
    joined = joining.join_by_code(conn, keyring, COUNTY, telegram, code, AT)
    assert joined.outcome is Joining.JOINED
    (notice,) = outbox.after(conn, keyring, web, 0)
    assert "Telegram" in msgspec.json.decode(notice.payload)["says"][0]["text"]


def test_a_link_that_was_followed_joins_nothing_by_itself(conn: Connection, keyring: Keyring) -> None:
    """Somebody may have sent a link with a code of their own, to see what is told: it is asked back first."""
    stranger, mine = account(conn, keyring, 0), account(conn, keyring, 1)
    code = joining.make_code(conn, keyring, COUNTY, stranger, AT)
    assert joining.ask_by_link(conn, keyring, COUNTY, mine, code, AT) == Joined(Joining.ASK, mine)
    assert accounts.known(conn, [stranger, mine]) == {stranger, mine}
    assert joining.ask_by_link(conn, keyring, COUNTY, stranger, code, AT).outcome is Joining.ALREADY
    assert joining.ask_by_link(conn, keyring, COUNTY, mine, "AAAA", AT).outcome is Joining.NO_SUCH_CODE


def test_a_walk_ins_account_cannot_be_joined(conn: Connection, keyring: Keyring) -> None:
    """Only the desk speaks for somebody at the counter."""
    walk_in = counter.open_account(conn, keyring, COUNTY, "clerk", AT)
    code = joining.make_code(conn, keyring, COUNTY, walk_in, AT)
    mine = account(conn, keyring, 1)
    joined = joining.join_by_code(conn, keyring, COUNTY, mine, code, AT)
    assert (joined.outcome, joined.account_id) == (Joining.NOT_POSSIBLE, mine)


@pytest.mark.parametrize("typed", ["abcd efgh", "ＡＢＣＤ－ＥＦＧＨ", "ABCDEFGH", " abcd-efgh "])
def test_a_code_may_be_typed_in_many_ways(typed: str) -> None:
    """Small, wide, with blanks or hyphens: the same code."""
    assert join_codes.normalised(typed) == "ABCDEFGH"


def test_codes_are_asked_for_at_a_measured_pace(conn: Connection, keyring: Keyring) -> None:
    """One a minute, five a day, for a number as for an account; the next day again."""
    mine, at = account(conn, keyring, 0), AT
    for _ in range(5):
        assert phone_proofs.ask(conn, keyring, COUNTY, mine, NUMBER, "10.0.0.1", at) is Asking.SENT
        assert phone_proofs.ask(conn, keyring, COUNTY, mine, NUMBER, "10.0.0.1", at) is not Asking.SENT
        at += timedelta(minutes=2)
    other = account(conn, keyring, 1)
    assert phone_proofs.ask(conn, keyring, COUNTY, other, NUMBER, "10.0.0.2", at) is Asking.TOO_MANY
    assert phone_proofs.ask(conn, keyring, COUNTY, mine, "19900005678", "10.0.0.1", at) is Asking.TOO_MANY
    at += timedelta(days=1)
    assert phone_proofs.ask(conn, keyring, COUNTY, mine, NUMBER, "10.0.0.1", at) is Asking.SENT


def test_only_the_newest_code_counts_and_only_for_who_asked(conn: Connection, keyring: Keyring) -> None:
    """Never asked: nothing to prove; a wrong one counts down; the code of another account is none."""
    mine, other = account(conn, keyring, 0), account(conn, keyring, 1)
    assert phone_proofs.prove(conn, keyring, COUNTY, mine, "123456", AT).outcome is Proving.ENDED
    phone_proofs.ask(conn, keyring, COUNTY, mine, NUMBER, "10.0.0.1", AT)
    assert phone_proofs.prove(conn, keyring, COUNTY, other, "123456", AT).outcome is Proving.ENDED
    late = AT + phone_proofs.LASTS
    assert phone_proofs.prove(conn, keyring, COUNTY, mine, "123456", late).outcome is Proving.ENDED


def test_a_copy_of_ones_data_names_ones_chats_and_numbers(conn: Connection, keyring: Keyring) -> None:
    """个人信息保护法 45: where we write to and what was proved is in it."""
    mine = account(conn, keyring, 0)
    channels.join(conn, keyring, COUNTY, mine, "telegram", "700123", AT)
    joining.keep_contact(conn, keyring, COUNTY, mine, NUMBER, AT)
    copied = msgspec.json.decode(export(conn, keyring, mine))
    assert copied["proved_numbers"] == [NUMBER]
    assert [one["address"] for one in copied["chats_elsewhere"]] == ["700123"]


async def test_open_pages_of_both_look_anew(service: Service) -> None:
    """A stream of a chat that was joined ends and says so, in this process at once."""
    keyring, now = service.archive.keyring, service.now()
    one = service.archive.write_now(lambda conn: accounts.open_account(conn, keyring, COUNTY, now))

    async def listens() -> None:
        async for _ in service.delivery.stream(one, 0):
            pass

    listening = asyncio.create_task(listens())
    await asyncio.sleep(0.05)
    service.delivery.moved([one])
    with pytest.raises(Moved):
        await asyncio.wait_for(listening, 5)
