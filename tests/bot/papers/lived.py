"""The whole service with a case in it that clerks have brought to an end."""

from __future__ import annotations

from typing import Any

from bot.papers.kinds import PaperKind
from state_machine.case_records import CaseRecord
from storage import papers
from storage.papers import StoredPaper
from tests.bot.desk.clerk import accept, act, confirm, examine, judge, open_and_claim, rest
from tests.bot.desk.conftest import House


async def issued(house: House, account_id: str | None = None, **told: Any) -> CaseRecord:
    """A case accepted, examined, approved and issued by three people."""
    case = await house.submit(account_id, pages=2, **told)
    await accept(house, case)
    await examine(house, case)
    approver = await house.as_("ye")
    await open_and_claim(approver, case)
    await act(approver, "approve", "同意。")
    await act(approver, "issue")
    return case


async def not_accepted(house: House, **told: Any) -> CaseRecord:
    """A case that ended at intake."""
    case = await house.submit(**told)
    clerk = await house.as_("lin")
    await open_and_claim(clerk, case)
    await judge(clerk, "answer:hukou_county", False, ["hukou_is_local"])
    await rest(clerk)
    await act(clerk, "not_accept")
    await confirm(clerk)
    return case


async def papers_of(house: House, case: CaseRecord) -> dict[PaperKind, StoredPaper]:
    """A case's papers; of several of one kind the last."""
    keyring = house.archive.keyring
    found = await house.archive.read(lambda conn: papers.of_case(conn, keyring, case.case_id))
    return {PaperKind(paper.kind): paper for paper in found}


async def printed(house: House, paper: StoredPaper) -> bytes:
    """Its bytes, printed if they must be."""
    printer = house.papers.printer
    ready = await printer.printed(paper)
    return b"".join([piece async for piece in await printer.content(ready)])
