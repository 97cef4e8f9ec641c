"""A printed sheet read back: its lines, the cells they make, and which words stand in which cell."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

#: Points: lines nearer than this are one line.
NEAR = 1.0


@dataclass(frozen=True)
class Sign:
    """One sign and the middle of its box, in points from the lower left."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Cell:
    """A rectangle between four lines."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass
class Sheet:
    """One page read back."""

    signs: list[Sign]
    #: Standing lines (x, from, to) and lying lines (y, from, to).
    standing: list[tuple[float, float, float]] = field(default_factory=list)
    lying: list[tuple[float, float, float]] = field(default_factory=list)
    #: Points of everything that is drawn and is no line of the table.
    strokes: list[list[tuple[float, float]]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All signs in the order of the file."""
        halves = "".join(sign.text for sign in self.signs)  # rare characters come as two halves
        return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le")

    def cells(self) -> dict[Cell, str]:
        """The words of every cell that has any, blanks left out, in reading order."""
        found: dict[Cell, list[Sign]] = {}
        for sign in self.signs:
            cell = self.cell_at(sign.x, sign.y)
            if cell is not None and sign.text.strip():
                found.setdefault(cell, []).append(sign)
        return {cell: "".join(sign.text for sign in signs) for cell, signs in found.items()}

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell around a point; None outside every table."""
        left = max((at for at, low, high in self.standing if at <= x and low - NEAR <= y <= high + NEAR), default=None)
        right = min((at for at, low, high in self.standing if at > x and low - NEAR <= y <= high + NEAR), default=None)
        bottom = max((at for at, low, high in self.lying if at <= y and low - NEAR <= x <= high + NEAR), default=None)
        top = min((at for at, low, high in self.lying if at > y and low - NEAR <= x <= high + NEAR), default=None)
        if left is None or right is None or bottom is None or top is None:
            return None
        return Cell(round(left), round(bottom), round(right), round(top))


def read(pdf: bytes) -> list[Sheet]:
    """Every page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_page(document[n]) for n in range(len(document))]
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage) -> Sheet:
    sheet = Sheet(list(_signs(page)))
    for points in _paths(page):
        if any(abs(x1 - x2) > NEAR and abs(y1 - y2) > NEAR for (x1, y1), (x2, y2) in pairwise(points)):
            sheet.strokes.append(points)
            continue
        for (x1, y1), (x2, y2) in pairwise(points):
            if abs(x1 - x2) < NEAR < abs(y1 - y2):
                sheet.standing.append((x1, min(y1, y2), max(y1, y2)))
            elif abs(y1 - y2) < NEAR < abs(x1 - x2):
                sheet.lying.append((y1, min(x1, x2), max(x1, x2)))
    return sheet


def _signs(page: pypdfium2.PdfPage) -> Iterator[Sign]:
    words = page.get_textpage()
    for n in range(words.count_chars()):
        left, bottom, right, top = words.get_charbox(n)
        text = chr(pdfium.FPDFText_GetUnicode(words, n))
        if text not in "\r\n":  # made up by the reader where a line ends
            yield Sign(text, (left + right) / 2, (bottom + top) / 2)
    words.close()


def _paths(page: pypdfium2.PdfPage) -> Iterator[list[tuple[float, float]]]:
    """The points of every stroked path, on the page. Boxes to tick are too small to be lines of the table."""
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        matrix = thing.get_matrix()
        points: list[tuple[float, float]] = []
        for n in range(pdfium.FPDFPath_CountSegments(thing)):
            segment = pdfium.FPDFPath_GetPathSegment(thing, n)
            x, y = ctypes.c_float(), ctypes.c_float()
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            points.append(matrix.on_point(x.value, y.value))
        if len(points) > 1 and _extent(points) > 14:
            yield points


def _extent(points: list[tuple[float, float]]) -> float:
    wide = max(x for x, _ in points) - min(x for x, _ in points)
    high = max(y for _, y in points) - min(y for _, y in points)
    return max(wide, high)
