"""Fictional holders of cards: name, number and address come from a seed; the numbers have valid checksums."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from dialogs.divisions import lookup
from dialogs.readers.ethnicity import PEOPLES
from tests.simulators.people import check_digit

DIVISIONS = Path(lookup.__file__).parent / "divisions.json"

FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
DOUBLE_FAMILY = ("欧阳", "司马", "上官", "诸葛", "尉迟", "慕容", "令狐")
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂红玉梅建国华文志海春燕小云荣飞珍玲林凤辉波斌宇浩凯俊琳雪慧颖佳欣怡"
    "倩婷雯博轩梓涵睿晨阳鑫磊淼森焱垚炜烨煜琦琪瑶璐璇瑾瑜珂珊珺萱蓉蕾薇馨馥骏骁骞彪彬郁郴钰铭锋锐镇阔陌隽霖霏靖韬韵颢"
    "喆彧旻昊昱晗晟晖曦朔杉柯栩桐梧楠榕槿檀毓沁沛泓洵浚涓淇淳渊湛溪滢潇澜灏灿炯焕熠珩"
)
PARTS = ("买买提", "阿卜杜", "古丽", "艾力", "努尔", "卡德尔", "吐尔逊", "热合曼", "伊敏", "玉素甫", "帕提古丽", "木沙")
PLACE = (
    "青石龙泉白云大溪河口高山新安永兴平桥长塘南北东西上下双三柳树杨梅"
    "竹园沙坪水田马家金银洞天荷花古城朝阳和顺太平清江岩头黄泥龚湾"
)
STREETS = (
    "人民路",
    "解放路",
    "新建路",
    "中山北路",
    "建设西路",
    "一环路南一段",
    "环城东路",
    "文化街",
    "胜利路",
    "工农巷",
)


@dataclass(frozen=True)
class Holder:
    """What stands on a card. `address` is the whole line; `region` the three parts of it before the rest."""

    name: str
    sex: str
    ethnicity: str
    born: date
    number: str
    province: str
    county: str
    rest: str
    address: str
    permit_number: str
    issuer: str
    permit_place: str
    residence: str
    issued: date
    valid_until: date


@cache
def _counties() -> tuple[tuple[str, str, str, str], ...]:
    """(code, province, city or nothing, county) of every county there is."""
    told = json.loads(DIVISIONS.read_text(encoding="utf-8"))
    provinces, cities = told["provinces"], told["cities"]
    return tuple(
        (code, provinces[code[:2]], cities.get(code[:4], ""), name) for code, name in sorted(told["counties"].items())
    )


def holder(seed: int) -> Holder:
    """The holder of this seed: always the same one."""
    rng = random.Random(f"holder {seed}")
    code, province, city, county = rng.choice(_counties())
    born = date(1950, 1, 1) + timedelta(days=rng.randrange(365 * 60))
    sex = rng.choice(("男", "女"))
    serial = rng.randrange(100, 1000) // 2 * 2 + (1 if sex == "男" else 0)
    first17 = f"{code}{born:%Y%m%d}{serial % 1000:03d}"
    rest = _rest(rng)
    zhejiang = [one for one in _counties() if one[1] == "浙江省" and one[3] != "庆元县"]
    _, _, permit_city, permit_county = rng.choice(zhejiang)
    issued = date(2023, 1, 1) + timedelta(days=rng.randrange(1000))
    return Holder(
        name=_name(rng),
        sex=sex,
        ethnicity="汉" if rng.random() < 0.6 else rng.choice(_peoples()),
        born=born,
        number=first17 + check_digit(first17),
        province=province,
        county=county,
        rest=rest,
        address=_line(rng, province, city, county) + rest,
        permit_number=f"33{rng.randrange(10**4):04d}{rng.randrange(2019, 2026)}{rng.randrange(10**6):06d}",
        issuer=f"{permit_city}公安局{permit_county}分局" if permit_county.endswith("区") else f"{permit_county}公安局",
        permit_place=permit_county,
        residence=f"{permit_city}{permit_county}{_rest(rng)}",
        issued=issued,
        valid_until=issued + timedelta(days=365 * rng.choice((1, 2, 3))),
    )


def _peoples() -> list[str]:
    return sorted(name.removesuffix("族") for name in PEOPLES if name.endswith("族") and name != "汉族")


def _name(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.04:
        return "·".join(rng.sample(PARTS, 2))
    family = rng.choice(DOUBLE_FAMILY) if kind < 0.08 else rng.choice(FAMILY)
    return family + "".join(rng.choices(GIVEN, k=1 if rng.random() < 0.3 else 2))


def _line(rng: random.Random, province: str, city: str, county: str) -> str:
    """Province and county; the city in between for its districts always, for its counties sometimes."""
    if not city or city == province or not city.endswith("市"):
        return province + county
    if province.endswith("市"):
        return province + county
    return province + city + county if county.endswith("区") or rng.random() < 0.3 else province + county


def _place(rng: random.Random) -> str:
    return "".join(rng.sample(PLACE, 2))


def _rest(rng: random.Random) -> str:
    if rng.random() < 0.3:
        street = rng.choice(STREETS)
        house, stair, flat = rng.randrange(1, 400), rng.randrange(1, 5), rng.randrange(101, 1900)
        return f"{street}{house}号{rng.randrange(1, 30)}栋{stair}单元{flat}室"
    town = f"{_place(rng)}{rng.choice(('镇', '镇', '乡', '街道'))}"
    village = f"{_place(rng)}村{rng.choice(('', '委会', '民委员会'))}"
    end = rng.choice(
        (
            f"{rng.randrange(1, 200)}号",
            f"{rng.choice('一二三四五六七八九十')}组",
            f"{rng.randrange(1, 20)}组{rng.randrange(1, 90)}号",
            f"{_place(rng)}屯{rng.randrange(1, 60)}号",
            f"{_place(rng)}自然村{rng.randrange(1, 99)}号",
        )
    )
    return town + village + end
