"""附件 2's flow as a picture, drawn from the two machines' own tables, with 您在这里."""

from __future__ import annotations

from dialogs import wording
from dialogs.pictures.canvas import Drawing, line, rect, words
from state_machine.case import MOVES, CaseState
from state_machine.interview import ADVANCE, InterviewState, Stage, stage_of

_BOX_WIDTH, _BOX_HEIGHT, _STEP, _LEFT = 150, 44, 74, 24
_SIDE_LEFT = 236
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


def draw(state: str | None = None) -> Drawing:
    """The whole way. `state` is an interview or case state (您在这里)."""
    here = here_of(state or "")
    boxes = [*stages(), *[s.value for s in main_line()]]
    parts = [_TIP, *[_box(_LEFT, _top(row), box, box == here) for row, box in enumerate(boxes)]]
    parts += [
        _arrow(_LEFT + _BOX_WIDTH / 2, _top(row) + _BOX_HEIGHT, _STEP - _BOX_HEIGHT) for row in range(len(boxes) - 1)
    ]
    parts += _sides(boxes, here)
    return Drawing(_top(len(boxes)) + 10, "".join(parts), wording.text("notices", "chart.title"), _words(boxes, here))


_TIP = (
    '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto">'
    '<path class="f-line" d="M0 0L8 4L0 8z"/></marker></defs>'
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
        across = f"M{_LEFT + _BOX_WIDTH} {start:g}H{_SIDE_LEFT - 36}V{middle:g}H{_SIDE_LEFT - 4}"
        drawn.append(_pointed(line(across)))
    return drawn


def _box(left: float, top: float, box: str, is_here: bool) -> str:
    middle = left + _BOX_WIDTH / 2
    shape = rect(left, top, _BOX_WIDTH, _BOX_HEIGHT, "f-paper s-line", round_by=8, line=2)
    if not is_here:
        return shape + words(middle, top + 29, label(box), size=20)
    shape = rect(left, top, _BOX_WIDTH, _BOX_HEIGHT, "f-here s-green", round_by=8, line=4)
    mark = words(middle + 10, top + 63, wording.text("notices", "chart.here"), "f-green", bold=True, anchor="start")
    return shape + words(middle, top + 29, f"▶ {label(box)}", size=20) + mark


def _arrow(x: float, top: float, length: float) -> str:
    return _pointed(line(f"M{x:g} {top:g}V{top + length - 3:g}"))


def _pointed(arrow: str) -> str:
    return arrow.replace("/>", ' marker-end="url(#tip)"/>')


def _words(boxes: list[str], here: str) -> str:
    way = " → ".join(label(box) for box in boxes)
    sides = "，".join(f"{label(a.value)}后可能{label(b.value)}" for a, b in side_ways())
    at = f"。{wording.text('notices', 'chart.here')}：{label(here)}" if here else ""
    return f"{way}。{sides}{at}"
