"""The words only this channel says, from `bot/texts/telegram.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from dialogs.yaml_files import read_yaml


@cache
def _texts() -> dict[str, Any]:
    return dict(read_yaml(files("bot").joinpath("texts/telegram.yaml")))


@cache
def _joining() -> dict[str, str]:
    return dict(read_yaml(files("bot").joinpath("texts/joining.yaml"))["problem"])


def join_problem(code: str, **details: str) -> str:
    """Why a code joined nothing (yet), as our own page says it."""
    return _joining()[code].format(**details)


def group(key: str) -> dict[str, str]:
    """All texts of one group."""
    found: Any = _texts()
    for part in key.split("."):
        found = found[part]
    return dict(found)


def say(key: str, **details: Any) -> str:
    """The text at a dotted key, its {places} filled."""
    found: Any = _texts()
    for part in key.split("."):
        found = found[part]
    return str(found).rstrip("\n").format(**details)
