"""Papers, signatures and permits in the tables of both databases: numbered, sealed, each its own applicant's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import IntegrityError

from state_machine.case import withdraw
from state_machine.interview import InterviewRecord
from state_machine.signature import Drawing, Signature
from storage import applications as kept_applications
from storage import cases, papers, permits
from storage.archive import Archive
from storage.cases import StoredCase
from storage.errors import Sealed
from storage.paper_schema import papers as papers_table
from storage.paper_schema import signatures as signatures_table
from storage.permits import Annulled, Shown
from storage.schema import applications
from tests.storage.made import AT, COUNTY, new_account, new_case

NUMBER = "331126199001010001"


def case_of(conn: Connection, archive: Archive, number: int = 1) -> StoredCase:
    """A submitted case in an account of its own."""
    return new_case(conn, archive.keyring, new_account(conn, archive.keyring), number)


def paper(conn: Connection, stored: StoredCase, number: str, kind: str = "form") -> str:
    """One paper."""
    return papers.add(conn, COUNTY, stored.case_id, stored.key, kind, number, b'{"template":"form"}', AT)


async def test_papers_are_counted_within_their_case_and_numbered_once(archive: Archive) -> None:
    """The second has the next place; a number of a kind is given once in a county."""

    def job(conn: Connection) -> None:
        first, second = case_of(conn, archive), case_of(conn, archive, 2)
        for number, stored in (("1", first), ("2", first), ("3", second)):
            paper(conn, stored, number)
        found = papers.of_case(conn, archive.keyring, first.case_id)
        assert [(one.sequence, one.number) for one in found] == [(1, "1"), (2, "2")]
        assert papers.how_many(conn, first.case_id, "form") == 2
        paper(conn, second, "1", "receipt")

    await archive.write(job, key="x")
    with pytest.raises(IntegrityError):
        await archive.write(lambda conn: paper(conn, case_of(conn, archive, 3), "1"), key="x")


async def test_a_sheet_opens_only_where_it_was_put(archive: Archive) -> None:
    """Moved to another row it does not open."""

    def job(conn: Connection) -> None:
        stored = case_of(conn, archive)
        first, second = paper(conn, stored, "1"), paper(conn, stored, "2")
        found = papers.load(conn, archive.keyring, first)
        assert found is not None
        assert found.sheet() == b'{"template":"form"}'
        sealed = conn.execute(select(papers_table.c.sheet_sealed).where(papers_table.c.paper_id == second)).scalar_one()
        conn.execute(papers_table.update().where(papers_table.c.paper_id == first).values(sheet_sealed=sealed))
        moved = papers.load(conn, archive.keyring, first)
        assert moved is not None
        with pytest.raises(Sealed):
            moved.sheet()

    await archive.write(job, key="x")


async def test_a_paper_is_its_own_applicants(archive: Archive) -> None:
    """Another account's paper is like none at all."""

    def job(conn: Connection) -> None:
        stored, other = case_of(conn, archive), new_account(conn, archive.keyring)
        mine = paper(conn, stored, "1")
        assert papers.of_account(conn, archive.keyring, stored.account_id or "", mine) is not None
        assert papers.of_account(conn, archive.keyring, other, mine) is None
        assert papers.of_account(conn, archive.keyring, stored.account_id or "", "nobodys") is None

    await archive.write(job, key="x")


async def test_only_the_first_to_print_has_printed(archive: Archive) -> None:
    """What is printed waits no more and never changes; trouble waits for the next try."""

    def job(conn: Connection) -> None:
        stored = case_of(conn, archive)
        one, two = paper(conn, stored, "1"), paper(conn, stored, "2")
        assert papers.unprinted(conn) == [one, two] or papers.unprinted(conn) == [two, one]
        assert papers.mark_printed(conn, one, "object", AT)
        assert not papers.mark_printed(conn, one, "another", AT)
        papers.mark_trouble(conn, one, "late")
        papers.mark_trouble(conn, two, "missing_signs")
        assert papers.unprinted(conn) == []
        assert papers.unprinted(conn, in_trouble=True) == [two]
        papers.try_again(conn)
        assert papers.unprinted(conn) == [two]
        found = papers.load(conn, archive.keyring, one)
        assert found is not None
        assert (found.object_id, found.trouble) == ("object", None)
        assert papers.known_objects(conn, ["object", "another", *map(str, range(1200))]) == {"object"}

    await archive.write(job, key="x")


