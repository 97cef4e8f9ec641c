"""附件 2's flow as a picture (SVG), drawn from the two machines' own tables, with 您在这里."""

from __future__ import annotations

from html import escape

from dialogs import wording
from state_machine.case import MOVES, CaseState
from state_machine.interview import ADVANCE, InterviewState, Stage, stage_of

_BOX_WIDTH, _BOX_HEIGHT, _STEP, _LEFT = 150, 44, 74, 24
_SIDE_LEFT = 236
#: Wide enough for the two columns and no wider: on a phone the picture is scaled to the bubble.
_WIDTH = 400
_HERE_LEFT = _LEFT + _BOX_WIDTH + 10


def stages() -> list[str]:
    """The four stages in the order in which the interview's table passes them."""
    found: list[str] = []
    for source, dest, _ in ADVANCE:
        for state in (source, dest):
            if stage_of(state).value not in found:
                found.append(stage_of(state).value)
    return [stage.value for stage in Stage if stage.value in found]


def main_line() -> list[CaseState]:
    """From submission to issue: the straight way through the case's table."""
    line, seen = [CaseState.SUBMITTED], {CaseState.SUBMITTED}
    while True:
        nexts = [m.dest for m in MOVES if m.source is line[-1] and m.dest in _STRAIGHT and m.dest not in seen]
        if not nexts:
            return line
        line.append(nexts[0])
        seen.add(nexts[0])


_STRAIGHT = (CaseState.ACCEPTED, CaseState.EXAMINED, CaseState.APPROVED, CaseState.ISSUED)


def side_ways() -> list[tuple[CaseState, CaseState]]:
    """Where a case can leave the straight way: (from, to), each pair once."""
    line = main_line()
    found = [(m.source, m.dest) for m in MOVES if m.source in line and m.dest not in line]
    return [pair for pair in dict.fromkeys(found) if pair[1] is not CaseState.WITHDRAWN]


def here_of(state: str) -> str:
    """The box a state lies in: a stage, or a case state. Empty if it is none."""
    if state == CaseState.RESUBMITTED:
        return CaseState.SUBMITTED.value
    if state in CaseState._value2member_map_:
        return state
    if state in InterviewState._value2member_map_ and InterviewState(state) not in _ENDED:
        return stage_of(InterviewState(state)).value
    return ""


_ENDED = (InterviewState.CANCELLED, InterviewState.EXPIRED)


def label(box: str) -> str:
    """What stands in a box."""
    return wording.text("notices", f"chart.{box}") if wording.has("notices", f"chart.{box}") else box


def draw(state: str | None = None) -> str:
    """The picture as SVG text, readable by a screen reader. `state` is an interview or case state (您在这里)."""
    here = here_of(state or "")
    boxes = [*stages(), *[s.value for s in main_line()]]
    parts = [_box(_LEFT, _top(row), box, box == here) for row, box in enumerate(boxes)]
    parts += [
        _arrow(_LEFT + _BOX_WIDTH / 2, _top(row) + _BOX_HEIGHT, _STEP - _BOX_HEIGHT) for row in range(len(boxes) - 1)
    ]
    parts += _sides(boxes, here)
    height = _top(len(boxes)) + 10
    title, words = wording.text("notices", "chart.title"), _words(boxes, here)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="flow-title flow-desc" font-family="sans-serif" font-size="20">'
        f'<title id="flow-title">{escape(title)}</title><desc id="flow-desc">{escape(words)}</desc>'
        f'<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="#333"/></marker></defs>'
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def _top(row: int) -> int:
    return 16 + row * _STEP


def _sides(boxes: list[str], here: str) -> list[str]:
    drawn: list[str] = []
    used: dict[int, int] = {}
    for source, dest in side_ways():
        row = boxes.index(source.value)
        place = row + used.get(row, 0)
        used[row] = used.get(row, 0) + 1
        top = _top(place)
        drawn.append(_box(_SIDE_LEFT, top, dest.value, dest.value == here))
        start, middle = _top(row) + _BOX_HEIGHT / 2, top + _BOX_HEIGHT / 2
        drawn.append(
            f'<path d="M{_LEFT + _BOX_WIDTH} {start}H{_SIDE_LEFT - 36}V{middle}H{_SIDE_LEFT - 4}" fill="none" '
            f'stroke="#333" stroke-width="2" marker-end="url(#tip)"/>'
        )
    return drawn


def _box(left: float, top: float, box: str, is_here: bool) -> str:
    fill, stroke, width = ("#e8f3ec", "#07723c", 4) if is_here else ("#fff", "#333", 2)
    middle = left + _BOX_WIDTH / 2
    words = escape(label(box))
    here = ""
    if is_here:
        words = f"▶ {words}"
        mark = escape(wording.text("notices", "chart.here"))
        here = f'<text x="{middle + 10}" y="{top + 63}" font-size="16" fill="#07723c" font-weight="bold">{mark}</text>'
    return (
        f'<rect x="{left}" y="{top}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="8" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{width}"/>'
        f'<text x="{middle}" y="{top + 29}" text-anchor="middle" fill="#111">{words}</text>{here}'
    )


def _arrow(x: float, top: float, length: float) -> str:
    return f'<path d="M{x} {top}V{top + length - 3}" stroke="#333" stroke-width="2" marker-end="url(#tip)"/>'


def _words(boxes: list[str], here: str) -> str:
    words = " → ".join(label(box) for box in boxes)
    sides = "，".join(f"{label(a.value)}后可能{label(b.value)}" for a, b in side_ways())
    at = f"。{wording.text('notices', 'chart.here')}：{label(here)}" if here else ""
    return f"{words}。{sides}{at}"
