"""Updates a second by webhook: the whole service beside a bare aiohttp echo, in one run, brought by the same program.

    python -m benchmarks.telegram [--updates 4000] [--workers 32]

An update of the service's is a whole turn: read by python-telegram-bot, answered, sealed, committed with
synchronous=FULL, and only then acknowledged; its answers go out meanwhile to the stand-in cloud.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.journeys.service import free_port
from tests.telegram.campaigns.served import TelegramService
from tests.telegram.campaigns.taking import FIRST_CHAT, is_announced
from tests.telegram.hands import TOKEN, Cloud, CloudProcess

CHATS = 200


async def echo(request: web.Request) -> web.Response:
    """What costs least: the body is read, and yes is said."""
    await request.json()
    return web.Response()


def serve_echo(port: int) -> None:
    """Until it is ended."""
    app = web.Application()
    app.router.add_post("/", echo)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


@asynccontextmanager
async def running_echo(cloud: Cloud) -> AsyncIterator[None]:
    """The echo as a process, announced as the bot's webhook."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.telegram", "--echo", str(port)])
    try:
        async with aiohttp.ClientSession() as http:
            for _ in range(200):
                try:
                    async with http.post(f"http://127.0.0.1:{port}/", json={}):
                        break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
            hook = {"url": f"http://127.0.0.1:{port}/"}
            async with http.post(f"{cloud.url}/bot{TOKEN}/setWebhook", json=hook) as answer:
                assert answer.status == 200
        yield
    finally:
        process.terminate()
        process.wait(10)


async def updates_a_second(cloud: Cloud, updates: int, workers: int) -> float:
    """Bring that many updates, of many chats, each once."""
    says = [(FIRST_CHAT + number % CHATS, f"第{number // CHATS + 1}句话") for number in range(updates)]
    told = await cloud.storm(says, times=1, workers=workers, ordered=[], cut=0)
    assert told["acknowledged"] == updates
    return updates / float(told["seconds"])


async def measure(updates: int, workers: int) -> tuple[float, float]:
    """(the service, the echo), updates a second."""
    process = CloudProcess()
    cloud = Cloud(process.url)
    try:
        with tempfile.TemporaryDirectory(prefix="hurentong-bench-") as folder:
            service = TelegramService(Path(folder), process.url, "webhook")
            try:
                await service.start().ready()
                await cloud.until(lambda: is_announced(cloud), "the webhook")
                await updates_a_second(cloud, updates // 10, workers)
                ours = await updates_a_second(cloud, updates, workers)
            finally:
                service.stop()
        async with running_echo(cloud):
            return ours, await updates_a_second(cloud, updates, workers)
    finally:
        await cloud.close()
        process.stop()


def main() -> None:
    """Print both and their ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--updates", type=int, default=4000)
    parser.add_argument("--workers", type=int, default=32)
    parser.add_argument("--echo", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.echo:
        serve_echo(given.echo)
        return
    ours, bare = asyncio.run(measure(given.updates, given.workers))
    print(f"{'互认通 by webhook':24}{ours:8.0f} updates/s")
    print(f"{'bare aiohttp echo':24}{bare:8.0f} updates/s")
    print(f"{'ratio':24}{ours / bare:8.2f}")


if __name__ == "__main__":
    main()
