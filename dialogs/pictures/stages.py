"""How far the filling-in is: the four stages of the ordinance in a row, done, here, to come."""

from __future__ import annotations

from dialogs import wording
from dialogs.pictures.canvas import WIDTH, Drawing, line, rect, tick, words
from state_machine.interview import Stage

_STAGES = list(Stage)
_STEP = WIDTH / len(_STAGES)
_MIDDLE, _RADIUS = 52, 20


def draw(here: Stage | None, done: int, of: int) -> Drawing:
    """The row with the stage in hand marked, `done` of `of` questions. `here` None: everything is handed in."""
    at = len(_STAGES) if here is None else _STAGES.index(here)
    shapes = [_between(number, number < at) for number in range(len(_STAGES) - 1)]
    shapes += [_station(number, stage, at) for number, stage in enumerate(_STAGES)]
    shapes.append(words(WIDTH / 2, 138, _count(here, done, of), "f-soft", size=17))
    return Drawing(156, "".join(shapes), wording.text("pictures", "stages.title"), in_words(here, done, of))


def in_words(here: Stage | None, done: int, of: int) -> str:
    """What the row says."""
    if here is None:
        stands = wording.text("pictures", "stages.finished")
    else:
        stands = wording.text("pictures", "stages.here", stage=here.value, done=done, of=of)
    return wording.text("pictures", "stages.words", stages="、".join(stage.value for stage in Stage), here=stands)


def _count(here: Stage | None, done: int, of: int) -> str:
    if here is None:
        return wording.text("pictures", "stages.all_done")
    return wording.text("pictures", "stages.count", done=done, of=of)


def _x(number: int) -> float:
    return _STEP * (number + 0.5)


def _between(number: int, is_done: bool) -> str:
    path = f"M{_x(number) + _RADIUS + 6:g} {_MIDDLE}H{_x(number + 1) - _RADIUS - 6:g}"
    return line(path, "s-green" if is_done else "s-line", width=4 if is_done else 2, dashes="" if is_done else "2 6")


def _station(number: int, stage: Stage, at: int) -> str:
    x, box = _x(number), (_x(number) - _RADIUS, _MIDDLE - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
    label = words(x, 102, stage.value, "f-ink" if number <= at else "f-soft", size=18, bold=number == at)
    if number < at:
        return rect(*box, "f-here s-green", round_by=_RADIUS, line=2) + tick(x, _MIDDLE, 9) + label
    if number == at:
        circle = rect(*box, "f-green", round_by=_RADIUS)
        return circle + words(x, _MIDDLE + 7, str(number + 1), "f-on_green", size=20, bold=True) + label
    circle = rect(*box, "f-paper s-line", round_by=_RADIUS, line=2)
    return circle + words(x, _MIDDLE + 7, str(number + 1), "f-soft", size=20) + label
