"""The readers, as understanding calls them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date
from typing import Any

from dialogs import readers
from dialogs.readers import Found
from state_machine.codes import Field


def _registry() -> dict[Field, Callable[[str, date], Any]]:
    if hasattr(readers, "READERS"):
        return dict(readers.READERS)
    found = {}
    for one in Field:
        try:
            found[one] = importlib.import_module(f"dialogs.readers.{one.value}").read
        except (ImportError, AttributeError):
            continue
    return found


READERS = _registry()


def find_all(text: str, today: date) -> list[Found]:
    """Every fact the readers spot in the text."""
    if hasattr(readers, "find_all"):
        return list(readers.find_all(text, today))
    result = []
    for one in Field:
        try:
            result += importlib.import_module(f"dialogs.readers.{one.value}").find(text, today)
        except (ImportError, AttributeError):
            continue
    return result
