"""How much one caller may ask a minute: a bucket that fills steadily and may be emptied at once."""

from __future__ import annotations

from threading import Lock

MOST_CALLERS = 50_000


class Buckets:
    """One bucket for every caller seen lately. `per_minute` 0 lets everything through."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._held: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, caller: str, now: float, amount: int = 1) -> bool:
        """Whether `caller` may ask `amount` more at `now` (seconds of any steady clock)."""
        if not self.per_minute:
            return True
        with self._lock:  # writing threads ask, too
            return self._take(caller, now, amount)

    def _take(self, caller: str, now: float, amount: int) -> bool:
        left, seen = self._held.get(caller, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - seen) * self.per_minute / 60)
        if left < amount:
            self._held[caller] = (left, now)
            return False
        if caller not in self._held and len(self._held) >= MOST_CALLERS:
            self._forget(now)
        self._held[caller] = (left - amount, now)
        return True

    def _forget(self, now: float) -> None:
        """Drop who has been silent for a minute (their bucket is full again), or else the older half."""
        stale = [caller for caller, (_, seen) in self._held.items() if now - seen >= 60]
        for caller in stale or list(self._held)[: MOST_CALLERS // 2]:
            del self._held[caller]
