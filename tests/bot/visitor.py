"""One browser with a cookie jar, speaking the protocol through aiohttp's test client."""

from __future__ import annotations

import io
import json
import uuid
from datetime import date
from typing import Any

from aiohttp import ClientResponse, FormData
from aiohttp.test_utils import TestClient

from tests.simulators.people import person

AN_APPLICANT = person(2, date(2026, 11, 23))


class Visitor:
    """Sends turns; `last` is the newest reply."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client
        self.last: dict[str, Any] = {}

    async def post(self, body: object, **headers: str) -> ClientResponse:
        """Whatever is given, as JSON."""
        return await self.client.post("/chat/turns", json=body, headers=headers)

    async def turn(self, turn_id: str | None = None, **said: str) -> dict[str, Any]:
        """A turn that should be taken."""
        answer = await self.post({"turn_id": turn_id or str(uuid.uuid4()), **said})
        assert answer.status == 200, await answer.text()
        self.last = await answer.json()
        return self.last

    async def send(self, *files: bytes, turn_id: str | None = None, status: int = 200) -> dict[str, Any]:
        """Files in one turn."""
        form = FormData()
        form.add_field("turn_id", turn_id or str(uuid.uuid4()))
        for number, content in enumerate(files):
            form.add_field("file", io.BytesIO(content), filename=f"{number}.jpg", content_type="image/jpeg")
        answer = await self.client.post("/chat/turns", data=form)
        assert answer.status == status, await answer.text()
        content_of: dict[str, Any] = json.loads(await answer.text())
        if status == 200:
            self.last = content_of
        return content_of

    async def reach(self, wanted: str) -> dict[str, Any]:
        """Answer everything until `wanted` is asked."""
        await self.turn(text="")
        await self.turn(choice="start")
        for _ in range(60):
            asks = self.last["asks"]
            if asks == wanted:
                return self.last
            await self.answer(asks)
        raise AssertionError(f"never asked {wanted}; last: {self.words}")

    async def answer(self, asks: str | None) -> None:
        """Answer the pending question."""
        if asks == "pledge":
            await self.turn(choice="agree")
        elif asks in ("ground", "proofs"):
            await self.turn(choice=AN_APPLICANT.ground if asks == "ground" else AN_APPLICANT.proofs[0])
            await self.turn(choice="done")
        elif asks is None:
            await self.turn(choice="yes")
        else:
            value = AN_APPLICANT.answers[asks]
            await self.turn(**({"choice": value} if value in self.choices else {"text": value}))

    @property
    def words(self) -> str:
        """Everything the last reply says."""
        return "\n".join(say["text"] for say in self.last["says"])

    @property
    def choices(self) -> list[str]:
        """Every button of the last reply."""
        return [choice["value"] for say in self.last["says"] for choice in say["choices"]]

    async def history(self) -> list[dict[str, Any]]:
        """The chat so far."""
        answer = await self.client.get("/chat/history")
        entries: list[dict[str, Any]] = (await answer.json())["entries"]
        return entries
