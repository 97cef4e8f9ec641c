"""A clock for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Stands at the real present until it is moved."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.at

    def move(self, **by: float) -> None:
        """Move on."""
        self.at += timedelta(**by)
