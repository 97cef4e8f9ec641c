"""Where a photograph of a proof and the form disagree, the desk says so, with the line it comes from; never more."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.desk.paper_hints import paper_hints
from bot.reading_pictures.papers import Paper
from state_machine.case import open_case
from state_machine.case_records import CaseRecord
from state_machine.codes import Field
from storage import readings
from storage.blobs import to_bytes
from storage.readings import Said
from tests.bot.desk import people
from tests.bot.desk.conftest import House

TODAY = date(2026, 11, 20)
NUMBER = people.number(random.Random(1))
OTHER = people.number(random.Random(2))
GIVEN = {
    Field.NAME: "罗大勇",
    Field.ID_NUMBER: NUMBER,
    Field.GROUND: ["housing"],
    Field.PROOFS: ["lease_contract"],
    Field.CURRENT_ADDRESS: "庆元县松源街道新建路12号3幢201室",
}
GOOD = (
    "房屋租赁合同",
    "承租方(乙方):罗大勇",
    f"身份证号码:{NUMBER}",
    "一、房屋坐落:庆元县松源街道新建路12号3幢201室",
    "二、租赁期限:2026年3月1日至2027年2月28日",
)


def case(**given: Any) -> CaseRecord:
    """A case of somebody who rents."""
    told = people.answers(random.Random(3), **(GIVEN | given))
    interview = people.interview("a", told, people.MORNING, pages=2)
    return open_case("c", "QY20261120-0001", "a", told, interview.acknowledgements, interview.pages, people.MORNING)


def hints(*lines: str, page: int = 0, record: CaseRecord | None = None) -> str:
    """All hints beside the lease, with their tones."""
    record = record or case()
    said = [Said(record.pages[page].page_id, to_bytes(Paper(lines)), None)]
    (found,) = paper_hints(record, said, TODAY).values()
    return "；".join(f"{hint.tone}:{hint.text}" for hint in found)


def test_a_paper_that_agrees_says_what_it_was_found_to_say() -> None:
    """Name, number, address and term, each with its page."""
    words = hints(*GOOD, page=1)
    assert words.count("good:") == 4
    assert "warn" not in words
    assert words.count("第 2 页") == 4


@pytest.mark.parametrize(
    ("line", "instead", "tells"),
    [
        (1, "承租方(乙方):罗小勇", ("罗小勇", "罗大勇")),
        (2, f"身份证号码:{OTHER}", (OTHER, NUMBER)),
        (3, "一、房屋坐落:庆元县濛洲街道石龙山路88号", ("石龙山路88号", "新建路12号")),
        (4, "二、租赁期限:2024年3月1日至2025年2月28日", ("2025年2月28日", "已经到期")),
        (4, "二、租赁期限:2027年3月1日至2028年2月28日", ("2027年3月1日", "还没有开始")),
    ],
    ids=["name", "number", "address", "term over", "term ahead"],
)
def test_what_disagrees_is_shown_from_both_sides(line: int, instead: str, tells: tuple[str, ...]) -> None:
    """What the paper says and what the form says stand in one hint; it asks the clerk to look."""
    lines = list(GOOD)
    lines[line] = instead
    (warned,) = [one for one in hints(*lines).split("；") if one.startswith("warn:")]
    assert all(part in warned for part in tells)
    assert "请看图核对" in warned


def test_another_persons_number_beside_the_applicants_is_no_disagreement() -> None:
    """A landlord stands on a lease as well."""
    assert "warn" not in hints(*GOOD, f"甲方身份证:{OTHER}")


def test_a_name_that_was_not_found_is_no_accusation() -> None:
    """The machine may have missed it: said without a tone."""
    words = hints("房屋租赁合同", "月租金八百元")
    assert ":照片上没有认出姓名" in words
    assert "warn" not in words


def test_a_photograph_that_could_not_be_read_says_so_once() -> None:
    """The clerk looks at it as before."""
    record = case()
    said = [Said(page.page_id, None, "too_long") for page in record.pages]
    (found,) = paper_hints(record, said, TODAY).values()
    assert [hint.text for hint in found] == ["机器没有认出这一项照片上的字，请直接看图"]


def test_what_was_read_of_a_page_that_is_no_longer_there_counts_for_nothing() -> None:
    """Only the pages of the case."""
    assert paper_hints(case(), [Said("gone", to_bytes(Paper(GOOD)), None)], TODAY) == {}


def test_traditional_characters_and_dots_do_not_make_two_people() -> None:
    """阿卜杜·热合曼 with another dot is the same name."""
    record = case(name="阿卜杜·热合曼")
    assert "good:第 1 页上有申请人的姓名" in hints("乙方:阿卜杜.热合曼", record=record)


async def test_the_case_page_shows_where_paper_and_form_disagree(house: House) -> None:
    """Beside the material, with its page and line; escaped, since a paper may say anything."""
    case = await house.submit(name="罗大勇")
    now, keyring, county = house.now(), house.archive.keyring, house.rules.county_code
    pages = [(page.page_id, page.media_type) for page in case.pages]
    said = to_bytes(Paper(("乙方:罗小勇", "<script>alert(1)</script>")))

    def read(conn: Connection) -> None:
        readings.add(conn, county, None, case.application_id, pages, "proof", now)
        taken = readings.take(conn, keyring, county, now, now)
        assert taken is not None
        readings.keep(conn, taken, said, None, now)

    await house.archive.write(read, key="test")
    clerk = await house.as_("lin")
    await clerk.go(f"/desk/cases/{case.case_id}")
    assert "认出的姓名是“罗小勇”" in clerk.html
    assert "<script>alert(1)</script>" not in clerk.html
    stranger = await house.as_("zhou")
    await stranger.go(f"/desk/cases/{case.case_id}")
    assert "罗小勇" not in stranger.html
