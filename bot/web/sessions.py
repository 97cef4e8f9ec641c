"""The browser's session: one cookie with an opaque token; the archive keeps only its hash."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from bot.wiring import Service

COOKIE = "hurentong"
#: Where a request keeps the token of the session opened while it was answered.
OPENED = web.RequestKey("opened", str)
#: Our cookie among those the browser sent. Found by itself: parsing all of them costs a tenth of a request.
TOKEN = re.compile(rf"(?:^|;)\s*{COOKIE}=([A-Za-z0-9_-]{{16,128}})\s*(?:;|$)")


def token_of(request: web.Request) -> str | None:
    """The token the browser sent, if it looks like one."""
    found = TOKEN.search(request.headers.get("Cookie", ""))
    return found[1] if found else None


async def open_session(request: web.Request, service: Service) -> str:
    """A new session; the answer to this request will carry its cookie, whatever it is."""
    token = await service.reception.open_session(service.now())
    request[OPENED] = token
    return token


def cookie_sender(service: Service) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Before an answer leaves: set the cookie of a session opened during this request."""
    settings = service.settings
    secure = "; Secure" if settings.secure_cookies else ""
    attributes = f"Max-Age={settings.flow.session_days * 86400}; Path=/; HttpOnly; SameSite=Lax{secure}"

    async def send_cookie(request: web.Request, response: web.StreamResponse) -> None:
        token = request.get(OPENED)
        if token:  # by hand: at this point aiohttp has written its own cookies into the headers already
            response.headers.add("Set-Cookie", f"{COOKIE}={token}; {attributes}")

    return send_cookie
