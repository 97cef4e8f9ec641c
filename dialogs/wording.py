"""Every sentence the bot says, loaded once from `dialogs/texts/*.yaml`. Logic names a text; it never holds one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEXTS = Path(__file__).parent / "texts"


class NoSuchText(LookupError):
    """A text was named that no YAML file holds: a programming error, found by tests/dialogs/test_wording.py."""


@cache
def texts(name: str) -> dict[str, Any]:
    """The whole of `texts/<name>.yaml` as nested dicts. Treat as read-only."""
    with (TEXTS / f"{name}.yaml").open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.safe_load(file)
    return loaded


@cache
def pattern(file: str, key: str) -> str:
    """The unfilled text at a dotted `key` of one file."""
    node: Any = texts(file)
    for part in key.split("."):
        if not isinstance(node, dict) or part not in node:
            raise NoSuchText(f"{file}.yaml: {key}")
        node = node[part]
    return str(node).rstrip("\n")


def has(file: str, key: str) -> bool:
    """Whether that file holds a text under that key."""
    try:
        pattern(file, key)
    except NoSuchText:
        return False
    return True


def text(file: str, key: str, **details: Any) -> str:
    """The text at `key`, its {places} filled from `details`."""
    found = pattern(file, key)
    return found.format_map(details) if "{" in found else found
