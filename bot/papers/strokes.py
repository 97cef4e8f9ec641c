"""A signature drawn in the browser: points only, whole numbers within bounds. Anything else is refused."""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import Any

from state_machine.signature import Drawing, Stroke

#: The pad is a thousand wide, whatever the screen.
WIDTH = 1000
LOWEST, HIGHEST = 100, 1000
MOST_STROKES, MOST_POINTS = 60, 2000
#: Less ink than this is a slip of the finger.
LEAST_INK = 150.0


class NoDrawing(ValueError):
    """What came is no drawing of ours."""


class TooLittle(ValueError):
    """A drawing, but hardly anything is drawn."""


def read_drawing(given: Any) -> Drawing:
    """A turn's drawing, checked: `{"height": 350, "strokes": [[[x, y], …], …]}`. Raises `NoDrawing`, `TooLittle`."""
    if not isinstance(given, dict) or set(given) != {"height", "strokes"}:
        raise NoDrawing
    height, strokes = given["height"], given["strokes"]
    if not _is_within(height, LOWEST, HIGHEST) or not isinstance(strokes, list) or len(strokes) > MOST_STROKES:
        raise NoDrawing
    drawn = tuple(_stroke(stroke, height) for stroke in strokes)
    if sum(map(len, drawn)) > MOST_POINTS:
        raise NoDrawing
    if sum(hypot(b[0] - a[0], b[1] - a[1]) for stroke in drawn for a, b in pairwise(stroke)) < LEAST_INK:
        raise TooLittle
    return Drawing(drawn, height)


def _stroke(given: Any, height: int) -> Stroke:
    """One stroke; a mere dot becomes a line one wide, so that it is seen."""
    if not isinstance(given, list) or not given or len(given) > MOST_POINTS:
        raise NoDrawing
    for point in given:
        if not isinstance(point, list) or len(point) != 2:
            raise NoDrawing
        if not _is_within(point[0], 0, WIDTH) or not _is_within(point[1], 0, height):
            raise NoDrawing
    points = tuple((x, y) for x, y in given)
    return points if len(points) > 1 else (points[0], (points[0][0] + 1, points[0][1]))


def _is_within(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most
