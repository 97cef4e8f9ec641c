"""`/permits/<code>`: what anybody who scans a permit's code may see of it. No session, no search, no list.

The code is 144 random bits: there is nothing to count through. What is not found answers like what never was.
"""

from __future__ import annotations

import re
import time
from importlib.resources import files
from typing import TYPE_CHECKING

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.papers.words import day, day_of, moment, say, texts
from bot.web.buckets import Buckets
from bot.web.guard import address_of
from bot.web.problems import Problem
from storage import permits
from storage.permits import StoredPermit

if TYPE_CHECKING:
    from bot.wiring import Service

CODE = re.compile(r"[A-Za-z0-9_-]{24}")
STATUS = {"valid": 200, "lapsed": 200, "annulled": 200, "unknown": 404, "busy": 429}


class PermitPage:
    """The public page of one permit."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.pace = Buckets(service.settings.limits.permit_checks_per_minute_address)
        self.css = files("bot.papers").joinpath("static/permit.css").read_bytes()
        environment = Environment(
            loader=PackageLoader("bot.papers", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self.template = environment.get_template("permit.html")

    async def show(self, request: web.Request) -> web.Response:
        """有效, 已注销, 没有签注, or 查不到."""
        address = address_of(request, self.service.settings.behind_proxy)
        if not self.pace.take(address, time.monotonic()):
            return self._page("busy", None)
        code = request.match_info["code"]
        permit = None
        if CODE.fullmatch(code):
            keyring = self.service.archive.keyring
            permit = await self.service.archive.read(lambda conn: permits.by_code(conn, keyring, code))
        return self._page(self._standing(permit), permit)

    async def file(self, request: web.Request) -> web.Response:
        """The page's one style sheet."""
        if request.match_info["name"] != "permit.css":
            raise Problem(404, "not_here")
        return web.Response(body=self.css, content_type="text/css", charset="utf-8")

    def _standing(self, permit: StoredPermit | None) -> str:
        if permit is None:
            return "unknown"
        if permit.annulled_at is not None:
            return "annulled"
        today = self.service.now().astimezone(self.service.settings.zone()).date()
        return "valid" if today <= permit.valid_until else "lapsed"

    def _page(self, standing: str, permit: StoredPermit | None) -> web.Response:
        """The answer. No crawler keeps it, and it says when it was given: a picture of it is not it."""
        zone, said = self.service.settings.zone(), texts()["check"]
        facts: list[tuple[str, str]] = []
        if permit is not None:
            facts = [
                (said["labels"]["name"], permit.shown.name_masked),
                (said["labels"]["id_number"], permit.shown.id_number_last_four),
                (said["labels"]["issued"], day_of(permit.issued_at, zone)),
                (said["labels"]["valid"], day(permit.valid_until)),
            ]
            if permit.annulled_at is not None:
                facts.append((said["labels"]["annulled"], day_of(permit.annulled_at, zone)))
        html = self.template.render(
            title=said["title"],
            standing=standing,
            heading=said["heading"].get(standing, said["title"]),
            words=said["words"][standing],
            facts=facts,
            sample=said["sample"] if permit is not None and self.service.settings.papers.sample_permits else "",
            asked=say("check.asked", at=moment(self.service.now(), zone)),
            county=self.service.rules.county_name,
        )
        headers = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
        return web.Response(text=html, content_type="text/html", status=STATUS[standing], headers=headers)