async def test_a_signature_goes_with_its_application_and_no_further(archive: Archive) -> None:
    """Both kinds come back as they were, oldest first; erased with a draft they are gone."""
    drawn = Signature("测试1", AT, "v", "0" * 64, Drawing((((0, 0), (500, 300)),), 350))
    typed = Signature("测试1", AT + timedelta(hours=1), "v", "1" * 64)

    def job(conn: Connection) -> None:
        stored = case_of(conn, archive)
        name = stored.record.application_id
        for one in (typed, drawn):
            papers.keep_signature(conn, COUNTY, name, stored.key, one)
        assert papers.signatures_of(conn, name, stored.key) == [drawn, typed]
        draft = kept_applications.add(conn, archive.keyring, COUNTY, stored.account_id, InterviewRecord("draft"), AT)
        papers.keep_signature(conn, COUNTY, "draft", draft.key, typed)
        conn.execute(delete(applications).where(applications.c.application_id == "draft"))
        left = set(conn.execute(select(signatures_table.c.application_id)).scalars())
        assert left == {name}

    await archive.write(job, key="x")


def issue(conn: Connection, archive: Archive, stored: StoredCase, code: str, at: datetime = AT) -> list[str]:
    """A permit of the one person; returns what it annulled."""
    shown = Shown("测＊", "0001", f"P{code}")
    annulled = permits.issue(
        conn, archive.keyring, COUNTY, stored.case_id, stored.key, NUMBER, code, shown, at, date(2027, 11, 23)
    )
    return [one.shown.permit_number for one in annulled]


async def test_a_later_permit_of_the_same_person_annuls_the_earlier(archive: Archive) -> None:
    """By the keyed index of the number; each is found by its own code and by nothing like it."""

    def job(conn: Connection) -> None:
        first, second = case_of(conn, archive), case_of(conn, archive, 2)
        assert issue(conn, archive, first, "a" * 24) == []
        later = AT + timedelta(days=9)
        assert issue(conn, archive, second, "b" * 24, later) == ["P" + "a" * 24]
        old, new = (permits.by_code(conn, archive.keyring, code * 24) for code in "ab")
        assert old is not None
        assert new is not None
        assert (old.annulled_at, new.annulled_at) == (later, None)
        assert old.shown == Shown("测＊", "0001", "P" + "a" * 24)
        assert permits.by_code(conn, archive.keyring, "A" * 24) is None
        assert permits.of_case(conn, archive.keyring, second.case_id) == new

    await archive.write(job, key="x")


async def test_what_a_permit_annulled_stands_with_its_case(archive: Archive) -> None:
    """One of ours and one issued elsewhere, under seal."""
    elsewhere = Annulled("330302000001", "温州市瓯海区", AT, here=False)

    def job(conn: Connection) -> None:
        stored = case_of(conn, archive)
        permits.annul(conn, COUNTY, stored.case_id, stored.key, elsewhere)
        assert permits.annulled_by(conn, stored.case_id, stored.key) == [elsewhere]
        assert permits.annulled_by(conn, "other", stored.key) == []

    await archive.write(job, key="x")


async def test_ended_cases_come_page_by_page_and_by_person(archive: Archive) -> None:
    """Keyset pages in the order of their end, none twice, none left out; open cases are not among them."""

    def job(conn: Connection) -> None:
        ended = []
        for number in range(8):
            stored = case_of(conn, archive, number + 1)
            if number != 4:
                withdraw(stored.record, AT + timedelta(minutes=number // 2))
                cases.save(conn, archive.keyring, stored, due_on=None, due_unknown=False)
                ended.append(stored.case_id)
        span = (AT, AT + timedelta(hours=1))
        found: list[tuple[datetime, str]] = []
        while more := papers.ended_between(conn, COUNTY, *span, after=found[-1] if found else None, limit=3):
            assert len(more) <= 3
            found += more
        assert [case_id for _, case_id in found] == ended
        assert papers.how_many_ended(conn, COUNTY, *span) == 7
        assert papers.how_many_ended(conn, "330000", *span) == 0
        assert papers.first_end(conn, COUNTY) == AT
        assert papers.first_end(conn, "330000") is None
        assert papers.of_person(conn, archive.keyring, COUNTY, "331126199001010003") == ["c000003"]

    await archive.write(job, key="x")
