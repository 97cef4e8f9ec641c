"""The clerks' lists: by due date, page by page, over an index on both databases."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from state_machine.case import CaseState
from state_machine.officers import Role
from storage import applications, cases, claims, outbox, queue
from storage.dialect import single_connection_engine
from storage.keys import Keyring
from storage.queue import Sieve
from tests.storage.databases import BOTH, fresh_database
from tests.storage.made import AT, COUNTY, copy_cases, new_account, new_case, plans_of, sent

STATES = (CaseState.SUBMITTED, CaseState.RESUBMITTED, CaseState.ACCEPTED)
MONDAY = date(2026, 11, 30)


def walk(conn: Connection, keyring: Keyring, limit: int, between: Callable[[], None] = lambda: None) -> list[str]:
    """Every case id by pages, with something happening between two pages."""
    found: list[str] = []
    after = None
    while len(found) < 1000 and (rows := queue.page(conn, keyring, COUNTY, STATES, after=after, limit=limit)):
        found += [row.case_id for row in rows]
        after = rows[-1].key
        between()
    return found


async def test_the_most_urgent_comes_first(conn: Connection, keyring: Keyring) -> None:
    """By due date, then by the time of submission; what has no date yet comes after everything that has one."""
    account = new_account(conn, keyring)
    new_case(conn, keyring, account, 1, minutes=1)
    new_case(conn, keyring, account, 2, minutes=9, due_on=MONDAY)
    new_case(conn, keyring, account, 3, minutes=5, due_on=MONDAY)
    new_case(conn, keyring, account, 4, minutes=7, due_on=MONDAY - timedelta(days=4))
    new_case(conn, keyring, account, 5)
    assert walk(conn, keyring, 2) == ["c000004", "c000003", "c000002", "c000005", "c000001"]
    cases.set_due(conn, "c000001", MONDAY - timedelta(days=9), due_unknown=False)
    assert walk(conn, keyring, 3)[0] == "c000001"


@pytest.mark.parametrize("seed", range(3))
async def test_no_row_is_lost_or_doubled_while_others_insert(conn: Connection, keyring: Keyring, seed: int) -> None:
    """Whoever was there at the start is met exactly once, whatever comes in before or behind the page's end."""
    chance, account = random.Random(seed), new_account(conn, keyring)
    days = [None, *(MONDAY + timedelta(days=n) for n in range(3))]

    def insert(number: int) -> None:
        new_case(conn, keyring, account, number, minutes=chance.randrange(5), due_on=chance.choice(days))

    for number in range(40):
        insert(number)
    coming = iter(range(100, 200))

    def between() -> None:
        for _ in range(2):
            if (number := next(coming, None)) is not None and number < 120:
                insert(number)

    found = walk(conn, keyring, 7, between)
    assert len(found) == len(set(found))
    assert {f"c{number:06d}" for number in range(40)} <= set(found)


async def test_a_page_shows_this_county_and_these_states_only(conn: Connection, keyring: Keyring) -> None:
    """Another county's cases, and states not asked for, are not there."""
    account = new_account(conn, keyring)
    new_case(conn, keyring, account, 1)
    new_case(conn, keyring, account, 2, county="331127")
    assert walk(conn, keyring, 10) == ["c000001"]
    assert queue.page(conn, keyring, COUNTY, [CaseState.ISSUED]) == []
    (row,) = queue.page(conn, keyring, COUNTY, STATES)
    assert (row.name, row.application_number, row.due_on) == ("测试1", "QY20261123-0001", None)


async def test_a_person_is_found_by_number_id_number_and_phone(conn: Connection, keyring: Keyring) -> None:
    """However it is typed, in this county only; and the other cases of the same person without this one."""
    account = new_account(conn, keyring)
    for number in (1, 2):
        new_case(conn, keyring, account, number)
    assert [r.case_id for r in queue.by_number(conn, keyring, COUNTY, "QY20261123-0002")] == ["c000002"]
    assert [r.case_id for r in queue.by_id_number(conn, keyring, COUNTY, "331126 19900101 0001")] == ["c000001"]
    assert [r.case_id for r in queue.by_phone(conn, keyring, COUNTY, "19900000002")] == ["c000002"]
    assert queue.by_phone(conn, keyring, "331127", "19900000002") == []
    assert queue.same_person(conn, keyring, COUNTY, "331126199001010001", "c000001") == []


