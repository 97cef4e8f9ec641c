"""Files that want to break what opens them: bombs, polyglots, active documents, cut and twisted ones. By seed."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Dictionary, Name, String
from PIL import Image, ImageDraw

from tests.bot.reading_pictures.made.camera import jpeg, photograph, shot
from tests.bot.reading_pictures.made.cards import FONTS, font, id_card
from tests.bot.reading_pictures.made.people import holder
from tests.bot.reading_pictures.made.sheets import sheet


def photo(rng: random.Random) -> bytes:
    """An honest photo, to be spoilt."""
    seed = rng.randrange(1000)
    return jpeg(photograph(id_card(holder(seed), seed), shot(seed), seed), 90)


def png_bomb(rng: random.Random) -> bytes:
    """A few kilobytes that unpack to gigabytes."""
    side = rng.choice((40_000, 60_000))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 20_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data) for kind, data in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    )


def large_png(rng: random.Random) -> bytes:
    """As large as is taken, and all of it noise in stripes."""
    picture = (
        Image.effect_noise((7000, 200), rng.uniform(20, 90))
        .convert("RGB")
        .resize((7000, 7000), Image.Resampling.NEAREST)
    )
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def huge_jpeg(rng: random.Random) -> bytes:
    """A small photo that says it is 65,500 pixels wide and high."""
    content = bytearray(photo(rng))
    at = next(n for n in range(len(content) - 9) if content[n] == 0xFF and content[n + 1] in (0xC0, 0xC1, 0xC2))
    content[at + 5 : at + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(content)


def cut(rng: random.Random) -> bytes:
    """A photo whose end is missing."""
    content = photo(rng)
    return content[: rng.randrange(20, len(content) - 20)]


def twisted(rng: random.Random) -> bytes:
    """A photo with some hundred bytes changed."""
    content = bytearray(photo(rng))
    for _ in range(rng.randrange(5, 300)):
        content[rng.randrange(20, len(content))] = rng.randrange(256)
    return bytes(content)


def photo_and_archive(rng: random.Random) -> bytes:
    """A photo that is an archive as well."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.html", "<script>alert(1)</script>" * 50_000)
    return photo(rng) + out.getvalue()


def photo_and_document(rng: random.Random) -> bytes:
    """A document's mark behind a photo's."""
    return b"\xff\xd8\xff\xe0" + b"%PDF-1.7\n" + _document(lambda _: None) + rng.randbytes(500)


def archive_bomb(rng: random.Random) -> bytes:
    """Zeros upon zeros."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(rng.randrange(2, 6)):
            archive.writestr(f"{n}.jpg", b"\0" * 10_000_000)
    return out.getvalue()


def active_document(rng: random.Random) -> bytes:
    """Runs a script, starts a program, or carries a file."""

    def change(document: pikepdf.Pdf) -> None:
        kind = rng.randrange(3)
        if kind == 0:
            document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        elif kind == 1:
            document.Root.OpenAction = Dictionary(S=Name.Launch, F=String("calc.exe"))
        else:
            document.attachments["a.exe"] = b"MZ" * 1000

    return _document(change)


def locked_document(rng: random.Random) -> bytes:
    """Needs a password."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(owner=str(rng.random()), user="secret"))
    return out.getvalue()


def swollen_document(rng: random.Random) -> bytes:
    """A page whose drawing unpacks to two hundred megabytes."""

    def change(document: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(document, zlib.compress(b"0 0 m 9 9 l S\n" * (rng.randrange(8, 15) * 1_000_000), 9))
        stream["/Filter"] = Name.FlateDecode
        document.pages[0].obj["/Contents"] = document.make_indirect(stream)

    return _document(change)


def endless_document(rng: random.Random) -> bytes:
    """More pages than are taken, or a page as wide as a street."""

    def change(document: pikepdf.Pdf) -> None:
        for _ in range(rng.choice((0, 300))):
            document.add_blank_page()
        document.pages[0].mediabox = [0, 0, 14_400, 14_400]

    return _document(change)


def picture_in_document(rng: random.Random) -> bytes:
    """An ordinary PDF made of photos, the kind that is taken and drawn."""
    out = io.BytesIO()
    pages = [Image.open(io.BytesIO(photo(rng))).convert("RGB") for _ in range(rng.randrange(1, 4))]
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def wall_of_print(rng: random.Random) -> bytes:
    """Thousands of small words: the engine has much to look at."""
    picture = Image.new("RGB", (3400, 2600), "white")
    draw = ImageDraw.Draw(picture)
    for y in range(10, 2580, rng.choice((22, 30))):
        draw.text((10, y), "公民身份号码 姓名 住址 " * 40, fill="black", font=font(*FONTS[0], 18))
    return jpeg(picture, 80)


def words_that_command(rng: random.Random) -> bytes:
    """Print that would be code somewhere else."""
    lines = [
        "姓名 <script>alert(1)</script>",
        "住址 '; DROP TABLE cases; --",
        "民族 {name} %s",
        "公民身份号码 " + "9" * 4000,
    ]
    return jpeg(sheet("姓名", lines, rng.randrange(4)), 85)


def noise(rng: random.Random) -> bytes:
    """Nothing but grain."""
    side = rng.randrange(1500, 3000)
    return jpeg(Image.effect_noise((side, side), 90).convert("RGB"), 92)


def odd_shape(rng: random.Random) -> bytes:
    """One pixel high, or wide, or both."""
    return jpeg(Image.new("RGB", rng.choice(((1, 1), (1, 9000), (9000, 1), (3, 6000))), "white"))


def swollen_metadata(rng: random.Random) -> bytes:
    """A photo with megabytes of comment."""
    content = photo(rng)
    comment = b"\xff\xfe" + struct.pack(">H", 65_000) + b"A" * 64_998
    return content[:2] + comment * rng.randrange(20, 120) + content[2:]


def rubbish(rng: random.Random) -> bytes:
    """A known mark, and then anything."""
    mark = rng.choice(
        (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic", b"")
    )
    return mark + rng.randbytes(rng.randrange(0, 3_000_000))


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    png_bomb, large_png, huge_jpeg, cut, twisted, photo_and_archive, photo_and_document, archive_bomb, active_document,
    locked_document, swollen_document, endless_document, picture_in_document, wall_of_print, words_that_command, noise,
    odd_shape, swollen_metadata, rubbish,
)  # fmt: skip


def hostile(seed: int) -> tuple[str, bytes]:
    """(its kind, the file)."""
    kind = KINDS[seed % len(KINDS)]
    return kind.__name__, kind(random.Random(f"hostile {seed}"))


def _document(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        change(document)
        document.save(out)
    return out.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
