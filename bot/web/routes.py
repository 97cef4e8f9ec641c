"""Which address leads where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.papers.chat_pages import ChatPapers
from bot.papers.permit_page import PermitPage
from bot.web.devices import Devices
from bot.web.events import Events
from bot.web.health import Health
from bot.web.own import Own
from bot.web.page import ChatPage
from bot.web.sessions import cookie_sender
from bot.web.turns import Turns

if TYPE_CHECKING:
    from bot.wiring import Service


def add_chat(app: web.Application, service: Service) -> None:
    """The chat and what operators ask."""
    page, turns, events, own, health = ChatPage(service), Turns(service), Events(service), Own(service), Health(service)
    papers, permits = ChatPapers(service), PermitPage(service)
    app.on_response_prepare.append(cookie_sender(service))
    app.on_shutdown.append(events.close)
    app.add_routes(
        [
            web.get("/", page.get, name="page"),
            web.get("/static/{name}", page.file, name="static"),
            web.post("/chat/turns", turns.post, name="turns"),
            web.get("/chat/events", events.get, name="events"),
            web.get("/chat/history", own.history, name="history"),
            web.get("/chat/pages/{page_id}", own.page, name="own-page"),
            web.get("/chat/pictures/{name}.svg", own.picture, name="picture"),
            web.get("/chat/form.pdf", papers.form, name="form"),
            web.get("/chat/papers/{paper_id}", papers.paper, name="paper"),
            web.get("/permits/static/{name}", permits.file, name="permit-static"),
            web.get("/permits/{code}", permits.show, name="permit"),
            web.get("/chat/export", own.export, name="export"),
            *Devices(service, page).routes(),
            web.get("/healthz", health.alive, name="healthz"),
            web.get("/readyz", health.ready, name="readyz"),
            web.get("/metrics", health.metrics, name="metrics"),
        ]
    )
