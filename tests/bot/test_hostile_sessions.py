"""Sessions nobody needs, another county's clerk, copies without end, and what a copy and an erasure must hold."""

from __future__ import annotations

import uuid
from datetime import timedelta

import msgspec
from sqlalchemy import Connection, text

from bot.desk.sessions import session_of
from bot.reception import UNUSED, Said
from bot.web.own import COPIES_PER_MINUTE
from bot.wiring import Service
from state_machine.officers import Role
from storage import accounts, mutes, person_requests, staff
from storage.archive import Archive
from tests.bot.conftest import Opener
from tests.bot.interviews import NOW, Phone, press


async def test_a_session_nobody_spoke_in_is_gone_after_a_week_and_one_in_use_stays(archive: Archive) -> None:
    """Opening the page over and over fills no table for months; one word, and the session lives its whole time."""
    silent, speaking = await Phone.open(archive), await Phone.open(archive)
    await speaking.take(Said(text="你好"))
    later = NOW + UNUSED + timedelta(days=1)
    county = "331126"
    found = await archive.read(
        lambda conn: [accounts.by_token(conn, county, phone.token, later) for phone in (silent, speaking)]
    )
    assert found[0] is None
    assert found[1] is not None


async def test_a_clerk_of_another_county_is_nobody_here(service: Service) -> None:
    """Counties may share a database; a session opened in one does not open the desk of another."""
    now = service.now()

    def job(conn: Connection) -> None:
        for county, login in (("331127", "wai"), ("331126", "nei")):
            member = staff.add(conn, county, login, "某人", {Role.INTAKE}, "x", now)
            staff.open_session(conn, member, staff_hash(login), now, now + timedelta(hours=1))

    await service.archive.write(job, "staff")
    assert await session_of(service, "wai", now) is None
    assert await session_of(service, "nei", now) is not None


def staff_hash(token: str) -> str:
    """As the desk stores it."""
    from bot.desk.tokens import token_hash

    return token_hash(token)


async def test_copies_are_asked_for_at_a_persons_pace(visit: Opener) -> None:
    """Each copy reads everything: a loop that asks for them is told to wait, the applicant's few are given."""
    visitor = await visit()
    await visitor.turn(text="你好")
    seen = [(await visitor.client.get("/chat/export")).status for _ in range(COPIES_PER_MINUTE + 2)]
    assert set(seen[:COPIES_PER_MINUTE]) == {200}
    assert seen[-1] == 429


async def test_the_copy_holds_what_the_desk_wrote_down_and_what_the_chat_remembers(archive: Archive) -> None:
    """A call for a person, a mute and an eligibility check under way are held about somebody: they are in the copy."""
    phone = await Phone.open(archive)
    await phone.take(Said(text="你好"), Said(text="我能办吗"), press("yes"))
    account_id = await phone.reception.account_of(phone.token)

    def job(conn: Connection) -> None:
        person_requests.add(conn, archive.keyring, "331126", account_id, "找人问问", NOW)
        mutes.add(conn, "331126", account_id, "flooding", "s1", NOW, NOW + timedelta(hours=1))

    await archive.write(job, account_id)
    copied = msgspec.json.decode(await phone.reception.export(phone.token))
    assert copied["asked_for_a_person"][0]["why"] == "找人问问"
    assert copied["muted"][0]["reason"] == "flooding"
    assert copied["remembered"] is not None
    assert copied["corrections"] == []


async def test_what_is_erased_is_overwritten(service: Service, visit: Opener) -> None:
    """A deleted row's key must not lie in the file's free pages: SQLite is told to overwrite what it frees."""
    visitor = await visit()
    await visitor.turn(turn_id=str(uuid.uuid4()), text="你好")

    def pragma(conn: Connection) -> object:
        return conn.execute(text("PRAGMA secure_delete")).scalar()

    assert await service.archive.write(pragma, "k") == 1
