"""The reception: one transaction a turn, the same turn once, nothing lost by a restart."""

from __future__ import annotations

import asyncio
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from bot.reception import NoSession, Reception, Said
from bot.wiring import Service
from dialogs.rules import Rules
from state_machine.case import CaseState
from state_machine.working_days import Calendar
from storage import applications, cases, outbox, queue
from storage.archive import Archive
from storage.schema import accounts, materials, sessions, turns
from tests.bot.clock import Clock
from tests.bot.interviews import NOW, ZONE, Phone, application, photo, press, signature, someone


async def counted(archive: Archive, table: object) -> int:
    """How many rows a table has."""
    return await archive.read(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar_one())


async def test_a_whole_application_becomes_a_case(archive: Archive) -> None:
    """From the first word to the number: the case holds the answers and pages, the queue has it, once."""
    phone, who = await Phone.open(archive), someone()
    await phone.take(*application(who), *signature(who))
    assert phone.reply["state"] == "submitted"
    account_id = await phone.reception.account_of(phone.token)
    (stored,) = await archive.read(lambda conn: cases.of_account(conn, archive.keyring, account_id))
    assert stored.record.application_number == "QY20261123-0001"
    assert stored.record.application_number in str(phone.reply["says"])
    assert stored.record.answers["id_number"] == who.id_number
    assert [page.media_type for page in stored.record.pages] == ["image/jpeg"]
    assert stored.record.flags == []
    assert await archive.read(lambda conn: applications.drafts(conn, archive.keyring, account_id)) == []
    (row,) = await archive.read(lambda conn: queue.by_phone(conn, archive.keyring, "331126", who.phone))
    assert (row.case_id, row.name, row.state) == (stored.case_id, who.name, CaseState.SUBMITTED)
    assert await archive.read(lambda conn: conn.execute(select(materials.c.case_id)).scalars().all()) == [row.case_id]


async def test_the_same_turn_again_gets_the_same_bytes_and_has_no_second_effect(archive: Archive) -> None:
    """A repeat after the answer, and ten repeats at the same moment, are one turn."""
    phone, who = await Phone.open(archive), someone()
    await phone.take(*application(who), press("confirm"))
    turn_id = str(uuid.uuid4())
    said = Said(text=who.name)
    answers = await asyncio.gather(
        *(phone.reception.take_turn(phone.token, turn_id, said, phone.now) for _ in range(10))
    )
    answers.append(await phone.reception.take_turn(phone.token, turn_id, Said(text="别的"), phone.now))
    assert len(set(answers)) == 1
    assert msgspec.json.decode(answers[0])["state"] == "submitted"
    assert await counted(archive, cases.cases) == 1
    assert await counted(archive, turns) == len(application(who)) + 2


async def test_a_restart_between_every_turn_changes_nothing(archive: Archive) -> None:
    """With a new reception for every turn the replies are the very bytes of one that ran through."""
    who = someone()
    told = [*application(who), *signature(who)]
    through, restarted = await Phone.open(archive), await Phone.open(archive, number_prefix="QZ")
    for said in told:
        await through.take(said)
        restarted.reception = Reception(
            archive, Rules(calendar=Calendar()), ZONE, number_prefix="QZ", clock=lambda: NOW
        )
        await restarted.take(said)
        assert alike(restarted.reply) == alike(through.reply)


def alike(reply: dict[str, Any]) -> str:
    """A reply without what must differ: the letters of the number, and the id of a paper."""
    return re.sub(r"/chat/papers/[0-9a-f]{32}", "", str(reply).replace("QZ2026", "QY2026"))


async def test_nobody_elses_session_opens(archive: Archive) -> None:
    """An unknown token, an ended session and another county's session are all nobody's."""
    phone = await Phone.open(archive, session_days=1)
    elsewhere = Reception(archive, Rules(calendar=Calendar(), county_code="331127"), ZONE, clock=lambda: NOW)
    for reception, token, at in (
        (phone.reception, "x" * 43, NOW),
        (phone.reception, phone.token, NOW + timedelta(days=2)),
        (elsewhere, phone.token, NOW),
    ):
        with pytest.raises(NoSession):
            await reception.take_turn(token, str(uuid.uuid4()), Said(text="你好"), at)
    with pytest.raises(NoSession):
        await elsewhere.account_of(phone.token)


async def test_a_session_in_use_does_not_end(archive: Archive) -> None:
    """Each day of use prolongs it; the token itself is nowhere in the table."""
    phone = await Phone.open(archive, session_days=3)
    for _ in range(5):
        phone.now += timedelta(days=2)
        await phone.take(Said(text="你好"))
    stored = await archive.read(lambda conn: conn.execute(select(sessions.c.token_sha256)).scalars().all())
    assert len(stored) == 1
    assert phone.token.encode() not in bytes(stored[0])


