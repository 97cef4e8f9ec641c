"""What every drawing of ours shares: the frame, the colours by day and by night, a few shapes. SVG, nothing runs.

A drawing is laid out in pixels of a phone's width. Its words are in `<title>` and `<desc>` and are handed out beside
it, so that whoever does not see it reads the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape

WIDTH = 400


class Look(StrEnum):
    """Whose eyes it is for: `auto` follows the reader's own setting."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Drawing:
    """An unframed drawing: its height, its shapes, its name and the words that say the same."""

    height: float
    shapes: str
    title: str
    words: str


#: Every colour by its part, by day and by night. Text on its ground has a contrast of at least 4.5 : 1.
_COLOURS = {
    "paper": ("#ffffff", "#16211f"),
    "ink": ("#111111", "#f1f5f3"),
    "soft": ("#4d5654", "#b4bfbc"),
    "line": ("#333333", "#c4cecb"),
    "pale": ("#e9eceb", "#2b3836"),
    "here": ("#e8f3ec", "#143c2a"),
    "green": ("#07723c", "#6fd39b"),
    "on_green": ("#ffffff", "#0d1a14"),
    "red": ("#b3261e", "#ff9a92"),
}


def _sheet(side: int) -> str:
    return "".join(
        f".f-{part}{{fill:{colours[side]}}}.s-{part}{{stroke:{colours[side]}}}" for part, colours in _COLOURS.items()
    )


_DAY, _NIGHT = _sheet(0), _sheet(1)
_STYLES = {
    Look.LIGHT: _DAY,
    Look.DARK: _NIGHT,
    Look.AUTO: f"{_DAY}@media (prefers-color-scheme:dark){{{_NIGHT}}}",
}


def framed(drawing: Drawing, look: Look = Look.AUTO) -> str:
    """The whole picture as SVG text, readable by a screen reader."""
    size = f'width="{WIDTH}" height="{drawing.height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {drawing.height:g}" {size} role="img" '
        f'aria-labelledby="picture-title picture-words" font-family="sans-serif" font-size="16">'
        f'<title id="picture-title">{escape(drawing.title)}</title>'
        f'<desc id="picture-words">{escape(drawing.words)}</desc>'
        f"<style>{_STYLES[look]}</style>{rect(0, 0, WIDTH, drawing.height, 'f-paper')}{drawing.shapes}</svg>"
    )


def rect(x: float, y: float, width: float, height: float, style: str, *, round_by: float = 0, line: float = 0) -> str:
    """A box. `style` is `f-…` for what fills it, `s-…` for its line."""
    outline = f' stroke-width="{line:g}"' if line else ""
    rounded = f' rx="{round_by:g}"' if round_by else ""
    fill = "" if "f-" in style else ' fill="none"'
    return f'<rect class="{style}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{rounded}{outline}{fill}/>'


def line(path: str, style: str = "s-line", *, width: float = 2, dashes: str = "") -> str:
    """A line along an SVG path."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path class="{style}" d="{path}" fill="none" stroke-width="{width:g}"{dashed} stroke-linecap="round"/>'


def words(
    x: float, y: float, text: str, style: str = "f-ink", *, size: float = 16, anchor: str = "middle", bold: bool = False
) -> str:
    """Text with its foot at `y`."""
    heavy = ' font-weight="bold"' if bold else ""
    return (
        f'<text class="{style}" x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}"{heavy}>'
        f"{escape(text)}</text>"
    )


def tick(x: float, y: float, size: float, style: str = "s-green") -> str:
    """✓ around a middle."""
    return line(
        f"M{x - size:g} {y:g}L{x - size / 3:g} {y + size * 0.7:g}L{x + size:g} {y - size * 0.7:g}", style, width=4
    )


def cross(x: float, y: float, size: float, style: str = "s-red") -> str:
    """✗ around a middle."""
    return line(
        f"M{x - size:g} {y - size:g}L{x + size:g} {y + size:g}M{x + size:g} {y - size:g}L{x - size:g} {y + size:g}",
        style,
        width=4,
    )
