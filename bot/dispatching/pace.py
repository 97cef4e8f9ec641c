"""How fast, how often again, and until when."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from storage.dispatches import Source

SECOND = timedelta(seconds=1)
#: How long a message is tried. An answer older than a day answers nothing; a code that proves a number has ended.
LASTS: Mapping[Source, timedelta] = {
    Source.ANSWER: timedelta(hours=24),
    Source.NOTICE: timedelta(hours=72),
    Source.CODE: timedelta(minutes=5),
}


@dataclass(frozen=True)
class Pace:
    """What one channel bears. 0 means no limit."""

    #: Messages in any second, over all chats.
    a_second: int = 30
    #: Seconds between two messages of one chat.
    chat_seconds: float = 1.0
    #: Messages handed over at the same moment.
    at_once: int = 32
    #: Seconds the channel may take for one message.
    send_seconds: float = 15.0
    #: Back-off: seconds before the second try, doubled each time up to the longest, and always a random part of it.
    first_retry_seconds: float = 1.0
    longest_retry_seconds: float = 600.0
    #: Tries (about an hour and a half of them) after which a message is given up that fails while others are taken.
    most_tries: int = 20
    lasts: Mapping[Source, timedelta] = field(default_factory=lambda: LASTS)

    @property
    def rest(self) -> timedelta:
        """Between two messages of one chat."""
        return timedelta(seconds=self.chat_seconds)

    def retry_after(self, tries: int, chance: Random) -> timedelta:
        """How long to wait after the `tries`-th failure (from 1): half of it fixed, half of it by chance."""
        longest = min(self.longest_retry_seconds, self.first_retry_seconds * 2.0 ** min(tries - 1, 30))
        return timedelta(seconds=longest * chance.uniform(0.5, 1.0))


class Window:
    """No more than so many in any second."""

    def __init__(self, a_second: int) -> None:
        self._most = a_second
        self._at: deque[datetime] = deque()

    def open_for(self, now: datetime) -> int:
        """How many more may begin now."""
        if not self._most:
            return 1_000_000
        while self._at and self._at[0] <= now - SECOND:
            self._at.popleft()
        return self._most - len(self._at)

    def begun(self, now: datetime) -> None:
        """One more begins."""
        if self._most:
            self._at.append(now)

    def opens_at(self, now: datetime) -> datetime:
        """When the next may begin."""
        return now if self.open_for(now) > 0 else self._at[0] + SECOND