async def test_history_holds_turns_and_notices_in_their_order(archive: Archive) -> None:
    """A reloaded page reads the chat in order, page by page, with the replies' very bytes."""
    phone = await Phone.open(archive)
    await phone.take(Said(text="你好"), press("start"))
    account_id = await phone.reception.account_of(phone.token)

    def send(conn: object) -> int:
        return outbox.add(conn, archive.keyring, account_id, None, "person_message", b'{"says":[]}', phone.now)

    assert await archive.write(send, "desk") == 3
    await phone.take(press("agree"))
    entries = await phone.reception.history(phone.token)
    assert [(e.position, e.kind) for e in entries] == [(1, "turn"), (2, "turn"), (3, "person_message"), (4, "turn")]
    assert [e.text or e.choice for e in entries] == ["你好", "start", None, "agree"]
    assert msgspec.json.decode(entries[3].payload) == phone.reply
    assert [e.position for e in await phone.reception.history(phone.token, before=4, limit=2)] == [2, 3]


async def test_files_have_a_target_only_while_photos_are_asked_for(archive: Archive) -> None:
    """Before and after the question there is none; while it stands, it is the application in hand with its key."""
    phone, who = await Phone.open(archive), someone()
    told = application(who)
    await phone.take(*told[:-3])
    assert await phone.reception.upload_target(phone.token) is None
    await phone.take(told[-3])
    target = await phone.reception.upload_target(phone.token)
    assert target is not None
    assert len(target.data_key) == 32
    assert "data_key" not in repr(target)
    await phone.take(*told[-2:])
    assert await phone.reception.upload_target(phone.token) is None


async def test_a_page_is_reached_only_by_its_own_account(archive: Archive) -> None:
    """Another applicant's page is the same as none."""
    phone, other, who = await Phone.open(archive), await Phone.open(archive), someone()
    await phone.take(*application(who))
    page = photo(f"page of {who.id_number}").page
    assert page is not None
    mine = await phone.reception.page_of(phone.token, page.page_id)
    assert mine is not None
    assert await other.reception.page_of(other.token, page.page_id) is None


async def test_a_check_leaves_nothing_behind(archive: Archive) -> None:
    """「我能办吗」 keeps no application; its answers lie only in the chat's own sealed memory."""
    phone = await Phone.open(archive)
    await phone.take(press("eligibility"), press("held_permit"), Said(text="温岭市"))
    assert await counted(archive, applications.applications) == 0
    assert phone.reply["state"] != "menu"


async def test_an_expired_draft_leads_back_to_the_menu(archive: Archive) -> None:
    """When housekeeping erased the application in hand, the next turn begins at the menu and nothing fails."""
    phone, who = await Phone.open(archive), someone()
    await phone.take(*application(who)[:16])
    ((application_id, _),) = await archive.read(
        lambda conn: applications.expired(conn, "331126", phone.now + timedelta(seconds=1))
    )
    await archive.write(lambda conn: applications.erase(conn, application_id), "housekeeping")
    await phone.take(Said(text="你好"))
    assert phone.reply["state"] == "menu"


async def test_a_failing_turn_leaves_no_trace_and_spares_the_others(archive: Archive) -> None:
    """If the rooms behind fail in one turn, that turn is as never begun; turns beside it are stored."""
    good, bad = await Phone.open(archive), await Phone.open(archive)
    before = await counted(archive, turns)

    class Broken(Exception):
        """Something no applicant can cause."""

    def fail(conn: object) -> None:
        conn.execute(turns.delete())
        raise Broken

    outcomes = await asyncio.gather(
        good.take(Said(text="你好")), archive.write(fail, bad.token), bad.take(press("start")), return_exceptions=True
    )
    assert isinstance(outcomes[1], Broken)
    assert await counted(archive, turns) == before + 2


async def test_the_copy_of_ones_own_data_holds_all_of_it(archive: Archive) -> None:
    """Case, draft, chat and notices are in the copy; another account's are not."""
    phone, other, who = await Phone.open(archive), await Phone.open(archive), someone()
    await phone.take(*application(who), *signature(who), press("menu"), press("start"))
    await other.take(Said(text="我是别人"))
    copied = msgspec.json.decode(await phone.reception.export(phone.token))
    assert copied["cases"][0]["answers"]["id_number"] == who.id_number
    assert len(copied["drafts"]) == 1
    assert len(copied["chat"]) == len(application(who)) + 4
    assert "我是别人" not in str(copied)


async def test_every_account_has_its_own_key(archive: Archive) -> None:
    """Two accounts' data keys are wrapped apart."""
    await Phone.open(archive)
    await Phone.open(archive)
    keys = await archive.read(lambda conn: conn.execute(select(accounts.c.data_key)).scalars().all())
    assert len({bytes(key) for key in keys}) == 2


async def test_sessions_of_the_service_end_by_its_own_clock(service: Service, clock: Clock) -> None:
    """Whatever the machine's says: what was opened long ago is open at that time, until its week is over."""
    clock.at = datetime(2020, 1, 1, tzinfo=UTC)
    token = await service.reception.open_session(clock())
    assert await service.reception.account_of(token)
    clock.move(days=8)
    with pytest.raises(NoSession):
        await service.reception.account_of(token)
