"""`/healthz`: the process lives. `/readyz`: it takes turns. `/metrics`: numbers for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.wiring import Service


class Health:
    """What operators and load balancers ask."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def alive(self, _: web.Request) -> web.Response:
        """The process answers."""
        return web.Response(text="ok\n")

    async def ready(self, _: web.Request) -> web.Response:
        """Everything is loaded, the writer lives and the database answers."""
        if not self.service.is_ready:
            return web.Response(status=503, text="starting\n")
        if not self.service.archive.is_alive:
            return web.Response(status=503, text="the writer has died\n")
        try:
            await self.service.archive.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
        except (SQLAlchemyError, StorageError):
            return web.Response(status=503, text="the database does not answer\n")
        return web.Response(text="ready\n")

    async def metrics(self, _: web.Request) -> web.Response:
        """Nothing personal: counts and durations."""
        return web.Response(body=self.service.metrics.exposition(), headers={"Content-Type": CONTENT_TYPE_LATEST})
