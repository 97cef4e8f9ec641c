"""`GET /chat/events`: what comes later, as server-sent events. Resumable: the stored backlog comes first."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from aiohttp import web

from bot.delivery import Moved
from bot.reception import NoSession
from bot.web.problems import Problem
from bot.web.sessions import open_session, token_of

if TYPE_CHECKING:
    from bot.wiring import Service

HEARTBEAT_SECONDS = 20.0
#: Streams of one account: tabs and devices. One more, and the oldest ends; its page, if it is still there, comes back.
MOST_OF_ACCOUNT = 8
RETRY_MILLISECONDS = 2000


def asked_after(request: web.Request) -> int:
    """The last event the browser has; the page gives it by query when it opens the stream the first time."""
    for given in (request.headers.get("Last-Event-ID"), request.query.get("after")):
        if given and given.isascii() and given.isdigit() and len(given) < 19:
            return int(given)
    return 0


class Events:
    """Open streams of this process; all end when the service stops."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.open: dict[asyncio.Task[None], str] = {}
        self.closing = False
        self.most = most_streams()

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Stream until the browser leaves or the service stops."""
        if not self.service.is_ready:
            raise Problem(503, "starting")
        if len(self.open) >= self.most:
            raise Problem(503, "too_fast")
        account_id = await self._account(request)
        after = asked_after(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        await response.prepare(request)
        await response.write(f"retry: {RETRY_MILLISECONDS}\n\n".encode())
        task = asyncio.create_task(self._send(response, account_id, after))
        self._admit(task, account_id)
        with self.service.metrics.listeners.track_inprogress():
            try:
                await task
            except ConnectionError:
                pass  # the browser is gone; it resumes by itself
            except asyncio.CancelledError:
                if task in self.open and not self.closing:
                    raise
            finally:
                task.cancel()
                self.open.pop(task, None)
        return response

    def _admit(self, task: asyncio.Task[None], account_id: str) -> None:
        """Let a stream in; the account's oldest make room."""
        same = [one for one, whose in self.open.items() if whose == account_id]
        for oldest in same[: max(0, len(same) + 1 - MOST_OF_ACCOUNT)]:
            del self.open[oldest]
            oldest.cancel()
        self.open[task] = account_id

    async def _account(self, request: web.Request) -> str:
        token = token_of(request)
        if token is not None:
            with contextlib.suppress(NoSession):
                return await self.service.reception.account_of(token)
        return await self.service.reception.account_of(await open_session(request, self.service))

    async def _send(self, response: web.StreamResponse, account_id: str, after: int) -> None:
        delivery = self.service.delivery
        try:
            async for event_id, payload in with_heartbeat(delivery.stream(account_id, after)):
                if event_id is None:
                    await response.write(b": .\n\n")
                    continue
                event = b"id: %d\nevent: says\ndata: %b\n\n" % (event_id, payload.replace(b"\n", b" "))
                await response.write(event)
                await delivery.mark_delivered(account_id, event_id)
        except Moved:
            await response.write(b"event: moved\ndata: {}\n\n")

    async def close(self, _: web.Application) -> None:
        """Let every browser go; it reconnects by itself."""
        self.closing = True
        for task in list(self.open):
            task.cancel()


def most_streams() -> int:
    """Streams of this process: half of what may be open at all, so that turns always find a connection."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 100_000 if allowed == resource.RLIM_INFINITY else allowed // 2


async def with_heartbeat(stream: AsyncIterator[tuple[int, bytes]]) -> AsyncIterator[tuple[int | None, bytes]]:
    """The stream's events, and (None, b"") whenever nothing came for a while."""
    iterator = stream.__aiter__()
    upcoming = asyncio.ensure_future(anext(iterator))
    try:
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=HEARTBEAT_SECONDS)
            if not done:
                yield None, b""
                continue
            try:
                yield upcoming.result()
            except StopAsyncIteration:
                return
            upcoming = asyncio.ensure_future(anext(iterator))
    finally:
        upcoming.cancel()
