"""The papers' wording: `bot/texts/papers.yaml`, and dates as papers write them."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any

from dialogs.yaml_files import read_yaml


@cache
def texts() -> dict[str, Any]:
    """Every text, as one tree."""
    loaded: dict[str, Any] = read_yaml(files("bot").joinpath("texts/papers.yaml"))
    return loaded


def say(name: str, /, **details: Any) -> str:
    """The text at a dotted place, with its details filled in."""
    found: Any = texts()
    for part in name.split("."):
        found = found[part]
    return str(found).format(**details)


def day(value: date) -> str:
    """2026年11月23日."""
    return f"{value.year}年{value.month}月{value.day}日"


def day_of(at: datetime, zone: tzinfo) -> str:
    """The day of an instant on the county's calendar."""
    return day(at.astimezone(zone).date())


def moment(at: datetime, zone: tzinfo) -> str:
    """2026年11月23日 10:20."""
    return f"{day_of(at, zone)} {at.astimezone(zone):%H:%M}"
