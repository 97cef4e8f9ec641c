"""One sheet of a PDF as a picture, for the clerk's viewer: drawn in a process of its own, no larger than it is shown.

A clerk's browser gets pixels, not the document. Nothing drawn is stored: the PDF lies sealed, the picture goes out.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypdfium2

#: The longest side of a drawn sheet in pixels, large and as a small picture: A4 at 200 dots an inch is 2,339.
LARGE, SMALL = 2000, 360
#: A sheet is measured in points of 1/72 inch; readers go no further than this, and drawing starts from a sane size.
SANE_POINTS = (1.0, 20_000.0)


class NoSuchSheet(Exception):
    """The document has no sheet of that number, or it cannot be drawn."""


def draw_sheet(content: bytes, number: int, longest: int) -> bytes:
    """Sheet `number` (from 1) as a JPEG, `longest` pixels on its longer side. Raises `NoSuchSheet`."""
    import pypdfium2  # only in the process that draws: the viewer needs no more than the sizes above

    try:
        with pypdfium2.PdfDocument(content) as document:
            if not 1 <= number <= len(document):
                raise NoSuchSheet
            document.init_forms()  # what was typed into a form's fields is part of the paper; scripts never run
            return _drawn(document[number - 1], longest)
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        raise NoSuchSheet from None


def _drawn(sheet: pypdfium2.PdfPage, longest: int) -> bytes:
    points = max(sheet.get_size())
    if not SANE_POINTS[0] <= points <= SANE_POINTS[1]:
        raise NoSuchSheet
    picture = sheet.render(scale=longest / points).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()
