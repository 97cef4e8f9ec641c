"""The manager's numbers as tables: what the page shows under each chart and the files hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.desk import words as desk_words
from bot.desk.offices import WAITING
from bot.desk.words import say, texts
from bot.tally import GONE, START
from dialogs import labels, reasons, wording
from state_machine.case_records import CaseState, EventKind
from state_machine.interview import QUESTIONS, InterviewState
from state_machine.officers import OFFICES
from storage.figures import OnTime, Waits

Cell = str | int | float
#: What the first line of the page counts.
KINDS = (
    EventKind.SUBMITTED,
    EventKind.ACCEPTED,
    EventKind.RETURNED,
    EventKind.APPROVED,
    EventKind.DECLINED,
    EventKind.ISSUED,
)
AGE_STEPS = (timedelta(hours=4), timedelta(days=1), timedelta(days=2), timedelta(days=5))
WAIT_STEPS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))


@dataclass(frozen=True)
class Table:
    """A table with its name; the first column heads the rows."""

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def days_table(counted: Mapping[tuple[date, EventKind], int], since: date, until: date) -> Table:
    """A line a day, the newest first."""
    days = [until - timedelta(days=n) for n in range((until - since).days + 1)]
    rows: list[list[Cell]] = [[day.isoformat(), *(counted.get((day, kind), 0) for kind in KINDS)] for day in days]
    return Table(
        "days",
        say("manage.days.title"),
        [say("manage.day"), *(say(f"manage.kinds.{kind.value}") for kind in KINDS)],
        rows,
    )


def on_time_table(found: OnTime) -> Table:
    """Decided in time, late, and without a due day."""
    total = found.in_time + found.late + found.unknown
    rows: list[list[Cell]] = [
        [say(f"manage.on_time.{name}"), count, percent(count, total)]
        for name, count in (("in_time", found.in_time), ("late", found.late), ("unknown", found.unknown))
    ]
    return Table(
        "on_time",
        say("manage.on_time.title"),
        [say("manage.on_time.how"), say("manage.cases"), say("manage.share")],
        rows,
    )


def ages_table(found: Mapping[CaseState, Sequence[int]]) -> Table:
    """How long the cases of each office have lain there."""
    rows: list[list[Cell]] = []
    for office in OFFICES:
        counts = [sum(found[state][n] for state in WAITING[office]) for n in range(len(AGE_STEPS) + 1)]
        rows.append([desk_words.say(f"offices_short.{office.value}"), *counts, sum(counts)])
    return Table(
        "ages",
        say("manage.ages.title"),
        [say("manage.office"), *texts()["manage"]["ages"]["steps"], say("manage.total")],
        rows,
    )


def reasons_table(found: Mapping[tuple[str, str], int]) -> Table:
    """Reasons of notices, the most frequent first; a line a reason."""
    kinds = (EventKind.RETURNED.value, EventKind.NOT_ACCEPTED.value, EventKind.DECLINED.value)
    known = reasons.catalogue()
    codes = {code for _, code in found}
    rows: list[list[Cell]] = []
    for code in codes:
        counts = [found.get((kind, code), 0) for kind in kinds]
        rows.append([known[code].text if code in known else code, *counts, sum(counts)])
    rows.sort(key=lambda row: (-int(row[-1]), str(row[0])))
    columns = [say("manage.reason"), *(say(f"manage.kinds.{kind}") for kind in kinds), say("manage.total")]
    return Table("reasons", say("manage.reasons.title"), columns, rows)


def steps_table(found: Mapping[tuple[str, str], int]) -> Table:
    """For each question: reached how often, answered, gone back, thrown away, left lying."""
    order = {state.value: number for number, state in enumerate((*QUESTIONS, InterviewState.SUBMITTED))}
    rows: list[list[Cell]] = []
    for state in QUESTIONS:
        reached = sum(count for (_, to), count in found.items() if to == state.value)
        if not reached:
            continue
        left = {to: count for (source, to), count in found.items() if source == state.value}
        thrown = left.pop(GONE, 0)
        back = sum(count for to, count in left.items() if order.get(to, -1) < order[state.value])
        forward = sum(left.values()) - back
        stays = max(reached - forward - back - thrown, 0)
        rows.append([step_name(state), reached, forward, back, thrown, stays, percent(stays + thrown, reached)])
    return Table("steps", say("manage.steps.title"), texts()["manage"]["steps"]["columns"], rows)


def begun(found: Mapping[tuple[str, str], int]) -> tuple[int, int]:
    """(applications begun, applications submitted) in the counted turns."""
    started = sum(count for (source, _), count in found.items() if source == START)
    return started, sum(count for (_, to), count in found.items() if to == InterviewState.SUBMITTED.value)


def step_name(state: InterviewState) -> str:
    """A question in a few words."""
    if wording.has("labels", f"fields.{state.value}"):
        return labels.label_of(state.value)
    return say(f"manage.step_names.{state.value}")


def waits_table(found: Waits) -> Table:
    """Requests for a person, by the time until one took them."""
    total = sum(found.answered)
    rows = [
        [name, count, percent(count, total)]
        for name, count in zip(texts()["manage"]["waits"]["steps"], found.answered, strict=True)
    ]
    return Table(
        "waits", say("manage.waits.title"), [say("manage.waits.how"), say("manage.chats"), say("manage.share")], rows
    )


def percent(part: int, whole: int) -> str:
    """A share with one decimal; a dash where there is nothing to share."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def span_in_words(span: timedelta | None) -> str:
    """A span as people say it."""
    if span is None:
        return "—"
    minutes = round(span / timedelta(minutes=1))
    if minutes < 1:
        return say("manage.span.seconds", n=max(0, round(span.total_seconds())))
    if minutes < 60:
        return say("manage.span.minutes", n=minutes)
    return say("manage.span.hours", h=minutes // 60, m=minutes % 60)


def number(cell: Any) -> int:
    """A cell as a number for a chart."""
    return int(cell) if isinstance(cell, int | float) else 0
