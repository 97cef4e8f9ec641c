"""A year entered at the desk: every open case gets its day at once, its applicant is told, and it can be taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from state_machine.working_days import PACKAGE_THROUGH, YearNotPublished
from storage import editions, outbox
from tests.bot.desk.browser import Browser
from tests.bot.desk.clerk import accept
from tests.bot.desk.conftest import House
from tests.storage.databases import BOTH

YEAR = PACKAGE_THROUGH + 1
LIST = f"{YEAR}-01-01 至 {YEAR}-01-03: 休\n{YEAR}-05-01: 休\n{YEAR}-10-01: 休"
PLACE = f"/desk/admin/holidays/{YEAR}"


async def offer(admin: Browser, text: str) -> None:
    """Paste a list and look at what it would do."""
    page = await admin.go(PLACE)
    await admin.press(page.form(PLACE, how="paste"), paste=text, step="preview")


async def save(admin: Browser) -> None:
    """Save the list that was offered."""
    await admin.press(admin.page.form(PLACE, how="paste"), step="save")


async def told(house: House, account_id: str | None) -> list[str]:
    """What stands in an applicant's chat of due days."""
    found = await house.archive.read(lambda conn: outbox.after(conn, house.archive.keyring, account_id or "", 0))
    return [msgspec.json.decode(one.payload)["says"][0]["text"] for one in found if one.kind == "due_again"]


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_a_year_entered_gives_open_cases_their_day_and_tells_their_applicants(house: House) -> None:
    """待放假安排公布 becomes a date in the very transaction, once, on both databases; taken back, it waits again."""
    house.time = datetime(PACKAGE_THROUGH, 12, 30, 1, tzinfo=UTC)
    case = await house.submit()
    early = await house.submit()
    await accept(house, case)
    before = await house.stored(case.case_id)
    assert before.due_unknown
    assert before.due_on is None
    admin = await house.as_("hu")
    assert f"{YEAR} 年的放假安排还没有录入" in (await admin.go("/desk/admin/holidays")).text
    await offer(admin, LIST)
    assert "有 1 件在办的期限会变" in admin.page.text
    assert (await house.stored(case.case_id)).due_unknown
    await save(admin)
    assert "已保存" in admin.page.text
    after = await house.stored(case.case_id)
    assert (after.due_on, after.due_unknown) == (date(YEAR, 1, 4), False)
    assert [f"{YEAR}年1月4日" in text for text in await told(house, after.account_id)] == [True]
    assert await told(house, (await house.stored(early.case_id)).account_id) == []
    assert house.rules.calendar.is_workday(date(YEAR, 1, 1)) is False
    clerk = await house.as_("zhou")
    assert "待放假安排公布" not in (await clerk.go("/desk")).text
    await house.desk.editions.refresh()
    assert len(await told(house, after.account_id)) == 1
    page = await admin.go(PLACE)
    await admin.press(page.form(PLACE, version="0"), step="undo")
    assert (await house.stored(case.case_id)).due_unknown
    assert len(await told(house, after.account_id)) == 2
    with pytest.raises(YearNotPublished):
        house.rules.calendar.is_workday(date(YEAR, 3, 1))


async def test_versions_say_who_and_what_and_the_second_of_two_editors_is_asked_again(house: House) -> None:
    """Nobody overwrites what they have not seen; every version stays and can be read."""
    first, second = await house.as_("hu"), await house.as_("hu")
    await offer(first, LIST)
    await offer(second, f"{LIST}\n{YEAR}-02-08: 休")
    await save(first)
    await save(second)
    assert second.status == 409
    assert "刚才有人先保存了另一版" in second.page.text
    await offer(second, f"{LIST}\n{YEAR}-02-08: 休")
    await save(second)
    page = await first.go(PLACE)
    assert "第 2 版" in page.text
    assert "胡管理" in page.text
    assert f"{YEAR}-02-08: 休" in page.text
    found = await house.archive.read(lambda conn: editions.year_versions(conn, house.rules.county_code, YEAR))
    assert [version.version for version in found] == [2, 1]


async def test_a_wrong_list_is_refused_by_line_and_kept_as_typed(house: House) -> None:
    """What was typed stays on the page; years far away do not exist."""
    admin = await house.as_("hu")
    await offer(admin, f"{LIST}\n<b>随便写</b>")
    assert admin.status == 422
    assert "第 4 行看不懂" in admin.page.text
    assert "<b>随便" not in admin.html
    assert "随便写" in admin.page.form(PLACE, how="paste").value("paste")
    for year in ("2020", "2035", "abcd"):
        await admin.go(f"/desk/admin/holidays/{year}")
        assert admin.status == 404


async def test_days_can_be_ticked_in_the_calendar(house: House) -> None:
    """The calendar as it stands, with three days unticked, is a list."""
    admin = await house.as_("hu")
    page = await admin.go(PLACE)
    off = {f"{YEAR}-01-01", f"{YEAR}-05-01", f"{YEAR}-10-01"}
    form = page.form(PLACE, how="ticks")
    ticked = [value for name, value in form.fields if name == "work" and value not in off]
    assert len(ticked) > 250
    await admin.press(form, work=ticked, step="preview")
    assert admin.status == 200
    await save(admin)
    assert house.rules.calendar.is_workday(date(YEAR, 10, 1)) is False


async def test_another_process_speaks_the_new_year_within_a_round(house: House) -> None:
    """What one process saved, another takes over when it looks."""
    county, staff_id = house.rules.county_code, "elsewhere"
    days = {date(YEAR, 1, 1): False}
    await house.archive.write(
        lambda conn: editions.save_year(conn, county, YEAR, days, seen=0, staff_id=staff_id, at=house.time), key="x"
    )
    given: list[int] = []
    house.desk.editions.on_rules.append(lambda rules: given.append(rules.calendar.published_through))
    await house.desk.editions.refresh()
    assert house.rules.calendar.published_through == YEAR
    assert given == [YEAR]
