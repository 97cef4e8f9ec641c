"""What understanding gives back. The codes are a protocol: adding is free, renaming is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Intent(StrEnum):
    """What the applicant wants with this message."""

    ANSWER = "answer"
    START = "start"
    ELIGIBILITY = "eligibility"
    STATUS = "status"
    QUESTION = "question"
    HELP = "help"
    REPEAT = "repeat"
    BACK = "back"
    CHANGE = "change"
    SKIP = "skip"
    RESUME = "resume"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    EXPORT = "export"
    ERASE = "erase"
    HUMAN = "human"
    COMPLAINT = "complaint"
    YES = "yes"
    NO = "no"
    SMALLTALK = "smalltalk"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Because:
    """One step of the reasoning: which words of the text led to what."""

    words: str
    led_to: str


@dataclass(frozen=True)
class Understanding:
    """The reading of one message. `fills` maps `Field` values to plain JSON as in docs/protocol.md.

    `faq` is a topic of `dialogs/texts/knowledge.yaml` (only with `question`), `field` the answer to change
    (only with `change`). `because` explains, in order; it may quote the text and must not be logged.
    """

    intent: Intent
    fills: dict[str, Any] = field(default_factory=dict)
    faq: str | None = None
    field: str | None = None
    because: tuple[Because, ...] = ()
