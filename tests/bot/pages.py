"""Files as applicants and attackers send them, drawn or built on the spot."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

HEIC = Path(__file__).parent / "files" / "page.heic"
#: Stands in every file's metadata and must not be in what is kept.
CANARY = "CANARYMAKER"


def drawn(size: tuple[int, int] = (1400, 1000)) -> Image.Image:
    """A page with lines of print and a red stamp in its upper left corner."""
    picture = Image.new("RGB", size, (236, 232, 222))
    pen = ImageDraw.Draw(picture)
    for line in range(40, size[1] - 30, 36):
        pen.line((60, line, size[0] - 80, line), fill=(60, 60, 70), width=5)
    pen.rectangle((0, 0, size[0] // 5, size[1] // 4), fill=(200, 30, 30))
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """A picture as a file's bytes."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def with_exif(orientation: int) -> bytes:
    """A photograph with an orientation, a position and a maker's name."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, CANARY
    position = exif.get_ifd(0x8825)
    position[1], position[2] = "N", (27.0, 37.0, 12.0)
    return encoded(drawn(), exif=exif, comment=CANARY.encode())


def pdf(change: Callable[[pikepdf.Pdf], object] | None = None, pages: int = 2, **options: Any) -> bytes:
    """A PDF of blank pages, changed as told."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    if change is not None:
        change(document)
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def runs_script(document: pikepdf.Pdf) -> None:
    """A script when opened."""
    document.Root["/OpenAction"] = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def names_script(document: pikepdf.Pdf) -> None:
    """A script in the document's names."""
    script = Dictionary(S=Name.JavaScript, JS=String("1"))
    document.Root["/Names"] = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))


def launches(document: pikepdf.Pdf) -> None:
    """A link that starts a program."""
    action = Dictionary(S=Name.Launch, F=String("calc.exe"))
    document.pages[0].obj["/Annots"] = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=action)])


def acts_on_page(document: pikepdf.Pdf) -> None:
    """Something that happens when a page is shown."""
    document.pages[0].obj["/AA"] = Dictionary(O=Dictionary(S=Name.URI, URI=String("http://example.invalid")))


def carries_file(document: pikepdf.Pdf) -> None:
    """Another file inside."""
    document.attachments["a.txt"] = b"inside"


def nests_deeply(document: pikepdf.Pdf) -> None:
    """A hundred arrays inside each other."""
    nested = Array()
    for _ in range(100):
        nested = Array([nested])
    document.Root["/Deep"] = nested


def opens_at_page(document: pikepdf.Pdf) -> None:
    """What Word and LaTeX write: opens at the first page, with a harmless link."""
    document.Root["/OpenAction"] = Array([document.pages[0].obj, Name.Fit])
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://www.gov.cn")))
    document.pages[0].obj["/Annots"] = Array([link])


def names_its_author(document: pikepdf.Pdf) -> None:
    """Who made it, in both places a PDF has for that."""
    document.docinfo["/Author"] = String(CANARY)
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [CANARY]


def png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A few kilobytes that claim 900 million pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def streamed(content: bytes, piece: int = 65_536) -> AsyncIterator[bytes]:
    """Bytes as they arrive over a network."""
    for start in range(0, len(content), piece):
        yield content[start : start + piece]
