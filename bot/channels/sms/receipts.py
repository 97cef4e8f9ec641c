"""`POST /sms/receipts`: the gateway tells what became of a message. Only signed, fresh and new requests count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.channels.sms.signing import Verifier
from storage import dispatch_ends
from storage.blobs import from_bytes
from storage.notice_ways import SMS

if TYPE_CHECKING:
    from bot.wiring import Service

PATH = "/sms/receipts"
MOST_BYTES = 16 * 1024


class Told(msgspec.Struct):
    """One receipt. `status` is `delivered` or `failed`; anything else is no end yet and is only acknowledged."""

    message_id: str
    status: str
    why: str = "not_delivered"


class Receipts:
    """The address itself."""

    def __init__(self, service: Service) -> None:
        self._service = service
        gateway = service.settings.sms
        self._verifier = Verifier(gateway.key_id, gateway.key.get_secret_value().encode())

    async def post(self, request: web.Request) -> web.Response:
        """204 for a receipt that was written down, or is nobody's; 401 for one that is not the gateway's."""
        if (request.content_length or 0) > MOST_BYTES:
            return web.Response(status=413)
        body = bytearray()
        while len(body) <= MOST_BYTES and (piece := await request.content.read(MOST_BYTES + 1 - len(body))):
            body += piece  # one read brings what has arrived, which may be half of it
        now = self._service.now()
        if len(body) > MOST_BYTES or not self._verifier.is_genuine(
            request.headers, "POST", request.path, bytes(body), now
        ):
            return web.Response(status=401)
        try:
            told = from_bytes(body, Told)
        except msgspec.DecodeError:
            return web.Response(status=400)
        await self._write(told)
        return web.Response(status=204)

    async def _write(self, told: Told) -> None:
        now, keyring = self._service.now(), self._service.archive.keyring
        why = told.why if told.why.isidentifier() and len(told.why) < 40 else "not_delivered"

        def job(conn: Connection) -> None:
            if told.status == "delivered":
                dispatch_ends.arrived(conn, SMS, told.message_id, now)
            elif told.status == "failed":
                dispatch_ends.not_arrived(conn, keyring, SMS, told.message_id, why, now)

        await self._service.archive.write(job, key=f"receipt {told.message_id}")


def add_receipts(app: web.Application, service: Service) -> None:
    """Open the address where a gateway is set up."""
    if service.settings.sms.is_on:
        app.add_routes([web.post(PATH, Receipts(service).post, name="sms-receipts")])
