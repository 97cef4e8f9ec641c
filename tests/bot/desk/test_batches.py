"""Several cases at once, and the queue sifted: only what is safe, only what is mine, and addresses that say nothing."""

from __future__ import annotations

import pytest

from state_machine.case_records import CaseState
from storage import audit
from tests.bot.desk.browser import Browser
from tests.bot.desk.clerk import accept
from tests.bot.desk.conftest import House
from tests.storage.databases import BOTH


async def batch(clerk: Browser, what: str, cases: list[str], **more: str) -> str:
    """Tick these and press a button of the batch."""
    form = (await clerk.go("/desk")).form("/desk/batch/claim")
    form.action = f"/desk/batch/{what}"
    return (await clerk.press(form, case=cases, **more)).text


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_ticked_cases_are_claimed_handed_on_and_put_back(house: House) -> None:
    """Each in its own transaction; what another holds stays with the other, and the note says how many."""
    ids = [(await house.submit()).case_id for _ in range(4)]
    lin, he = await house.as_("lin"), await house.as_("he")
    await batch(he, "claim", ids[:1])
    assert "选中 4 件，领办了 3 件" in await batch(lin, "claim", ids)
    stored = [await house.stored(case_id) for case_id in ids]
    assert stored[0].claimed_by != stored[1].claimed_by
    he_id = stored[0].claimed_by or ""
    fence = stored[1].fence
    assert "已转交 2 件" in await batch(lin, "hand-on", ids[1:3], to=he_id)
    handed = await house.stored(ids[1])
    assert (handed.claimed_by, handed.fence) == (he_id, fence + 1)
    assert "选中 4 件，放回了 1 件" in await batch(lin, "release", ids)
    assert "选中哪一件" in await batch(lin, "release", [])
    county = house.rules.county_code
    trail = await house.archive.read(lambda conn: audit.entries(conn, county, case_id=ids[1]))
    assert {entry.action for entry in trail} >= {"claim", "hand_on"}


async def test_a_case_is_handed_only_to_who_may_have_it(house: House) -> None:
    """Not to another office, not to who served it elsewhere, not to nobody; it stays where it is."""
    case = await house.submit()
    await accept(house, case, "quan")
    zhou, agent = await house.as_("zhou"), await house.hire("xin", "新来的", set())
    await batch(zhou, "claim", [case.case_id])
    mine = (await house.stored(case.case_id)).claimed_by
    staff_ids = [*(await house.stored(case.case_id)).record.offices, agent, "nobody"]
    for staff_id in staff_ids:
        assert "转交了 0 件" in await batch(zhou, "hand-on", [case.case_id], to=staff_id)
        assert (await house.stored(case.case_id)).claimed_by == mine


async def test_a_batch_never_decides_and_reaches_no_other_office(house: House) -> None:
    """There is no batch but these three, and another office's cases are as if they were not there."""
    case = await house.submit()
    await accept(house, case)
    lin = await house.as_("he")
    token = lin.page.form("/desk/logout").value("csrf")
    fields = [("csrf", token), ("case", case.case_id), ("case", "0" * 32)]
    assert "领办了 0 件" in (await lin.send("/desk/batch/claim", fields)).text
    for what in ("accept", "rest", "approve"):
        await lin.send(f"/desk/batch/{what}", [("csrf", token), ("case", case.case_id)])
        assert lin.status == 404
    await lin.send("/desk/batch/claim", [("csrf", token), ("case", case.case_id), ("here", "https://example.com/")])
    assert lin.path == "/desk"
    assert (await house.stored(case.case_id)).record.state is CaseState.ACCEPTED


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_filters_stand_in_the_address_and_work_together(house: House) -> None:
    """Route, ground, flag and 领办 narrow the list together; nonsense narrows nothing; pages keep the filters."""
    held = await house.submit(ground=["employment"])
    both = await house.submit(
        recognition="registered_time",
        ground=["employment", "housing"],
        proofs=["labour_contract", "lease_contract"],
        registered_periods=[{"place": "庆元县", "from": "2025-01-01", "to": None}],
    )
    twin = await house.submit(id_number=held.answers["id_number"], sex=held.answers["sex"])
    clerk = await house.as_("lin")

    async def shown(query: str) -> list[bool]:
        page = await clerk.go(f"/desk?office=intake&{query}")
        return [case.application_number in page.text for case in (held, both, twin)]

    assert await shown("route=held_permit") == [True, False, True]
    assert await shown("ground=housing") == [False, True, False]
    assert await shown("route=held_permit&ground=housing") == [False, False, False]
    assert "放宽条件" in clerk.page.text
    assert await shown("flag=duplicate_open") == [False, False, True]
    assert await shown("flag=duplicate_open&which=unclaimed&route=held_permit&ground=employment") == [
        False,
        False,
        True,
    ]
    assert await shown("route=x&ground=%27&flag=*&which=all") == [True, True, True]


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_a_person_is_found_by_exactly_their_name(house: House) -> None:
    """With any dot; not by a part of it; several namesakes are a list."""
    one = await house.submit(name="买买提·吐尔逊", declaration="买买提·吐尔逊")
    clerk = await house.as_("lin")
    for wanted in ("买买提•吐尔逊", "买买提 · 吐尔逊", "买买提吐尔逊"):
        await clerk.go("/desk")
        await clerk.press(clerk.page.form("/desk/search"), wanted=wanted)
        assert clerk.path == f"/desk/cases/{one.case_id}", wanted
    page = await clerk.press(clerk.page.form("/desk/search"), wanted="买买提")
    assert "没有找到" in page.text
    two = await house.submit(name="买买提·吐尔逊", declaration="买买提·吐尔逊")
    page = await clerk.press(clerk.page.form("/desk/search"), wanted="买买提・吐尔逊")
    assert all(case.application_number in page.text for case in (one, two))
