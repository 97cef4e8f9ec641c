"""What goes wrong at Telegram's end, on order: each fault says which calls it meets, how often, and how.

kinds: `flood` (429 with retry_after, this once), `silence` (429, and until its seconds are over every other call of the
methods it meets is told to wait as well, and counted as `early`), `error` (500), `bad_gateway` (502, no JSON),
`forbidden` (403), `bad_request` and `bad_photo` (400), `unauthorized` (401), `lost` (done, but the answer never comes),
`dropped` (neither done nor answered), `slow` (answered late), `cut` (a file breaks off).

Which calls an order with a `chance` meets hangs on the seed, the chat and the number of the chat's call, not on who
comes first: two runs with one seed meet the same.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import Counter
from dataclasses import dataclass

from tests.telegram.cloud.answers import Refused
from tests.telegram.cloud.world import Json

#: What is said without the call being done.
REFUSALS = ("flood", "silence", "error", "bad_gateway", "forbidden", "bad_request", "bad_photo", "unauthorized")


@dataclass
class Fault:
    """One order. `times` None: always; `chance`: of each call it could meet; `chat` 0: every chat."""

    kind: str
    method: str = "sendmessage"
    times: int | None = 1
    chance: float = 1.0
    chat: int = 0
    seconds: float = 1.0
    met: int = 0

    def refusal(self) -> Refused:
        """In Telegram's words."""
        if self.kind in ("flood", "silence"):
            return wait(self.seconds)
        words = {
            "error": (500, "Internal Server Error"),
            "bad_gateway": (502, "Bad Gateway"),
            "forbidden": (403, "Forbidden: user is deactivated"),
            "bad_request": (400, "Bad Request: chat not found"),
            "bad_photo": (400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
            "unauthorized": (401, "Unauthorized"),
        }
        return Refused(*words[self.kind])


def wait(seconds: float) -> Refused:
    """429: Telegram names whole seconds."""
    whole = max(1, math.ceil(seconds))
    return Refused(429, f"Too Many Requests: retry after {whole}", retry_after=whole)


class Faults:
    """The orders that run, and what came of them. `clock` tells seconds that only grow."""

    def __init__(self, seed: int = 1) -> None:
        self.running: list[Fault] = []
        self.seed = seed
        #: Calls met, by kind; and `early`: calls that came while silence was asked for.
        self.met: Counter[str] = Counter()
        self._calls: Counter[int] = Counter()
        self._silent_until: dict[str, float] = {}

    def meets(self, method: str, asked: Json) -> Fault | None:
        """The first order this call falls under; it is counted."""
        chat = int(asked.get("chat_id", 0))
        self._calls[chat] += 1
        for place, fault in enumerate(self.running):
            if fault.method not in (method, "*") or fault.chat not in (0, chat):
                continue
            left = self._silent_until.get(fault.method, 0.0) - time.monotonic()
            if fault.kind == "silence" and left > 0:
                self.met["early"] += 1
                return Fault("flood", method, seconds=left)
            if fault.times == 0 or self._draw(place, chat) >= fault.chance:
                continue
            self._count(fault)
            return fault
        return None

    def _count(self, fault: Fault) -> None:
        fault.met += 1
        fault.times = None if fault.times is None else fault.times - 1
        self.met[fault.kind] += 1
        if fault.kind == "silence":
            self._silent_until[fault.method] = time.monotonic() + max(1, math.ceil(fault.seconds))

    def _draw(self, place: int, chat: int) -> float:
        """A number from 0 to 1 that belongs to this seed, order, chat and call."""
        words = f"{self.seed}:{place}:{chat}:{self._calls[chat]}"
        return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=6).digest(), "big") / 2**48
