"""What was ticked or said at a question and is not its answer yet: kept beside the answers until it is one.

Somebody ticks 有工作, goes back to look at an earlier answer, comes back after three days: the tick is still there.
Somebody says 上饶 where the province is asked: 江西省 is the answer, and the county is then asked for within 上饶市.
"""

from __future__ import annotations

from typing import Any

from dialogs.turn import Conversation
from state_machine.interview import InterviewRecord, InterviewState

#: Questions remembered so; the oldest is forgotten first.
MOST = 12


def put(conversation: Conversation, record: InterviewRecord, state: InterviewState, what: Any) -> None:
    """Remember this for that question; nothing (an empty list or text) forgets it."""
    name = _name(record, state)
    conversation.aside.pop(name, None)
    if what:
        conversation.aside[name] = what
    for oldest in list(conversation.aside)[:-MOST]:
        del conversation.aside[oldest]


def of(conversation: Conversation, record: InterviewRecord, state: InterviewState) -> Any:
    """What is remembered for that question; None if nothing is."""
    return conversation.aside.get(_name(record, state))


def forget(conversation: Conversation, application_id: str) -> None:
    """The application is handed in or gone."""
    conversation.aside = {n: what for n, what in conversation.aside.items() if n.partition(" ")[0] != application_id}


def _name(record: InterviewRecord, state: InterviewState) -> str:
    return f"{record.application_id} {state.value}"