#: What is asked all day long, and the table it must not read through.
ASKED: dict[str, Callable[[Connection, Keyring, str], object]] = {
    "first page": lambda conn, keyring, _: queue.page(conn, keyring, COUNTY, STATES),
    "later page": lambda conn, keyring, _: queue.page(conn, keyring, COUNTY, STATES, after=(739_050, 1, "c")),
    "page before": lambda conn, keyring, _: queue.page(conn, keyring, COUNTY, STATES, before=(739_050, 1, "c")),
    "mine": lambda conn, keyring, _: queue.page(conn, keyring, COUNTY, STATES, sieve=Sieve(held_by="s1")),
    "by name": lambda conn, keyring, _: queue.by_name(conn, keyring, COUNTY, "张三"),
    "next case": lambda conn, _, __: claims.next_unclaimed(conn, COUNTY, STATES, Role.INTAKE, "s1", AT),
    "by number": lambda conn, keyring, _: queue.by_number(conn, keyring, COUNTY, "QY20261123-0002"),
    "by id number": lambda conn, keyring, _: queue.by_id_number(conn, keyring, COUNTY, "331126199001010001"),
    "by phone": lambda conn, keyring, _: queue.by_phone(conn, keyring, COUNTY, "19900000001"),
    "held": lambda conn, keyring, _: queue.held(conn, keyring, "s1", AT),
    "of an account": lambda conn, keyring, account: cases.of_account(conn, keyring, account),
    "one case": lambda conn, keyring, _: cases.load(conn, keyring, "c000001"),
    "of an application": lambda conn, keyring, _: cases.of_application(conn, keyring, "a000001"),
    "expired drafts": lambda conn, _, __: applications.expired(conn, COUNTY, AT - timedelta(days=30)),
    "drafts to remind of": lambda conn, _, __: applications.to_remind(conn, COUNTY, AT - timedelta(days=7)),
    "notices": lambda conn, keyring, account: outbox.after(conn, keyring, account, 0),
}


@dataclass(frozen=True)
class Crowd:
    """A database with thousands of cases, and what was asked of it when they were three, by the names in `ASKED`."""

    conn: Connection
    asked: dict[str, list[tuple[str, Any]]]


@pytest.fixture(scope="module", params=BOTH)
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """Filled once: to ask for a plan leaves everything as it was."""
    url, keyring = fresh_database(request.param, tmp_path_factory.mktemp("crowd")), Keyring.in_memory()
    engine = single_connection_engine(url)
    with engine.connect() as conn:
        account, other = new_account(conn, keyring), new_account(conn, keyring)
        for owner, number in ((other, 1), (other, 2), (account, 3)):
            new_case(conn, keyring, owner, number)
        found = {}
        for name, ask in ASKED.items():
            with sent(conn) as found[name]:
                ask(conn, keyring, account)
        copy_cases(conn, 4000)  # after the asking: the copies' seals do not open
        yield Crowd(conn, found)
    engine.dispose()


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_asked_all_day_goes_by_an_index(crowd: Crowd, asked: str) -> None:
    """Among thousands of rows neither database reads a whole table of cases or applications."""
    plans = plans_of(crowd.conn, crowd.asked[asked])
    assert plans
    for plan in plans:
        assert "SCAN cases" not in plan.replace("SCAN cases USING", ""), plan
        assert "SCAN applications" not in plan.replace("SCAN applications USING", ""), plan
        assert "Seq Scan on cases" not in plan, plan
        assert "Seq Scan on applications" not in plan, plan
    if "page" in asked:
        assert all("ix_cases_queue" in plan for plan in plans), plans
        assert not any("TEMP B-TREE" in plan for plan in plans), plans


