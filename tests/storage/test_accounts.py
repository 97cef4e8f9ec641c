"""What belongs to an account: drafts that expire, the one reminder, calls for a person, and what sweeping may take."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from state_machine.codes import Proof
from state_machine.interview import InterviewRecord, Page
from storage import accounts, applications, materials, person_requests
from storage.errors import NotOurs
from storage.keys import Keyring
from tests.storage.made import AT, COUNTY, new_account, new_case

DAY = timedelta(days=1)


def draft(conn: Connection, keyring: Keyring, account: str | None, name: str, day: int = 0) -> None:
    """A draft touched so many days after the start."""
    interview = InterviewRecord(
        application_id=name, pages=[Page(f"page of {name}", Proof.LABOUR_CONTRACT, "image/jpeg", "d")]
    )
    applications.add(conn, keyring, COUNTY, account, interview, AT + day * DAY)
    materials.change(conn, COUNTY, name, [], interview.pages, AT)


async def test_only_untouched_drafts_expire_oldest_first(conn: Connection, keyring: Keyring) -> None:
    """A case, a correction and a draft touched since then do not; the limit takes the oldest."""
    account = new_account(conn, keyring)
    for name, day in (("b", 2), ("a", 1), ("late", 40)):
        draft(conn, keyring, account, name, day)
    new_case(conn, keyring, account, 1)
    assert applications.expired(conn, COUNTY, AT + 30 * DAY) == [("a", account), ("b", account)]
    assert applications.expired(conn, COUNTY, AT + 30 * DAY, 1) == [("a", account)]
    assert applications.expired(conn, "331127", AT + 30 * DAY) == []


async def test_an_erased_draft_names_its_orphans_and_a_case_is_never_erased(conn: Connection, keyring: Keyring) -> None:
    """The files to delete come back; of a case nothing goes and nothing is named."""
    account = new_account(conn, keyring)
    draft(conn, keyring, account, "a")
    new_case(conn, keyring, account, 1)
    assert applications.erase(conn, "a") == ["page of a"]
    assert applications.load(conn, keyring, "a") is None
    assert materials.known(conn, ["page of a"]) == set()
    assert applications.erase(conn, "a000001") == []
    assert applications.load(conn, keyring, "a000001") is not None


async def test_an_owner_is_reminded_once_until_the_draft_is_touched(conn: Connection, keyring: Keyring) -> None:
    """After the reminder it is not due again; going on with the draft makes another one possible."""
    account = new_account(conn, keyring)
    draft(conn, keyring, account, "a")
    draft(conn, keyring, None, "entered at the counter")
    due = AT + 7 * DAY
    assert applications.to_remind(conn, COUNTY, due) == [("a", account)]
    applications.mark_reminded(conn, ["a"], due)
    assert applications.to_remind(conn, COUNTY, due + 20 * DAY) == []
    stored = applications.load(conn, keyring, "a")
    assert stored is not None
    stored.interview.answers["ground"] = ["employment"]
    assert applications.save(conn, stored, due + DAY) is True
    assert applications.save(conn, stored, due + 2 * DAY) is False
    assert applications.to_remind(conn, COUNTY, due + 9 * DAY) == [("a", account)]


async def test_a_draft_opens_for_its_owner_only(conn: Connection, keyring: Keyring) -> None:
    """Somebody else's draft, and none at all, look the same."""
    account, other = new_account(conn, keyring), new_account(conn, keyring)
    draft(conn, keyring, account, "a")
    assert applications.load(conn, keyring, "a", account) is not None
    assert applications.load(conn, keyring, "a", other) is None
    assert materials.of_account(conn, keyring, other, "page of a") is None
    page = materials.of_account(conn, keyring, account, "page of a")
    assert page is not None
    assert page.application_id == "a"


async def test_numbers_run_by_day_and_counter(conn: Connection) -> None:
    """From 1 each day, and each county's counter for itself."""
    today, tomorrow = date(2026, 11, 23), date(2026, 11, 24)
    assert [applications.next_serial(conn, COUNTY, "QY", today) for _ in range(3)] == [1, 2, 3]
    assert applications.next_serial(conn, COUNTY, "QY", tomorrow) == 1
    assert applications.next_serial(conn, "331127", "LQ", today) == 1


async def test_a_call_for_a_person_waits_once_until_it_is_closed(conn: Connection, keyring: Keyring) -> None:
    """Asked twice it stands once with its first reason; one agent has it; closed, the next call is a new one."""
    account, other = new_account(conn, keyring), new_account(conn, keyring)
    first = person_requests.add(conn, keyring, COUNTY, account, "听不懂", AT)
    assert person_requests.add(conn, keyring, COUNTY, account, "再问一次", AT + DAY) == first
    person_requests.add(conn, keyring, COUNTY, other, "急", AT - DAY)
    assert [r.why for r in person_requests.waiting(conn, keyring, COUNTY)] == ["急", "听不懂"]
    assert person_requests.take(conn, first, "s1", AT) is True
    assert person_requests.take(conn, first, "s1", AT) is True
    assert person_requests.take(conn, first, "s2", AT) is False
    found = person_requests.by_id(conn, keyring, COUNTY, first)
    assert found is not None
    assert (found[0].taken_by, found[1]) == ("s1", True)
    assert person_requests.by_id(conn, keyring, "331127", first) is None
    person_requests.close(conn, first, AT + DAY)
    assert person_requests.take(conn, first, "s1", AT) is False
    assert person_requests.add(conn, keyring, COUNTY, account, "又来了", AT + 2 * DAY) != first
    person_requests.close_of(conn, account, AT + 3 * DAY)
    assert [r.why for r in person_requests.waiting(conn, keyring, COUNTY)] == ["急"]
    with pytest.raises(NotOurs):
        person_requests.add(conn, keyring, COUNTY, "none", "谁", AT)


async def test_sweeping_takes_only_what_nobody_can_reach_or_needs(conn: Connection, keyring: Keyring) -> None:
    """An account with a running session, a draft or a case stays; an empty one whose session ended goes."""
    reachable, drafting, deciding, empty = (new_account(conn, keyring) for _ in range(4))
    accounts.open_session(conn, COUNTY, reachable, "running", AT, AT + 9 * DAY)
    accounts.open_session(conn, COUNTY, empty, "ended", AT, AT + DAY)
    draft(conn, keyring, drafting, "a")
    new_case(conn, keyring, deciding, 1)
    assert accounts.sweep(conn, AT + 2 * DAY)[1] == 1
    assert accounts.by_token(conn, COUNTY, "running", AT + 2 * DAY) is not None
    assert accounts.by_token(conn, COUNTY, "ended", AT) is None
    assert applications.load(conn, keyring, "a", drafting) is not None
