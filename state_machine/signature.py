"""How the declaration of 附件 1 was signed: drawn on a screen, or by typing the name. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

#: Points of one stroke: (x, y) in thousandths of the pad's width.
Stroke = tuple[tuple[int, int], ...]


class SignatureKind(StrEnum):
    """The way it was given."""

    DRAWN = "drawn"
    TYPED = "typed"


@dataclass(frozen=True)
class Drawing:
    """A signature as it was drawn: strokes of points, on a pad `height` thousandths of its width high."""

    strokes: tuple[Stroke, ...]
    height: int


@dataclass(frozen=True)
class Signature:
    """One signature: whose name, when (UTC), and under which words (version and SHA-256 of the declaration shown)."""

    name: str
    at: datetime
    declaration_version: str
    declaration_sha256: str
    drawing: Drawing | None = None

    @property
    def kind(self) -> SignatureKind:
        """Drawn or typed."""
        return SignatureKind.TYPED if self.drawing is None else SignatureKind.DRAWN
