"""The applicant's telephone beside the counter: a one-time link, then one plain page that takes photographs.

Opening the link changes nothing (a messenger may look at it first); pressing the button takes it, for this telephone
alone. Whatever is sent goes through the same check and the same interview as everything else.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from bot.desk.counter import entry
from bot.desk.counter.receive import receive_files, words_of
from bot.desk.form_post import opened_parts
from bot.desk.pages import HEADERS, page
from bot.desk.words import say
from bot.past import entries
from bot.reception import Said
from bot.web.problems import Problem
from dialogs import labels, materials
from dialogs.turn import Conversation
from storage import counter
from storage.counter import UploadLink
from storage.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.wiring import Service

COOKIE = "hurentong_upload"
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Phone:
    """`/upload/…`: outside the desk, without an account; bound to one application."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def add_to(self, app: web.Application) -> None:
        """Put the addresses into the application."""
        app.router.add_get("/upload/{token:[A-Za-z0-9_-]{16,64}}", self.door)
        app.router.add_post("/upload/{token:[A-Za-z0-9_-]{16,64}}", self.enter)
        app.router.add_get("/upload", self.show)
        app.router.add_post("/upload", self.send)

    async def door(self, request: web.Request) -> web.Response:
        """What a scanned code opens first. Looking at it does not use it up."""
        token, county = request.match_info["token"], self.service.rules.county_code
        now = self.service.now()
        if not await self.service.archive.read(lambda conn: counter.is_open(conn, county, token, now)):
            return self._ended()
        return self._page("counter_phone_door.html", token=token)

    async def enter(self, request: web.Request) -> web.Response:
        """Take the link for this telephone; a second telephone finds it used."""
        token, session, county = request.match_info["token"], secrets.token_urlsafe(32), self.service.rules.county_code
        now = self.service.now()
        taken = await self.service.archive.write(
            lambda conn: counter.take_link(conn, county, token, session, now), key=token
        )
        if not taken:
            return self._ended()
        response = web.Response(status=303, headers={**HEADERS, "Location": "/upload"})
        response.set_cookie(
            COOKIE,
            session,
            path="/upload",
            httponly=True,
            samesite="Strict",
            secure=self.service.settings.secure_cookies,
            max_age=self.service.settings.desk.upload_link_minutes * 60,
        )
        return response

    async def show(self, request: web.Request) -> web.Response:
        """Which proof is being asked for, how many pages there are, and the way to send more."""
        link = await self._link(request)
        return self._ended() if link is None else await self._standing(link)

    async def send(self, request: web.Request) -> web.Response:
        """Photographs from the telephone."""
        service, link = self.service, await self._link(request)
        if link is None:
            return self._ended()
        limits = service.settings.materials
        if (request.content_length or 0) > limits.max_bytes * limits.max_pages + 1024 * 1024:
            return await self._standing(link, say("counter.phone.too_large"), 413)
        parts = await opened_parts(request)
        if parts is None:
            return await self._standing(link, say("counter.needs_file"), 400)
        target = await entry.upload_target(service, link.account_id, service.now())
        if target is not None and target.application_id != link.application_id:
            return self._ended()
        try:
            received = await receive_files(service, parts, target, link.account_id)
        except Problem as problem:
            return await self._standing(link, words_of(problem), problem.status)
        if not received:
            return await self._standing(link, say("counter.needs_file"), 400)
        await entry.take(service, link.account_id, new_id(), Said(files=tuple(received)), service.now(), None)
        return web.Response(status=303, headers={**HEADERS, "Location": "/upload"})

    async def _link(self, request: web.Request) -> UploadLink | None:
        session = request.cookies.get(COOKIE, "")
        if not TOKEN.fullmatch(session):
            return None
        county, now = self.service.rules.county_code, self.service.now()
        return await self.service.archive.read(lambda conn: counter.link_of(conn, county, session, now))

    async def _standing(self, link: UploadLink, trouble: str = "", status: int = 200) -> web.Response:
        service = self.service

        def job(conn: Connection) -> tuple[Conversation, bool, list[str]]:
            standing = entry.standing(conn, service, link.account_id, service.now())
            last = entries(conn, service.archive.keyring, link.account_id, None, 1)
            return standing.conversation, standing.asked.wants_file, _last_words(last)

        conversation, wants_file, words = await service.archive.read(job)
        record = conversation.interview
        asked = materials.wanted(record) if record and record.application_id == link.application_id else None
        values: dict[str, Any] = {"proof": "", "count": "", "trouble": trouble, "words": words}
        if record is not None and asked is not None:
            pages = materials.pages_of(record, asked)
            values |= {"proof": labels.proof_label(asked.value), "count": say("counter.count", n=len(pages))}
        elif wants_file and record is not None and record.application_id == link.application_id:
            values["proof"] = say("counter.phone.card")  # read instead of typed: bot/reading_pictures
        return self._page("counter_phone.html", status, **values)

    def _ended(self) -> web.Response:
        return self._page("counter_phone_ended.html", 410)

    def _page(self, name: str, status: int = 200, /, **values: Any) -> web.Response:
        response = page(name, status, county=self.service.rules.county_name, **values)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _last_words(last: list[Any]) -> list[str]:
    """What was said to the last files sent, without the question after it."""
    if not last or not last[0].files:
        return []
    says = msgspec.json.decode(last[0].payload).get("says", ())
    return [str(said.get("text", "")) for said in says[:-1]]
