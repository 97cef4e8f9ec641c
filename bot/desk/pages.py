"""Turning templates into answers: escaping on, the desk's own headers, nothing inline."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.desk.words import texts

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

templates = Environment(
    loader=PackageLoader("bot.desk"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(name: str, /, **values: Any) -> str:
    """A template filled in; `t` is the desk's wording."""
    return templates.get_template(name).render(t=texts(), **values)


def page(name: str, /, status: int = 200, **values: Any) -> web.Response:
    """A whole page as an answer."""
    return web.Response(text=render(name, **values), status=status, content_type="text/html", headers=HEADERS)


def wants_part(request: web.Request) -> bool:
    """The page asks for a piece to put in place: htmx's own header, and our scripts send the same."""
    return request.headers.get("HX-Request") == "true"


def see_other(place: str) -> web.Response:
    """After a POST that worked: look there."""
    return web.Response(status=303, headers={**HEADERS, "Location": place})
