"""Chats that wait for files: what comes at an awkward moment is not left lying."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from bot.channels.telegram.albums import Albums


class BusyArchive:
    """An archive in which nothing waits yet; while it is looked into for the first time, another page comes."""

    keyring = None

    def __init__(self) -> None:
        self.looks = 0
        self.albums: Albums

    async def read(self, _: Any) -> tuple[None, list[Any]]:
        """Nothing found."""
        self.looks += 1
        if self.looks == 1:
            self.albums.more("chat")
        return None, []


async def test_a_page_that_comes_while_its_chat_is_looked_at_for_the_last_time_is_taken_up() -> None:
    """It is looked for again at once, not only when somebody looks for what was left."""
    archive: Any = BusyArchive()
    nobody: Any = None
    archive.albums = Albums(archive, "331126", nobody, nobody, nobody, nobody, lambda: datetime.now(UTC), 0.0)
    archive.albums.more("chat")
    for _ in range(20):
        await asyncio.sleep(0)
    assert archive.looks == 2
