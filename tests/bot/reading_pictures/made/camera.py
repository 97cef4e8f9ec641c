"""A bad photographer: a card on a cluttered table, turned, tilted, blurred, too dark, glaring, squeezed as a JPEG."""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SKIN = (205, 160, 130)


@dataclass(frozen=True)
class Shot:
    """What is wrong with one photo. Angles in degrees; `fills` is the card's share of the picture's width."""

    angle: float = 0.0
    tilt: float = 0.0
    blur: float = 0.0
    light: float = 1.0
    noise: float = 0.0
    glare: float = 0.0
    thumb: str = ""
    quality: int = 88
    fills: float = 0.7
    clutter: int = 30
    wide: int = 1600


def shot(seed: int) -> Shot:
    """One bad photo by seed: every fault comes often, all of them together seldom."""
    rng = random.Random(f"shot {seed}")
    return Shot(
        angle=rng.choice((0, 90, 180, 270)) + rng.uniform(-12, 12) if rng.random() < 0.7 else rng.uniform(0, 360),
        tilt=rng.uniform(0, 0.08) if rng.random() < 0.7 else 0.0,
        blur=rng.uniform(0, 1.3) if rng.random() < 0.6 else 0.0,
        light=rng.uniform(0.25, 0.6) if rng.random() < 0.3 else rng.uniform(0.75, 1.1),
        noise=rng.uniform(0, 9),
        glare=rng.uniform(0.2, 0.75) if rng.random() < 0.35 else 0.0,
        thumb=rng.choice(("left", "right", "bottom", "top")) if rng.random() < 0.4 else "",
        quality=30 if rng.random() < 0.3 else rng.randrange(45, 95),
        fills=rng.uniform(0.5, 0.9),
        clutter=rng.randrange(5, 60),
        wide=rng.choice((1280, 1600, 2000, 2600, 3200)),
    )


def photograph(card: Image.Image, how: Shot, seed: int = 0) -> Image.Image:
    """The card as this photographer takes it."""
    rng = random.Random(f"photo {seed}")
    wide, tall = how.wide, int(how.wide * 0.75)
    if 45 < how.angle % 180 < 135:
        wide, tall = tall, wide
    picture = _table(rng, (wide, tall), how.clutter)
    _lay(picture, _covered(card, how, rng), how, rng)
    if how.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(how.blur * how.wide / 1600))
    return _developed(picture, how, rng)


def jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    """As a phone stores it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _table(rng: random.Random, size: tuple[int, int], clutter: int) -> Image.Image:
    """A table top with things and scraps of print on it."""
    ground = tuple(rng.randrange(60, 200) for _ in range(3))
    picture = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(picture)
    for _ in range(clutter):
        x, y = rng.randrange(size[0]), rng.randrange(size[1])
        w, h = rng.randrange(20, 400), rng.randrange(10, 200)
        color = tuple(rng.randrange(20, 235) for _ in range(3))
        kind = rng.randrange(3)
        if kind == 0:
            draw.rectangle((x, y, x + w, y + h), fill=color)
        elif kind == 1:
            draw.ellipse((x, y, x + w, y + h), fill=color)
        else:
            draw.line((x, y, x + w, y + h), fill=color, width=rng.randrange(1, 9))
    for _ in range(clutter // 12):
        draw.text(
            (rng.randrange(size[0]), rng.randrange(size[1])), f"No.{rng.randrange(10**8)}", fill="black", font_size=28
        )
    return picture


def _covered(card: Image.Image, how: Shot, rng: random.Random) -> Image.Image:
    """The card with glare on it and a thumb over its edge."""
    seen = card.convert("RGBA")
    if how.glare:
        light = Image.new("L", seen.size, 0)
        x, y = rng.randrange(seen.width), rng.randrange(seen.height)
        w, h = rng.randrange(90, 260), rng.randrange(60, 160)
        ImageDraw.Draw(light).ellipse((x - w, y - h, x + w, y + h), fill=int(255 * how.glare))
        light = light.filter(ImageFilter.GaussianBlur(40))
        seen.paste((255, 255, 255, 255), (0, 0), light)
    if how.thumb:
        draw, deep = ImageDraw.Draw(seen), rng.randrange(18, 46)
        w, h = seen.size
        at = rng.uniform(0.15, 0.85)
        box = {
            "left": (-160, h * at - 50, deep, h * at + 50),
            "right": (w - deep - 60, h * at - 50, w + 160, h * at + 50),
            "top": (w * at - 50, -160, w * at + 50, deep - 6),
            "bottom": (w * at - 50, h - deep, w * at + 50, h + 160),
        }[how.thumb]
        draw.ellipse(box, fill=(*SKIN, 255))
    return seen


def _lay(picture: Image.Image, card: Image.Image, how: Shot, rng: random.Random) -> None:
    """Put the card on the table: scaled, turned, and seen from the side."""
    w, h = picture.size
    turned = math.radians(how.angle)
    reach_x = abs(card.width * math.cos(turned)) + abs(card.height * math.sin(turned))
    reach_y = abs(card.width * math.sin(turned)) + abs(card.height * math.cos(turned))
    scale = min(how.fills * max(w, h) / card.width, 0.97 * w / reach_x, 0.97 * h / reach_y)
    cw, ch = card.width * scale, card.height * scale
    room_x, room_y = (w - reach_x * scale) / 2, (h - reach_y * scale) / 2
    cx, cy = w / 2 + rng.uniform(-1, 1) * room_x * 0.9, h / 2 + rng.uniform(-1, 1) * room_y * 0.9
    corners = []
    for x, y in ((-cw / 2, -ch / 2), (cw / 2, -ch / 2), (cw / 2, ch / 2), (-cw / 2, ch / 2)):
        x, y = x * (1 - how.tilt * rng.random()), y * (1 - how.tilt * rng.random())
        corners.append(
            (cx + x * math.cos(turned) - y * math.sin(turned), cy + x * math.sin(turned) + y * math.cos(turned))
        )
    source = ((0, 0), (card.width, 0), (card.width, card.height), (0, card.height))
    shrunk = card.resize((max(1, round(cw)), max(1, round(ch))), Image.Resampling.LANCZOS) if scale < 1 else card
    source = tuple((x * shrunk.width / card.width, y * shrunk.height / card.height) for x, y in source)
    laid = shrunk.transform(
        picture.size, Image.Transform.PERSPECTIVE, _coefficients(corners, source), Image.Resampling.BICUBIC
    )
    picture.paste(laid.convert("RGB"), (0, 0), laid.getchannel("A"))


def _coefficients(target: list[tuple[float, float]], source: tuple[tuple[float, float], ...]) -> list[float]:
    rows, wanted = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return [float(c) for c in np.linalg.solve(np.array(rows), np.array(wanted))]


def _developed(picture: Image.Image, how: Shot, rng: random.Random) -> Image.Image:
    """Light, noise and the JPEG's squeeze."""
    grain = np.random.default_rng(rng.randrange(2**32))
    seen = np.asarray(picture, dtype=np.float32) * how.light
    if how.noise:
        seen += grain.normal(0, how.noise, seen.shape[:2])[..., None]
    dark = Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))
    return Image.open(io.BytesIO(jpeg(dark, how.quality))).convert("RGB")
