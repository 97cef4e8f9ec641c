"""Staff accounts, sessions, failed logins, and the audit trail beside them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from state_machine.officers import Role
from storage import audit, staff
from storage.archive import Archive
from storage.dialect import engine_for
from storage.errors import NotOurs
from storage.keys import Keyring
from storage.staff import LoginTaken, StaffMember
from tests.storage.databases import BOTH, fresh_database
from tests.storage.made import AT, COUNTY

HOUR = timedelta(hours=1)


@pytest.fixture
def lin(conn: Connection) -> StaffMember:
    """A clerk."""
    return staff.add(conn, COUNTY, "lin", "林受理", {Role.INTAKE}, "hash one", AT)


async def test_a_login_is_given_once(conn: Connection, lin: StaffMember) -> None:
    """A second account of that name is refused, and the transaction goes on."""
    with pytest.raises(LoginTaken):
        staff.add(conn, COUNTY, "lin", "别的林", {Role.AGENT}, "hash", AT)
    assert [member.login for member in staff.every(conn, COUNTY)] == ["lin"]
    assert staff.by_login(conn, COUNTY, "lin") == staff.by_id(conn, lin.staff_id) == lin
    assert staff.by_login(conn, "331127", "lin") is None
    assert lin.as_officer().roles == {Role.INTAKE}


async def test_a_session_opens_until_it_ends(conn: Connection, lin: StaffMember) -> None:
    """Its end is not included, use moves it, signing out ends it, and another token is nobody's."""
    staff.open_session(conn, lin, "token one", AT, AT + HOUR)
    assert staff.session(conn, "token two", AT) is None
    assert staff.session(conn, "token one", AT + HOUR) is None
    staff.touch_session(conn, "token one", AT, AT + 2 * HOUR)
    found = staff.session(conn, "token one", AT + HOUR)
    assert found is not None
    assert found.staff == lin
    staff.close_session(conn, "token one")
    assert staff.session(conn, "token one", AT) is None


async def test_disabling_ends_every_session_and_lets_no_new_one_in(conn: Connection, lin: StaffMember) -> None:
    """A session opened by mistake afterwards is nobody's either, until the account is enabled."""
    staff.open_session(conn, lin, "before", AT, AT + HOUR)
    staff.disable(conn, lin.staff_id, AT)
    staff.open_session(conn, lin, "after", AT, AT + HOUR)
    assert staff.session(conn, "before", AT) is staff.session(conn, "after", AT) is None
    staff.enable(conn, lin.staff_id)
    assert staff.session(conn, "before", AT) is None
    assert staff.session(conn, "after", AT) is not None


async def test_a_new_password_ends_the_other_sessions(conn: Connection, lin: StaffMember) -> None:
    """Only the session in which it was changed goes on."""
    for token in ("here", "elsewhere"):
        staff.open_session(conn, lin, token, AT, AT + HOUR)
    staff.set_password(conn, lin.staff_id, "hash two", keep_token="here")
    assert staff.session(conn, "here", AT) is not None
    assert staff.session(conn, "elsewhere", AT) is None
    changed = staff.by_id(conn, lin.staff_id)
    assert changed is not None
    assert changed.password_hash == "hash two"


async def test_nobody_is_changed_that_does_not_exist(conn: Connection) -> None:
    """An unknown id is an error, not a silent nothing."""
    for change in (staff.enable, lambda c, who: staff.disable(c, who, AT), lambda c, who: staff.set_roles(c, who, [])):
        with pytest.raises(NotOurs):
            change(conn, "none")


async def test_failed_logins_are_counted_until_one_works(conn: Connection, keyring: Keyring) -> None:
    """In a row by subject, from one again after `anew`, gone after a success; ended sessions are swept apart."""
    subject = keyring.index.subject("login", "lin")
    assert [staff.count_failure(conn, COUNTY, subject, AT + n * HOUR) for n in range(3)] == [1, 2, 3]
    found = staff.failures(conn, subject)
    assert found is not None
    assert (found.count, found.last_at) == (3, AT + 2 * HOUR)
    assert staff.count_failure(conn, COUNTY, subject, AT, anew=True) == 1
    staff.forget_failures(conn, subject)
    assert staff.failures(conn, subject) is None


async def test_ended_sessions_and_old_failures_are_swept(conn: Connection, lin: StaffMember, keyring: Keyring) -> None:
    """What still runs, and what failed today, stays."""
    subject = keyring.index.subject("login", "lin")
    staff.open_session(conn, lin, "ended", AT, AT + HOUR)
    staff.open_session(conn, lin, "running", AT, AT + 9 * HOUR)
    staff.count_failure(conn, COUNTY, subject, AT)
    assert staff.sweep_sessions(conn, AT + 2 * HOUR) == 1
    assert staff.session(conn, "running", AT) is not None
    assert staff.failures(conn, subject) is not None
    staff.sweep_sessions(conn, AT + 25 * HOUR)
    assert staff.failures(conn, subject) is None


@pytest.mark.parametrize("kind", BOTH)
def test_guesses_at_the_same_moment_are_all_counted(kind: str, tmp_path: Path) -> None:
    """Six connections fail ten times each: the count is sixty, and no two were told the same number."""
    url, subject = fresh_database(kind, tmp_path), b"subject"
    Archive.open(url, Keyring.in_memory())._close()
    engine = engine_for(url, connections=6)

    def work(_: int) -> list[int]:
        told = []
        for _ in range(10):
            with engine.begin() as conn:
                told.append(staff.count_failure(conn, COUNTY, subject, AT))
        return told

    with ThreadPoolExecutor(6) as pool:
        told = [count for mine in pool.map(work, range(6)) for count in mine]
    engine.dispose()
    assert sorted(told) == list(range(1, 61))


async def test_the_trail_is_read_newest_first_page_by_page(conn: Connection) -> None:
    """By case and by member of staff, in this county only; what was written stays as it was written."""
    for number in range(5):
        audit.add(conn, COUNTY, f"act {number}", AT, staff_id=f"s{number % 2}", case_id="c1", details={"n": number})
    audit.add(conn, "331127", "elsewhere", AT, case_id="c1")
    audit.add(conn, COUNTY, "other case", AT, case_id="c2", account_id="a1")
    first = audit.entries(conn, COUNTY, case_id="c1", limit=3)
    assert [entry.action for entry in first] == ["act 4", "act 3", "act 2"]
    rest = audit.entries(conn, COUNTY, case_id="c1", before=first[-1].entry)
    assert [(entry.action, entry.details) for entry in rest] == [("act 1", {"n": 1}), ("act 0", {"n": 0})]
    assert [entry.action for entry in audit.entries(conn, COUNTY, staff_id="s1")] == ["act 3", "act 1"]
    assert audit.entries(conn, COUNTY, case_id="c2")[0].account_id == "a1"


async def test_the_trail_of_what_failed_goes_with_it(archive: Archive) -> None:
    """A line is written in the transaction of the act it tells of."""

    def fail(conn: Connection) -> None:
        audit.add(conn, COUNTY, "never happened", AT)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await archive.write(fail, "k")
    assert await archive.read(lambda conn: audit.entries(conn, COUNTY)) == []
