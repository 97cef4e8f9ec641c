"""The cloud's addresses: `/bot<token>/<method>`, `/file/bot<token>/<path>`, and `/control/…` for the tests."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NoReturn

from aiohttp import web

from tests.telegram.cloud.answers import Refused, no, read, yes
from tests.telegram.cloud.delivery import Pusher, poll
from tests.telegram.cloud.faults import REFUSALS, Fault, Faults
from tests.telegram.cloud.methods import Methods
from tests.telegram.cloud.people import People
from tests.telegram.cloud.storm import Storm
from tests.telegram.cloud.world import Bot, Chat, Json, World

#: What a sending that came through is remembered by.
KEPT_OF_CALLS = ("chat_id", "text", "message_id", "callback_query_id", "reply_markup", "file_id", "caption", "offset")


class Server:
    """Everything behind the addresses."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._begin()

    def _begin(self) -> None:
        self.world = World(self._tokens)
        self.methods, self.people = Methods(self.world), People(self.world)
        self.faults, self.pusher = Faults(), Pusher(self.world)

    async def anew(self, _: web.Request) -> web.Response:
        """`POST /control/anew`: as just started, for the next test: no chats, files, updates, webhooks, faults."""
        await self._stop_pushing()
        self._begin()
        self._pushing = asyncio.create_task(self.pusher.run())
        return web.json_response({})

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of the Bot API."""
        name = request.match_info["method"].lower()
        bot = self.world.bots.get(request.match_info["token"])
        if bot is None:
            return no(Refused(401, "Unauthorized"))
        asked, files = await read(request)
        fault = self.faults.meets(name, asked)
        if fault is not None and fault.kind == "dropped":
            _cut_off(request)
        try:
            if fault is not None and fault.kind in REFUSALS:
                raise fault.refusal()
            result = await self._done(bot, name, asked, files)
        except Refused as refused:
            self._remember(bot, name, asked, refused.code)
            if fault is not None and fault.kind == "bad_gateway":
                return web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html")
            return no(refused)
        self._remember(bot, name, asked, 200, result)
        if fault is not None and fault.kind in ("slow", "lost"):
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "lost":
            _cut_off(request)
        return yes(result)

    async def _done(self, bot: Bot, name: str, asked: Json, files: dict[str, bytes]) -> Any:
        if name == "getupdates":
            return await poll(self.world, bot, asked)
        method = self.methods.known.get(name)
        if method is None:
            raise Refused(404, "Not Found: method not found")
        return await method(bot, asked, files)

    def _remember(self, bot: Bot, name: str, asked: Json, code: int, result: Any = None) -> None:
        kept = {key: asked[key] for key in KEPT_OF_CALLS if key in asked}
        number = result.get("message_id") if isinstance(result, dict) else None
        bot.calls.append({"method": name, "at": time.time(), "code": code, "made": number, **kept})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes; Range is honoured. A `cut` fault breaks off in the middle."""
        file = self.world.files.get(request.match_info["path"].removeprefix("files/"))
        if request.match_info["token"] not in self.world.bots or file is None:
            return no(Refused(404, "Not Found"))
        start = request.http_range.start or 0
        fault = self.faults.meets("file", {})
        if fault is not None and fault.kind in REFUSALS:
            return no(fault.refusal())
        if start >= len(file.content) > 0:
            return web.Response(status=416)
        piece = file.content[start:]
        headers = {"Content-Length": str(len(piece)), "Accept-Ranges": "bytes"}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(file.content) - 1}/{len(file.content)}"
        response = web.StreamResponse(status=206 if start else 200, headers=headers)
        await response.prepare(request)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "cut":
            await response.write(piece[: max(1, len(piece) // 2)])
            _cut_off(request)
        await response.write(piece)
        return response

    # The tests' side.

    async def act(self, request: web.Request) -> web.Response:
        """`POST /control/<what>`: somebody does something. {"chat": 1, …}; the bot is the first one or `token`."""
        asked = await request.json()
        bot = self._bot(asked)
        chat = self.world.chat(bot, int(asked.get("chat", 1)), asked.get("kind", "private"), asked.get("name", "小李"))
        acts: dict[str, Callable[[Bot, Chat, Json], Awaitable[Json]]] = {
            name: getattr(self.people, name)
            for name in ("say", "edit", "press", "photos", "document", "contact", "other", "block", "raw")
        }
        try:
            return web.json_response(await acts[request.match_info["what"]](bot, chat, asked))
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=404)

    async def look(self, request: web.Request) -> web.Response:
        """`GET /control/look?chat=…`: the chat as it stands; without a chat, the bot."""
        bot = self._bot(dict(request.query))
        if "chat" not in request.query:
            waiting = {"pending": len(bot.updates), "handled": bot.handled, "commands": bot.commands}
            hook = bot.webhook.url if bot.webhook else ""
            more = {"webhook": hook, "menu_button": bot.menu_button, "queries": bot.queries}
            return web.json_response({**waiting, **more, "faults": [vars(one) for one in self.faults.running]})
        chat = bot.chats.get(int(request.query["chat"]))
        messages = [] if chat is None else [vars(message) for message in chat.messages.values()]
        return web.json_response({"messages": messages, "blocked": bool(chat and chat.blocked)})

    async def calls(self, request: web.Request) -> web.Response:
        """`GET /control/calls?after=…`: what the bot asked for, in order."""
        return web.json_response(self._bot(dict(request.query)).calls[int(request.query.get("after", 0)) :])

    async def fault(self, request: web.Request) -> web.Response:
        """`POST /control/faults`: a list of orders, in place of those that run.

        Or an object: `again` brings each update so many times more, `seed` decides what an order with a chance meets.
        """
        asked = await request.json()
        if isinstance(asked, dict):
            self.pusher.again = int(asked.get("again", self.pusher.again))
            self.faults.seed = int(asked.get("seed", self.faults.seed))
        else:
            self.faults.running = [Fault(**order) for order in asked]
        return web.json_response({})

    async def counts(self, _: web.Request) -> web.Response:
        """`GET /control/counts`: calls that met a fault, by kind; `early`: calls in a silence that was asked for."""
        return web.json_response(self.faults.met)

    async def storm(self, request: web.Request) -> web.Response:
        """`POST /control/storm`: many updates, each brought several times by several workers; see `storm`."""
        asked = await request.json()
        storm = Storm(self.world, self._bot(asked), asked)
        return web.json_response(await storm.blow())

    def _bot(self, asked: Json) -> Bot:
        token = asked.get("token")
        return self.world.bots[token] if token else next(iter(self.world.bots.values()))

    async def background(self, _: web.Application) -> AsyncIterator[None]:
        """The pusher runs as long as the cloud."""
        self._pushing = asyncio.create_task(self.pusher.run())
        yield
        await self._stop_pushing()

    async def _stop_pushing(self) -> None:
        self._pushing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._pushing


def _cut_off(request: web.Request) -> NoReturn:
    """The line breaks."""
    if request.transport is not None:
        request.transport.close()
    raise ConnectionResetError


def make_cloud(tokens: list[str]) -> web.Application:
    """The cloud as a web application."""
    server = Server(tokens)
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", server.call)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", server.file)
    app.router.add_get("/control/look", server.look)
    app.router.add_get("/control/calls", server.calls)
    app.router.add_get("/control/counts", server.counts)
    app.router.add_post("/control/faults", server.fault)
    app.router.add_post("/control/storm", server.storm)
    app.router.add_post("/control/anew", server.anew)
    app.router.add_post("/control/{what}", server.act)
    app.cleanup_ctx.append(server.background)
    return app
