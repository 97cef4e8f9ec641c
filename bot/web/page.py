"""The page itself and its files: a server-rendered shell and one module. Files carry their hash and may be kept."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.web.problems import Problem
from bot.web.sessions import open_session, token_of

if TYPE_CHECKING:
    from bot.wiring import Service

STATIC_TYPES = {
    "chat.js": "text/javascript",
    "chat.css": "text/css",
    "seal.svg": "image/svg+xml",
    "signature.js": "text/javascript",
    "signature.css": "text/css",
    "devices.js": "text/javascript",
    "devices.css": "text/css",
}


class ChatPage:
    """`GET /` and `GET /static/…`. Rendered and read once."""

    def __init__(self, service: Service) -> None:
        self.service = service
        folder = files("bot").joinpath("web/static")
        self.static = {name: folder.joinpath(name).read_bytes() for name in STATIC_TYPES}
        version = self.version = hashlib.sha256(b"".join(self.static.values())).hexdigest()[:12]
        environment = Environment(
            loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        materials = service.settings.materials
        self.html = environment.get_template("chat.html").render(
            county=service.settings.county.name,
            version=version,
            most_bytes=materials.max_bytes,
            most_files=materials.max_pages,
        )

    async def get(self, request: web.Request) -> web.Response:
        """The page; a browser without a session gets one."""
        if not self.service.is_ready:
            raise Problem(503, "starting")
        if token_of(request) is None and request.method == "GET":
            await open_session(request, self.service)
        return web.Response(text=self.html, content_type="text/html")

    async def file(self, request: web.Request) -> web.Response:
        """One of the page's files; under its hash it never changes."""
        name = request.match_info["name"]
        if name not in self.static:
            raise Problem(404, "not_here")
        keep = "public, max-age=31536000, immutable" if request.query.get("v") else "no-cache"
        return web.Response(
            body=self.static[name],
            content_type=STATIC_TYPES[name],
            charset="utf-8",
            headers={"Cache-Control": keep},
        )
