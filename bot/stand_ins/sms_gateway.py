"""A stand-in for the SMS gateway of docs/sms-gateway.md, as a process of its own: it sends no SMS to anybody.

    SMS_STAND_IN_KEY=… python -m bot.stand_ins.sms_gateway --port 0 --key-id demo --receipts http://127.0.0.1:8080

`GET /` shows what it "sent". `POST /control` (tests) takes `{"faults": ["429", "500", "hang", "lost", "not_in_use",
…], "receipts": "delivered" | "failed" | "none"}`: each fault is used up by one message. Loopback only.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot.channels.sms.receipts import PATH as RECEIPTS
from bot.channels.sms.signing import Verifier, signed_headers

KEY_VARIABLE = "SMS_STAND_IN_KEY"
FIELDS = ("id", "to", "template", "signature", "text")
MOST_KEPT = 1000
MARK = "替身短信网关：只在演示和测试里用，没有给任何人发短信 (stand-in: no SMS is sent to anybody)"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>替身短信网关</title>
<style>body{{font:18px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:40rem;margin:1rem auto;padding:0 1rem}}
h1{{font-size:1.2rem;background:#fff3cd;border-left:6px solid #b7791f;padding:.6rem .8rem}}
li{{margin:.6rem 0;padding:.6rem .8rem;border:1px solid #cfdbd7;border-radius:12px;list-style:none}}
ul{{padding:0}}small{{color:#4c5b57;display:block}}</style>
<h1>{mark}</h1><ul>{items}</ul></html>"""


@dataclass(frozen=True)
class Taken:
    """One message as it was taken."""

    message_id: str
    to: str
    text: str
    at: datetime


class Gateway:
    """Checks every request as the contract says, keeps what it took in memory, and tells receipts."""

    def __init__(self, key_id: str, key: bytes, receipts: str) -> None:
        self._key_id, self._key, self._receipts_url = key_id, key, receipts
        self._verifier = Verifier(key_id, key)
        self.taken: dict[str, Taken] = {}
        self.faults: deque[str] = deque()
        self.telling = "delivered"
        self._tasks: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        """Its addresses."""
        app = web.Application(client_max_size=64 * 1024)
        app.add_routes(
            [
                web.post("/v1/messages", self.take),
                web.get("/v1/taken", self.list),
                web.post("/control", self.control),
                web.get("/", self.page),
            ]
        )
        app.cleanup_ctx.append(self._line)
        return app

    async def _line(self, _: web.Application) -> AsyncIterator[None]:
        self._session = aiohttp.ClientSession(trust_env=False)
        yield
        for task in self._tasks:
            task.cancel()
        await self._session.close()

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One message."""
        body, now = await request.read(), datetime.now(UTC)
        if not self._verifier.is_genuine(request.headers, "POST", request.path, body, now):
            return web.json_response({"error": "bad_signature"}, status=401)
        message = _checked(body)
        if message is None:
            return web.json_response({"error": "bad_message"}, status=400)
        fault = self.faults.popleft() if self.faults else ""
        if fault and fault not in ("hang", "lost"):
            return _refusal(fault)
        if fault == "lost":  # not taken, and nobody says so
            await asyncio.sleep(3600)
        answer = self._take(message, now)
        if fault == "hang":  # taken, and nobody says so
            await asyncio.sleep(3600)
        return answer

    def _take(self, message: dict[str, Any], now: datetime) -> web.Response:
        known = self.taken.get(message["id"])
        if known is None:
            known = Taken(f"m{len(self.taken) + 1}-{message['id'][-8:]}", message["to"], message["text"], now)
            self.taken[message["id"]] = known
            if len(self.taken) > MOST_KEPT:
                del self.taken[next(iter(self.taken))]
            sys.stdout.write(
                f"[替身短信，没有真的发出] {message['to'][:3]}****{message['to'][-4:]}：{message['text']}\n"
            )
            sys.stdout.flush()
            if self._receipts_url and self.telling != "none":
                task = asyncio.create_task(self._tell(known.message_id, self.telling))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return web.json_response({"message_id": known.message_id})

    async def _tell(self, message_id: str, status: str) -> None:
        """Tell the receipt, three times at most."""
        told = {"message_id": message_id, "status": status} | ({"why": "not_in_use"} if status == "failed" else {})
        body = json.dumps(told).encode()
        for pause in (0.05, 1.0, 3.0):
            await asyncio.sleep(pause)
            headers = signed_headers(self._key_id, self._key, "POST", RECEIPTS, body, datetime.now(UTC))
            with contextlib.suppress(aiohttp.ClientError, OSError):
                async with self._session.post(self._receipts_url + RECEIPTS, data=body, headers=headers) as answer:
                    if answer.status == 204:
                        return

    async def list(self, _: web.Request) -> web.Response:
        """What was taken, for tests."""
        shown = [{"message_id": one.message_id, "to": one.to, "text": one.text} for one in self.taken.values()]
        return web.json_response(shown)

    async def control(self, request: web.Request) -> web.Response:
        """What is to happen to the next messages."""
        wanted = await request.json()
        self.faults.extend(wanted.get("faults", ()))
        self.telling = wanted.get("receipts", self.telling)
        return web.json_response({})

    async def page(self, _: web.Request) -> web.Response:
        """What a person at the demo looks at."""
        items = "".join(
            f"<li>{escape(one.text)}<small>{escape(one.to)} · {one.at.astimezone():%H:%M:%S}</small></li>"
            for one in reversed(self.taken.values())
        )
        return web.Response(text=PAGE.format(mark=escape(MARK), items=items), content_type="text/html")


def _checked(body: bytes) -> dict[str, Any] | None:
    """The message, if it is as the contract says."""
    try:
        message = json.loads(body)
    except ValueError:
        return None
    if not isinstance(message, dict) or not all(isinstance(message.get(field), str) for field in FIELDS):
        return None
    number = message["to"]
    is_mobile = len(number) == 11 and number.isascii() and number.isdigit() and number[0] == "1"
    starts_with_signature = message["text"].startswith(f"【{message['signature']}】")
    return message if is_mobile and starts_with_signature and message["id"] else None


def _refusal(fault: str) -> web.Response:
    if fault.isdigit():
        headers = {"Retry-After": "2"} if fault == "429" else None
        return web.json_response({"error": "busy"}, status=int(fault), headers=headers)
    return web.json_response({"error": fault}, status=400)


async def serve(arguments: argparse.Namespace, key: bytes) -> None:
    """Listen on loopback until the process is ended; says its address first."""
    receipts = arguments.receipts.rstrip("/")
    if receipts and urlsplit(receipts).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SystemExit("receipts go to this machine only")
    runner = web.AppRunner(Gateway(arguments.key_id, key, receipts).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", arguments.port).start()
    if not arguments.beside:
        sys.stdout.write(f"{MARK}\nhttp://127.0.0.1:{runner.addresses[0][1]}\n")
        sys.stdout.flush()
    parent = os.getppid()
    while not arguments.beside or os.getppid() == parent:
        await asyncio.sleep(1)


def main() -> None:
    """`python -m bot.stand_ins.sms_gateway`."""
    parser = argparse.ArgumentParser(description=MARK)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key-id", default="demo")
    parser.add_argument("--receipts", default="", help="where receipts are told: the service's own address")
    parser.add_argument("--beside", action="store_true", help="say nothing at the start, end with who started it")
    arguments = parser.parse_args()
    key = os.environ.get(KEY_VARIABLE, "").encode()
    if len(key) < 16:
        raise SystemExit(f"{KEY_VARIABLE}: at least 16 characters")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments, key))


if __name__ == "__main__":
    main()
