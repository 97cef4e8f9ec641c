"""What clerks do at the desk, in their own verbs."""

from __future__ import annotations

from state_machine.case_records import CaseRecord, CaseState
from tests.bot.desk.browser import Browser, Page
from tests.bot.desk.conftest import House


async def open_and_claim(clerk: Browser, case: CaseRecord) -> Page:
    """Open the case's page and claim it."""
    page = await clerk.go(f"/desk/cases/{case.case_id}")
    if page.has_form("/claim"):
        page = await clerk.press(page.form("/claim"))
    return page


async def judge(clerk: Browser, item: str, met: bool, reasons: list[str] | None = None, note: str = "") -> Page:
    """Give one verdict from the open case page."""
    form = clerk.page.form("/verdicts", item=item)
    return await clerk.press(form, met="yes" if met else "no", reason=reasons or [], note=note)


async def rest(clerk: Browser) -> Page:
    """其余都符合, where anything is open."""
    page = clerk.page
    return await clerk.press(page.form("/rest")) if page.has_form("/rest") else page


async def act(clerk: Browser, name: str, opinion: str = "", **more: str) -> Page:
    """Press an act's button."""
    return await clerk.press(clerk.page.form("/acts"), act=name, opinion=opinion, **more)


async def confirm(clerk: Browser) -> Page:
    """Send the notice that the preview shows."""
    return await clerk.press(clerk.page.form("/acts", seen="yes"))


async def state(house: House, case: CaseRecord) -> CaseState:
    """Where the case stands now."""
    return (await house.stored(case.case_id)).record.state


async def accept(house: House, case: CaseRecord, login: str = "lin") -> Browser:
    """受理, all met."""
    clerk = await house.as_(login)
    await open_and_claim(clerk, case)
    await rest(clerk)
    await act(clerk, "accept", "材料齐全，同意受理。")
    return clerk


async def examine(house: House, case: CaseRecord, recommends: str = "approve", login: str = "zhou") -> Browser:
    """审核."""
    clerk = await house.as_(login)
    await open_and_claim(clerk, case)
    await act(clerk, "examine", "情况属实。", recommends=recommends)
    return clerk
