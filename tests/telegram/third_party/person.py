"""Somebody who writes to the bot through the third party's server, and opens our own page where the bot asks for it."""

from __future__ import annotations

import asyncio
import re
import time
from html import unescape
from typing import Any

import aiohttp

from tests.telegram.hands import TOKEN, Json

CHAT = 61
PATIENCE_SECONDS = 60.0
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class TheirPerson:
    """One chat at `url`, the third party's server."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._user = {"id": CHAT, "is_bot": False, "first_name": "小罗"}
        self._chat = {"id": CHAT, "type": "private", "first_name": "小罗"}

    async def close(self) -> None:
        """Let go."""
        await self._http.close()

    async def say(self, text: str) -> None:
        """Type."""
        await self._post("sendMessage", self._about() | {"text": text})

    async def press(self, words: str, label: str) -> None:
        """Press a button under the message with these words. Raises LookupError."""
        shown = await self.told(words)
        for button in self._buttons(shown):
            if _bare(button["text"]) == label:
                message = {**self._about(), "message_id": shown["messageId"], "text": shown["message"]["text"]}
                await self._post("sendCallback", self._about() | {"message": message, "data": button["callback_data"]})
                return
        raise LookupError(f"no button {label} under {words}")

    async def open_page(self, words: str) -> OurPage:
        """Follow the link under the message with these words."""
        shown = await self.told(words)
        url = next(button["url"] for button in self._buttons(shown) if "url" in button)
        async with self._http.post(url, data={"init_data": ""}) as answer:
            assert answer.status == 200, f"{url}: {answer.status}"
            return OurPage(self._http, str(answer.url), await answer.text())

    async def told(self, words: str) -> Json:
        """Wait for a message of the bot's with these words; the newest."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            said = await self._bots()
            found = [one for one in said if words in one["message"].get("text", "")]
            if found:
                return found[-1]
            if time.monotonic() > end:
                last = "\n".join(one["message"].get("text", "") for one in said[-3:])
                raise AssertionError(f"waited in vain for 「{words}」; last said:\n{last}")
            await asyncio.sleep(0.05)

    async def _bots(self) -> list[Json]:
        """The bot's messages, oldest first."""
        history: Json = await self._post("getUpdatesHistory", {"token": TOKEN})
        return [one for one in history["result"] if "chat_id" in one.get("message", {})]

    def _buttons(self, shown: Json) -> list[Json]:
        markup = shown["message"].get("reply_markup") or {}
        return [button for row in markup.get("inline_keyboard", []) for button in row]

    def _about(self) -> Json:
        return {"botToken": TOKEN, "date": int(time.time()), "from": self._user, "chat": self._chat}

    async def _post(self, what: str, body: Json) -> Any:
        async with self._http.post(f"{self._url}/{what}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


class OurPage:
    """Our own page for one question, opened in a browser."""

    def __init__(self, http: aiohttp.ClientSession, url: str, html: str) -> None:
        self._http, self._url, self.html = http, url, html

    async def send(self, **fields: str) -> str:
        """Fill in the form. Returns the page that follows."""
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(self.html)}
        return await self._send({**hidden, **fields})

    async def upload(self, content: bytes) -> str:
        """Send a photograph. Returns the page that follows."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename="1.jpg", content_type="image/jpeg")
        return await self._send(form)

    async def _send(self, body: Any) -> str:
        async with self._http.post(self._url, data=body) as answer:
            self.html = await answer.text()
            assert answer.status == 200, self.html
            return self.html


def _bare(label: str) -> str:
    """A label without its tick and what stands in brackets."""
    return label.removeprefix("✓ ").partition("（")[0]
