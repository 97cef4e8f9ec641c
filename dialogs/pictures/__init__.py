"""Pictures in the chat. Each has an address that says all it shows: codes and dates, nothing about a person.

A dialog asks for `flow`, `stages`, `month`, `time_line` or `photo_guide` and gets a `Picture` for its message; whoever
sends the picture draws it from the address with `drawn`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from dialogs.pictures import flow_chart, month, photo_guide, stages, time_line
from dialogs.pictures.canvas import Drawing, Look, framed
from dialogs.rules import Rules
from dialogs.turn import Picture
from state_machine.interview import Stage
from state_machine.registered_time import Period

FOLDER = "/chat/pictures/"
_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d", re.ASCII)
_COUNT = re.compile(r"\d{1,3}", re.ASCII)
#: More periods than this are not drawn: nobody could read them.
_MOST_PERIODS = 24
_HERE = {stage.name.lower(): stage for stage in Stage}
_CODES = {stage: code for code, stage in _HERE.items()}


def flow(state: str) -> Picture:
    """附件 2, with 您在这里 where an interview or case state lies."""
    return _picture("flow", flow_chart.draw(state), {"at": state})


def progress(here: Stage | None, done: int, of: int) -> Picture:
    """The four stages; `here` None when everything is handed in."""
    asked = {"at": _CODES[here] if here else "done", "done": str(done), "of": str(of)}
    return _picture("stages", stages.draw(here, done, of), asked)


def due_date(accepted: date, due: date, rules: Rules) -> Picture | None:
    """The calendar from acceptance to the due date; None where a month's page would say nothing."""
    if not accepted <= due <= accepted + month.LONGEST:
        return None
    return _picture("month", month.draw(accepted, due, rules.calendar), {"from": str(accepted), "due": str(due)})


def registered_time(periods: Sequence[Period], today: date, rules: Rules) -> Picture | None:
    """The periods on a time line, without their places; None where there is nothing to draw, or too much."""
    if not 0 < len(periods) <= _MOST_PERIODS:
        return None
    spans = ",".join(f"{period.start}.{period.end or ''}" for period in periods)
    drawing = time_line.draw(periods, today, rules.allowed_gap_days, rules.counting)
    return _picture("time_line", drawing, {"spans": spans, "today": str(today)})


def how_to_photograph() -> Picture:
    """Good and bad photographs of a paper."""
    return _picture("photo_guide", photo_guide.draw(), {})


def drawn(name: str, asked: Mapping[str, str], rules: Rules) -> str | None:
    """The picture at an address as SVG; None for an address that is none of ours, however it is malformed.

    `asked` is the address's query. `look` in it asks for `light` or `dark`; otherwise the reader's own setting counts.
    """
    draw = _DRAWN.get(name)
    if draw is None:
        return None
    try:
        return framed(draw(asked, rules), Look(asked.get("look", Look.AUTO)))
    except (ValueError, KeyError, OverflowError):
        return None


def _picture(name: str, drawing: Drawing, asked: Mapping[str, str]) -> Picture:
    query = f"?{urlencode(asked, safe=',')}" if asked else ""
    return Picture(f"{FOLDER}{name}.svg{query}", drawing.words)


def _flow(asked: Mapping[str, str], rules: Rules) -> Drawing:
    return flow_chart.draw(asked.get("at", ""))


def _stages(asked: Mapping[str, str], rules: Rules) -> Drawing:
    here = None if asked["at"] == "done" else _HERE[asked["at"]]
    return stages.draw(here, _count(asked["done"]), _count(asked["of"]))


def _month(asked: Mapping[str, str], rules: Rules) -> Drawing:
    return month.draw(_day(asked["from"]), _day(asked["due"]), rules.calendar)


def _time_line(asked: Mapping[str, str], rules: Rules) -> Drawing:
    spans = asked["spans"].split(",")
    if len(spans) > _MOST_PERIODS:
        raise ValueError("too many periods")
    periods = [_period(span) for span in spans]
    return time_line.draw(periods, _day(asked["today"]), rules.allowed_gap_days, rules.counting)


def _period(span: str) -> Period:
    start, _, end = span.partition(".")
    return Period("", _day(start), _day(end) if end else None)


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError("not a day")
    return date.fromisoformat(text)


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise ValueError("not a count")
    return int(text)


_DRAWN: dict[str, Callable[[Mapping[str, str], Rules], Drawing]] = {
    "flow": _flow,
    "stages": _stages,
    "month": _month,
    "time_line": _time_line,
    "photo_guide": lambda asked, rules: photo_guide.draw(),
}
