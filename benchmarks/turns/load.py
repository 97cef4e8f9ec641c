"""The load, in a process of its own: so many applicants at once, each with one turn under way at a time."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable

from aiohttp import web

from benchmarks.turns.client import Connection
from benchmarks.turns.form import turns_of

#: The next person at the same connection; larger than there are connections, so that nobody comes twice.
NEXT_PERSON = 1000
Applicant = Callable[[int, list[float], float], Awaitable[None]]


def web_chat(port: int) -> Applicant:
    """Applicants at a web chat (互认通, or the echo): after twenty turns, another one comes."""

    async def applicant(number: int, took: list[float], until: float) -> None:
        connection, seed = Connection(port), number
        while time.perf_counter() < until:
            connection.cookie = b""
            seed += NEXT_PERSON
            for pressed, said in turns_of(seed):
                body = {"turn_id": str(uuid.uuid4()), "choice" if pressed else "text": said}
                began = time.perf_counter()
                status, answer = await connection.post("/chat/turns", json.dumps(body).encode())
                took.append(time.perf_counter() - began)
                if status != 200:
                    raise SystemExit(f"{status}: {answer[:200]!r}")
                if took[-1] + began > until:
                    break
        connection.close()

    return applicant


class FakeBotApi:
    """A Bot API server that knows `sendMessage`: it ends the wait of the chat it is sent to."""

    def __init__(self) -> None:
        self.waiting: dict[int, asyncio.Future[None]] = {}

    async def call(self, request: web.Request) -> web.Response:
        """Any method of the API."""
        if request.match_info["method"] != "sendMessage":
            me = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
            return web.json_response({"ok": True, "result": me})
        sent = await request.post()
        chat = int(str(sent["chat_id"]))
        if chat in self.waiting:
            self.waiting.pop(chat).set_result(None)
        message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}, "text": str(sent["text"])}
        return web.json_response({"ok": True, "result": message})


def bot_chat(port: int, api: FakeBotApi) -> Applicant:
    """Applicants at a Telegram bot: an update in by webhook; the turn ends when the reply reaches the Bot API."""

    async def applicant(number: int, took: list[float], until: float) -> None:
        connection, update_id, seed = Connection(port), number * 10_000_000, number
        chat = {"id": number + 1, "type": "private"}
        sender = {"id": number + 1, "is_bot": False, "first_name": "A"}
        while time.perf_counter() < until:
            seed += NEXT_PERSON
            for _, said in turns_of(seed):
                update_id += 1
                message = {"message_id": update_id, "date": 1, "chat": chat, "from": sender, "text": said}
                arrived = api.waiting[number + 1] = asyncio.get_running_loop().create_future()
                began = time.perf_counter()
                await connection.post("/webhook", json.dumps({"update_id": update_id, "message": message}).encode())
                await asyncio.wait_for(arrived, 30)
                took.append(time.perf_counter() - began)
                if took[-1] + began > until:
                    break
        connection.close()

    return applicant


async def drive(applicant: Applicant, count: int, seconds: float, warm_up: float) -> dict[str, float]:
    """Warm up, then measure."""
    warm: list[float] = []
    until = time.perf_counter() + warm_up
    await asyncio.gather(*(applicant(n, warm, until) for n in range(count)))
    took: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(applicant(n + count, took, began + seconds) for n in range(count)))
    elapsed = time.perf_counter() - began
    took.sort()
    at = [took[min(int(len(took) * share), len(took) - 1)] * 1000 for share in (0.5, 0.99)]
    return {
        "turns_a_second": len(took) / elapsed,
        "p50_ms": at[0],
        "p99_ms": at[1],
        "turns": len(took),
        "warm": len(warm),
    }


async def _main(given: argparse.Namespace) -> None:
    if given.kind != "bot":
        print(json.dumps(await drive(web_chat(given.port), given.applicants, given.seconds, given.warm_up)))
        return
    api = FakeBotApi()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api.call)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", given.api_port).start()
    print(json.dumps(await drive(bot_chat(given.port, api), given.applicants, given.seconds, given.warm_up)))
    await runner.cleanup()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("kind", choices=("chat", "bot"))
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--api-port", type=int, default=0)
    arguments.add_argument("--applicants", type=int, required=True)
    arguments.add_argument("--seconds", type=float, default=5)
    arguments.add_argument("--warm-up", type=float, default=1)
    asyncio.run(_main(arguments.parse_args()))
