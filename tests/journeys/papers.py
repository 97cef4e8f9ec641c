"""Sheets that look like what applicants photograph, drawn with a Chinese font where the machine has one."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

#: Where Debian's fonts-noto-cjk puts it; without it the lines are strokes.
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
BODY = (
    "甲方（用人单位）：庆元县某某竹木有限公司",
    "乙方（劳动者）：{name}",
    "一、合同期限：自 2026 年 3 月 1 日起至 2028 年 2 月 29 日止。",
    "二、工作内容：乙方在生产车间从事包装工作。",
    "三、工作地点：浙江省丽水市庆元县。",
    "四、劳动报酬：按月发放，不低于当地最低工资标准。",
    "五、社会保险：甲方依法为乙方缴纳。",
    "六、本合同一式两份，甲乙双方各执一份。",
)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(FONT), size) if FONT.is_file() else ImageFont.load_default()


def sheet(title: str, name: str, number: int = 1) -> Image.Image:
    """One page of a document of nobody."""
    picture = Image.new("RGB", (1000, 1414), (244, 241, 232))
    pen = ImageDraw.Draw(picture)
    pen.text((500, 110), title, fill=(30, 30, 36), font=_font(46), anchor="mm")
    for line, words in enumerate(BODY):
        pen.text((90, 230 + line * 74), words.format(name=name), fill=(45, 45, 55), font=_font(27))
    pen.text((500, 1350), f"第 {number} 页", fill=(90, 90, 98), font=_font(22), anchor="mm")
    pen.ellipse((640, 960, 860, 1180), outline=(196, 44, 40), width=7)
    pen.text((750, 1070), "样张", fill=(196, 44, 40), font=_font(54), anchor="mm")
    return picture


def jpeg(picture: Image.Image) -> bytes:
    """The page as a photograph."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def document(title: str, name: str, sheets: int) -> bytes:
    """So many pages as a PDF."""
    first, *more = [sheet(title, name, number) for number in range(1, sheets + 1)]
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=more)
    return out.getvalue()
