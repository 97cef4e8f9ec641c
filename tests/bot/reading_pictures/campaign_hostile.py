"""`make campaign-hostile-files`: 200 MB of hostile files through the service, its uploads and its reading (BYTES=…)."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from bot.settings import Settings
from bot.wiring import Service, make_app
from tests.bot.reading_pictures.attack import attack
from tests.bot.visitor import Visitor


async def run(folder: Path, most_bytes: int, *, tell: bool = False) -> list[str]:
    """The whole campaign; what came of it in words."""
    service = Service(Settings(data_dir=folder / "data"))
    await service.start(background=False)
    server = TestServer(make_app(service))
    await server.start_server()
    clients: list[TestClient[Any, Any]] = []

    async def opened() -> Visitor:
        clients.append(TestClient(server))
        return Visitor(clients[-1])

    began = time.monotonic()
    seen = await attack(service, opened, range(100_000), most_bytes, tell=tell)
    lines = [*seen.lines(), f"{time.monotonic() - began:.0f} s; ready: {service.is_ready}"]
    for client in clients:
        await client.session.close()
    await server.close()
    await service.close()
    return lines


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as named:
        told = asyncio.run(run(Path(named), int(float(sys.argv[1])), tell=len(sys.argv) > 2))
    sys.stdout.write("\n".join([*told, ""]))
