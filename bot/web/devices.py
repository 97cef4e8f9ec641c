"""换手机接着办: a code for another device, a code from another device, and finding one's own by a proved number.

Plain forms that work without scripts. Whether a number or a code is known here is told to nobody who has not proved it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import Connection

from bot import joining
from bot.joining import Joined, Joining
from bot.reception import NoSession
from bot.web.buckets import Buckets
from bot.web.guard import address_of
from bot.web.page import ChatPage
from bot.web.problems import Problem
from bot.web.sessions import open_session, token_of
from bot.web.turn_request import BROKEN, PATIENCE_SECONDS
from dialogs.readers import phone as phone_reader
from dialogs.yaml_files import read_yaml
from storage import accounts, join_codes, phone_proofs
from storage.dialect import lock_session
from storage.phone_proofs import Asking, Proved, Proving

if TYPE_CHECKING:
    from bot.wiring import Service

T = TypeVar("T")
PATH = "/chat/devices"
MOST_BYTES = 4096
#: Guesses a minute, of one browser and of one network address: a code has 40 bits and lives for ten minutes.
TRIES_BROWSER, TRIES_ADDRESS = 5, 30


@dataclass(frozen=True)
class Shown:
    """What the page shows besides its three parts."""

    code: str = ""
    link: str = ""
    problem: str = ""
    said: str = ""
    asks_code: bool = False


class Devices:
    """The page and its forms."""

    def __init__(self, service: Service, page: ChatPage) -> None:
        self.service = service
        self._browsers, self._addresses = Buckets(TRIES_BROWSER), Buckets(TRIES_ADDRESS)
        environment = Environment(
            loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._template = environment.get_template("devices.html")
        self._version = page.version

    def routes(self) -> list[web.RouteDef]:
        """Which address leads where."""
        return [
            web.get(PATH, self.show, name="devices"),
            web.post(f"{PATH}/code", self.give_code, name="devices-code"),
            web.post(f"{PATH}/join", self.join, name="devices-join"),
            web.post(f"{PATH}/phone", self.ask, name="devices-phone"),
            web.post(f"{PATH}/prove", self.prove, name="devices-prove"),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The page. Opening it changes nothing."""
        return self._page(Shown())

    async def give_code(self, request: web.Request) -> web.Response:
        """A code for another device."""
        now, keyring, county = self.service.now(), self.service.archive.keyring, self.service.rules.county_code
        self._slow_down(request)

        def job(conn: Connection, account_id: str) -> str:
            return joining.make_code(conn, keyring, county, account_id, now)

        code = await self._with_account(request, job)
        name = self.service.telegram_name
        link = f"https://t.me/{name}?start={code}" if name else ""
        return self._page(Shown(code=join_codes.shown(code), link=link))

    async def join(self, request: web.Request) -> web.Response:
        """A code from another device: this browser goes on in the one chat of both."""
        typed = (await self._form(request)).get("code", "")
        if self._is_guessing(request):
            return self._page(Shown(problem="too_many_tries"), 429)
        now, keyring, county = self.service.now(), self.service.archive.keyring, self.service.rules.county_code

        def job(conn: Connection, account_id: str) -> Joined:
            return joining.join_by_code(conn, keyring, county, account_id, typed, now)

        return self._joined(await self._with_account(request, job))

    async def ask(self, request: web.Request) -> web.Response:
        """Send a code to a number; the answer is the same whether the number is known here or not."""
        now = self.service.now()
        number = phone_reader.read((await self._form(request)).get("phone", ""), now.date())
        if self.service.sms is None:
            raise Problem(404, "not_here")
        if not isinstance(number, str):
            return self._page(Shown(problem="bad_phone"), 422)
        address = address_of(request, self.service.settings.behind_proxy)
        keyring, county = self.service.archive.keyring, self.service.rules.county_code

        def job(conn: Connection, account_id: str) -> Asking:
            return phone_proofs.ask(conn, keyring, county, account_id, number, address, now)

        asked = await self._with_account(request, job)
        self.service.sender.wake()
        if asked is Asking.SENT:
            return self._page(Shown(asks_code=True))
        return self._page(Shown(problem=asked.value, asks_code=asked is Asking.TOO_SOON), 429)

    async def prove(self, request: web.Request) -> web.Response:
        """The code of the SMS: the number is theirs, and what was begun elsewhere is found."""
        typed = (await self._form(request)).get("code", "")
        if self._is_guessing(request):
            return self._page(Shown(problem="too_many_tries", asks_code=True), 429)
        now, keyring, county = self.service.now(), self.service.archive.keyring, self.service.rules.county_code

        def job(conn: Connection, account_id: str) -> tuple[Proved, Joined]:
            return joining.prove_by_code(conn, keyring, county, account_id, typed, now)

        proved, joined = await self._with_account(request, job)
        if proved.outcome is not Proving.PROVED:
            problem = words()["problem"][proved.outcome.value].format(left=proved.left)
            return self._page(Shown(problem=problem, asks_code=proved.outcome is Proving.WRONG), 422)
        if joined.outcome is Joining.JOINED:
            return self._joined(joined)
        return self._page(Shown(said="\n".join(words()["page"]["phone"][key] for key in ("proved", "nothing_found"))))

    def _joined(self, joined: Joined) -> web.Response:
        if joined.outcome is not Joining.JOINED:
            return self._page(Shown(problem=joined.outcome.value), 422)
        self.service.delivery.moved(joined.moved)
        return web.Response(status=303, headers={"Location": "/"})

    async def _with_account(self, request: web.Request, job: Callable[[Connection, str], T]) -> T:
        """Run a job for the browser's account, locked; a browser without a session gets one first."""
        service = self.service
        token = token_of(request) or await open_session(request, service)
        try:
            return await self._of_session(token, job)
        except NoSession:
            return await self._of_session(await open_session(request, service), job)

    async def _of_session(self, token: str, job: Callable[[Connection, str], T]) -> T:
        now, county = self.service.now(), self.service.rules.county_code

        def locked(conn: Connection) -> T:
            lock_session(conn, accounts.token_hash(token))
            account = accounts.by_token(conn, county, token, now)
            if account is None:
                raise NoSession
            return job(conn, account.account_id)

        return await self.service.archive.write(locked, key=token)

    def _slow_down(self, request: web.Request) -> None:
        if self._is_guessing(request):
            raise Problem(429, "too_fast")

    def _is_guessing(self, request: web.Request) -> bool:
        now, address = time.monotonic(), address_of(request, self.service.settings.behind_proxy)
        is_slow = self._addresses.take(address, now)
        return not (self._browsers.take(token_of(request) or address, now) and is_slow)

    async def _form(self, request: web.Request) -> dict[str, str]:
        """The form's fields, each once; anything else is refused before it is read."""
        if request.content_type != "application/x-www-form-urlencoded":
            raise Problem(415, "unknown_type")
        if (request.content_length or 0) > MOST_BYTES:
            raise Problem(413, "too_long")
        body, content = bytearray(), request.content
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(body) <= MOST_BYTES and not content.at_eof():
                    body += await content.read(MOST_BYTES + 1 - len(body))
        except TimeoutError:
            raise Problem(408, "too_slow") from None
        except BROKEN:
            raise Problem(400, "broken_upload") from None
        if len(body) > MOST_BYTES:
            raise Problem(413, "too_long")
        try:
            fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=8, errors="replace")
        except ValueError:
            raise Problem(400, "not_json") from None
        return {name: values[0] for name, values in fields.items()}

    def _page(self, shown: Shown, status: int = 200) -> web.Response:
        problem = words()["problem"].get(shown.problem, shown.problem)
        html = self._template.render(
            t=words()["page"],
            shown=shown,
            problem=problem,
            county=self.service.settings.county.name,
            where=self.service.settings.public_url.partition("://")[2] or words()["page"]["this_page"],
            minutes=int(join_codes.LASTS.total_seconds() // 60),
            code_minutes=int(phone_proofs.LASTS.total_seconds() // 60),
            with_sms=self.service.sms is not None,
            version=self._version,
        )
        return web.Response(status=status, text=html, content_type="text/html")


@cache
def words() -> dict[str, Any]:
    """`joining.yaml`."""
    return dict(read_yaml(files("bot").joinpath("texts/joining.yaml")))
