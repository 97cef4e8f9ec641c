"""Pictures: opened by content, turned upright, drawn onto a fresh canvas. Nothing but pixels survives."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pi_heif
from PIL import Image, ImageFilter, ImageOps, ImageStat, UnidentifiedImageError

from bot.uploads.looked import Advice, Clean, Refusal, Refused

#: 50-megapixel phones give up to 50.4 million pixels; more is refused before anything is decoded.
MOST_PIXELS = 51_000_000
#: The longest side that is kept: A4 at 300 dots an inch is 3,508.
LONGEST_SIDE = 3600
THUMBNAIL_SIDE = 360
#: Print on a page photographed with less than this on its shorter side is hard to read.
SMALL_SIDE = 600
#: Variance of the Laplacian on a picture scaled to `SHARPNESS_SIDE`; found with drawn pages, see the tests.
SHARP_ENOUGH = 25.0
SHARPNESS_SIDE = 1000

FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/heic": ("HEIF",),
}
LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
pi_heif.register_heif_opener()


def clean_picture(content: bytes, media_type: str) -> Clean:
    """A picture as it will be kept. Raises `Refused`."""
    canvas, shorter = _upright_canvas(content, media_type)
    advice = [Advice.SMALL.value] if shorter < SMALL_SIDE else []
    if sharpness(canvas) < SHARP_ENOUGH:
        advice.append(Advice.BLURRED.value)
    digest = hashlib.sha256(b"%dx%d\n" % canvas.size)
    digest.update(canvas.tobytes())
    return Clean(
        content=_jpeg(canvas, 88),
        media_type="image/jpeg",
        thumbnail=thumbnail_of(canvas),
        digest=digest.hexdigest(),
        advice=tuple(advice),
    )


def thumbnail_of(canvas: Image.Image) -> bytes:
    """A small JPEG of a picture."""
    small = canvas.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return _jpeg(small, 80)


def sharpness(canvas: Image.Image) -> float:
    """How much fine edge there is: the variance of the Laplacian of the grey picture at a fixed size."""
    grey = canvas.convert("L")
    grey.thumbnail((SHARPNESS_SIDE, SHARPNESS_SIDE), Image.Resampling.BILINEAR)
    edges = grey.filter(LAPLACIAN)
    inner = (1, 1, max(edges.width - 1, 2), max(edges.height - 1, 2))  # the rim is copied, not filtered
    return float(ImageStat.Stat(edges.crop(inner)).var[0])


def _upright_canvas(content: bytes, media_type: str) -> tuple[Image.Image, int]:
    """Pixels only, upright, on white, at most `LONGEST_SIDE`; and the shorter side as it came."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS[media_type]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise Refused(Refusal.TOO_MANY_PIXELS)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            return _on_white(upright), min(width, height)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(Refusal.TOO_MANY_PIXELS) from None
    except UnidentifiedImageError:
        raise Refused(Refusal.DAMAGED) from None
    except OSError as error:
        cut_short = "truncated" in str(error).lower() or "unexpected end" in str(error).lower()
        raise Refused(Refusal.TRUNCATED if cut_short else Refusal.DAMAGED) from None
    except (ValueError, SyntaxError, EOFError, RuntimeError, IndexError, KeyError, TypeError, OverflowError):
        raise Refused(Refusal.DAMAGED) from None
    except (struct.error, zlib.error):
        raise Refused(Refusal.DAMAGED) from None


def _on_white(picture: Image.Image) -> Image.Image:
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    canvas = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        canvas.paste(seen, mask=seen.getchannel("A"))
    else:
        canvas.paste(picture.convert("RGB"))
    return canvas


def _jpeg(canvas: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
