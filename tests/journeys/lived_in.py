"""A week of cases at the desk: new, in hand, returned, corrected, late, decided. Nobody in it is real."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.uploads.pictures import thumbnail_of
from bot.uploads.places import page_object, thumbnail_object
from dialogs import labels
from state_machine.case_records import CaseRecord
from storage import papers as stored_papers
from tests.bot.desk.clerk import accept, act, confirm, examine, judge, open_and_claim, rest
from tests.journeys import papers
from tests.journeys.whole_house import WholeHouse
from tests.simulators.applicant import Applicant

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 1, 12, tzinfo=UTC)


@dataclass
class Life:
    """What happened, by the names the addresses use."""

    house: WholeHouse
    cases: dict[str, CaseRecord] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    people: list[Applicant] = field(default_factory=list)


async def lived_in(house: WholeHouse) -> Life:
    """A week, from Monday to Friday morning. The applicants' connections stay open; `leave` closes them."""
    life = Life(house)
    house.time = MONDAY
    await _old_cases(life)
    house.time = WEDNESDAY
    await _midweek(life)
    house.time = FRIDAY
    await _this_morning(life)
    return life


async def leave(life: Life) -> None:
    """Everybody hangs up."""
    for applicant in life.people:
        await applicant.http.close()


async def _submitted(life: Life, sheets: int = 0, pages: int = 1, **given: Any) -> CaseRecord:
    """A case whose materials look like materials."""
    house = life.house
    case = await house.submit(pages=pages, sheets=sheets, **given)
    key = (await house.stored(case.case_id)).key.secret
    for number, page in enumerate(case.pages, 1):
        title, name = labels.proof_label(page.proof).rpartition("签订")[2], str(case.answers["name"])
        drawn = papers.sheet(title, name, number)
        whole = papers.document(title, name, sheets) if sheets else papers.jpeg(drawn)
        house.files.put_sealed_bytes(page_object(case.application_id, page.page_id), whole, key)
        house.files.put_sealed_bytes(thumbnail_object(case.application_id, page.page_id), thumbnail_of(drawn), key)
    return case


async def _old_cases(life: Life) -> None:
    """Decided ones, one returned that nobody has answered, one accepted and left lying."""
    house = life.house
    issued, declined, returned, refused, late = [await _submitted(life) for _ in range(5)]
    clerk = await house.as_("lin")
    for case in (issued, declined, late):
        await accept(house, case)
    await open_and_claim(clerk, returned)
    await judge(clerk, "answer:current_address", False, [first_reason(clerk, "answer-current_address")], "门牌号看不清")
    await rest(clerk)
    await act(clerk, "return_for_correction", "请按通知改。")
    await confirm(clerk)
    await open_and_claim(clerk, refused)
    await judge(clerk, "answer:hukou_county", False, [first_reason(clerk, "answer-hukou_county")])
    await rest(clerk)
    await act(clerk, "not_accept", "户口就在本县。")
    await confirm(clerk)
    house.wait(hours=2)
    await examine(house, issued)
    approver = await house.as_("ye")
    await open_and_claim(approver, issued)
    await act(approver, "approve", "同意。")
    await act(approver, "issue")
    reviewer = await house.as_("zhou")
    await open_and_claim(reviewer, declined)
    await judge(reviewer, "answer:id_number", False, [first_reason(reviewer, "answer-id_number")])
    await act(reviewer, "examine", "查无此人。", recommends="decline")
    approver = await house.as_("ye")
    await open_and_claim(approver, declined)
    await act(approver, "decline", "不符合条件。")
    await confirm(approver)
    life.cases |= {"issued": issued, "declined": declined, "returned": returned, "refused": refused, "late": late}


def first_reason(clerk: Any, slug: str) -> str:
    """The first reason the page offers for an item."""
    return next(given["value"] for _, given in clerk.page.tags if given.get("id") == f"r-{slug}-1")


async def _midweek(life: Life) -> None:
    """More work, and a correction that comes back on Friday; a call that nobody answered."""
    house = life.house
    mended, *others = [await _submitted(life) for _ in range(4)]
    clerk = await house.as_("he")
    await open_and_claim(clerk, mended)
    await judge(clerk, "answer:name", False, [first_reason(clerk, "answer-name")], "身份证上是另一个字")
    await rest(clerk)
    await act(clerk, "return_for_correction", "请按通知改。")
    await confirm(clerk)
    for case in others:
        await accept(house, case)
    await examine(house, others[0])
    agent = await house.as_("wu")
    account = (await house.stored(life.cases["returned"].case_id)).account_id or ""
    await agent.go(f"/desk/calls/{account}")
    form = next(form for form in agent.page.forms if form.value("act_id"))
    await agent.press(form, outcome="no_answer", again="24", note="响了没人接，晚上再打。")
    life.cases |= {"mended": mended, "examined": others[0], "accepted": others[1]}
    life.ids["called"] = account


async def _this_morning(life: Life) -> None:
    """The queue as it is: new ones with flags, a duplicate, many sheets, one in hand and half judged."""
    house = life.house
    await house.correct(life.cases["mended"].case_id, name="改后名")
    both = ["employment", "housing"]
    shown = await _submitted(
        life, pages=2, proofs=["labour_contract", "lease_contract"], ground=both,
        current_address="庆元县濛洲街道石龙山路 218 号 3 幢 502 室",
    )  # fmt: skip
    twin = await _submitted(life, id_number=shown.answers["id_number"], sex=shown.answers["sex"])
    scanned = await _submitted(life, sheets=3, name="买买提江·阿不都热合曼", ethnicity="维吾尔族")
    long_time = await _submitted(
        life, recognition="registered_time",
        registered_periods=[{"place": "庆元县", "from": "2026-01-10", "to": None}],
    )  # fmt: skip
    for _ in range(4):
        await _submitted(life)
    clerk = await house.as_("lin")
    await open_and_claim(clerk, shown)
    await judge(clerk, "answer:name", True)
    await judge(clerk, "answer:current_address", False, [first_reason(clerk, "answer-current_address")], "请写到门牌号")
    other = await house.as_("he")
    await open_and_claim(other, twin)
    life.cases |= {"shown": shown, "twin": twin, "scanned": scanned, "long_time": long_time}
    life.ids |= {"case_id": shown.case_id, "page_id": shown.pages[0].page_id, "month": "2026-11"}
    keyring = house.archive.keyring
    on_paper = await house.archive.read(lambda conn: stored_papers.of_case(conn, keyring, shown.case_id))
    life.ids["paper_id"] = on_paper[0].paper_id
