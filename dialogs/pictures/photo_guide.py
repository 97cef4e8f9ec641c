"""How to photograph a paper: one good picture, five that will be sent back. Drawn by us, of a paper of nobody."""

from __future__ import annotations

from dialogs import wording
from dialogs.pictures.canvas import Drawing, cross, rect, tick, words

_WIDE, _HIGH, _GAP = 120, 150, 10
_TOP = 12
_DEFINITIONS = (
    '<defs><filter id="blur"><feGaussianBlur stdDeviation="3.2"/></filter>'
    f'<clipPath id="frame"><rect width="{_WIDE}" height="{_HIGH}" rx="8"/></clipPath></defs>'
)


def draw() -> Drawing:
    """Six small pictures with their words."""
    panels = (
        ("good", _paper(25, 22)),
        ("cut", _paper(60, 60)),
        ("thumb", _paper(25, 22) + _thumb()),
        ("blurred", f'<g filter="url(#blur)">{_paper(25, 22)}</g>'),
        ("glare", _paper(25, 22) + _glare()),
        ("dark", _paper(25, 22) + '<rect width="120" height="150" fill="#000" fill-opacity=".72"/>'),
    )
    shapes = [_DEFINITIONS]
    shapes += [_panel(number, name, inside) for number, (name, inside) in enumerate(panels)]
    said = wording.text("pictures", "guide.words")
    return Drawing(_TOP + 2 * (_HIGH + 46), "".join(shapes), wording.text("pictures", "guide.title"), said)


def _panel(number: int, name: str, inside: str) -> str:
    x = _GAP + (number % 3) * (_WIDE + _GAP)
    y = _TOP + (number // 3) * (_HIGH + 46)
    is_good = name == "good"
    table = '<rect width="120" height="150" fill="#8a6f56"/>'
    picture = f'<g transform="translate({x} {y})"><g clip-path="url(#frame)">{table}{inside}</g></g>'
    style, mark = ("s-green", tick) if is_good else ("s-red", cross)
    frame = rect(x, y, _WIDE, _HIGH, style, round_by=8, line=4 if is_good else 2)
    label = wording.text("pictures", f"guide.{name}")
    left = x + _WIDE / 2 - 8 * len(label) - 12
    text = words(left + 18, y + _HIGH + 26, label, "f-green" if is_good else "f-ink", anchor="start", bold=is_good)
    return picture + frame + mark(left, y + _HIGH + 20, 7) + text


def _paper(x: float, y: float) -> str:
    """A sheet of 70 × 106 with lines of writing, always by day: it is a photograph."""
    lines = "".join(f"M{x + 10} {y + 34 + 11 * n}h{50 if n % 3 else 36}" for n in range(6))
    return (
        f'<rect x="{x}" y="{y}" width="70" height="106" fill="#fdfdf8"/>'
        f'<rect x="{x + 18}" y="{y + 12}" width="34" height="7" fill="#333"/>'
        f'<path d="{lines}" stroke="#555" stroke-width="3" fill="none"/>'
        f'<circle cx="{x + 52}" cy="{y + 88}" r="11" fill="none" stroke="#c0392b" stroke-width="3"/>'
    )


def _thumb() -> str:
    return (
        '<path d="M120 150V96q-8-22-30-20q-30 4-36 34q-2 26 20 40z" fill="#e3b493" stroke="#b98363" stroke-width="2"/>'
    )


def _glare() -> str:
    return (
        '<ellipse cx="66" cy="66" rx="34" ry="26" fill="#fff" fill-opacity=".96"/>'
        '<ellipse cx="66" cy="66" rx="46" ry="38" fill="#fff" fill-opacity=".5"/>'
    )
