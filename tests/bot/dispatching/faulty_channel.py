"""An in-memory channel that fails as it is told, and a journal that is held to the sender's promises."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.protocol import Gone, NotNow, Outgoing, Refused, Sent, Unsure
from bot.dispatching.pace import Pace

#: What may happen to one message handed over.
FAULTS = ("taken", "wait", "wait_all", "broken", "unsure_taken", "unsure_lost", "refused", "gone", "crash", "stray")


@dataclass(frozen=True)
class Handed:
    """One message handed over: what became of it on the platform's side."""

    at: datetime
    address: str
    dispatch_id: str
    fault: str

    @property
    def is_taken(self) -> bool:
        """Whether the person sees it."""
        return self.fault in ("taken", "unsure_taken", "crash")


@dataclass
class Journal:
    """Everything that was to be sent, and everything handed over."""

    handed: list[Handed] = field(default_factory=list)
    #: Per address, in the order of writing.
    written: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: (from when, until when, which address or None for all) nothing may be handed over.
    silences: list[tuple[datetime, datetime, str | None]] = field(default_factory=list)
    #: When an address began to refuse everything; None again once its owner is back.
    gone: dict[str, datetime] = field(default_factory=dict)
    sent_after_gone: int = 0


class FaultyChannel:
    """Fails with the next fault of an address's list; takes everything once the list is empty."""

    def __init__(self, clock: Callable[[], datetime], kind: str = "telegram") -> None:
        self.kind, self._clock = kind, clock
        self.journal = Journal()
        self.faults: dict[str, deque[str]] = defaultdict(deque)
        self.crash: Callable[[], None] = lambda: None
        self._numbers = itertools.count(1)

    def comes_back(self, address: str) -> None:
        """Its owner has lifted the block."""
        self.journal.gone.pop(address, None)

    async def send(self, outgoing: Outgoing) -> Sent:
        """Take it, or fail as told."""
        await asyncio.sleep(0)
        now, address, journal = self._clock(), outgoing.address, self.journal
        faults = self.faults[address]
        fault = faults.popleft() if faults else "taken"
        if address in journal.gone:
            journal.sent_after_gone += 1
            fault = "gone"
        journal.handed.append(Handed(now, address, outgoing.dispatch_id, fault))
        return self._happens(fault, address, now)

    def _happens(self, fault: str, address: str, now: datetime) -> Sent:
        match fault:
            case "wait":
                self.journal.silences.append((now, now + timedelta(seconds=7), address))
                raise NotNow("too_fast", 7)
            case "wait_all":
                self.journal.silences.append((now, now + timedelta(seconds=30), None))
                raise NotNow("too_fast", 30, whole_bot=True)
            case "broken":
                raise NotNow("broken")
            case "unsure_taken" | "unsure_lost":
                raise Unsure("timed_out")
            case "refused":
                raise Refused("bad_request")
            case "gone":
                self.journal.gone.setdefault(address, now)
                raise Gone("blocked")
            case "crash":
                self.crash()
                raise asyncio.CancelledError
            case "stray":
                raise RuntimeError("a fault of the channel's own")
        return Sent(str(next(self._numbers)))


def complaints(journal: Journal, *, chat_seconds: float, a_second: int) -> set[str]:
    """Which of the sender's promises the journal shows broken, once everything has ended. Empty: all were kept."""
    return {name for name, is_broken in _checks(journal, chat_seconds, a_second) if is_broken}


def _checks(journal: Journal, chat_seconds: float, a_second: int) -> list[tuple[str, bool]]:
    return [
        ("lost", bool(_lost(journal))),
        ("doubled", _doubles(journal) > _ambiguous(journal)),
        ("order", not _in_order(journal)),
        ("too soon", _sent_in_silence(journal)),
        ("after gone", journal.sent_after_gone > 0),
        ("chat too fast", _too_close(journal, chat_seconds)),
        ("bot too fast", _too_many(journal, a_second)),
    ]


def _lost(journal: Journal) -> set[str]:
    """Written, never taken, and with no right to be given up."""
    given_up = _given_up(journal)
    taken = {one.dispatch_id for one in journal.handed if one.is_taken}
    lost = set()
    for address, written in journal.written.items():
        if not any(one.fault == "gone" for one in journal.handed if one.address == address):
            lost |= set(written) - taken - given_up
    return lost


def _given_up(journal: Journal) -> set[str]:
    """What may be given up: refused, a fault of the channel's own three times in a row, or failing for very long."""
    fates: dict[str, list[str]] = defaultdict(list)
    for one in journal.handed:
        fates[one.dispatch_id].append(one.fault)
    return {
        name
        for name, faults in fates.items()
        if "refused" in faults or faults[-3:] == ["stray"] * 3 or len(faults) >= Pace().most_tries
    }


def _doubles(journal: Journal) -> int:
    times = Counter(one.dispatch_id for one in journal.handed if one.is_taken)
    return sum(count - 1 for count in times.values())


def _ambiguous(journal: Journal) -> int:
    return sum(one.fault in ("unsure_taken", "crash") for one in journal.handed)


def _in_order(journal: Journal) -> bool:
    """First arrivals of each chat stand in the order of writing."""
    for address, written in journal.written.items():
        arrived = dict.fromkeys(one.dispatch_id for one in journal.handed if one.is_taken and one.address == address)
        if [one for one in written if one in arrived] != [one for one in arrived if one in written]:
            return False
    return True


def _sent_in_silence(journal: Journal) -> bool:
    return any(
        begun < one.at < ended and address in (None, one.address)
        for one in journal.handed
        for begun, ended, address in journal.silences
    )


def _too_close(journal: Journal, chat_seconds: float) -> bool:
    times: dict[str, list[datetime]] = defaultdict(list)
    for one in journal.handed:
        if one.is_taken:
            times[one.address].append(one.at)
    least = timedelta(seconds=chat_seconds)
    return any(later - earlier < least for lane in times.values() for earlier, later in itertools.pairwise(lane))


def _too_many(journal: Journal, a_second: int) -> bool:
    times = [one.at for one in journal.handed]
    return any(later - earlier < timedelta(seconds=1) for earlier, later in zip(times, times[a_second:], strict=False))
