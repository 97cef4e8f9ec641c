"""The manager's numbers, counted by the database, on both databases; and what the turns count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.tally import GONE, START, STEPS, Tally, place_of
from state_machine.case_records import CaseState, EventKind
from state_machine.interview import Acknowledgement, InterviewRecord, InterviewState, Purpose
from storage import figures, person_requests, tallies
from storage.archive import Archive
from storage.tallies import Count
from tests.bot.desk.clerk import accept, act, examine, open_and_claim, rest
from tests.bot.desk.conftest import House
from tests.storage.databases import BOTH

SHANGHAI = timedelta(hours=8)
DAY = date(2026, 11, 20)
START_OF_DAY = datetime(2026, 11, 19, 16, tzinfo=UTC)


async def approve(house: House) -> None:
    """A case through the three offices."""
    case = await house.submit()
    await accept(house, case)
    await examine(house, case)
    approver = await house.as_("ye")
    await open_and_claim(approver, case)
    await rest(approver)
    await act(approver, "approve", "同意。")


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_events_are_counted_by_the_countys_day_and_the_due_day_decides(house: House) -> None:
    """A minute before midnight in Shanghai is that day; a case approved on its due day is in time, later it is not."""
    county, end = house.rules.county_code, START_OF_DAY + timedelta(days=9)
    house.time = START_OF_DAY - timedelta(minutes=1)
    await house.submit()
    house.time = START_OF_DAY
    await house.submit()
    house.time = START_OF_DAY + timedelta(hours=9)
    await approve(house)
    late = await house.submit()
    await accept(house, late)
    await examine(house, late)
    house.wait(days=6)
    approver = await house.as_("ye")
    await open_and_claim(approver, late)
    await rest(approver)
    await act(approver, "approve", "同意。")

    def job(conn: object) -> object:
        since = START_OF_DAY - timedelta(days=1)
        kinds = (EventKind.SUBMITTED, EventKind.APPROVED)
        return (
            figures.events_by_day(conn, county, kinds, since, end, SHANGHAI),  # type: ignore[arg-type]  # a Connection
            figures.on_time(conn, county, since, end, SHANGHAI),  # type: ignore[arg-type]  # likewise
        )

    counted, on_time = await house.archive.read(job)  # type: ignore[misc]  # a pair
    assert counted[(DAY - timedelta(days=1), EventKind.SUBMITTED)] == 1
    assert counted[(DAY, EventKind.SUBMITTED)] == 3
    assert counted[(DAY, EventKind.APPROVED)] == 1
    assert (on_time.in_time, on_time.late, on_time.unknown) == (1, 1, 0)


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_the_age_of_a_case_counts_from_its_last_event(house: House) -> None:
    """A case accepted today is young at the next office, however old it is."""
    old, fresh = await house.submit(), await house.submit()
    house.wait(days=3)
    await accept(house, fresh)
    county, now = house.rules.county_code, house.time
    states = [CaseState.SUBMITTED, CaseState.ACCEPTED]
    steps = [timedelta(hours=4), timedelta(days=5)]
    found = await house.archive.read(lambda conn: figures.ages(conn, county, states, now, steps))
    assert found == {CaseState.SUBMITTED: [0, 1, 0], CaseState.ACCEPTED: [1, 0, 0]}
    assert old.case_id


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_waiting_for_a_person_is_counted_in_steps(house: House) -> None:
    """Answered within a minute, within five, later; and who waits now."""
    county, keyring, begun = house.rules.county_code, house.archive.keyring, house.time
    for seconds in (30, 200, 4000, None):
        account = await house.account()
        request = await house.archive.write(
            lambda conn, a=account: person_requests.add(conn, keyring, county, a, "", begun), key=account
        )
        if seconds is not None:
            taken = begun + timedelta(seconds=seconds)
            await house.archive.write(
                lambda conn, r=request, t=taken: person_requests.take(conn, r, "x", t), key=account
            )
    steps = [timedelta(minutes=1), timedelta(minutes=5)]
    found = await house.archive.read(lambda conn: figures.waits(conn, county, begun, begun + timedelta(days=1), steps))
    assert list(found.answered) == [1, 1, 1]
    assert found.longest == timedelta(seconds=4000)
    assert found.average == timedelta(seconds=1410)
    assert (found.waiting, found.oldest) == (1, begun)


async def test_counts_add_up_whoever_writes_them(archive_of_both: Archive) -> None:
    """Two processes that count the same step are added, not overwritten; other days and counties stand apart."""
    step = Count(STEPS, DAY, "name", "ethnicity")
    for county, counted in (("331126", {step: 2}), ("331126", {step: 3}), ("331127", {step: 9})):
        await archive_of_both.write(lambda conn, c=county, n=counted: tallies.add(conn, c, n), key=county)
    other = Count(STEPS, DAY - timedelta(days=40), "name", "ethnicity")
    await archive_of_both.write(lambda conn: tallies.add(conn, "331126", {other: 1}), key="x")
    found = await archive_of_both.read(lambda conn: tallies.sums(conn, "331126", STEPS, DAY, DAY))
    assert found == {("name", "ethnicity"): 5}


def record(state: InterviewState, one: str = "a", **more: object) -> InterviewRecord:
    """An application at a question."""
    return InterviewRecord(one, state=state, **more)  # type: ignore[arg-type]  # only known fields


async def test_a_turn_counts_a_step_and_nothing_else(archive_of_both: Archive) -> None:
    """Begun, gone on, thrown away; not a repeated question, a pause, a check, nor a draft taken up again."""
    tally, first, second = Tally(), InterviewState.PLEDGE_PRIVACY, InterviewState.PLEDGE_TRUTH
    agreed = [Acknowledgement("pledge_privacy", "1", "0" * 64, datetime(2026, 11, 20, tzinfo=UTC))]
    new, going = record(first), record(second, acknowledgements=agreed)
    tally.turn(DAY, None, None, new)
    tally.turn(DAY, place_of(new), place_of(new), new)
    tally.turn(DAY, place_of(new), place_of(going), going)
    tally.turn(DAY, place_of(going), place_of(going), None)
    tally.turn(DAY, None, None, going)
    tally.turn(DAY, place_of(going), place_of(going, gone=True), None)
    check = record(first, purpose=Purpose.CHECK)
    tally.turn(DAY, place_of(check), place_of(check), check)
    assert await tally.flush(archive_of_both, "331126") == 3
    assert await tally.flush(archive_of_both, "331126") == 0
    found = await archive_of_both.read(lambda conn: tallies.sums(conn, "331126", STEPS, DAY, DAY))
    assert found == {(START, first.value): 1, (first.value, second.value): 1, (second.value, GONE): 1}
