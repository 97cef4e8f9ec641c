"""Every sentence the bot says, loaded once from `dialogs/texts/*.yaml`. Logic names a text; it never holds one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dialogs.yaml_files import read_yaml

TEXTS = Path(__file__).parent / "texts"


class NoSuchText(LookupError):
    """A text was named that no YAML file holds: a programming error, found by tests/dialogs/test_wording.py."""


@cache
def texts(name: str) -> dict[str, Any]:
    """The whole of `texts/<name>.yaml` as nested dicts. Treat as read-only."""
    loaded: dict[str, Any] = read_yaml(TEXTS / f"{name}.yaml")
    return loaded


@dataclass(frozen=True)
class Edit:
    """One text changed while the service runs: from `edition` on, `entry` of `book` reads so.

    `parts` None: as shipped again, or gone if it was never shipped.
    """

    edition: int
    book: str
    entry: str
    parts: Mapping[str, Any] | None


def overlaid(book: str, edits: Iterable[Edit], edition: int | None = None) -> dict[str, Any]:
    """The entries of `texts/<book>.yaml` with the edits over them: all, or those up to an edition."""
    shipped = texts(book)
    found = dict(shipped)
    for edit in sorted((e for e in edits if e.book == book), key=lambda e: e.edition):
        if edition is not None and edit.edition > edition:
            break
        if edit.parts is not None:
            found[edit.entry] = edit.parts
        elif edit.entry in shipped:
            found[edit.entry] = shipped[edit.entry]
        else:
            found.pop(edit.entry, None)
    return found


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


class _LeftOut(dict[str, Any]):
    """A place nobody filled is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def text_as_far_as_known(file: str, key: str, details: Mapping[str, Any]) -> str:
    """Like `text`, for details that come from another room: a missing one is left out rather than raised."""
    return pattern(file, key).format_map(_LeftOut(details))


def text(file: str, key: str, **details: Any) -> str:
    """The text at `key`, its {places} filled from `details`."""
    found = pattern(file, key)
    return found.format_map(details) if "{" in found else found
