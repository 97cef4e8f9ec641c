"""The desk's wording: the YAML of `bot/texts/desk*.yaml`, and times and due dates in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import yaml

#: A day ends at 24:00 unless the office closes earlier (民法典 203).
MIDNIGHT = time(23, 59, 59)


@cache
def texts() -> dict[str, Any]:
    """Everything clerks read, as one tree: `desk.yaml` and, each under names of its own, `desk_….yaml` beside it."""
    found: dict[str, Any] = {}
    folder = files("bot").joinpath("texts")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name == "desk.yaml" or (file.name.startswith("desk_") and file.name.endswith(".yaml")):
            loaded: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
            if twice := found.keys() & loaded.keys():
                raise ValueError(f"{file.name} repeats {sorted(twice)}")
            found |= loaded
    return found


def say(name: str, /, **details: Any) -> str:
    """The text at a dotted place, with its details filled in."""
    found: Any = texts()
    for part in name.split("."):
        found = found[part]
    return str(found).format(**details)


def day(value: date) -> str:
    """11月24日."""
    return f"{value.month}月{value.day}日"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """2026-11-20 16:40, as the clerks' clock shows it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """16:40."""
    return f"{at.astimezone(zone):%H:%M}"


def closing_time(office_hours: str) -> time:
    """The last time of day named in the configured opening hours; midnight where none is."""
    times = [(int(h), int(m)) for h, m in re.findall(r"(\d{1,2})[:：](\d{2})", office_hours)]
    latest = max((t for t in times if t[0] < 24 and t[1] < 60), default=None)
    return time(*latest) if latest else MIDNIGHT


@dataclass(frozen=True)
class Words:
    """A text with its tone: `good`, `warn`, `bad` or none. The colour only repeats what the words say."""

    text: str
    tone: str = ""


def due_in_words(due_on: date, now: datetime, closes: time, workdays_left: int | None) -> Words:
    """How much time is left. `now` is local; `workdays_left` counts the working days after today up to the due day."""
    today = now.date()
    if due_on < today:
        return Words(say("due.over", days=(today - due_on).days), "bad")
    if due_on == today:
        left = datetime.combine(today, closes, now.tzinfo) - now
        if left <= timedelta(0):
            return Words(say("due.over_today"), "bad")
        return Words(say("due.today_hours", hours=max(1, round(left / timedelta(hours=1)))), "warn")
    days = workdays_left if workdays_left is not None else (due_on - today).days
    return Words(say("due.days", days=days, date=day(due_on)), "warn" if days <= 1 else "good")
