"""Every address of the desk, who may open it, and what answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.desk import (
    act_posts,
    batch_posts,
    case_page,
    claim_acts,
    material_pages,
    printed_form,
    queue_page,
    search_page,
    verdict_posts,
)
from bot.desk.admin import password_page, second_factor_pages
from bot.desk.admin.routes import ADMIN_ROUTES
from bot.desk.calls.routes import ROUTES as CALL_ROUTES
from bot.desk.chats.routes import ROUTES as CHAT_ROUTES
from bot.desk.counter.phone import Phone
from bot.desk.counter.routes import ROUTES as COUNTER_ROUTES
from bot.desk.guard import Route, guarded
from bot.desk.manage.routes import MANAGE_ROUTES
from bot.desk.pages import HEADERS
from bot.desk.sessions import Door, leave
from bot.papers import desk_pages
from state_machine.officers import OFFICES, Role

if TYPE_CHECKING:
    from bot.wiring import Service

ANYBODY: frozenset[Role] = frozenset()
OFFICE = frozenset(OFFICES)
AGENT = frozenset({Role.AGENT})
ADMIN = frozenset({Role.ADMIN})
CASE = "/desk/cases/{case_id:[0-9a-f-]{8,64}}"
PAPER = CASE + "/papers/{paper_id:[0-9a-f-]{8,64}}"
PAGE = CASE + "/pages/{page_id:[0-9A-Za-z_-]{1,80}}"

#: The whole table; the tests walk it role by role.
ROUTES: tuple[Route, ...] = (
    Route("GET", "/desk", queue_page.show, ANYBODY),
    Route("POST", "/desk/logout", leave, ANYBODY),
    Route("GET", "/desk/password", password_page.show, ANYBODY),
    Route("POST", "/desk/password", password_page.change, ANYBODY),
    Route("GET", "/desk/second-factor", second_factor_pages.ask, ANYBODY),
    Route("POST", "/desk/second-factor", second_factor_pages.give, ANYBODY),
    Route("GET", "/desk/second-factor/setup", second_factor_pages.setup, ANYBODY),
    Route("POST", "/desk/second-factor/setup", second_factor_pages.change, ANYBODY),
    *MANAGE_ROUTES,
    *ADMIN_ROUTES,
    Route("POST", "/desk/next", queue_page.take_next, OFFICE),
    Route("POST", "/desk/search", search_page.search, OFFICE),
    Route("POST", "/desk/batch/claim", batch_posts.claim, OFFICE),
    Route("POST", "/desk/batch/release", batch_posts.release, OFFICE),
    Route("POST", "/desk/batch/hand-on", batch_posts.hand_on, OFFICE),
    Route("GET", CASE, case_page.show, OFFICE),
    Route("GET", CASE + "/form", printed_form.show, OFFICE),
    Route("GET", CASE + "/form.pdf", desk_pages.form, OFFICE),
    Route("GET", "/desk/form.pdf", desk_pages.blank, ANYBODY),
    Route("GET", PAPER, desk_pages.paper, OFFICE),
    Route("GET", PAPER + "/by-hand", desk_pages.paper_by_hand, OFFICE),
    Route("GET", CASE + "/dossier.zip", desk_pages.case_dossier, OFFICE),
    Route("GET", "/desk/admin/dossiers", desk_pages.months, ADMIN),
    Route("GET", "/desk/admin/dossiers/{month:[0-9a-f-]{4,64}}", desk_pages.month, ADMIN),
    Route("POST", CASE + "/claim", claim_acts.claim, OFFICE),
    Route("POST", CASE + "/release", claim_acts.release, OFFICE),
    Route("GET", CASE + "/takeover", claim_acts.confirm_takeover, OFFICE),
    Route("POST", CASE + "/takeover", claim_acts.takeover, OFFICE),
    Route("POST", CASE + "/verdicts", verdict_posts.give, OFFICE),
    Route("POST", CASE + "/rest", verdict_posts.rest, OFFICE),
    Route("POST", CASE + "/acts", act_posts.act, OFFICE),
    Route("GET", PAGE, material_pages.show, OFFICE),
    Route("GET", PAGE + "/file", material_pages.file, OFFICE),
    Route("GET", PAGE + "/thumbnail", material_pages.thumbnail, OFFICE),
    Route("GET", PAGE + "/sheets/{sheet:[1-9][0-9]{0,2}}", material_pages.sheet, OFFICE),
    *CHAT_ROUTES,
    *COUNTER_ROUTES,
    *CALL_ROUTES,
)

STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


async def static_file(request: web.Request) -> web.Response:
    """One of the desk's own few files."""
    name = request.match_info["name"]
    path = STATIC / name
    if path.suffix not in KINDS or not path.is_file():
        raise web.HTTPNotFound
    headers = {**HEADERS, "Cache-Control": "no-cache"}
    return web.Response(body=path.read_bytes(), content_type=KINDS[path.suffix], charset="utf-8", headers=headers)


def add_desk(app: web.Application, service: Service) -> None:
    """Put the desk's addresses into the application."""
    door = Door(service)
    app.router.add_get("/desk/login", door.show)
    app.router.add_post("/desk/login", door.enter)
    app.router.add_get("/desk/static/{name:[a-z.]+}", static_file)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guarded(service, route))
    Phone(service).add_to(app)
    app.on_shutdown.append(service.desk.let_go)
