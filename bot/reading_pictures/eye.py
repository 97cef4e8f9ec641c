"""The engine: rapidocr over onnxruntime, with the models its wheel carries. Only ever imported in the worker process.

Nothing is fetched: the models are named by their path, and a missing one means that there is no reading here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr
from numpy.typing import NDArray

from bot.reading_pictures.seen import Point, Seen, apart, common_slant
from bot.reading_pictures.seen import slant as slant_of

Pixels = NDArray[np.uint8]

MODELS = Path(rapidocr.__file__).parent / "models"
DETECTION, RECOGNITION = MODELS / "PP-OCRv6_det_small.onnx", MODELS / "PP-OCRv6_rec_small.onnx"
#: The longest side that is looked at: more costs memory and reads no better.
LONGEST = 1280
#: The direction of the print is found on a smaller picture.
FIRST_LOOK = 960
#: Long pieces that run in another direction than the rest (degrees) are no part of the card.
ALONG = 10.0
#: So many of the longest lines tell which way is up.
WITNESSES = 5
#: Less sure pieces are nothing.
SURE = 0.3
MOST_PIECES = 160


@dataclass(frozen=True)
class Lie:
    """By how many degrees print is turned, and the corners of all of it in the picture."""

    turn: float
    corners: tuple[Point, ...]


class Eye:
    """One engine. Not shared between threads."""

    def __init__(self) -> None:
        self._engine = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": LONGEST,
                "Global.use_cls": False,
                "Det.model_path": str(DETECTION),
                "Det.limit_type": "max",
                "Det.limit_side_len": LONGEST,
                "Rec.model_path": str(RECOGNITION),
                "Rec.rec_batch_num": 4,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def lie_of(self, picture: Pixels) -> Lie | None:
        """How the print in a picture lies. None: no print at all."""
        small = scaled(picture, FIRST_LOOK)
        boxes = self.boxes(small)
        slant = common_slant(boxes)
        if slant is None:
            return None
        along = [box for box in boxes if (lies := slant_of(box))[1] < 1.8 or apart(lies[0], slant) <= ALONG]
        scale = picture.shape[1] / small.shape[1]
        corners = tuple((x * scale, y * scale) for box in along for x, y in box)
        return Lie(self._turn(small, boxes, slant), corners)

    def read(self, picture: Pixels) -> list[Seen]:
        """Every piece of print in an upright picture."""
        seen = scaled(picture, LONGEST)
        boxes = self.boxes(seen)[:MOST_PIECES]
        if not boxes:
            return []
        upright = [_from_upper_left(box, 0.0) for box in boxes]
        told = self._recognise([cut(seen, box) for box in upright])
        return [
            Seen(text, score, box) for (text, score), box in zip(told, upright, strict=True) if score >= SURE and text
        ]

    def boxes(self, picture: Pixels) -> list[tuple[Point, ...]]:
        """Where print is, as four corners each."""
        found: Any = self._engine(np.ascontiguousarray(picture[:, :, ::-1]), use_det=True, use_cls=False, use_rec=False)
        if getattr(found, "boxes", None) is None:
            return []
        return [tuple((float(x), float(y)) for x, y in box) for box in found.boxes]

    def _turn(self, picture: Pixels, boxes: Sequence[tuple[Point, ...]], slant: float) -> float:
        """By how many degrees the print is turned: the slant, or the same upside down, whichever reads better."""
        long = sorted(boxes, key=_length, reverse=True)[: 3 * WITNESSES]
        told: dict[float, float] = {}
        for turn in (slant, slant + 180):
            crops = [cut(picture, _from_upper_left(box, turn)) for box in long]
            crops = [crop for crop in crops if crop.shape[1] >= 1.8 * crop.shape[0]][:WITNESSES]
            told[turn] = sum(score * len(text) for text, score in self._recognise(crops) if score > 0.5)
        return max(told, key=lambda turn: told[turn])

    def _recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        if not crops:
            return []
        found: Any = self._engine.recognize_txt([np.ascontiguousarray(crop[:, :, ::-1]) for crop in crops])
        return [(str(text), float(score)) for text, score in zip(found.txts, found.scores, strict=True)]


def scaled(picture: Pixels, longest: int) -> Pixels:
    """At most so long, and of no more pixels than a card of that length has; never made larger than twice."""
    tall, wide = picture.shape[:2]
    by = min(longest / max(tall, wide), math.sqrt(0.75 * longest * longest / (tall * wide)), 2.0)
    if 0.98 < by < 1.02:
        return picture
    how = cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC
    return np.asarray(
        cv2.resize(picture, (max(1, round(wide * by)), max(1, round(tall * by))), interpolation=how), np.uint8
    )


def cut(picture: Pixels, box: Sequence[Point]) -> Pixels:
    """One box as an upright strip."""
    wide = max(4, round(max(math.dist(box[0], box[1]), math.dist(box[3], box[2]))))
    tall = max(4, round(max(math.dist(box[0], box[3]), math.dist(box[1], box[2]))))
    target = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32)
    how = cv2.getPerspectiveTransform(np.array(box, np.float32), target)
    strip = cv2.warpPerspective(picture, how, (wide, tall), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC)
    return np.asarray(strip, np.uint8)


def upright(picture: Pixels, lie: Lie, margin: float) -> Pixels:
    """The picture turned back, and cut to its print with a margin (a share of the print's longer side)."""
    corners = np.array(lie.corners, np.float32)
    radians = math.radians(-lie.turn)
    how = np.array([[math.cos(radians), -math.sin(radians)], [math.sin(radians), math.cos(radians)]], np.float32)
    moved = corners @ how.T
    low, high = moved.min(axis=0), moved.max(axis=0)
    room = margin * float((high - low).max()) + 8
    wide, tall = (round(float(side + 2 * room)) for side in high - low)
    matrix = np.hstack([how, (room - low).reshape(2, 1)]).astype(np.float32)
    by = min(1.0, 2 * LONGEST / max(wide, tall))
    upright = cv2.warpAffine(
        picture,
        matrix * by,
        (max(8, round(wide * by)), max(8, round(tall * by))),
        flags=cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(upright, np.uint8)


def contrasted(picture: Pixels) -> Pixels:
    """More local contrast (CLAHE on the lightness): brings out print under glare and in the dark."""
    parts = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    parts[:, :, 0] = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(parts[:, :, 0])
    return np.asarray(cv2.cvtColor(parts, cv2.COLOR_LAB2RGB), np.uint8)


def _length(box: Sequence[Point]) -> float:
    return max(math.dist(box[0], box[1]), math.dist(box[1], box[2]))


def _from_upper_left(box: Sequence[Point], turn: float) -> tuple[Point, Point, Point, Point]:
    """The same corners clockwise, beginning at the upper left of print that is turned by `turn` degrees."""
    middle = (sum(x for x, _ in box) / 4, sum(y for _, y in box) / 4)
    around = sorted(box, key=lambda point: math.atan2(point[1] - middle[1], point[0] - middle[0]))
    radians = math.radians(-turn)
    cos, sin = math.cos(radians), math.sin(radians)

    def is_upper_edge(n: int) -> tuple[bool, float]:
        """Whether the edge from corner `n` lies above the middle, and how much it points to the right."""
        (x0, y0), (x1, y1) = around[n], around[(n + 1) % 4]
        below = (x0 + x1 - 2 * middle[0]) * sin + (y0 + y1 - 2 * middle[1]) * cos
        along = (x1 - x0) * cos - (y1 - y0) * sin
        return below < 0, along / max(math.dist(around[n], around[(n + 1) % 4]), 1e-6)

    first = max(range(4), key=is_upper_edge)
    a, b, c, d = (around[(first + n) % 4] for n in range(4))
    return a, b, c, d
