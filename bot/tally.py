"""Counts kept in memory while turns run, and written every few seconds in a job of their own.

A turn adds one entry to a deque, which costs nothing and needs no lock in any writing thread. What a crash takes with
it is a few seconds of statistics; nothing else hangs on these numbers.
"""

from __future__ import annotations

from collections import Counter, deque
from datetime import date

from state_machine.interview import InterviewRecord, InterviewState, Purpose
from storage import tallies
from storage.archive import Archive
from storage.tallies import Count

STEPS = "steps"
#: More never wait: where nobody writes them down, the oldest are forgotten.
MOST = 200_000
#: Which application, and at which question it stands.
Place = tuple[str, str]
#: Where an application comes from, and where it goes when it is thrown away.
START, GONE = "start", InterviewState.CANCELLED.value


class Tally:
    """What has been counted and not yet written."""

    def __init__(self) -> None:
        self._seen: deque[Count] = deque(maxlen=MOST)

    def count(self, tally: str, day: date, first: str, second: str = "") -> None:
        """Once more. Codes only: never a word of anybody."""
        self._seen.append(Count(tally, day, first, second))

    def turn(self, day: date, before: Place | None, after: Place | None, opened: InterviewRecord | None) -> None:
        """An application went from one question to another in a turn; `opened` is the one in hand at its end.

        A pause at the menu and a draft taken up again are no steps; checks and corrections are not counted.
        """
        if before is not None and after is not None and before != after:
            self.count(STEPS, day, before[1], after[1])
        begun = place_of(opened)
        is_new = begun is not None and (before is None or before[0] != begun[0])
        if begun is not None and is_new and opened is not None and not opened.acknowledgements:
            self.count(STEPS, day, START, begun[1])

    async def flush(self, archive: Archive, county: str) -> int:
        """Write what has been counted. Returns how many entries; if writing fails, they stay."""
        taken = Counter[Count]()
        for _ in range(len(self._seen)):
            taken[self._seen.popleft()] += 1
        if not taken:
            return 0
        try:
            await archive.write(lambda conn: tallies.add(conn, county, taken), key="tallies")
        except BaseException:
            self._seen.extend(taken.elements())
            raise
        return taken.total()


def place_of(interview: InterviewRecord | None, *, gone: bool = False) -> Place | None:
    """Which application stands at which question (or was thrown away); None for none, a check or a correction."""
    if interview is None or interview.purpose is not Purpose.APPLICATION:
        return None
    return interview.application_id, GONE if gone else interview.state.value
