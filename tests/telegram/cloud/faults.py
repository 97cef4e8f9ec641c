"""What goes wrong at Telegram's end, on order: each fault says which calls it meets, how often, and how.

kinds: `flood` (429 with retry_after), `error` (500), `bad_gateway` (502, no JSON), `forbidden` (403), `bad_request`
(400), `unauthorized` (401), `lost` (done, but the answer never comes), `slow` (answered late), `cut` (a file breaks
off).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.telegram.cloud.answers import Refused
from tests.telegram.cloud.world import Json

#: What is said without the call being done.
REFUSALS = ("flood", "error", "bad_gateway", "forbidden", "bad_request", "unauthorized")


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
        if self.kind == "flood":
            wait = max(1, round(self.seconds))
            return Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        words = {
            "error": (500, "Internal Server Error"),
            "bad_gateway": (502, "Bad Gateway"),
            "forbidden": (403, "Forbidden: user is deactivated"),
            "bad_request": (400, "Bad Request: chat not found"),
            "unauthorized": (401, "Unauthorized"),
        }
        return Refused(*words[self.kind])


class Faults:
    """The orders that run."""

    def __init__(self, seed: int = 1) -> None:
        self.running: list[Fault] = []
        self._chance = random.Random(seed)

    def meets(self, method: str, asked: Json) -> Fault | None:
        """The first order this call falls under; it is counted."""
        chat = asked.get("chat_id", 0)
        for fault in self.running:
            if fault.method not in (method, "*") or fault.chat not in (0, chat) or fault.times == 0:
                continue
            if self._chance.random() >= fault.chance:
                continue
            fault.met += 1
            fault.times = None if fault.times is None else fault.times - 1
            return fault
        return None
