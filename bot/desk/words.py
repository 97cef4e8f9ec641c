"""The desk's wording: the YAML of `bot/texts/desk*.yaml`, and times and due dates in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.yaml_files import read_yaml
from state_machine.working_hours import WorkingHours


@cache
def texts() -> dict[str, Any]:
    """Everything clerks read, as one tree: `desk.yaml` and, each under names of its own, `desk_….yaml` beside it."""
    found: dict[str, Any] = {}
    folder = files("bot").joinpath("texts")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name == "desk.yaml" or (file.name.startswith("desk_") and file.name.endswith(".yaml")):
            loaded: dict[str, Any] = read_yaml(file)
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


@dataclass(frozen=True)
class Words:
    """A text with its tone: `good`, `warn`, `bad` or none. The colour only repeats what the words say."""

    text: str
    tone: str = ""


def due_in_words(due_on: date, now: datetime, left: timedelta | None, hours: WorkingHours) -> Words:
    """How much working time is left, with the date. `now` is local; no `left` where a year is not published."""
    today = now.date()
    if due_on < today:
        return Words(say("due.over", days=(today - due_on).days, date=day(due_on)), "bad")
    if left is None:
        return Words(say("due.until", date=day(due_on)), "warn")
    if due_on == today:
        if left <= timedelta(0):
            return Words(say("due.over_today"), "bad")
        return Words(say("due.today", left=span_in_words(left)), "warn")
    tone = "warn" if left <= hours.of_a_day else "good"
    return Words(say("due.left", left=span_in_words(left), date=day(due_on)), tone)


def span_in_words(span: timedelta) -> str:
    """15 个工作小时; half hours below ten, minutes below one. Never more than there is."""
    minutes = int(span / timedelta(minutes=1))
    if minutes < 60:
        return say("due.minutes", minutes=max(1, minutes))
    halves = minutes // 30 if minutes < 600 else minutes // 60 * 2
    return say("due.hours", hours=f"{halves / 2:g}")
