"""The chat's drawings as PNG, for channels that show no SVG. The web chat takes them as they are (bot/web/own.py)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from dialogs.pictures import FOLDER, drawn
from dialogs.pictures.canvas import Look

if TYPE_CHECKING:
    from bot.wiring import Service

#: typst writes a time into what it makes; a drawing has none.
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


async def as_png(service: Service, href: str) -> bytes | None:
    """A drawing's PNG (800 px wide, by day) from the address in a `Picture`; None if it is none of our drawings.

    Raises `NotInTheFonts`, `TooBusy` as `Typesetter.draw` does.
    """
    address = urlsplit(href)
    name = address.path.removeprefix(FOLDER).removesuffix(".svg")
    if address.netloc or address.path != f"{FOLDER}{name}.svg":
        return None
    svg = drawn(name, dict(parse_qsl(address.query)) | {"look": Look.LIGHT}, service.rules)
    if svg is None:
        return None
    typesetter = service.papers.typesetter
    family = typesetter.families[0]
    sheet = {"template": "picture", "drawing": svg.replace('"sans-serif"', f'"{family}"')}
    return await typesetter.draw(sheet, NO_TIME)
