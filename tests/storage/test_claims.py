"""Claims: one holder at a time, for a while, under a number that is never used twice; and races by threads."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from state_machine.case import CaseState
from state_machine.officers import Role
from storage import cases, claims
from storage.archive import Archive
from storage.dialect import engine_for
from storage.errors import ClaimLost
from storage.keys import Keyring
from tests.storage.databases import BOTH, fresh_database
from tests.storage.made import AT, COUNTY, new_account, new_case

MINUTE = timedelta(minutes=1)


@pytest.fixture
def case_id(conn: Connection, keyring: Keyring) -> str:
    """A case nobody holds."""
    return new_case(conn, keyring, new_account(conn, keyring), 1).case_id


async def test_a_held_case_is_nobody_elses_until_the_lease_ends(conn: Connection, case_id: str) -> None:
    """Half an hour long the second clerk gets nothing; then the case, under a higher number."""
    first = claims.claim(conn, case_id, "s1", AT, 30)
    assert first is not None
    assert claims.claim(conn, case_id, "s2", AT + 29 * MINUTE, 30) is None
    second = claims.claim(conn, case_id, "s2", AT + 30 * MINUTE, 30)
    assert second is not None
    assert second.fence > first.fence
    with pytest.raises(ClaimLost):
        claims.renew(conn, first, AT + 31 * MINUTE, 30)


async def test_ones_own_claim_is_prolonged_under_the_same_number(conn: Connection, case_id: str) -> None:
    """Pressing again, or going on working, keeps the number and moves the end."""
    first = claims.claim(conn, case_id, "s1", AT, 30)
    again = claims.claim(conn, case_id, "s1", AT + 10 * MINUTE, 30)
    assert first is not None
    assert again is not None
    assert (again.fence, again.until) == (first.fence, AT + 40 * MINUTE)
    assert claims.renew(conn, again, AT + 20 * MINUTE, 30).until == AT + 50 * MINUTE


async def test_a_takeover_leaves_the_former_holder_with_a_dead_number(
    conn: Connection, keyring: Keyring, case_id: str
) -> None:
    """What the former holder sends is refused at once; what the new one sends is not."""
    first = claims.claim(conn, case_id, "s1", AT, 30)
    taken = claims.takeover(conn, case_id, "s2", AT + MINUTE, 30)
    stored = cases.load(conn, keyring, case_id)
    assert first is not None
    assert taken is not None
    assert stored is not None
    with pytest.raises(ClaimLost):
        claims.check(stored, "s1", first.fence, AT + 2 * MINUTE)
    claims.check(stored, "s2", taken.fence, AT + 2 * MINUTE)
    with pytest.raises(ClaimLost):
        claims.check(stored, "s2", taken.fence, AT + 60 * MINUTE)


async def test_a_released_case_is_free_and_its_number_stays_used(conn: Connection, case_id: str) -> None:
    """Put back and taken again, even by the same clerk: a new number. Putting back twice is no error."""
    first = claims.claim(conn, case_id, "s1", AT, 30)
    assert first is not None
    claims.release(conn, first, AT + MINUTE)
    claims.release(conn, first, AT + MINUTE)
    again = claims.claim(conn, case_id, "s1", AT + 2 * MINUTE, 30)
    assert again is not None
    assert again.fence > first.fence
    claims.release(conn, first, AT + 3 * MINUTE)
    assert claims.claim(conn, case_id, "s2", AT + 3 * MINUTE, 30) is None


async def test_nothing_is_claimed_that_does_not_exist(conn: Connection) -> None:
    """An unknown id gives no claim, by whatever way."""
    assert claims.claim(conn, "none", "s1", AT, 30) is None
    assert claims.takeover(conn, "none", "s1", AT, 30) is None


async def test_saving_over_a_change_of_somebody_else_is_refused(
    conn: Connection, keyring: Keyring, case_id: str
) -> None:
    """Two loaded copies of a case: the second to be saved is refused, the first stands."""
    one, two = cases.load(conn, keyring, case_id), cases.load(conn, keyring, case_id)
    assert one is not None
    assert two is not None
    one.record.flags.append("advised_against")
    cases.save(conn, keyring, one, due_on=None, due_unknown=False)
    with pytest.raises(Exception, match="changed meanwhile"):
        cases.save(conn, keyring, two, due_on=None, due_unknown=False)
    assert (cases.load(conn, keyring, case_id) or two).record.flags == ["advised_against"]


def prepared(kind: str, folder: Path, count: int) -> str:
    """A database with so many cases nobody holds."""
    url, keyring = fresh_database(kind, folder), Keyring.in_memory()
    archive = Archive.open(url, keyring)

    def fill(conn: Connection) -> None:
        account = new_account(conn, keyring)
        for number in range(count):
            new_case(conn, keyring, account, number, minutes=number)

    archive.write_now(fill)
    archive._close()
    return url


@pytest.mark.parametrize("kind", BOTH)
def test_of_many_threads_one_gets_the_case(kind: str, tmp_path: Path) -> None:
    """Eight clerks on connections of their own press at the same moment, ten times over: one winner each time."""
    url = prepared(kind, tmp_path, 10)
    engine = engine_for(url, connections=8)

    def press(which: tuple[int, int]) -> str | None:
        clerk, number = which
        with engine.begin() as conn:
            got = claims.claim(conn, f"c{number:06d}", f"s{clerk}", AT, 30)
        return None if got is None else got.case_id

    with ThreadPoolExecutor(8) as pool:
        won = Counter(pool.map(press, [(clerk, number) for number in range(10) for clerk in range(8)]))
    engine.dispose()
    assert won.pop(None) == 70
    assert won == {f"c{number:06d}": 1 for number in range(10)}


@pytest.mark.parametrize("kind", BOTH)
def test_threads_asking_for_the_next_case_never_get_the_same(kind: str, tmp_path: Path) -> None:
    """Six clerks take the next one until nothing is left: every case exactly once, none forgotten."""
    url = prepared(kind, tmp_path, 40)
    engine = engine_for(url, connections=6)

    def work(clerk: int) -> list[str]:
        won: list[str] = []
        while True:
            with engine.begin() as conn:
                case_id = claims.next_unclaimed(conn, COUNTY, [CaseState.SUBMITTED], Role.INTAKE, f"s{clerk}", AT)
                if case_id is None:
                    return won
                if claims.claim(conn, case_id, f"s{clerk}", AT, 30) is not None:
                    won.append(case_id)

    with ThreadPoolExecutor(6) as pool:
        won = Counter(case_id for taken in pool.map(work, range(6)) for case_id in taken)
    engine.dispose()
    assert won == {f"c{number:06d}": 1 for number in range(40)}


async def test_whoever_served_in_another_office_is_not_offered_the_case(conn: Connection, keyring: Keyring) -> None:
    """受理人≠审核人: the one who received it never gets it for review, and again for intake they do."""
    stored = new_case(conn, keyring, new_account(conn, keyring), 1)
    stored.record.offices["s1"] = Role.INTAKE.value
    cases.save(conn, keyring, stored, due_on=None, due_unknown=False)
    states = [CaseState.SUBMITTED]
    assert claims.next_unclaimed(conn, COUNTY, states, Role.REVIEWER, "s1", AT) is None
    assert claims.next_unclaimed(conn, COUNTY, states, Role.REVIEWER, "s2", AT) == stored.case_id
    assert claims.next_unclaimed(conn, COUNTY, states, Role.INTAKE, "s1", AT) == stored.case_id
