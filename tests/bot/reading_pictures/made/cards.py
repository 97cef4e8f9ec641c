"""Draws the front of an ID card and the face of a residence permit: their layout and labels, nothing of their art."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.bot.reading_pictures.made.people import Holder

WIDTH, HEIGHT = 1012, 638
INK = (25, 25, 30)
#: Fonts a card is set in here, those of them that this machine has (fonts-noto-cjk is always there).
FONTS = tuple(
    (path, number)
    for path, number in (
        ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
        ("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 2),
        ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2),
        ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc", 2),
        ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
        ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    )
    if Path(path).is_file()
)
MONO = tuple(
    path
    for path in (
        "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationMono-Bold.ttf",
    )
    if Path(path).is_file()
)


@dataclass(frozen=True)
class Pen:
    """A picture and the fonts it is set in."""

    draw: ImageDraw.ImageDraw
    face: tuple[str, int]
    tint: tuple[int, int, int]

    def label(self, x: int, y: int, words: str, size: int = 30) -> None:
        """A printed label in the card's tint."""
        self.draw.text((x, y), words, fill=self.tint, font=font(*self.face, size))

    def value(self, x: int, y: int, words: str, size: int = 38, spread: float = 0.0) -> None:
        """A value in black, its characters a little apart."""
        face = font(*self.face, size)
        for letter in words:
            self.draw.text((x, y), letter, fill=INK, font=face)
            x += int(face.getlength(letter) + spread)

    def number(self, x: int, y: int, words: str, size: int = 46) -> None:
        """The number in a font of its own, spaced."""
        face = font(MONO[0] if MONO else self.face[0], 0 if MONO else self.face[1], size)
        for letter in words:
            self.draw.text((x, y), letter, fill=INK, font=face)
            x += int(face.getlength(letter) + 6)


@cache
def font(path: str, number: int, size: int) -> ImageFont.FreeTypeFont:
    """One face at one size."""
    return ImageFont.truetype(path, size, index=number)


def id_card(holder: Holder, seed: int = 0) -> Image.Image:
    """The front (人像面)."""
    rng = random.Random(f"id card {seed}")
    card, pen = _blank(rng, (226, 238, 244), (70, 120, 175))
    pen.label(66, 64, "姓名")
    pen.value(178, 58, holder.name, 46 if len(holder.name) < 9 else 32, 4)
    pen.label(66, 148, "性别")
    pen.value(178, 144, holder.sex)
    pen.label(300, 148, "民族")
    pen.value(398, 144, holder.ethnicity)
    pen.label(66, 228, "出生")
    born, x = holder.born, 178
    for value, label, wide in ((born.year, "年", 96), (born.month, "月", 54), (born.day, "日", 54)):
        pen.value(x, 224, str(value))
        pen.label(x + wide, 228, label)
        x += wide + 48
    pen.label(66, 308, "住址")
    for n, line in enumerate(_wrapped(holder.address, 11)):
        pen.value(178, 302 + 50 * n, line, 36, 3)
    pen.label(66, 542, "公民身份号码")
    pen.number(340, 528, holder.number)
    _portrait(card, rng, (690, 90, 930, 420))
    return card


def permit(holder: Holder, seed: int = 0) -> Image.Image:
    """The face of an earlier 《浙江省居住证》, in one of two settings."""
    rng = random.Random(f"permit {seed}")
    card, pen = _blank(rng, (232, 240, 228), (60, 110, 90))
    pen.label(360, 18, "浙江省居住证", 44)
    _portrait(card, rng, (740, 100, 940, 370))
    y = 92
    for label, value in (("姓名", holder.name), ("性别", holder.sex), ("民族", holder.ethnicity)):
        x = {"姓名": 46, "性别": 46, "民族": 260}[label]
        pen.label(x, y + 4, label, 26)
        pen.value(x + 84, y, value, 32 if len(value) < 9 else 26, 3)
        y += 0 if label == "性别" else 50
    pen.label(46, y + 4, "出生日期" if rng.random() < 0.5 else "出生", 26)
    pen.value(190, y, f"{holder.born.year}年{holder.born.month}月{holder.born.day}日", 32)
    y += 50
    for label, value in (
        (rng.choice(("户籍地址", "常住户口所在地住址")), holder.address),
        (rng.choice(("居住地址", "居住地住址")), holder.residence),
    ):
        pen.label(46, y + 4, label, 26)
        x = 46 + 28 * len(label) + 14
        for line in _wrapped(value, (720 - x) // 33):
            pen.value(x, y, line, 30, 2)
            y += 42
        y += 4
    pen.label(46, y + 4, "公民身份号码", 26)
    pen.number(240, y - 2, holder.number, 36)
    y += 50
    pen.label(46, y + 4, "证件编号" if rng.random() < 0.5 else "居住证号", 26)
    pen.number(190, y, holder.permit_number, 32)
    pen.label(600, y + 4, "签发机关", 26)
    pen.value(726, y, holder.issuer, 26 if len(holder.issuer) < 10 else 20)
    y += 48
    pen.label(46, y + 4, "签发日期", 26)
    pen.value(170, y, f"{holder.issued:%Y.%m.%d}", 28)
    pen.label(470, y + 4, "有效期限", 26)
    pen.value(594, y, f"{holder.issued:%Y.%m.%d}-{holder.valid_until:%Y.%m.%d}", 28)
    return card


def _blank(rng: random.Random, ground: tuple[int, int, int], tint: tuple[int, int, int]) -> tuple[Image.Image, Pen]:
    card = Image.new("RGB", (WIDTH, HEIGHT), ground)
    draw = ImageDraw.Draw(card)
    for _ in range(60):  # the guilloche that lies under the print
        x, y, r = rng.randrange(WIDTH), rng.randrange(HEIGHT), rng.randrange(40, 260)
        shade = tuple(max(0, c - rng.randrange(4, 16)) for c in ground)
        draw.arc((x - r, y - r, x + r, y + r), rng.randrange(360), rng.randrange(360, 720), fill=shade, width=2)
    return card, Pen(draw, rng.choice(FONTS), tint)


def _wrapped(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


def _portrait(card: Image.Image, rng: random.Random, box: tuple[int, int, int, int]) -> None:
    """A head and shoulders of no one."""
    wide, tall = box[2] - box[0], box[3] - box[1]
    face = Image.new("RGB", (wide, tall), (214, 222, 228))
    draw, middle = ImageDraw.Draw(face), wide // 2
    skin = (rng.randrange(190, 235), rng.randrange(160, 195), rng.randrange(130, 165))
    draw.ellipse((10, tall * 0.66, wide - 10, tall * 1.4), fill=(60, 64, 80))
    draw.ellipse((middle - tall * 0.2, tall * 0.16, middle + tall * 0.2, tall * 0.7), fill=skin)
    draw.ellipse((middle - tall * 0.22, tall * 0.1, middle + tall * 0.22, tall * 0.36), fill=(30, 26, 24))
    card.paste(face, box[:2])
