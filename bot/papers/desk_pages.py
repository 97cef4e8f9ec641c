"""What clerks print and keep: the form, a case's papers, its dossier; and for administrators the dossiers of a month.

Everything opened is written down in the trail first, like every other reading of a case.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.access import opened_case
from bot.desk.admin.layout import admin_page
from bot.desk.guard import plain
from bot.desk.pages import HEADERS
from bot.desk.visit import Visit
from bot.desk.words import say
from bot.papers.case_rows import sheet_of
from bot.papers.dossier.building import bundle, dossier
from bot.papers.dossier.months import cases_of, span_of
from bot.papers.form_sheet import blank_form, case_form
from bot.papers.glyphs import NotInTheFonts
from bot.papers.kinds import PaperKind, ending, media_type
from bot.papers.typesetting import Sheet, TooBusy
from state_machine.signature import Signature
from storage import audit, papers
from storage.cases import StoredCase
from storage.errors import NotOurs
from storage.papers import StoredPaper

PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
#: A month in an address; the table of addresses allows hexadecimal and the dash.
MONTH = re.compile(r"20\d{2}-\d{2}")


async def form(visit: Visit) -> web.StreamResponse:
    """附件 1 as the case stands now."""
    service = visit.service

    def job(conn: Connection) -> tuple[StoredCase, Sequence[Signature]]:
        stored = _case(conn, visit)
        return stored, papers.signatures_of(conn, stored.record.application_id, stored.key)

    stored, signed = await service.archive.read(job)
    await _write_down(visit, "print_form")
    sheet = case_form(service.rules.county_name, stored.record, signed[-1] if signed else None, visit.zone)
    return await _set(visit, sheet, stored.record.events[-1].at, f"{stored.record.application_number}.pdf")


async def blank(visit: Visit) -> web.StreamResponse:
    """附件 1 with nothing in it."""
    return await _set(visit, blank_form(visit.service.rules.county_name), visit.now, "form.pdf")


async def paper(visit: Visit) -> web.StreamResponse:
    """One paper of a case, always the same bytes."""
    found = await _paper(visit)
    await _write_down(visit, "read_paper", paper=found.paper_id)
    printer = visit.service.papers.printer
    try:
        ready = await printer.printed(found)
    except TooBusy:
        return plain(visit, 503, "papers.busy")
    if ready.object_id is None:
        raise NotOurs("it cannot be printed")
    kind = PaperKind(ready.kind)
    name = f"{ready.number if ready.number.isascii() else kind.value}-{ready.sequence}.{ending(kind)}"
    return await _stream(visit, await printer.content(ready), media_type(kind), f'inline; filename="{name}"')


async def paper_by_hand(visit: Visit) -> web.StreamResponse:
    """A paper whose signs no font has: printed with places to write them by hand. It is not stored."""
    found = await _paper(visit)
    await _write_down(visit, "read_paper", paper=found.paper_id)
    sheet = sheet_of(found)
    if "foot" not in sheet:
        raise NotOurs("a permit is never filled in by hand")
    return await _set(visit, sheet, found.made_at, f"{found.kind}-{found.sequence}.pdf")


async def case_dossier(visit: Visit) -> web.StreamResponse:
    """一人一档: everything of this case in one file."""
    stored = await visit.service.archive.read(lambda conn: _case(conn, visit))
    await _write_down(visit, "export_dossier")
    stream = dossier(visit.service.papers, visit.service.rules, stored.case_id)
    name = f"{stored.record.application_number}.zip"
    return await _stream(visit, stream, "application/zip", f'attachment; filename="{name}"')


async def months(visit: Visit) -> web.StreamResponse:
    """The months in which cases ended."""
    county, zone = visit.service.rules.county_code, visit.zone
    first = await visit.service.archive.read(lambda conn: papers.first_end(conn, county))
    rows: list[dict[str, Any]] = []
    at = visit.now.astimezone(zone)
    while first is not None and (at.year, at.month) >= (first.astimezone(zone).year, first.astimezone(zone).month):
        month = f"{at:%Y-%m}"
        rows.append({"month": month, "label": say("papers.month.download", month=month), "span": span_of(month, zone)})
        at = datetime(at.year - (at.month == 1), at.month - 1 or 12, 1, tzinfo=zone)
    for row in rows:
        since, until = row.pop("span")
        counted = partial(papers.how_many_ended, county=county, since=since, until=until)
        row["count"] = await visit.service.archive.read(counted)
    return admin_page(visit, "admin/dossiers.html", "dossiers", months=[row for row in rows if row["count"]])


async def month(visit: Visit) -> web.StreamResponse:
    """The dossiers of a month, streamed: however many there are, one file of one case is in memory."""
    wanted, service = visit.request.match_info["month"], visit.service
    span = span_of(wanted, visit.zone) if MONTH.fullmatch(wanted) else None
    if span is None:
        raise NotOurs("no month")
    staff_id, county = visit.officer.staff_id, service.rules.county_code
    details = {"month": wanted}
    await service.archive.write(
        lambda conn: audit.add(conn, county, "export_dossiers", visit.now, staff_id=staff_id, details=details),
        key=staff_id,
    )
    found = cases_of(service.archive, county, span)
    stream = bundle(service.papers, service.rules, wanted, found)
    return await _stream(visit, stream, "application/zip", f'attachment; filename="{wanted}.zip"')


def _case(conn: Connection, visit: Visit) -> StoredCase:
    service = visit.service
    return opened_case(conn, service.archive.keyring, service.rules.county_code, visit.case_id, visit.officer)


async def _paper(visit: Visit) -> StoredPaper:
    """A paper of this case. Raises `NotOurs`."""
    keyring, paper_id = visit.service.archive.keyring, visit.request.match_info["paper_id"]

    def job(conn: Connection) -> StoredPaper | None:
        stored = _case(conn, visit)
        found = papers.load(conn, keyring, paper_id)
        return found if found is not None and found.case_id == stored.case_id else None

    found = await visit.service.archive.read(job)
    if found is None:
        raise NotOurs("no such paper")
    return found


async def _write_down(visit: Visit, action: str, **details: str) -> None:
    county, staff_id, case_id = visit.service.rules.county_code, visit.officer.staff_id, visit.case_id
    await visit.service.archive.write(
        lambda conn: audit.add(conn, county, action, visit.now, staff_id=staff_id, case_id=case_id, details=details),
        key=staff_id,
    )


async def _set(visit: Visit, sheet: Sheet, at: datetime, name: str) -> web.StreamResponse:
    """A sheet set now; what no font has is left to be written by hand."""
    house = visit.service.papers
    try:
        try:
            printed = await house.typesetter.set(sheet, at)
        except NotInTheFonts as missing:
            printed = await house.typesetter.set(house.by_hand(sheet, missing), at)
    except TooBusy:
        return plain(visit, 503, "papers.busy")
    headers = {**HEADERS, "Content-Security-Policy": PDF_POLICY, "Content-Disposition": f'inline; filename="{name}"'}
    return web.Response(body=printed, content_type="application/pdf", headers=headers)


async def _stream(visit: Visit, content: AsyncIterator[bytes], kind: str, disposition: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={**HEADERS, "Content-Disposition": disposition})
    response.content_type = kind
    if kind == "application/pdf":
        response.headers["Content-Security-Policy"] = PDF_POLICY
    await response.prepare(visit.request)
    async for piece in content:
        await response.write(piece)
    await response.write_eof()
    return response
