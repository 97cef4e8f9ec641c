"""Draws sheets of proof: a labour contract, a lease. Their words only, as a printer would set them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PIL import Image, ImageDraw

from tests.bot.reading_pictures.made.cards import FONTS, font


def sheet(title: str, lines: Sequence[str], face: int = 0) -> Image.Image:
    """A page of print, 1200 by 1700."""
    picture = Image.new("RGB", (1200, 1700), (250, 250, 246))
    draw = ImageDraw.Draw(picture)
    draw.text((420, 90), title, fill="black", font=font(*FONTS[face % len(FONTS)], 60))
    for n, line in enumerate(lines):
        draw.text((110, 240 + 72 * n), line, fill=(20, 20, 20), font=font(*FONTS[face % len(FONTS)], 34))
    return picture


def lease(name: str, number: str, address: str, start: date, end: date) -> Image.Image:
    """房屋租赁合同."""
    return sheet(
        "房屋租赁合同",
        (
            "出租方（甲方）：周某某",
            f"承租方（乙方）：{name}",
            f"身份证号码：{number}",
            f"一、房屋坐落：{address}",
            f"二、租赁期限：{_day(start)}至{_day(end)}",
            "三、租金按月支付，押一付三。",
            "四、乙方应爱护房屋，不得转租。",
            f"甲方签字：周某某　　乙方签字：{name}",
        ),
    )


def labour(name: str, number: str, start: date, end: date) -> Image.Image:
    """劳动合同."""
    return sheet(
        "劳动合同",
        (
            "甲方（用人单位）：庆元县某某竹木有限公司",
            f"乙方（劳动者）：{name}",
            f"身份证号：{number}",
            f"合同期限自{_day(start)}起至{_day(end)}止。",
            "工作岗位：车间普工",
            "甲乙双方平等自愿，协商一致。",
        ),
        face=2,
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
