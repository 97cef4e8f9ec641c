"""Charts as plain numbers for the template that draws them: bars in patterns, words, a description. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk.manage.tables import Table, number
from bot.desk.words import say

WIDTH, LABEL, LINE, BAR = 600, 200, 27, 17
#: Room for the number behind the longest bar.
BEHIND = 40
COLUMNS_HIGH = 150


@dataclass(frozen=True)
class Bar:
    """One piece of a bar: where, how wide, in which pattern (`fill-0` …), and what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    pattern: int
    says: str


@dataclass(frozen=True)
class Label:
    """A word in the picture."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Chart:
    """A picture: `title` and `description` are what a screen reader says; `legend` names the patterns."""

    key: str
    title: str
    description: str
    width: int
    height: int
    bars: Sequence[Bar]
    labels: Sequence[Label]
    legend: Sequence[str] = ()


def rows_chart(table: Table, columns: Sequence[int], most: int = 12) -> Chart:
    """A bar a row; several columns lie behind each other in one bar. Only the first `most` rows."""
    rows = list(table.rows)[:most]
    sums = [sum(number(row[c]) for c in columns) for row in rows]
    scale = (WIDTH - LABEL - BEHIND) / max([*sums, 1])
    bars, words = [], []
    for line, (row, total) in enumerate(zip(rows, sums, strict=True)):
        top, x = line * LINE + 6, float(LABEL)
        words.append(Label(LABEL - 8, top + 14, _short(str(row[0])), "end"))
        for pattern, c in enumerate(columns):
            width = number(row[c]) * scale
            if width:
                bars.append(Bar(x, top, width, BAR, pattern, f"{row[0]}，{table.columns[c]}：{row[c]}"))
            x += width
        words.append(Label(x + 6, top + 14, str(total)))
    legend = [table.columns[c] for c in columns] if len(columns) > 1 else []
    high = max(len(rows), 1) * LINE + 8
    return Chart(table.key, table.title, _told(table, rows, sums), WIDTH, high, bars, words, legend)


def days_chart(table: Table, columns: Sequence[int]) -> Chart:
    """A column a day, the oldest at the left; the columns of a day stand side by side."""
    rows = list(table.rows)[::-1]
    most = max([number(row[c]) for row in rows for c in columns] + [1])
    room = (WIDTH - 40) / max(len(rows), 1)
    wide = min(room * 0.8 / len(columns), 22)
    bars, words = [], [Label(0, 16, str(most)), Label(0, COLUMNS_HIGH + 4, "0")]
    for n, row in enumerate(rows):
        for pattern, c in enumerate(columns):
            high = number(row[c]) / most * (COLUMNS_HIGH - 10)
            x = 36 + n * room + pattern * wide
            if high:
                bars.append(Bar(x, COLUMNS_HIGH - high, wide, high, pattern, f"{row[0]}，{table.columns[c]}：{row[c]}"))
        if n % max(1, -(-len(rows) // 10)) == 0:
            day = date.fromisoformat(str(row[0]))
            words.append(Label(36 + n * room, COLUMNS_HIGH + 18, f"{day.month}/{day.day}"))
    names = [table.columns[c] for c in columns]
    sums = [sum(number(row[c]) for row in rows) for c in columns]
    told = "；".join(say("manage.chart.sum", name=name, count=total) for name, total in zip(names, sums, strict=True))
    return Chart(table.key, table.title, told, WIDTH, COLUMNS_HIGH + 26, bars, words, names)


def _told(table: Table, rows: Sequence[Sequence[object]], sums: Sequence[int]) -> str:
    if not any(sums):
        return say("manage.chart.nothing")
    return "；".join(say("manage.chart.sum", name=row[0], count=total) for row, total in zip(rows, sums, strict=True))


def _short(text: str) -> str:
    return text if len(text) <= 14 else f"{text[:13]}…"
