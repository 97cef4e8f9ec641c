"""Fictional applicants: drawn from a seed, with valid checksums, and marked as made up by their canary address."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from PIL import Image, ImageDraw

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN_NAMES = "春秋明月大山小河福贵秀英建国丽红志强桂花金凤玉兰水生木林石岩"
HOMES = (
    ("贵州省", "松桃苗族自治县", "522229", "孟溪镇头京村三组"),
    ("江西省", "上饶市广信区", "361104", "皂头镇窑山村8号"),
    ("安徽省", "太湖县", "340825", "弥陀镇河口村12号"),
    ("云南省", "镇雄县", "530627", "芒部镇口袋沟村5组"),
    ("四川省", "叙永县", "510524", "水尾镇西溪村2组"),
    ("河南省", "光山县", "411522", "泼陂河镇东岳村19号"),
)
TOWNS = ("松源街道新建路", "濛洲街道石龙山路", "屏都街道菊水村", "竹口镇工业园", "黄田镇黄田村", "荷地镇荷地村")
PROOF_OF_GROUND = {
    "employment": ("labour_contract", "social_insurance"),
    "housing": ("lease_contract", "staff_dormitory"),
    "schooling": ("middle_school", "vocational_school"),
}


def check_digit(first17: str) -> str:
    """GB 11643: MOD 11-2."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def id_number(region: str, born: date, serial: int) -> str:
    """A number with a valid checksum; serials of 900 and more mark it as made up here."""
    first17 = f"{region}{born:%Y%m%d}{serial:03d}"
    return first17 + check_digit(first17)


@dataclass
class Person:
    """Everything a simulated applicant would answer, and what a scan of the disk must never find in the clear."""

    name: str
    id_number: str
    phone: str
    home: tuple[str, str, str, str]
    address: str
    route: str
    ground: str
    proofs: tuple[str, ...]
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def canaries(self) -> tuple[str, ...]:
        """Values that must not stand in the clear in any file of the service."""
        return (self.id_number, self.phone, self.address, self.name)


def person(seed: int, today: date, *, eligible: bool = True) -> Person:
    """The applicant of this seed: always the same one."""
    rng = random.Random(seed)
    home = rng.choice(HOMES)
    born = date(1966, 1, 1) + timedelta(days=rng.randrange(365 * 38))
    name = rng.choice(FAMILY_NAMES) + "".join(rng.sample(GIVEN_NAMES, 2))
    route = rng.choice(("held_permit", "registered_time"))
    ground = rng.choice(tuple(PROOF_OF_GROUND))
    address = f"{rng.choice(TOWNS)}{rng.randrange(1, 300)}号{rng.randrange(1, 9)}0{rng.randrange(1, 6)}室"
    drawn = Person(
        name=name,
        id_number=id_number(home[2], born, rng.randrange(900, 1000)),
        phone=f"1{rng.choice('3578')}{seed % 10}0000{rng.randrange(10_000):04d}",
        home=home,
        address=address,
        route=route,
        ground=ground,
        proofs=tuple(rng.sample(PROOF_OF_GROUND[ground], rng.randrange(1, 3))),
    )
    began = today - timedelta(days=rng.randrange(240, 900) if eligible else rng.randrange(20, 120))
    until = today + timedelta(days=rng.randrange(30, 300)) if eligible else today - timedelta(days=40)
    drawn.answers = {
        "applicant_is": "self",
        "recognition": route,
        "permit_number": f"33068120{rng.randrange(10**6):06d}",
        "permit_place": "温岭市",
        "permit_valid_until": f"{until.year}年{until.month}月{until.day}日",
        "registered_periods": f"{began.year}年{began.month}月{began.day}日到现在，庆元县",
        "hukou_province": home[0],
        "hukou_county": home[1],
        "eligibility": "go_on",
        "hukou_address": home[3],
        "id_number": drawn.id_number,
        "name": name,
        "ethnicity": rng.choice(("汉族", "苗族", "土家族", "侗族")),
        "current_address": f"庆元县{address}",
        "phone": drawn.phone,
        "review": "confirm",
        "declaration": name,
    }
    return drawn


def paper(text: str, *, size: tuple[int, int] = (1000, 1400), seed: int = 0) -> bytes:
    """A JPEG that looks a little like a sheet of paper; a different one for every seed."""
    rng = random.Random(seed)
    picture = Image.new("RGB", size, (236, 232, 222))
    pen = ImageDraw.Draw(picture)
    for line in range(40, size[1] - 40, 36):
        pen.line((60, line, 60 + rng.randrange(300, size[0] - 120), line), fill=(60, 60, 70), width=5)
    pen.text((60, 12), text.encode("ascii", "replace").decode(), fill=(20, 20, 20))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
