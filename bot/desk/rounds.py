"""What the desk does again and again while the service lives: look for new editions, write down what was counted."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.desk.admin.editions import Editions
from bot.repeating import Repeating
from bot.tally import Tally
from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.wiring import Service

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


class Rounds(Repeating):
    """A round every two seconds, from `start` to `close`."""

    def __init__(self, service: Service, editions: Editions, tally: Tally) -> None:
        self._service, self._editions, self._tally = service, editions, tally

    async def close(self) -> None:
        """Stop, and write down the last counts."""
        await super().close()
        await self.write_counts()

    async def write_counts(self) -> None:
        """Add what this process has counted to what is stored."""
        await self._tally.flush(self._service.archive, self._service.rules.county_code)

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._editions.refresh()
                await self.write_counts()
            except StorageError as trouble:
                logger.warning("The desk looks again later: %s", type(trouble).__name__)
