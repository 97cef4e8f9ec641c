"""One address that says yes, and nothing else: what aiohttp costs. `python -m benchmarks.bare_service <port>`."""

from __future__ import annotations

import sys

from aiohttp import web


async def ready(_: web.Request) -> web.Response:
    """Yes."""
    return web.Response(text="yes")


def main() -> None:
    """Until it is ended."""
    app = web.Application()
    app.router.add_get("/readyz", ready)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
