"""Starts the cloud: `python -m tests.telegram.cloud [--port 0] [--token …]`; prints its address when it listens."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys

from aiohttp import web

from tests.telegram.cloud.server import make_cloud


async def main() -> None:
    """Until it is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", action="append")
    given = parser.parse_args()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # lines that break on order are no news
    runner = web.AppRunner(make_cloud(given.token or ["1000:TEST"]), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", given.port, backlog=1024).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
