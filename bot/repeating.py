"""Work that comes round again and again while the service lives."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod


class Repeating(ABC):
    """Begun by `start`, ended between two pieces of work by `close`. What it does is in `_forever`."""

    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._forever())

    async def close(self) -> None:
        """Stop; a second call does nothing."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    @abstractmethod
    async def _forever(self) -> None:
        """One piece of work after another, without end. A round that fails is tried again, never the end."""
