"""Opaque ids for everything seen from outside: time-ordered UUIDs (version 7) in hex, so that inserts stay local."""

from __future__ import annotations

import os
import time


def new_id() -> str:
    """32 hex characters; later ids sort later (to the millisecond)."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10), "big")
    high, low = chance >> 68, chance & ((1 << 62) - 1)
    return f"{(milliseconds << 80) | (7 << 76) | (high << 64) | (2 << 62) | low:032x}"
