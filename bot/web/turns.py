"""`POST /chat/turns`: one turn in, the stored answer out; the same `turn_id` always gets the same bytes."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

from bot.reception import NoSession, Said
from bot.web.buckets import Buckets
from bot.web.problems import Problem
from bot.web.sessions import open_session, token_of
from bot.web.turn_request import BROKEN, PATIENCE_SECONDS, checked_turn_id, next_part, read_field, read_json
from dialogs.turn import ReceivedFile

if TYPE_CHECKING:
    from bot.uploads.receive import Target
    from bot.wiring import Service

CHUNK = 256 * 1024
#: Turns with files one session may send at the same moment, and all sessions together.
MOST_SENDING, MOST_SENDING_ALL = 4, 200
#: A file may come this slowly (bytes a second), once it has been waited for this long.
SLOWEST, SLOW_AFTER_SECONDS = 2048, 60.0


class Turns:
    """The address itself. Holds the pace of each session."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.pace = Buckets(service.settings.limits.turns_per_minute)
        self.file_pace = Buckets(service.settings.limits.files_per_minute)
        self.sending: Counter[str] = Counter()
        materials = service.settings.materials
        self.most_files = materials.max_pages
        self.most_bytes = materials.max_bytes * materials.max_pages + 1024 * 1024

    async def post(self, request: web.Request) -> web.Response:
        """Answer one turn."""
        began = time.perf_counter()
        if not self.service.is_ready:
            raise Problem(503, "starting")
        token = token_of(request) or await open_session(request, self.service)
        if not self.pace.take(token, time.monotonic()):
            raise Problem(429, "too_fast")
        if request.content_type == "application/json":
            answer = await self._typed(request, token)
        elif request.content_type == "multipart/form-data":
            answer = await self._files_in_turn(request, token)
        else:
            raise Problem(415, "unknown_type")
        self.service.metrics.turn_seconds.observe(time.perf_counter() - began)
        return web.Response(body=answer, content_type="application/json", charset="utf-8")

    async def _typed(self, request: web.Request, token: str) -> bytes:
        turn = await read_json(request)
        metrics = self.service.metrics
        (metrics.text_turns if turn.choice is None else metrics.choice_turns).inc()
        return await self._take(
            request, token, turn.turn_id, Said(text=turn.text, choice=turn.choice, drawing=turn.signature)
        )

    async def _files_in_turn(self, request: web.Request, token: str) -> bytes:
        """Files cost memory and a worker's time: nobody sends many at once."""
        if self.sending[token] >= MOST_SENDING or self.sending.total() >= MOST_SENDING_ALL:
            raise Problem(429, "too_fast")
        self.sending[token] += 1
        try:
            return await self._files(request, token)
        finally:
            self.sending[token] -= 1
            if not self.sending[token]:
                del self.sending[token]

    async def _files(self, request: web.Request, token: str) -> bytes:
        if (request.content_length or 0) > self.most_bytes:
            limit = self.service.settings.materials.max_bytes // (1024 * 1024)
            raise Problem(413, "too_large", limit_mb=limit)
        try:
            target = await self.service.reception.upload_target(token)
        except NoSession:
            token = await open_session(request, self.service)
            target = None
        turn_id, received = await self._receive(request, token, target)
        self.service.metrics.file_turns.inc()
        return await self._take(request, token, turn_id, Said(files=tuple(received)))

    async def _receive(self, request: web.Request, token: str, target: Target | None) -> tuple[str, list[ReceivedFile]]:
        """Read the form part by part; each file is streamed to its check as it arrives."""
        turn_id: str | None = None
        received: list[ReceivedFile] = []
        try:
            parts = await request.multipart()
        except (ValueError, AssertionError, LookupError):
            raise Problem(400, "broken_upload") from None
        while (part := await next_part(parts)) is not None:
            if part.name == "turn_id":
                turn_id = checked_turn_id(await read_field(part))
            elif part.name == "file":
                received.append(await self._receive_one(part, token, target, len(received)))
                if received[-1].problem == "too_big":
                    break  # answered without reading on
            else:
                await read_field(part, 4096)
        if turn_id is None:
            raise Problem(400, "no_turn_id")
        if not received:
            raise Problem(400, "no_file")
        return turn_id, received

    async def _receive_one(self, part: BodyPartReader, token: str, target: Target | None, already: int) -> ReceivedFile:
        if already >= self.most_files:
            raise Problem(400, "too_many_files", most=self.most_files)
        if not self.file_pace.take(token, time.monotonic()):
            raise Problem(429, "too_fast")
        file = await self.service.uploads.receive(chunks_of(part), part.filename or "", target)
        self.service.metrics.files.labels(file.problem or "taken").inc()
        return file

    async def _take(self, request: web.Request, token: str, turn_id: str, said: Said) -> bytes:
        """Through the reception; a session nobody knows (expired, or another county's) is opened anew, once."""
        service = self.service
        try:
            return await service.reception.take_turn(token, turn_id, said, service.now())
        except NoSession:
            token = await open_session(request, service)
            return await service.reception.take_turn(token, turn_id, said, service.now())


async def chunks_of(part: BodyPartReader) -> AsyncIterator[bytes]:
    """A file's bytes as they arrive. A line that breaks in the middle is a Problem: nothing of the turn happened."""
    waited, size = 0.0, 0
    while not part.at_eof():
        began = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                chunk = await part.read_chunk(CHUNK)
        except TimeoutError:
            raise Problem(408, "too_slow") from None
        except BROKEN:
            raise Problem(400, "broken_upload") from None
        waited, size = waited + time.monotonic() - began, size + len(chunk)
        if waited > SLOW_AFTER_SECONDS and size < SLOWEST * waited:
            raise Problem(408, "too_slow")
        if chunk:
            yield chunk
