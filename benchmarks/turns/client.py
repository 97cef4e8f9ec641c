"""A client that costs little: one kept-open connection, requests and answers as bytes, no streams in between."""

from __future__ import annotations

import asyncio


class Connection(asyncio.Protocol):
    """One connection to a server on this machine. Remembers the cookie it is given, if any."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = b""
        self._transport: asyncio.Transport | None = None
        self._heard = bytearray()
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self._heads: dict[str, bytes] = {}

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Post JSON; returns status and body."""
        loop = asyncio.get_running_loop()
        if self._transport is None:
            await loop.create_connection(lambda: self, "127.0.0.1", self.port)
        assert self._transport is not None
        self._waiting = loop.create_future()
        cookie = b"Cookie: %b\r\n" % self.cookie if self.cookie else b""
        self._transport.write(b"%b%bContent-Length: %d\r\n\r\n%b" % (self._head(path), cookie, len(body), body))
        return await self._waiting

    def _head(self, path: str) -> bytes:
        if path not in self._heads:
            place = f"127.0.0.1:{self.port}"
            self._heads[path] = (
                f"POST {path} HTTP/1.1\r\nHost: {place}\r\nOrigin: http://{place}\r\nContent-Type: application/json\r\n"
            ).encode()
        return self._heads[path]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """A part of an answer, usually all of it."""
        self._heard += data
        head, found, rest = self._heard.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"set-cookie":
                self.cookie = bytes(value.strip().partition(b";")[0])
        if len(rest) >= length and self._waiting is not None:
            self._heard.clear()
            self._waiting.set_result((int(head[9:12]), bytes(rest)))

    def connection_lost(self, error: Exception | None) -> None:
        """The server hung up; whoever waits is told."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionResetError("the server hung up"))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()
