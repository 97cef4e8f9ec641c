"""What an applicant opens from the chat: the form before it is signed, and the papers of their own cases."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web

from bot.papers.form_sheet import draft_form
from bot.papers.glyphs import NotInTheFonts
from bot.papers.kinds import PaperKind, ending, media_type
from bot.papers.typesetting import TooBusy
from bot.reception import NoSession
from bot.web.buckets import Buckets
from bot.web.problems import Problem
from bot.web.sessions import token_of

if TYPE_CHECKING:
    from bot.wiring import Service

#: A paper may show itself and run nothing.
PAPER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
#: Papers one session may ask for a minute.
PAPERS_PER_MINUTE = 60


class ChatPapers:
    """Addresses that answer for the speaking account only; what belongs to another does not exist."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.pace = Buckets(PAPERS_PER_MINUTE)

    async def form(self, request: web.Request) -> web.Response:
        """附件 1 as far as it is filled in, to look at before signing. It is not stored."""
        token = self._token(request)
        try:
            interview = await self.service.reception.form_in_hand(token)
        except NoSession:
            interview = None
        if interview is None:
            raise Problem(404, "nothing_to_print")
        sheet = draft_form(self.service.rules.county_name, interview.answers)
        try:
            printed = await self.service.papers.typesetter.set(sheet, self.service.now())
        except NotInTheFonts as missing:
            printed = await self._by_hand(sheet, missing)
        except TooBusy:
            raise Problem(503, "too_fast") from None
        headers = {"Content-Disposition": 'inline; filename="form.pdf"', "Content-Security-Policy": PAPER_POLICY}
        return web.Response(body=printed, content_type="application/pdf", headers=headers)

    async def paper(self, request: web.Request) -> web.StreamResponse:
        """A printed paper, always the same bytes; one just written is printed now."""
        token = self._token(request)
        try:
            paper = await self.service.reception.paper_of(token, request.match_info["paper_id"])
        except NoSession:
            paper = None
        if paper is None:
            raise Problem(404, "not_here")
        printer = self.service.papers.printer
        try:
            paper = await printer.printed(paper)
        except TooBusy:
            raise Problem(503, "no_paper_yet") from None
        if paper.object_id is None:
            raise Problem(404, "paper_in_hand")
        kind = PaperKind(paper.kind)
        content = await printer.content(paper)
        name = f"{kind.value}-{paper.sequence}.{ending(kind)}"
        response = web.StreamResponse(
            headers={
                "Content-Type": media_type(kind),
                "Content-Disposition": f'inline; filename="{name}"',
                "Content-Security-Policy": PAPER_POLICY,
            }
        )
        await response.prepare(request)
        async for piece in content:
            await response.write(piece)
        await response.write_eof()
        return response

    async def _by_hand(self, sheet: dict[str, object], missing: NotInTheFonts) -> bytes:
        """A sign no font has is left to be written by hand, and named at the foot."""
        papers = self.service.papers
        return await papers.typesetter.set(papers.by_hand(sheet, missing), self.service.now())

    def _token(self, request: web.Request) -> str:
        token = token_of(request)
        if token is None:
            raise Problem(404, "not_here")
        if not self.pace.take(token, time.monotonic()):
            raise Problem(429, "too_fast")
        return token
