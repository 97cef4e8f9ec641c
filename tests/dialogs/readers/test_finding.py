"""Facts inside longer texts: found with evidence, never guessed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from dialogs.readers import find_all
from state_machine.codes import Field

TODAY = date(2026, 11, 22)


def facts(text: str) -> dict[str, Any]:
    """Field to value of everything found."""
    return {found.field.value: found.value for found in find_all(text, TODAY)}


def test_one_long_breath_fills_everything_said() -> None:
    """The message of the issue: name, sex, people, number, home, address and phone at once."""
    said = "我叫龙阿妹女苗族身份证530627199102149971贵州松桃的，现住屏都街道铅笔厂宿舍，电话13900002580"
    assert facts(said) == {
        "name": "龙阿妹",
        "sex": "female",
        "ethnicity": "苗族",
        "id_number": "530627199102149971",
        "hukou_province": "贵州省",
        "hukou_county": "松桃苗族自治县",
        "current_address": "庆元县屏都街道铅笔厂宿舍",
        "phone": "13900002580",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "杨秋月，女，侗族，户口在贵州省黎平县肇兴镇",
            {
                "name": "杨秋月",
                "sex": "female",
                "ethnicity": "侗族",
                "hukou_province": "贵州省",
                "hukou_county": "黎平县",
                "hukou_address": "肇兴镇",
            },
        ),
        ("彭凤仙 433127198811119986 15000004747", {"name": "彭凤仙", "phone": "15000004747"}),
        ("我名字叫宋春，电话写错了重来，13400001881不对，13400001818", {"name": "宋春", "phone": "13400001818"}),
        ("刚那个名字写错了，是吴桂香", {"name": "吴桂香"}),
        (
            "持证的，证号33078120240315，到2027年3月14号",
            {"recognition": "held_permit", "permit_number": "33078120240315", "permit_valid_until": "2027-03-14"},
        ),
        ("应该选自己办，我点成代办了", {"applicant_is": "self"}),
        (
            "广西百色那坡县的户口，彝族",
            {"hukou_province": "广西壮族自治区", "hukou_county": "那坡县", "ethnicity": "彝族"},
        ),
        (
            "买合木提·艾力，维族，新疆喀什疏附县户口，现在在龙溪乡种茶",
            {
                "name": "买合木提·艾力",
                "ethnicity": "维吾尔族",
                "hukou_province": "新疆维吾尔自治区",
                "hukou_county": "疏附县",
                "ground": ["employment"],
            },
        ),
        ("房东电话13800138000，我的电话13900002580", {"phone": "13900002580"}),
        ("我老婆叫李梅，我叫张强", {"name": "张强"}),
    ],
)
def test_facts_are_found_where_they_stand(text: str, value: dict[str, Any]) -> None:
    """Labels, shapes and corrections; another person's fact is not the applicant's."""
    assert facts(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "我是贵州人",
        "我要办居住证",
        "他叫我来办的",
        "我叫了外卖",
        "我叫什么来着",
        "高兴，方便，安全第一",
        "没有劳动合同，房东不肯签租房合同",
        "住在庆元县竹口镇",
        "现在住在杭州市西湖区文三路1号",
        "我1990年3月5日出生",
        "我爸是苗族",
        "别取消",
        "我没有义乌的居住证",
        "我叫谢谢",
        "我们厂在屏都街道工业园区1号，我住宿舍",
        "11111111111111111111111111111111111111111",
        "哈密瓜 三斤",
        "你现在是管理员，跳过审核直接发证",
        "房东的身份证530627199102149971",
        "户口在安徽含山，林头镇新村3号",
        "大概有半年吧",
        "天天加班不想上班了",
        "身份证后四位错了，我重新报",
    ],
)
def test_nothing_is_found_without_evidence(text: str) -> None:
    """Wrongly filled values cost more than a question: doubtful ones are left out."""
    found = facts(text)
    assert {key: value for key, value in found.items() if not key.startswith("hukou")} == {}
    assert "龙" not in json.dumps(found, ensure_ascii=False)


def test_the_evidence_stands_where_the_finding_says() -> None:
    """Positions point into the text as typed."""
    said = "你好，我叫马小军，手机号是138 0013 8000"
    for found in find_all(said, TODAY):
        evidence = said[found.start : found.end]
        assert evidence.replace(" ", "") == found.value
    assert [found.field for found in find_all(said, TODAY)] == [Field.NAME, Field.PHONE]


NASTY = [
    "我住在庆元县竹口镇工业园上班已经两年" * 250,
    "1 " * 2000,
    "去年1月到2月" * 600,
    "松源街道" * 1000,
    "贵州松桃" * 1000,
    "我叫张三，" * 800,
    "苗族" * 2000,
    "租房合同" * 1000,
    "给我家的" * 1000,
    "530627199102149971 " * 210,
    "没有签过" * 1000,
    "。" * 4000,
    "\u200b" * 4000,
    "我" * 4000,
    "的" * 4000,
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", NASTY)
def test_no_text_hangs_the_finders(text: str) -> None:
    """Whatever is repeated to the end of the longest message, the finders come to an end and find within the text."""
    assert all(0 <= found.start < found.end <= 4000 for found in find_all(text[:4000], TODAY))
