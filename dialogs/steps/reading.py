"""The one reader of each answer, looked up by its field."""

from __future__ import annotations

from datetime import date
from typing import Any

from dialogs.readers import Unclear
from dialogs.readers.registry import READERS
from state_machine.codes import Field


def read_answer(field: Field, text: str, today: date) -> Any | Unclear:
    """Read a direct answer to the question about `field`."""
    return READERS[field](text, today)
