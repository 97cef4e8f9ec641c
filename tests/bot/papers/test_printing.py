"""An act writes what is to be printed; whatever happens afterwards, it is printed once and stays as it is."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import update

from bot.papers.desk_of_papers import Papers
from bot.papers.form_sheet import case_form
from bot.papers.kinds import PaperKind
from bot.papers.printer import PREFIX, Printer, paper_object
from state_machine.case_records import CaseRecord
from storage import cases, papers
from storage.errors import NotOurs
from storage.paper_schema import papers as paper_table
from tests.bot.desk.conftest import House, house
from tests.bot.papers import grid, lived
from tests.storage.databases import BOTH

__all__ = ["house"]


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_every_act_leaves_its_paper_and_a_round_prints_them_all(house: House) -> None:
    """Form, receipt, last letter, permit and picture, and the form with three opinions; numbered, none forgotten."""
    case = await lived.issued(house)
    keyring = house.archive.keyring
    found = await house.archive.read(lambda conn: papers.of_case(conn, keyring, case.case_id))
    kinds = [paper.kind for paper in found]
    assert kinds == ["form", "receipt", "permit", "permit_picture", "issued_notice", "form"]
    assert [paper.sequence for paper in found] == [1, 2, 3, 4, 5, 6]
    assert found[1].number == "庆元居互受〔2026〕00001号"
    assert all(paper.object_id is None for paper in found)
    assert await house.papers.printer.round() == 6
    assert await house.papers.printer.round() == 0
    for paper in (await lived.papers_of(house, case)).values():
        content = await lived.printed(house, paper)
        assert content.startswith(b"\x89PNG" if paper.kind == PaperKind.PERMIT_PICTURE else b"%PDF-1.7")


async def test_a_stop_between_act_and_printing_loses_nothing(house: House) -> None:
    """Another start finds what was not printed and prints it in the background."""
    case = await lived.not_accepted(house)
    fresh = Papers(house.settings, house.archive, house.files, house.now)
    fresh.start()
    async with asyncio.timeout(30):
        while any(paper.object_id is None for paper in (await lived.papers_of(house, case)).values()):
            await asyncio.sleep(0.05)
    await fresh.close()
    letter = (await lived.papers_of(house, case))[PaperKind.NOT_ACCEPTED]
    (page,) = grid.read(await lived.printed(house, letter))
    assert "不予受理决定书" in page.text


async def test_printed_again_is_the_same_byte_for_byte_whatever_changed_since(house: House) -> None:
    """The stored bytes are the paper: later events, and another printer, change nothing."""
    case = await house.submit()
    first = (await lived.papers_of(house, case))[PaperKind.FORM]
    before = await lived.printed(house, first)
    clerk_case = await house.stored(case.case_id)
    clerk_case.record.answers["name"] = "别人"
    for _ in range(2):
        assert await lived.printed(house, first) == before
    assert await lived.printed(house, (await lived.papers_of(house, case))[PaperKind.FORM]) == before


async def test_two_processes_that_print_at_once_make_one_paper(house: House) -> None:
    """The first to record its object has made it; the other's is deleted and both hand out the same bytes."""
    case = await lived.issued(house)
    permit = (await lived.papers_of(house, case))[PaperKind.PERMIT]
    other = Papers(house.settings, house.archive, house.files, house.now)
    mine, theirs = await asyncio.gather(
        house.papers.printer.printed(permit), other.printer.printed(permit)
    )  # signed: two printings are never equal
    assert mine.object_id == theirs.object_id
    folder = f"{PREFIX}{permit.application_id}/"
    assert [key for key, _ in house.files.list(folder)] == [paper_object(permit.application_id, mine.object_id or "")]
    await other.close()


async def test_a_channel_that_sends_files_gets_the_same_bytes_for_its_own_account_only(house: House) -> None:
    """By the address of the document in the notice; another account, another address: nothing."""
    case = await house.submit()
    paper = (await lived.papers_of(house, case))[PaperKind.FORM]
    account = (await house.stored(case.case_id)).account_id or ""
    sent = await house.papers.handed_out(account, f"/chat/papers/{paper.paper_id}")
    assert sent is not None
    assert (sent.name, sent.media_type) == ("申请表.pdf", "application/pdf")
    assert sent.content == await lived.printed(house, paper)
    assert await house.papers.handed_out(await house.account(), f"/chat/papers/{paper.paper_id}") is None
    for href in ("/chat/export", f"/chat/papers/{'0' * 32}", f"//evil/chat/papers/{paper.paper_id}"):
        assert await house.papers.handed_out(account, href) is None


