"""待办: the urgent one first, pages, counts, search; and hostile words stay words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from state_machine.case_records import CaseState
from storage import audit
from tests.bot.desk import people
from tests.bot.desk.clerk import accept, act, confirm, judge, open_and_claim, rest, state
from tests.bot.desk.conftest import House
from tests.storage.databases import BOTH

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE cases; --",
    "{{ 7*7 }}{% for x in y %}",
    "</textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    '=HYPERLINK("http://x")',
    "\u202e倒过来\u0000",
)


async def test_the_queue_shows_the_earliest_due_date_first_and_says_how_long_is_left(house: House) -> None:
    """Due date before submission order; the time left in words, late ones in words too."""
    house.time = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    late = await house.submit()
    await accept(house, late)
    house.wait(days=3)
    early = await house.submit()
    await accept(house, early)
    clerk = await house.as_("zhou")
    text = clerk.page.text
    assert text.index(late.application_number) < text.index(early.application_number)
    assert "还剩 13 个工作小时（11月24日到期）" in text
    assert "还剩 20 个工作小时（11月25日到期）" in text
    house.time = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    await clerk.sign_in("zhou", "zhao-qian-sun-li-9")
    assert "今天到期，还剩 3 个工作小时" in clerk.page.text
    house.time = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    await clerk.sign_in("zhou", "zhao-qian-sun-li-9")
    assert "已逾期 1 天（11月24日到期）" in clerk.page.text
    assert "逾期 1 件" in clerk.page.text


async def test_a_due_date_in_an_unpublished_year_says_so(house: House) -> None:
    """待放假安排公布, never a guess."""
    house.time = datetime(2026, 12, 31, 1, 0, tzinfo=UTC)
    case = await house.submit()
    await accept(house, case)
    clerk = await house.as_("zhou")
    assert "待放假安排公布" in clerk.page.text


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_pages_of_the_queue_follow_each_other_without_gap_or_repeat(house: House) -> None:
    """Keyset pages: everything once, in one order."""
    account = await house.account()
    for _ in range(53):
        house.wait(seconds=1)
        await house.submit(account, pages=0)
    clerk = await house.as_("lin")
    first = [given["href"] for tag, given in clerk.page.tags if given.get("class") == "number" and tag == "a"]
    more = next(given["href"] for _, given in clerk.page.tags if given.get("rel") == "next")
    page = await clerk.go(more)
    second = [given["href"] for tag, given in page.tags if given.get("class") == "number" and tag == "a"]
    assert (len(first), len(second)) == (50, 3)
    assert len({*first, *second}) == 53
    for nonsense in ("x", "1.2", "9.9.", "99999999999999999999.1.a", "a.b.c"):
        await clerk.go(f"/desk?after={nonsense}")
        assert clerk.status == 200


async def test_filters_show_mine_what_nobody_holds_and_what_waits_for_applicants(house: House) -> None:
    """没人领办, 我领办的, 等申请人补正."""
    free, mine, returned = await house.submit(), await house.submit(), await house.submit()
    clerk = await house.as_("lin")
    await open_and_claim(clerk, returned)
    await judge(clerk, "answer:name", False, ["name_differs"])
    await rest(clerk)
    await act(clerk, "return_for_correction")
    await confirm(clerk)
    await open_and_claim(clerk, mine)
    for query, shown in (("which=unclaimed", free), ("which=mine", mine), ("state=returned", returned)):
        page = await clerk.go(f"/desk?{query}")
        assert [c.application_number in page.text for c in (free, mine, returned)] == [
            c is shown for c in (free, mine, returned)
        ], query


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_a_case_is_found_by_number_id_number_and_phone_and_no_number_stands_in_an_address(house: House) -> None:
    """Exact search by POST; other offices' cases are not found; the search is written down."""
    case, elsewhere = await house.submit(), await house.submit()
    await accept(house, elsewhere)
    clerk = await house.as_("he")
    for wanted in (case.application_number, case.answers["id_number"], case.answers["phone"]):
        await clerk.go("/desk")
        await clerk.press(clerk.page.form("/desk/search"), wanted=wanted)
        assert clerk.path == f"/desk/cases/{case.case_id}"
    for wanted in (elsewhere.application_number, elsewhere.answers["phone"], "1", case.answers["phone"][:-1]):
        await clerk.go("/desk")
        page = await clerk.press(clerk.page.form("/desk/search"), wanted=wanted)
        assert "没有找到" in page.text
    county = house.rules.county_code
    trail = await house.archive.read(lambda conn: audit.entries(conn, county))
    assert "search" in {entry.action for entry in trail}
    assert case.answers["phone"] not in str(trail)


async def test_the_same_person_twice_is_a_choice_for_the_clerk(house: House) -> None:
    """The page points to the other case and decides nothing."""
    number = people.number(house.chance)
    first = await house.submit(id_number=number, sex="male" if int(number[16]) % 2 else "female")
    second = await house.submit(id_number=number, sex="male" if int(number[16]) % 2 else "female")
    clerk = await house.as_("lin")
    page = await clerk.go(f"/desk/cases/{second.case_id}")
    assert first.application_number in page.text
    assert any(given.get("href") == f"/desk/cases/{first.case_id}" for _, given in page.tags)


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_are_only_words(house: House, words: str) -> None:
    """In an answer, a note, an opinion and a search they come back as text, in page, preview and notice."""
    case = await house.submit(name=words, hukou_address=words, current_address=words, declaration=words)
    clerk = await house.as_("lin")
    plain = len((await house.browser().go("/desk/login")).tags)
    await open_and_claim(clerk, case)
    assert "alert(1)" not in str([t for t in clerk.page.tags if t[0] in ("script", "svg") or "onerror" in t[1]])
    assert plain
    shown = words.replace("\u0000", "\ufffd")
    assert clerk.page.text.count(shown) + clerk.page.text.count(words) >= 3
    page = await judge(clerk, "answer:name", False, ["name_differs"], words)
    assert page.form("/verdicts", item="answer:name").value("note").strip("\ufffd\u0000") == words.strip("\u0000")
    await rest(clerk)
    page = await act(clerk, "return_for_correction", words)
    assert {tag for tag, _ in page.tags}.isdisjoint({"svg", "img", "iframe"})
    assert [given["src"] for tag, given in page.tags if tag == "script"] == ["/desk/static/desk.js"]
    await confirm(clerk)
    assert await state(house, case) is CaseState.RETURNED
    await clerk.press(clerk.page.form("/desk/search"), wanted=words)
    assert clerk.status == 200
