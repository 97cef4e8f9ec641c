"""证明材料 as files: only through their case, decrypted while they are sent, every reading written down."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.access import opened_case
from bot.desk.case_page import look
from bot.desk.case_view import proves
from bot.desk.pages import HEADERS
from bot.desk.visit import Visit
from bot.desk.words import say
from bot.uploads.places import page_object, thumbnail_object
from bot.uploads.sheets import LARGE, SMALL
from dialogs import labels
from state_machine.interview import Page
from state_machine.verdicts import pages_of
from storage import audit
from storage.cases import StoredCase
from storage.errors import NotOurs

PDF = "application/pdf"
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True)
class Found:
    """A page and the case it stands in."""

    stored: StoredCase
    page: Page


async def _found(visit: Visit, action: str) -> Found:
    """The page, if it stands in a case this clerk may open. Raises `NotOurs`."""
    service, county = visit.service, visit.service.rules.county_code
    page_id, staff_id = visit.request.match_info["page_id"], visit.officer.staff_id

    def job(conn: Connection) -> Found:
        stored = opened_case(conn, service.archive.keyring, county, visit.case_id, visit.officer)
        page = next((page for page in stored.record.pages if page.page_id == page_id), None)
        if page is None:
            raise NotOurs("no such page")
        return Found(stored, page)

    found = await service.archive.read(job)
    details = {"page": page_id}
    await service.archive.write(
        lambda conn: audit.add(
            conn, county, action, visit.now, staff_id=staff_id, case_id=visit.case_id, details=details
        ),
        key=staff_id,
    )
    return found


async def show(visit: Visit) -> web.StreamResponse:
    """One page large, with the way to its neighbours."""
    page_id = visit.request.match_info["page_id"]
    record = (await look(visit, "read_page")).stored.record
    page = next((page for page in record.pages if page.page_id == page_id), None)
    if page is None:
        raise NotOurs("no such page")
    siblings = pages_of(record.pages, page.proof)
    at = siblings.index(page)
    base = f"/desk/cases/{record.case_id}/pages"
    return visit.page(
        "viewer.html",
        case_id=record.case_id,
        label=labels.proof_label(page.proof),
        place=say("page.place", n=at + 1, of=len(siblings)),
        href=f"{base}/{page_id}/file",
        sheets=[f"{base}/{page_id}/sheets/{n}" for n in range(1, page.sheets + 1)] if page.media_type == PDF else [],
        proves=proves(record, page.proof),
        back=f"{base}/{siblings[at - 1].page_id}" if at else "",
        forth=f"{base}/{siblings[at + 1].page_id}" if at + 1 < len(siblings) else "",
    )


async def file(visit: Visit) -> web.StreamResponse:
    """The page itself; a PDF opens in a tab of its own, or is saved with `download=1`."""
    found = await _found(visit, "read_file")
    kind = found.page.media_type
    return await _stream(visit, found, page_object(found.stored.record.application_id, found.page.page_id), kind)


async def thumbnail(visit: Visit) -> web.StreamResponse:
    """The small picture of a page."""
    found = await _found(visit, "read_thumbnail")
    place = thumbnail_object(found.stored.record.application_id, found.page.page_id)
    return await _stream(visit, found, place, "image/jpeg")


async def sheet(visit: Visit) -> web.StreamResponse:
    """One sheet of a PDF, drawn; small with `small=1`. Raises `NotOurs` for what has no such sheet."""
    found, number = await _found(visit, "read_sheet"), int(visit.request.match_info["sheet"])
    if found.page.media_type != PDF or number > found.page.sheets:
        raise NotOurs("no such sheet")
    place = page_object(found.stored.record.application_id, found.page.page_id)
    longest = SMALL if visit.request.query.get("small") == "1" else LARGE
    drawn = await visit.service.uploads.sheet(place, found.stored.key.secret, number, longest)
    if drawn is None:
        return web.Response(status=422, text=say("page.not_drawn"), headers=HEADERS)
    return web.Response(body=drawn, content_type="image/jpeg", headers=HEADERS)


async def _stream(visit: Visit, found: Found, place: str, kind: str) -> web.StreamResponse:
    """Send an object frame by frame. Raises `NotOurs` if it is not in the store."""
    frames = await visit.service.files.open_sealed(place, found.stored.key.secret)
    response = web.StreamResponse(headers=dict(HEADERS))
    response.content_type = kind if kind in PICTURES or kind == PDF else "application/octet-stream"
    saved = "download" in visit.request.query or response.content_type == "application/octet-stream"
    ending = kind.rpartition("/")[2] if kind in PICTURES or kind == PDF else "bin"
    name = f"{found.stored.record.application_number}-{found.page.page_id[:8]}.{ending}"
    response.headers["Content-Disposition"] = f'{"attachment" if saved else "inline"}; filename="{name}"'
    if kind == PDF:
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    await response.prepare(visit.request)
    async for frame in frames:
        await response.write(frame)
    await response.write_eof()
    return response
