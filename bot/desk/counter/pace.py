"""How fast files may come in at the counter: from one sender at once, from all together, and in a minute."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bot.settings import Limits
from bot.web.buckets import Buckets
from bot.web.problems import Problem
from bot.web.turns import MOST_SENDING, MOST_SENDING_ALL


class FilePace:
    """The limits of the applicants' own page, kept for clerks' scanners and for telephones beside the counter."""

    def __init__(self, limits: Limits) -> None:
        self._requests = Buckets(limits.turns_per_minute)
        self._files = Buckets(limits.files_per_minute)
        self.sending: Counter[str] = Counter()

    @contextmanager
    def room(self, sender: str) -> Iterator[None]:
        """Room for one form with files. Raises `Problem` where this sender, or everybody together, sends too much."""
        busy = self.sending[sender] >= MOST_SENDING or self.sending.total() >= MOST_SENDING_ALL
        if busy or not self._requests.take(sender, time.monotonic()):
            raise Problem(429, "too_fast")
        self.sending[sender] += 1
        try:
            yield
        finally:
            self.sending[sender] -= 1
            if not self.sending[sender]:
                del self.sending[sender]

    def take_file(self, sender: str) -> None:
        """One file more. Raises `Problem`."""
        if not self._files.take(sender, time.monotonic()):
            raise Problem(429, "too_fast")
