"""The queue of pictures: those somebody waits for first, one reader each, and what proofs say is sealed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select

from state_machine.codes import Proof
from state_machine.interview import InterviewRecord, Page
from storage import accounts, applications, materials, readings
from storage.archive import Archive
from storage.reading_schema import readings as table
from storage.readings import Reading
from tests.storage.made import AT, COUNTY

LEASE = timedelta(minutes=5)


async def somebody(archive: Archive, *page_ids: str) -> tuple[str, str]:
    """An account and its application with these pages."""
    pages = [Page(page_id, Proof.LEASE_CONTRACT, "image/jpeg", page_id) for page_id in page_ids]

    def job(conn: Connection) -> tuple[str, str]:
        account_id = accounts.open_account(conn, archive.keyring, COUNTY, AT)
        name = f"application-{account_id}"
        applications.add(conn, archive.keyring, COUNTY, account_id, InterviewRecord(name, pages=pages), AT)
        materials.change(conn, COUNTY, name, [], pages, AT)
        return account_id, name

    return await archive.write(job, key="test")


async def queue(archive: Archive, owner: tuple[str, str], page_id: str, purpose: str, seconds: int) -> None:
    """One picture, asked for so many seconds after noon."""
    at = AT + timedelta(seconds=seconds)
    named = [(page_id, "image/jpeg")]
    await archive.write(lambda conn: readings.add(conn, COUNTY, *owner, named, purpose, at), key="test")


async def take(archive: Archive, minutes: float = 1) -> Reading | None:
    """The next one, at so many minutes after noon."""
    now = AT + timedelta(minutes=minutes)
    return await archive.write(lambda conn: readings.take(conn, archive.keyring, COUNTY, now, now + LEASE), key="test")


async def test_cards_come_before_proofs_and_each_in_its_turn(archive: Archive) -> None:
    """Whoever waits in the chat waits least; nothing is read twice."""
    owner = await somebody(archive, "p1", "p2")
    await queue(archive, owner, "p1", "proof", 0)
    await queue(archive, owner, "late", "card", 2)
    await queue(archive, owner, "early", "agent_card", 1)
    taken = [await take(archive) for _ in range(4)]
    assert [one and one.page_id for one in taken] == ["early", "late", "p1", None]
    assert await archive.read(lambda conn: readings.waiting(conn, owner[0])) == 2


async def test_a_reader_that_never_comes_back_loses_its_picture_to_another(archive: Archive) -> None:
    """After the lease it is free again, and how often it was begun is known."""
    await queue(archive, await somebody(archive), "p1", "card", 0)
    first = await take(archive)
    assert await take(archive, minutes=5) is None
    again = await take(archive, minutes=7)
    assert first is not None
    assert again is not None
    assert (again.reading_id, again.tries) == (first.reading_id, 2)


async def test_what_a_proof_says_is_sealed_and_found_by_its_application_only(archive: Archive) -> None:
    """Nothing of it stands in the table in the clear; a page taken out takes it along."""
    mine, other = await somebody(archive, "p1"), await somebody(archive, "p2")
    await queue(archive, mine, "p1", "proof", 0)
    taken = await take(archive)
    assert taken is not None
    words = "承租方罗大勇".encode()
    await archive.write(lambda conn: readings.keep(conn, taken, words, None, AT), key="test")
    sealed = await archive.read(lambda conn: conn.execute(select(table.c.said_sealed)).scalar_one())
    assert words not in sealed
    keyring = archive.keyring
    (said,) = await archive.read(lambda conn: readings.of_application(conn, keyring, mine[1]))
    assert (said.page_id, said.content) == ("p1", words)
    assert await archive.read(lambda conn: readings.of_application(conn, keyring, other[1])) == []
    await archive.write(lambda conn: readings.forget(conn, other[1], ["p1"]), key="test")
    assert len(await archive.read(lambda conn: readings.of_application(conn, keyring, mine[1]))) == 1
    await archive.write(lambda conn: readings.forget(conn, mine[1], ["p1"]), key="test")
    assert await archive.read(lambda conn: readings.of_application(conn, keyring, mine[1])) == []


async def test_a_card_that_was_read_leaves_nothing_and_is_nobodys_any_more(archive: Archive) -> None:
    """Finished once: a second reader finds no owner. An erased application takes its queue along."""
    owner = await somebody(archive)
    await queue(archive, owner, "p1", "card", 0)
    taken = await take(archive)
    assert taken is not None
    assert await archive.write(lambda conn: readings.owner(conn, taken.reading_id), key="test") == owner[0]
    await archive.write(lambda conn: readings.drop(conn, taken.reading_id), key="test")
    assert await archive.write(lambda conn: readings.owner(conn, taken.reading_id), key="test") is None
    await queue(archive, owner, "p2", "card", 0)
    await archive.write(lambda conn: applications.erase(conn, owner[1]), key="test")
    assert await take(archive) is None
