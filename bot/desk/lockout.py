"""How long a login must wait after failures. Pure: the counts live in the archive."""

from __future__ import annotations

from datetime import datetime, timedelta

#: Failures that cost nothing: a clerk mistypes. An address is an office: it gets more.
FREE_FOR_ACCOUNT = 4
FREE_FOR_ADDRESS = 20
LONGEST_WAIT = timedelta(minutes=15)
#: After this long without a failure the count starts anew.
FORGET_AFTER = timedelta(hours=12)


def wait_after(failures: int, free: int) -> timedelta:
    """The wait that the given number of failures in a row costs: none, then 5 s, doubled each time, 15 min at most."""
    if failures <= free:
        return timedelta(0)
    return min(timedelta(seconds=5 * 2 ** min(failures - free - 1, 12)), LONGEST_WAIT)


def still_waits(failures: int, last_at: datetime, now: datetime, free: int) -> timedelta:
    """How much of the wait is left at `now`; zero when another try is allowed."""
    return max(last_at + wait_after(failures, free) - now, timedelta(0))
