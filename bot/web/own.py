"""What an applicant may look at again: the chat so far, pages of their own, the flow chart, a copy of their data."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from bot.past import HistoryEntry
from bot.reception import NoSession
from bot.uploads.places import page_object, thumbnail_object
from bot.web.buckets import Buckets
from bot.web.problems import Problem
from bot.web.sessions import open_session, token_of
from dialogs.pictures import drawn
from storage.errors import NotOurs

if TYPE_CHECKING:
    from bot.wiring import Service

ENTRIES = 60
#: Copies of everything one session may ask for a minute: each is put together anew.
COPIES_PER_MINUTE = 10
#: A picture drawn by us has its style inside; nothing in it may run.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def entry_for_page(entry: HistoryEntry) -> dict[str, Any]:
    """One entry as the page reads it: a turn has `said` and `reply`; a notice has its event id, `says` and `at`."""
    if entry.kind == "turn":
        said = {"text": entry.text, "choice": entry.choice, "files": entry.files}
        return {"position": entry.position, "said": said, "reply": entry.payload}
    notice: dict[str, Any] = msgspec.json.decode(entry.payload)
    return {"position": entry.position, "event_id": entry.position, **notice}


class Own:
    """Addresses that answer for the speaking account only; what belongs to another does not exist."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.copies = Buckets(COPIES_PER_MINUTE)

    async def history(self, request: web.Request) -> web.Response:
        """The last entries, oldest first; `earlier` is what to ask for next, or null."""
        if not self.service.is_ready:
            raise Problem(503, "starting")
        before = request.query.get("before", "")
        position = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
        token, entries = token_of(request), list[HistoryEntry]()
        try:
            if token is None:
                raise NoSession
            entries = await self.service.reception.history(token, position, ENTRIES)
        except NoSession:
            await open_session(request, self.service)
        earlier = entries[0].position if len(entries) == ENTRIES else None
        body = msgspec.json.encode({"entries": [entry_for_page(entry) for entry in entries], "earlier": earlier})
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    async def page(self, request: web.Request) -> web.StreamResponse:
        """A page's small picture, or with `?whole=1` the page itself, if it is this account's."""
        token, page_id = token_of(request), request.match_info["page_id"]
        if token is None:
            raise Problem(404, "not_here")
        try:
            page = await self.service.reception.page_of(token, page_id)
        except NoSession:
            page = None
        if page is None:
            raise Problem(404, "not_here")
        whole = request.query.get("whole") == "1"
        place = (page_object if whole else thumbnail_object)(page.application_id, page.page_id)
        try:
            content = await self.service.files.open_sealed(place, page.key.secret)
        except NotOurs:
            raise Problem(404, "not_here") from None
        media_type = page.media_type if whole else "image/jpeg"
        response = web.StreamResponse(headers={"Content-Type": media_type, "Content-Security-Policy": "sandbox"})
        await response.prepare(request)
        async for piece in content:
            await response.write(piece)
        await response.write_eof()
        return response

    async def picture(self, request: web.Request) -> web.Response:
        """A picture of `dialogs/pictures`: what it shows stands in its address, nothing of it is about a person."""
        drawing = drawn(request.match_info["name"], request.query, self.service.rules)
        if drawing is None:
            raise Problem(404, "not_here")
        return web.Response(
            text=drawing,
            content_type="image/svg+xml",
            headers={"Content-Security-Policy": PICTURE_POLICY},
        )

    async def export(self, request: web.Request) -> web.Response:
        """Everything held about this account, to keep (个人信息保护法 art. 45)."""
        token = token_of(request)
        try:
            if token is None:
                raise NoSession
            if not self.copies.take(token, time.monotonic()):
                raise Problem(429, "too_fast")
            copy = await self.service.reception.export(token)
        except NoSession:
            raise Problem(404, "not_here") from None
        return web.Response(
            body=copy,
            content_type="application/json",
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="hurentong.json"'},
        )
