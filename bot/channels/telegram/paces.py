"""How much one chat may ask: the web chat's paces, and a bound on what waits for it. Nobody else waits for its surplus.

What is too much is acknowledged, has no effect and is not kept; the chat is told so, once a minute. The paces are this
process's own, as in the web chat; the bounds are counted in the archive.
"""

from __future__ import annotations

import time

from sqlalchemy import Connection

from bot.channels.telegram.updates import Arrived, Kind
from bot.settings import Settings
from bot.web.buckets import Buckets
from storage import dispatches, updates
from storage.channels import Reached

#: Updates of one chat that may wait for its files: two full turns of pages.
MOST_WAITING = 200
#: Answers of one chat that may lie unsent: what a minute takes away, and never fewer than a lively conversation needs.
UNSENT_SECONDS, LEAST_UNSENT = 60.0, 20
#: Kinds that cause no turn, or end one: never too much.
FREE = (Kind.NOTHING, Kind.GROUP, Kind.STOPPED, Kind.CAME_BACK)


class Paces:
    """What every chat of this process may still ask."""

    def __init__(self, settings: Settings, most_waiting: int = MOST_WAITING) -> None:
        self._turns = Buckets(settings.limits.turns_per_minute)
        self._files = Buckets(settings.limits.files_per_minute)
        self._words = Buckets(1)
        self._most_waiting = most_waiting
        rest = settings.sending.chat_seconds
        self._most_unsent = max(LEAST_UNSENT, int(UNSENT_SECONDS / rest)) if rest else None

    def lets_in(self, conn: Connection, reached: Reached, arrived: Arrived, *, as_file: bool) -> bool:
        """Whether this new update of a chat is taken. `as_file`: it brings a page that will be fetched."""
        if arrived.kind in FREE:
            return True
        pace = self._files if as_file else self._turns
        if not pace.take(reached.channel_id, time.monotonic()):
            return False
        if updates.count_waiting(conn, reached.channel_id) >= self._most_waiting:
            return False
        return self._most_unsent is None or dispatches.count_answers(conn, reached.lane) < self._most_unsent

    def tells(self, reached: Reached) -> bool:
        """Whether the chat is told now that it is too fast: once a minute."""
        return self._words.take(reached.channel_id, time.monotonic())
