"""The desk's own stream of events: that something changed, never what. What changed is read through the guard.

One look a second for all the desks open here finds what any process has written.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from bot.desk.pages import HEADERS
from bot.desk.visit import Visit
from bot.web.events import most_streams
from storage import chats
from storage.chats import Stamp
from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
#: A stream ends by itself and is asked for anew: then the guard looks at the session again.
LONGEST_SECONDS = 120.0
#: Pages one clerk may have live at once; one more, and the oldest ends. It comes back if it is still looked at.
MOST_OF_CLERK = 8


@dataclass(eq=False)
class Listener:
    """One open page: which chat it shows, if any."""

    request_id: str
    staff_id: str = ""
    #: It has made room for a newer page of the same clerk.
    is_over: bool = False
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    #: What it was told last, of the list and of its chat.
    told: tuple[object, object] = (None, None)


class Watch:
    """The pages open in this process, and the one look for all of them."""

    def __init__(self, service: Service, look_seconds: float = LOOK_SECONDS, most: int | None = None) -> None:
        self._service, self._look_seconds = service, look_seconds
        self._listeners: dict[Listener, None] = {}  # in the order in which they came
        self._most = most_streams() if most is None else most
        self._stamps: dict[str, Stamp] = {}
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    async def listen(self, request_id: str, staff_id: str) -> Listener | None:
        """A new page; it is told nothing until something changes. None: this process holds all the streams it may."""
        if len(self._listeners) >= self._most:
            return None
        await self._look()
        listener = Listener(request_id, staff_id)
        listener.told = self._of(request_id)
        self._admit(listener)
        if self._looking is None:
            self._looking = asyncio.create_task(self._forever())
        return listener

    def _admit(self, listener: Listener) -> None:
        """Let a page in; the clerk's oldest pages make room."""
        same = [one for one in self._listeners if one.staff_id == listener.staff_id]
        for oldest in same[: max(0, len(same) + 1 - MOST_OF_CLERK)]:
            oldest.is_over = True
            oldest.bell.set()
            del self._listeners[oldest]
        self._listeners[listener] = None

    def leave(self, listener: Listener) -> None:
        """The page is gone."""
        self._listeners.pop(listener, None)

    def news(self, listener: Listener) -> list[str]:
        """What has changed since it was told last: `list`, `chat`."""
        now = self._of(listener.request_id)
        names = [name for name, old, new in zip(("list", "chat"), listener.told, now, strict=True) if old != new]
        listener.told = now
        return names

    @property
    def is_closed(self) -> bool:
        """The service stops."""
        return self._closed

    async def close(self) -> None:
        """Every stream ends."""
        self._closed = True
        for listener in self._listeners:
            listener.bell.set()
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking

    def _of(self, request_id: str) -> tuple[object, object]:
        return tuple(sorted(self._stamps.items())), self._stamps.get(request_id)

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(self._look_seconds)
            if not self._listeners:
                continue
            try:
                await self._look()
            except StorageError as trouble:
                logger.warning("Looking for news of the chats failed: %s", type(trouble).__name__)
            for listener in list(self._listeners):
                if listener.told != self._of(listener.request_id):
                    listener.bell.set()

    async def _look(self) -> None:
        county = self._service.rules.county_code
        self._stamps = await self._service.archive.read(lambda conn: chats.stamps(conn, county))


async def events(visit: Visit) -> web.StreamResponse:
    """Server-sent events `list` and `chat`, without contents. `chat` in the query names the chat shown."""
    watch = visit.service.desk.watch
    listener = await watch.listen(visit.request.query.get("chat", "")[:64], visit.officer.staff_id)
    if listener is None:
        return web.Response(status=503, headers={**HEADERS, "Retry-After": "5"})
    response = web.StreamResponse(headers={**HEADERS, "X-Accel-Buffering": "no"})
    response.content_type = "text/event-stream"
    response.charset = "utf-8"
    try:
        await response.prepare(visit.request)
        await response.write(b"retry: 2000\n\n")
        await _send(response, watch, listener)
    except ConnectionError:
        pass  # the page is gone; it asks again by itself
    finally:
        watch.leave(listener)
    return response


async def _send(response: web.StreamResponse, watch: Watch, listener: Listener) -> None:
    loop = asyncio.get_running_loop()
    ends = loop.time() + LONGEST_SECONDS
    while not watch.is_closed and not listener.is_over and loop.time() < ends:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await listener.bell.wait()
        except TimeoutError:
            await response.write(b": .\n\n")
            continue
        listener.bell.clear()
        for name in watch.news(listener):
            await response.write(f"event: {name}\ndata: {json.dumps(name)}\n\n".encode())
