"""What becomes of a notice. Every one ends in one of `ENDED`; until then somebody has to do something about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class NoticeState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"  #: in the applicant's chat, not opened yet
    FAILED = "failed"  #: the channel gave it up (blocked, gone)
    NO_ANSWER = "no_answer"  #: telephoned, nobody answered
    WRONG_NUMBER = "wrong_number"  #: telephoned, the number is not theirs: only a letter is left
    DELIVERED = "delivered"  #: the applicant's chat has it
    REACHED = "reached"  #: told by telephone
    POSTED = "posted"  #: sent by post


ENDED = frozenset({NoticeState.DELIVERED, NoticeState.REACHED, NoticeState.POSTED})
#: What a clerk may record about a try.
OUTCOMES = (NoticeState.REACHED, NoticeState.NO_ANSWER, NoticeState.WRONG_NUMBER, NoticeState.POSTED)


def state_of(delivered_at: datetime | None, recorded: str | None) -> NoticeState:
    """Where a notice stands, from its delivery and from what was recorded about it.

    What ended by hand stays so even if the chat is opened later.
    """
    state = NoticeState(recorded) if recorded else NoticeState.WAITING
    return NoticeState.DELIVERED if state not in ENDED and delivered_at is not None else state
