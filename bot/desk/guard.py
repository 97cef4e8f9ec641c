"""What stands before every page of the desk: session, role, CSRF, and the answer to what is not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.desk.form_post import first_field, opened_parts, read_form
from bot.desk.owed import ALWAYS, owed
from bot.desk.pages import HEADERS, see_other, wants_part
from bot.desk.sessions import session_of
from bot.desk.tokens import CSRF_FIELD, CSRF_HEADER, SESSION_COOKIE, csrf_matches
from bot.desk.visit import Visit
from bot.desk.words import say
from state_machine.officers import Role
from storage.errors import NotOurs

if TYPE_CHECKING:
    from bot.wiring import Service

Page = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Route:
    """One page of the desk and who may open it; no role named means everybody signed in."""

    method: str
    path: str
    page: Page
    roles: frozenset[Role]
    #: Answers without end (server-sent events).
    is_live: bool = False
    #: Takes files: the form is read part by part, its first part the CSRF token.
    takes_files: bool = False


def guarded(service: Service, route: Route) -> Handler:
    """The page behind its checks: signed in (else to the login), role (403), CSRF on every POST (403)."""

    async def handler(request: web.Request) -> web.StreamResponse:
        now = service.now()
        token = request.cookies.get(SESSION_COOKIE, "")
        session = await session_of(service, token, now) if token else None
        if session is None:
            # A piece of a page is not a place to sign in: the page around it says so.
            return web.Response(status=401, headers=HEADERS) if wants_part(request) else _to_login(request)
        first = owed(session, service.settings.desk.require_totp)
        if first is not None and route.path not in (first, ALWAYS):
            return see_other(f"{first}?{urlencode({'next': request.path})}" if request.method == "GET" else first)
        visit = Visit(request, service, session.staff.as_officer(), token, now)
        if route.method == "POST":
            given = await _given(visit, route)
            if not csrf_matches(token, given):
                return plain(visit, 403, "stale")
        if route.roles and not route.roles & visit.officer.roles:
            return plain(visit, 403, "forbidden")
        try:
            return await route.page(visit)
        except NotOurs:
            return plain(visit, 404, "not_found")

    return handler


async def _given(visit: Visit, route: Route) -> str:
    """Read the form, or only its first part where files follow; returns the CSRF token it brings."""
    request = visit.request
    if route.takes_files and request.content_type == "multipart/form-data":
        visit.parts = await opened_parts(request)
        return await first_field(visit.parts, CSRF_FIELD)
    visit.form = await read_form(request)
    return request.headers.get(CSRF_HEADER) or visit.text(CSRF_FIELD, 128)


def plain(visit: Visit, status: int, name: str) -> web.Response:
    """A page that says one thing and leads back to the queue."""
    return visit.page("plain.html", status, heading=say(f"{name}.heading"), text=say(f"{name}.text"))


def _to_login(request: web.Request) -> web.Response:
    query = {"again": "1"} if request.cookies.get(SESSION_COOKIE) else {}
    if request.method == "GET" and request.path != "/desk":
        query["next"] = request.path
    return see_other("/desk/login" + (f"?{urlencode(query)}" if query else ""))
