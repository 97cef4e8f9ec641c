"""The answer back: what the outbox holds for an account, given to its open chats, stored backlog first, then live.

A chat is woken at once by an act in this process; what another process wrote is found by one slow look for all the
chats open here. An entry is queued until a client took it: written to its connection, or acknowledged by the
`Last-Event-ID` it came back with. Whoever comes back with no memory gets what nobody took yet, and that once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from storage import accounts, outbox
from storage.errors import StorageError
from storage.outbox import OutboxEntry

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
#: How many accounts one look asks for at once.
GROUP = 500


class Moved(Exception):
    """This chat was joined to another one: whoever listens has to look anew whose it is."""


@dataclass(eq=False)
class Listener:
    """One open chat: how far it has got, and the bell that wakes it."""

    position: int
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    is_moved: bool = False


class Delivery:
    """The open chats of this process."""

    def __init__(self, service: Service, look_seconds: float = LOOK_SECONDS) -> None:
        self._service, self._look_seconds = service, look_seconds
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._looking: asyncio.Task[None] | None = None
        self._closed = False
        #: Told with every `wake`: the other ways a notice goes.
        self.on_wake: list[Callable[[], None]] = []

    def wake(self, account_id: str) -> None:
        """Something was written for this account and is committed."""
        for told in self.on_wake:
            told()
        for listener in self._listeners.get(account_id, ()):
            listener.bell.set()

    def moved(self, account_ids: Iterable[str]) -> None:
        """These chats were joined, and that is committed: their open pages look anew."""
        for account_id in account_ids:
            for listener in self._listeners.get(account_id, ()):
                listener.is_moved = True
            self.wake(account_id)

    async def stream(self, account_id: str, after: int) -> AsyncIterator[tuple[int, bytes]]:
        """Event ids and payloads after `after` in order, without end. `after` 0: what nobody took yet.

        Raises `Moved` when the account was joined to another.
        """
        listener = Listener(after)
        self._listeners[account_id].add(listener)
        self._start_looking()
        taken_too = after > 0
        try:
            if taken_too:
                await self._acknowledge(account_id, after)
            while not self._closed:
                listener.bell.clear()
                if listener.is_moved:
                    raise Moved
                entries = await self._entries(account_id, listener.position)
                for entry in entries:
                    listener.position = entry.position
                    if taken_too or entry.delivered_at is None:
                        yield entry.position, entry.payload
                if not entries and not listener.bell.is_set():
                    taken_too = True  # from here on it is live: another open chat may have taken it first
                    await listener.bell.wait()
        finally:
            self._forget(account_id, listener)

    async def mark_delivered(self, account_id: str, event_id: int) -> None:
        """A client's connection took it."""
        now = self._service.now()
        await self._service.archive.write(
            lambda conn: outbox.mark_delivered(conn, account_id, event_id, now), key=account_id
        )

    async def close(self) -> None:
        """Every stream ends; what was not taken stays queued."""
        self._closed = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.bell.set()
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking

    async def _acknowledge(self, account_id: str, position: int) -> None:
        now = self._service.now()
        await self._service.archive.write(
            lambda conn: outbox.acknowledge(conn, account_id, position, now), key=account_id
        )

    async def _entries(self, account_id: str, after: int) -> list[OutboxEntry]:
        keyring = self._service.archive.keyring
        return await self._service.archive.read(lambda conn: outbox.after(conn, keyring, account_id, after))

    def _start_looking(self) -> None:
        if self._looking is None and not self._closed:
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Wake the chats for which another process has written."""
        while True:
            await asyncio.sleep(self._look_seconds)
            try:
                await self._wake_behind()
            except StorageError as trouble:
                logger.warning("Looking for new notices failed: %s", type(trouble).__name__)

    async def _wake_behind(self) -> None:
        waiting = list(self._listeners)
        for start in range(0, len(waiting), GROUP):
            group = waiting[start : start + GROUP]
            newest = await self._service.archive.read(partial(outbox.newest, account_ids=group))
            still = await self._service.archive.read(partial(accounts.known, account_ids=group))
            self.moved([account_id for account_id in group if account_id not in still])
            for account_id, position in newest.items():
                for listener in self._listeners.get(account_id, ()):
                    if listener.position < position:
                        listener.bell.set()

    def _forget(self, account_id: str, listener: Listener) -> None:
        self._listeners[account_id].discard(listener)
        if not self._listeners[account_id]:
            del self._listeners[account_id]