async def test_pages_lead_back_the_way_they_led_forward(conn: Connection, keyring: Keyring) -> None:
    """The page before a page's beginning is the page that led there, in the same order."""
    account = new_account(conn, keyring)
    for n in range(1, 12):
        new_case(conn, keyring, account, n)
    first = queue.page(conn, keyring, COUNTY, STATES, limit=4)
    second = queue.page(conn, keyring, COUNTY, STATES, after=first[-1].key, limit=4)
    third = queue.page(conn, keyring, COUNTY, STATES, after=second[-1].key, limit=4)
    assert [len(page) for page in (first, second, third)] == [4, 4, 3]
    assert queue.page(conn, keyring, COUNTY, STATES, before=third[0].key, limit=4) == second
    assert queue.page(conn, keyring, COUNTY, STATES, before=second[0].key, limit=4) == first
    assert queue.page(conn, keyring, COUNTY, STATES, before=first[0].key, limit=4) == []


async def test_a_page_holds_only_what_passes_the_sieve(conn: Connection, keyring: Keyring) -> None:
    """Route, ground, flag, mine and nobody's, each alone and together."""
    account = new_account(conn, keyring)
    made = {
        1: {"recognition": "held_permit", "ground": ["employment", "housing"]},
        2: {"recognition": "registered_time", "ground": ["employment"]},
        3: {"recognition": "held_permit", "ground": ["schooling"]},
    }
    for n, answers in made.items():
        stored = new_case(conn, keyring, account, n)
        stored.record.answers.update(answers)
        stored.record.flags = ["duplicate_open"] if n == 2 else []
        cases.save(conn, keyring, stored, due_on=None, due_unknown=False)
    claims.claim(conn, "c000003", "s1", AT, 30)

    def found(**given: object) -> list[str]:
        rows = queue.page(conn, keyring, COUNTY, STATES, sieve=Sieve(**given))  # type: ignore[arg-type]  # one field each
        return [row.case_id for row in rows]

    assert found(route="held_permit") == ["c000001", "c000003"]
    assert found(ground="employment") == ["c000001", "c000002"]
    assert found(flag="duplicate_open") == ["c000002"]
    assert found(held_by="s1") == ["c000003"]
    assert found(free_at=AT) == ["c000001", "c000002"]
    assert found(route="held_permit", ground="employment", free_at=AT) == ["c000001"]
    assert found(ground="employ%") == found(flag="_") == []


@pytest.mark.parametrize(
    "asked",
    [
        "阿不都·热依木",
        "阿不都•热依木",
        "阿不都・热依木",
        "阿不都‧热依木",
        "阿不都.热依木",
        " 阿不都ꞏ热依木 ",
        "阿不都热依木",
        "阿不都．热依木",
    ],
)
async def test_a_name_is_found_however_its_dot_is_written(conn: Connection, keyring: Keyring, asked: str) -> None:
    """Exact otherwise: a part of a name, or another county, finds nothing."""
    stored = new_case(conn, keyring, new_account(conn, keyring), 1)
    stored.record.answers["name"] = "阿不都·热依木"
    cases.save(conn, keyring, stored, due_on=None, due_unknown=False)
    assert [row.name for row in queue.by_name(conn, keyring, COUNTY, asked)] == ["阿不都·热依木"]
    assert queue.by_name(conn, keyring, COUNTY, "阿不都") == []
    assert queue.by_name(conn, keyring, "331127", asked) == []


async def test_waiting_cases_are_counted_with_the_late_ones(conn: Connection, keyring: Keyring) -> None:
    """Past the due date is late; what has no due date is not."""
    account = new_account(conn, keyring)
    for n, late in ((1, True), (2, False), (3, True)):
        stored = new_case(conn, keyring, account, n)
        cases.save(conn, keyring, stored, due_on=AT.date() - timedelta(days=1) if late else None, due_unknown=False)
    assert queue.waiting(conn, COUNTY, STATES, AT.date()) == queue.Waiting(3, 2)
