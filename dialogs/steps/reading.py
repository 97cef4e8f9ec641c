"""The one reader of each answer, looked up by its field."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

from dialogs.readers import Unclear
from state_machine.codes import Field


def read_answer(field: Field, text: str, today: date) -> Any | Unclear:
    """Read a direct answer to the question about `field`."""
    readers = import_module("dialogs.readers")
    if hasattr(readers, "READERS"):
        return readers.READERS[field](text, today)
    module = import_module(f"dialogs.readers.{field.value}")
    return module.read(text, today)
