"""The browser's session: one cookie with an opaque token; the archive keeps only its hash."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from bot.wiring import Service

COOKIE = "hurentong"
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")


def token_of(request: web.Request) -> str | None:
    """The token the browser sent, if it looks like one."""
    token = request.cookies.get(COOKIE)
    return token if token and TOKEN.fullmatch(token) else None


async def open_session(request: web.Request, service: Service) -> str:
    """A new session; the answer to this request will carry its cookie, whatever it is."""
    token = await service.reception.open_session(service.now())
    request["opened"] = token
    return token


async def send_cookie(service: Service, request: web.Request, response: web.StreamResponse) -> None:
    """Before an answer leaves: set the cookie of a session opened during this request."""
    token = request.get("opened")
    if token:
        response.set_cookie(
            COOKIE,
            token,
            max_age=service.settings.flow.session_days * 86400,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=service.settings.secure_cookies,
        )