async def test_what_is_no_paper_is_swept_and_papers_stay(house: House) -> None:
    """An object left by a crash goes after its time of grace; a paper's never does."""
    case = await house.submit()
    paper = await house.papers.printer.printed((await lived.papers_of(house, case))[PaperKind.FORM])
    house.files.put_sealed_bytes(paper_object(paper.application_id, "orphan"), b"x", paper.key.secret)
    real = house.now().__class__.now(house.now().tzinfo)
    assert await house.papers.printer.sweep(real) == 0
    assert await house.papers.printer.sweep(real + timedelta(hours=7)) == 1
    assert (await lived.printed(house, paper)).startswith(b"%PDF")


async def test_a_name_no_font_has_goes_to_a_clerk_with_a_clear_word(house: House) -> None:
    """The case page names the sign and its number; printed to be filled in by hand it opens; the applicant is told."""
    case = await house.submit(name="麻𱁬样", declaration="麻𱁬样")
    assert await house.papers.printer.round() == 0
    paper = (await lived.papers_of(house, case))[PaperKind.FORM]
    assert (paper.object_id, paper.trouble) == (None, "missing_signs")
    with pytest.raises(NotOurs):
        await house.papers.printer.content(paper)
    clerk = await house.as_("lin")
    page = await clerk.go(f"/desk/cases/{case.case_id}")
    assert "「𱁬」（U+3106C）" in page.text
    assert "装字库" in page.text
    assert case.application_number in (await clerk.go("/desk?office=intake&flag=rare_sign")).text
    assert case.application_number not in (await clerk.go("/desk?office=intake&flag=duplicate_open")).text
    await clerk.go(f"/desk/cases/{case.case_id}/papers/{paper.paper_id}/by-hand")
    assert clerk.status == 200
    (sheet,) = grid.read(clerk.body)
    assert "麻＿样" in sheet.text
    assert "请手写：U+3106C" in sheet.text


async def test_a_font_installed_later_is_tried_after_the_next_start(house: House) -> None:
    """What could not be printed waits again; with the sign it would be printed."""
    case = await house.submit(name="麻𱁬样", declaration="麻𱁬样")
    await house.papers.printer.round()
    printer: Printer = house.papers.printer
    await printer.try_again()
    paper = (await lived.papers_of(house, case))[PaperKind.FORM]
    assert paper.trouble is None
    assert paper.paper_id in await house.archive.read(lambda conn: papers.unprinted(conn))


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_a_case_is_flagged_while_a_paper_waits_for_a_sign_and_no_longer(house: House) -> None:
    """The queue is narrowed to it; once everything is printed the flag is gone, and others never had it."""
    keyring = house.archive.keyring

    async def flags(case: CaseRecord) -> list[str]:
        stored = await house.archive.read(lambda conn: cases.load(conn, keyring, case.case_id))
        assert stored is not None
        return list(stored.record.flags)

    rare, common = await house.submit(name="麻𱁬样", declaration="麻𱁬样"), await house.submit()
    await house.papers.printer.round()
    assert await flags(rare) == ["rare_sign"]
    assert await flags(common) == []
    paper = (await lived.papers_of(house, rare))[PaperKind.FORM]
    printable = paper.sheet().replace("𱁬".encode(), "小".encode())  # a font that has it, installed later
    sealed = paper.key.seal(printable, "papers", paper.paper_id, "sheet_sealed")
    mine = update(paper_table).where(paper_table.c.paper_id == paper.paper_id).values(sheet_sealed=sealed)
    await house.archive.write(lambda conn: conn.execute(mine), key="test")
    await house.papers.printer.try_again()
    assert await house.papers.printer.round() == 1
    assert await flags(rare) == []


async def test_a_form_entered_at_the_counter_leaves_the_line_for_the_pen(house: House) -> None:
    """A clerk typed the name: the applicant signs the printed sheet (it stands in no cell)."""
    case = await house.submit()
    stored = await house.stored(case.case_id)
    details = {"at_counter": True}
    record = stored.record
    record.events[0] = replace(record.events[0], details=details)
    sheet = case_form("庆元县", record, None, house.settings.zone())
    assert sheet["signature"] is None
    assert sheet["answers"]["signed_note"] == ""


async def test_papers_open_only_through_their_own_case(house: House) -> None:
    """Another case's address does not lead to them, and reading is written down."""
    case, other = await house.submit(), await house.submit()
    paper = (await lived.papers_of(house, case))[PaperKind.FORM]
    clerk = await house.as_("lin")
    await clerk.go(f"/desk/cases/{case.case_id}/papers/{paper.paper_id}")
    assert (clerk.status, clerk.headers["Content-Type"]) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(clerk.body)) as opened:
        assert len(opened.pages) == 1
    await clerk.go(f"/desk/cases/{other.case_id}/papers/{paper.paper_id}")
    assert clerk.status == 404
