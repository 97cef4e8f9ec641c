"""The tests' hands on the stand-in cloud: the process itself, and people who write, press and look."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

TOKEN = "1000:TEST"
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20.0
Json = dict[str, Any]


class CloudProcess:
    """The cloud, started and ended."""

    def __init__(self, *tokens: str, port: int = 0) -> None:
        words = [f"--token={token}" for token in (tokens or (TOKEN,))]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.telegram.cloud", f"--port={port}", *words],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://"), "the cloud did not start"

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


@dataclass
class Shown:
    """One message as it stands in a chat."""

    message_id: int
    by_bot: bool
    text: str
    buttons: list[str]
    data: list[Json]
    body: Json
    edits: int
    deleted: bool


class Cloud:
    """Speaks to the cloud's control addresses."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.url, self.token = url, token
        self.http = aiohttp.ClientSession()

    async def close(self) -> None:
        """Let go."""
        await self.http.close()

    async def anew(self) -> None:
        """It forgets everything: for the next test it is as just started."""
        async with self.http.post(f"{self.url}/control/anew") as answer:
            assert answer.status == 200

    async def act(self, what: str, chat: int, **about: Any) -> Json:
        """Somebody does something. Raises LookupError for a button that is not there."""
        asked = {"chat": chat, "token": self.token, **about}
        async with self.http.post(f"{self.url}/control/{what}", json=asked) as answer:
            done: Json = await answer.json()
        if "error" in done:
            raise LookupError(done["error"])
        return done

    async def bot(self) -> Json:
        """What the cloud knows of the bot: what waits, its webhook, its commands."""
        async with self.http.get(f"{self.url}/control/look", params={"token": self.token}) as answer:
            return dict(await answer.json())

    async def calls(self, after: int = 0) -> list[Json]:
        """What the bot asked for."""
        where = {"token": self.token, "after": str(after)}
        async with self.http.get(f"{self.url}/control/calls", params=where) as answer:
            return list(await answer.json())

    async def faults(self, *orders: Json, again: int = 0) -> None:
        """What goes wrong from now on, in place of what went wrong before."""
        for asked in (list(orders), {"again": again}):
            async with self.http.post(f"{self.url}/control/faults", json=asked) as answer:
                assert answer.status == 200

    async def seed(self, seed: int) -> None:
        """What the orders with a chance meet from now on."""
        async with self.http.post(f"{self.url}/control/faults", json={"seed": seed}) as answer:
            assert answer.status == 200

    async def counts(self) -> dict[str, int]:
        """How many calls met a fault, by kind."""
        async with self.http.get(f"{self.url}/control/counts") as answer:
            return dict(await answer.json())

    async def storm(self, says: Sequence[tuple[int, str]], **about: Any) -> Json:
        """Bring these words of these chats, each several times, by several workers. Returns what came of it."""
        asked = {"token": self.token, "says": list(says), **about}
        limit = aiohttp.ClientTimeout(total=None)
        async with self.http.post(f"{self.url}/control/storm", json=asked, timeout=limit) as answer:
            return dict(await answer.json())

    async def chat(self, chat: int) -> list[Shown]:
        """A chat as it stands; deleted messages too."""
        where = {"token": self.token, "chat": str(chat)}
        async with self.http.get(f"{self.url}/control/look", params=where) as answer:
            found = await answer.json()
        return [_shown(message) for message in found["messages"]]

    async def until(self, true: Any, what: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until an asynchronous question is answered with yes. Raises AssertionError."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not await true():
                    await asyncio.sleep(0.02)
                return
        raise AssertionError(f"waited {seconds} s in vain for {what}")


class Person:
    """Somebody with a chat."""

    def __init__(self, cloud: Cloud, chat: int, name: str = "小李") -> None:
        self.cloud, self.chat, self.name = cloud, chat, name

    async def say(self, text: str) -> Json:
        """Type."""
        return await self.cloud.act("say", self.chat, text=text, name=self.name)

    async def press(self, label: str, **where: Any) -> Json:
        """Press a button by its label (what stands before its brackets)."""
        return await self.cloud.act("press", self.chat, label=label, **where)

    async def photos(self, *contents: bytes, **about: Any) -> Json:
        """Send photographs; several are an album."""
        return await self.cloud.act(
            "photos", self.chat, files=[base64.b64encode(c).decode() for c in contents], **about
        )

    async def document(self, content: bytes, **about: Any) -> Json:
        """Send a file."""
        return await self.cloud.act("document", self.chat, files=[base64.b64encode(content).decode()], **about)

    async def contact(self, phone: str, **about: Any) -> Json:
        """Share a contact."""
        return await self.cloud.act("contact", self.chat, phone=phone, **about)

    async def send(self, **body: Any) -> Json:
        """Any other message by its fields."""
        return await self.cloud.act("other", self.chat, body=body)

    async def block(self, blocked: bool = True) -> Json:
        """Stop the bot, or start it again."""
        return await self.cloud.act("block", self.chat, blocked=blocked)

    async def messages(self) -> list[Shown]:
        """The chat, oldest first, without what was deleted."""
        return [message for message in await self.cloud.chat(self.chat) if not message.deleted]

    async def bots(self) -> list[Shown]:
        """What the bot says."""
        return [message for message in await self.messages() if message.by_bot]

    async def told(self, words: str, seconds: float = PATIENCE_SECONDS) -> Shown:
        """Wait until the bot has said something with these words; the newest that does."""
        found: list[Shown] = []

        async def heard() -> bool:
            found[:] = [message for message in await self.bots() if words in message.text]
            return bool(found)

        try:
            await self.cloud.until(heard, words, seconds)
        except AssertionError:
            said = "\n".join(message.text for message in (await self.bots())[-3:])
            raise AssertionError(f"waited in vain for 「{words}」; last said:\n{said}") from None
        return found[-1]


def _shown(message: Json) -> Shown:
    body = message["body"]
    markup = body.get("reply_markup", {})
    rows = [button for row in markup.get("inline_keyboard", markup.get("keyboard", [])) for button in row]
    buttons = [button if isinstance(button, str) else button["text"] for button in rows]
    data = [button for button in rows if isinstance(button, dict)]
    text = body.get("text", body.get("caption", ""))
    return Shown(
        message["message_id"], message["by_bot"], text, buttons, data, body, message["edits"], message["deleted"]
    )
