"""What the eye saw: pieces of text and where they stand. Plain values, no engine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Point = tuple[float, float]
#: Print on an upright card climbs or falls no more than this.
STEEPEST = 0.15


@dataclass(frozen=True)
class Seen:
    """One piece of text in one line: how sure the engine is (0–1), and its corners, clockwise from its upper left."""

    text: str
    score: float
    corners: tuple[Point, Point, Point, Point]

    @property
    def middle(self) -> Point:
        """The middle of the four corners."""
        return sum(x for x, _ in self.corners) / 4, sum(y for _, y in self.corners) / 4

    @property
    def left(self) -> float:
        """Its left edge, once straightened."""
        return (self.corners[0][0] + self.corners[3][0]) / 2

    @property
    def right(self) -> float:
        """Its right edge, once straightened."""
        return (self.corners[1][0] + self.corners[2][0]) / 2

    @property
    def width(self) -> float:
        """Along the line."""
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        """Across the line."""
        return math.dist(self.corners[0], self.corners[3])


def slant(corners: Sequence[Point]) -> tuple[float, float]:
    """(the direction of a box's longer side in degrees, from 0 to under 180; how much longer it is than the other)."""
    upper, beside = math.dist(corners[0], corners[1]), math.dist(corners[1], corners[2])
    (x0, y0), (x1, y1) = (corners[0], corners[1]) if upper >= beside else (corners[1], corners[2])
    longer, shorter = max(upper, beside), max(min(upper, beside), 1.0)
    return math.degrees(math.atan2(y1 - y0, x1 - x0)) % 180, longer / shorter


def common_slant(boxes: Iterable[Sequence[Point]]) -> float | None:
    """The direction most of the print runs in, by length: what lies about on the table runs otherwise. None: no print.

    The weighted median around the fullest ten degrees.
    """
    long = [(*slant(box), math.dist(box[0], box[1]) + math.dist(box[1], box[2])) for box in boxes]
    told = [(angle, weight) for angle, ratio, weight in long if ratio >= 1.8]
    if not told:
        return None
    best = max((angle for angle, _ in told), key=lambda one: sum(w for a, w in told if apart(a, one) <= 5))
    near = sorted((_signed(angle, best), weight) for angle, weight in told if apart(angle, best) <= 8)
    half, passed = sum(weight for _, weight in near) / 2, 0.0
    for off, weight in near:
        passed += weight
        if passed >= half:
            return (best + off) % 180
    return best


def apart(one: float, other: float) -> float:
    """How far two directions lie apart, in degrees; a line has no front and no back."""
    return abs(_signed(one, other))


def _signed(one: float, other: float) -> float:
    return (one - other + 90) % 180 - 90


def straightened(pieces: Sequence[Seen]) -> list[Seen]:
    """The pieces of an upright picture without the rest of their slope, also where lines run towards each other.

    The slope is a line over the height of the picture (least squares over the long pieces); every piece is moved along
    its own line to the left edge, so that what stands in one line has one height. What runs in another direction is
    not on the card.
    """
    level = [one for one in pieces if one.width < 2.5 * one.height or abs(_slope(one)) <= STEEPEST]
    long = [one for one in level if one.width >= 2.5 * one.height]
    if len(long) < 2:
        return level
    flat, steeper = _slopes(long)
    edge = min(one.left for one in level)
    moved = []
    for one in level:
        x, y = one.middle
        at = y - (flat + steeper * y) * (x - edge)
        upper, lower = at - one.height / 2, at + one.height / 2
        moved.append(
            replace(one, corners=((one.left, upper), (one.right, upper), (one.right, lower), (one.left, lower)))
        )
    return moved


def _slope(one: Seen) -> float:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = one.corners
    return (y1 - y0 + y2 - y3) / max(x1 - x0 + x2 - x3, 1.0)


def _slopes(long: Sequence[Seen]) -> tuple[float, float]:
    """Slope at the picture's upper edge, and how much steeper it gets with every pixel down."""
    points = [(one.middle[1], _slope(one), one.width) for one in long]
    whole = sum(weight for _, _, weight in points)
    mean_y = sum(y * weight for y, _, weight in points) / whole
    mean = sum(slope * weight for _, slope, weight in points) / whole
    spread = sum(weight * (y - mean_y) ** 2 for y, _, weight in points)
    if spread < 1.0 or len(points) < 4:
        return mean, 0.0
    steeper = sum(weight * (y - mean_y) * (slope - mean) for y, slope, weight in points) / spread
    return mean - steeper * mean_y, steeper
