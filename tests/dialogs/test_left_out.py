"""A library is loaded without an optional part of it, and nothing of that stays behind."""

from __future__ import annotations

import importlib
import sys

import pytest

from dialogs.left_out import without


def test_a_part_left_out_is_as_if_not_installed_and_to_be_had_afterwards() -> None:
    """Inside the import fails the way libraries look for; outside it works."""
    sys.modules.pop("wave", None)
    with without("wave"), pytest.raises(ImportError):
        importlib.import_module("wave")
    assert importlib.import_module("wave").__name__ == "wave"


def test_a_part_that_is_loaded_already_stays_loaded() -> None:
    """Whoever has it goes on having it."""
    import json

    with without("json"):
        assert importlib.import_module("json") is json
    assert sys.modules["json"] is json


def test_a_library_that_fails_leaves_nothing_behind() -> None:
    """The name is free again even where loading raised."""
    with pytest.raises(RuntimeError), without("wave_of_nobody"):
        raise RuntimeError
    assert "wave_of_nobody" not in sys.modules
