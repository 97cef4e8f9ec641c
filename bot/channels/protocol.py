"""What the sender asks of a channel: hand over one message, and say truthfully how that went.

NotSent
├── NotNow    not handed over, or turned away: try again (later, or after the seconds the platform names)
├── Unsure    handed over, but nobody said that it was taken: it is tried again and may then arrive twice
├── Refused   this message can never be sent; the next of its chat can
└── Gone      nothing can be sent to this address any more (blocked, deleted, not in use)

Anything else a channel raises is a fault of ours that this message meets: it is tried a few times and then given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from storage.dispatches import Source


@dataclass(frozen=True)
class CaseBrief:
    """What a message about a case may need besides its words. The name is whole here: a channel masks it."""

    case_id: str
    application_number: str
    name: str = field(repr=False)


@dataclass(frozen=True)
class Outgoing:
    """One message for one place. One `send` is one message of the platform: what needs several is added as several.

    `say` is the JSON of a `dialogs.turn.Say` (empty where the channel makes its own words, as SMS does);
    `address` a Telegram chat id or a telephone number; `notice` the outbox's kind (`issued`, …), empty for an answer.
    """

    dispatch_id: str
    account_id: str
    channel_id: str | None
    address: str = field(repr=False)
    source: Source
    notice: str
    position: int
    part: int
    say: bytes = field(repr=False)
    #: Tries before this one: more than 0 means that it may have arrived already.
    tries: int = 0
    case: CaseBrief | None = None
    #: Small facts a channel needs with it (the code that proves a number): never logged.
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Sent:
    """The platform took it. `receipt` is its own number of the message; `arrived_at` where it tells that at once."""

    receipt: str
    arrived_at: datetime | None = None


class NotSent(Exception):
    """Root of what a channel says instead of `Sent`. `why` is a short code, never the platform's words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotNow(NotSent):
    """It was not taken and may be tried again: after `seconds`, where the platform names them.

    With `whole_bot`, nothing at all is sent through this channel before then.
    """

    def __init__(self, why: str, seconds: float | None = None, *, whole_bot: bool = False) -> None:
        super().__init__(why)
        self.seconds, self.whole_bot = seconds, whole_bot


class Unsure(NotSent):
    """It was handed over, and then the line broke or time ran out: it may have been taken."""


class Refused(NotSent):
    """It can never be sent."""


class Gone(NotSent):
    """The address takes nothing any more."""


class Channel(Protocol):
    """One way out."""

    #: As in `channels.kind` and `dispatches.kind`: `telegram`, `sms`.
    kind: str

    async def send(self, outgoing: Outgoing) -> Sent:
        """Hand one message over. Raises `NotSent`."""
