"""An applicant who knows the protocol of the web chat (docs/protocol.md) and nothing else about the service."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from tests.simulators.people import Person, paper

NUMBER = re.compile(r"QY\d{8}-\d{4,}")
Turn = dict[str, Any]


class Busy(Exception):
    """The service asks to be tried again in a moment (503)."""


class Applicant:
    """One browser's worth of chat: its own cookie jar, one turn at a time."""

    def __init__(self, base: str, person: Person) -> None:
        self.base, self.person = base, person
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.last: Turn = {}
        self.heard: list[Turn] = []

    async def __aenter__(self) -> Applicant:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def turn(self, *, turn_id: str | None = None, **said: str) -> Turn:
        """Send text=… or choice=…; the reply is kept in `last`."""
        body = {"turn_id": turn_id or str(uuid.uuid4()), **said}
        async with self.http.post(f"{self.base}/chat/turns", json=body) as answer:
            return await self._keep(answer)

    async def send(self, *files: bytes, turn_id: str | None = None, content_type: str = "image/jpeg") -> Turn:
        """Send one or more files in one turn."""
        form = aiohttp.FormData()
        form.add_field("turn_id", turn_id or str(uuid.uuid4()))
        for number, content in enumerate(files):
            form.add_field("file", content, filename=f"page{number}.jpg", content_type=content_type)
        async with self.http.post(f"{self.base}/chat/turns", data=form) as answer:
            return await self._keep(answer)

    async def _keep(self, answer: aiohttp.ClientResponse) -> Turn:
        body = await answer.text()
        if answer.status == 503:
            raise Busy(body)
        assert answer.status == 200, f"{answer.status}: {body[:300]}"
        self.last = json.loads(body)
        self.heard.append(self.last)
        return self.last

    @property
    def words(self) -> str:
        """Everything the last reply says."""
        return "\n".join(say["text"] for say in self.last["says"])

    @property
    def choices(self) -> list[str]:
        """The values of every button on show."""
        return [choice["value"] for say in self.last["says"] for choice in say["choices"]]

    async def apply(self) -> str:
        """From first word to 申请编号."""
        await self.turn(text="你好")
        await self.turn(choice="start")
        return await self.carry_on()

    async def carry_on(self, limit: int = 80) -> str:
        """Answer whatever is asked until the application has its number."""
        for _ in range(limit):
            if self.last["state"] == "submitted":
                return self.application_number()
            await self.answer_pending()
        raise AssertionError(f"not done after {limit} turns; last asked {self.last['asks']}: {self.words}")

    async def answer_pending(self) -> Turn:
        """Answer the one question that stands."""
        asks = self.last["asks"]
        if asks == "pledge":
            return await self.turn(choice="agree")
        if asks == "ground":
            await self.turn(choice=self.person.ground)
            return await self.turn(choice="done")
        if asks == "proofs":
            for proof in self.person.proofs:
                await self.turn(choice=proof)
            return await self.turn(choice="done")
        if asks == "materials":
            await self.send(paper(asks, seed=len(self.heard)))
            return await self.turn(choice="done")
        wanted = self.person.answers[asks]
        return await self.turn(**({"choice": wanted} if wanted in self.choices else {"text": wanted}))

    def application_number(self) -> str:
        """申请编号 as the reply says it."""
        found = NUMBER.search(self.words)
        assert found, self.words
        return found[0]

    async def events(self, after: int = 0) -> AsyncIterator[tuple[int, Turn]]:
        """What the service says later (SSE), from the event after `after` on."""
        headers = {"Last-Event-ID": str(after)} if after else {}
        timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
        async with self.http.get(f"{self.base}/chat/events", headers=headers, timeout=timeout) as stream:
            event_id = 0
            async for raw in stream.content:
                line = raw.decode().rstrip("\n")
                if line.startswith("id:"):
                    event_id = int(line[3:])
                elif line.startswith("data:"):
                    yield event_id, json.loads(line[5:])
