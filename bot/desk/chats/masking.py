"""What a 坐席 sees of numbers: enough to tell them apart, not enough to use them."""

from __future__ import annotations

import re

from state_machine.codes import Field

NUMBERS = re.compile(r"(?<!\d)(?:(\d{6})\d{8}(\d{3}[\dXx])|(1\d{2})\d{4}(\d{4}))(?!\d)")
#: Answers that are numbers of a document: only their ends are shown.
DOCUMENTS = frozenset({Field.PERMIT_NUMBER})


def masked(text: str) -> str:
    """ID numbers and phones with their middle hidden: answering a chat does not need them."""
    return NUMBERS.sub(lambda m: f"{m[1]}********{m[2]}" if m[1] else f"{m[3]}****{m[4]}", text)


def masked_answer(name: str, shown: str) -> str:
    """An answer as it stands beside a chat."""
    if name in DOCUMENTS and len(shown) > 6:
        return f"{shown[:2]}{'*' * (len(shown) - 5)}{shown[-3:]}"
    return masked(shown)
