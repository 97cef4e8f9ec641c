"""Understanding never raises, never gives anything up by accident, and always says why."""

from __future__ import annotations

import itertools
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.understanding import Intent, understand
from state_machine.codes import Field

TODAY = date(2026, 11, 22)
DESTRUCTIVE = {Intent.CANCEL, Intent.WITHDRAW, Intent.ERASE}
ASKED = (None, *(field.value for field in Field))
NEGATIONS = (
    "先别{}",
    "不要{}",
    "我没说要{}",
    "我不想{}",
    "别给我{}",
    "不是{}",
    "千万不要{}",
    "我没有要{}",
    "不用{}",
    "还没{}",
    "莫{}",
)
WISHES = (
    "取消",
    "取消申请",
    "撤回",
    "撤回申请",
    "删除我的资料",
    "注销账号",
    "撤销我提交的申请",
    "把我的信息删掉",
    "终止申请",
)
DOUBTS = (
    "怎么{}",
    "{}会怎么样",
    "如果{}的话",
    "我朋友说{}",
    "可以{}吗",
    "“{}”是什么意思",
    "要不要{}",
    "万一我{}了",
    "{}了还能找回来吗",
    "我还没想好要不要{}",
    "别人{}了",
    "为什么要{}",
    "不小心{}了",
    "我同事要{}",
    "点了{}会不会影响孩子",
    "听说{}要收钱",
)
NAMES = (
    "任工",
    "何止步",
    "常退",
    "钟止",
    "车慧",
    "单曲消",
    "任公",
    "尚易步",
    "田国",
    "应当",
    "安静",
    "不悔",
    "舒珊",
    "单善楚",
)
PIECES = st.sampled_from(
    [
        *WISHES,
        "不",
        "别",
        "我叫",
        "王小明",
        "13800001234",
        "松源街道",
        "庆元",
        "多少钱",
        "吗",
        "?",
        "，",
        " ",
        "改成",
        "身份证",
        "同意",
        "没有",
        "2025年3月",
        "到现在",
        "居住证",
        "上一步",
        "跳过",
        "😀",
        "\u202e",
        "\x00",
        "<b>",
        "十二",
        "号",
        "户口",
        "贵州省",
        "苗族",
        "男",
        "去年",
    ]
)


@given(st.text(max_size=300), st.sampled_from(ASKED))
@settings(max_examples=150, deadline=None)
def test_no_text_raises(text: str, asking: str | None) -> None:
    """Any text at any question gives a reading made of plain JSON."""
    heard = understand(text, asking, TODAY)
    json.dumps(heard.fills)
    assert heard.intent in Intent


@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(ASKED))
@settings(max_examples=150, deadline=None)
def test_the_same_text_is_always_read_the_same(text: str, asking: str | None) -> None:
    """Nothing is remembered from one message to the next."""
    first = understand(text, asking, TODAY)
    understand("取消申请", None, TODAY)
    assert understand(text, asking, TODAY) == first


@pytest.mark.parametrize("wish", WISHES)
def test_what_is_denied_or_doubted_is_never_done(wish: str) -> None:
    """No negation, question, condition, quotation or other person's wish is heard as a request."""
    for pattern, asking in itertools.product((*NEGATIONS, *DOUBTS), (None, "name", "review", "materials")):
        heard = understand(pattern.format(wish), asking, TODAY)
        assert heard.intent not in DESTRUCTIVE, (pattern.format(wish), asking)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("取消", Intent.CANCEL),
        ("我不办了", Intent.CANCEL),
        ("麻烦帮我取消申请", Intent.CANCEL),
        ("能帮我取消吗", Intent.CANCEL),
        ("撤回我的申请", Intent.WITHDRAW),
        ("昨天提交的我不要办了，撤回", Intent.WITHDRAW),
        ("请删除我的个人信息", Intent.ERASE),
    ],
)
def test_a_plain_request_is_heard(text: str, intent: Intent) -> None:
    """What is said plainly is understood (and asked back before it is done)."""
    assert understand(text, None, TODAY).intent is intent


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name_when_a_name_was_asked(name: str) -> None:
    """A name that sounds like a command is never taken for one."""
    assert understand(name, "name", TODAY).intent not in DESTRUCTIVE | {Intent.BACK, Intent.SKIP, Intent.HUMAN}


@pytest.mark.parametrize(
    "text", ["如果不收钱我就同意", "先同意再说吧？", "我不是不同意", "同意一半", "除非你们保密，不然不同意", "没说同意"]
)
def test_consent_with_a_condition_is_no_consent(text: str) -> None:
    """Only plain consent is consent (个人信息保护法 14, 29)."""
    assert understand(text, "pledge", TODAY).fills.get("pledge") != "agree"


def test_every_reading_but_unclear_says_why() -> None:
    """The words that led to a reading are named."""
    for text in ("多少钱", "我叫王小明，电话13800001234", "上一步", "取消申请", "电话改成13800001234"):
        assert understand(text, None, TODAY).because, text


@pytest.mark.parametrize(
    "unit", ["我要取消，", "住在松源街道1号，", "2025年3月在龙泉，", "一", "1", "上", "没有不要别", "改成", "(", "回到"]
)
@pytest.mark.parametrize("asking", [None, "name", "registered_periods", "current_address"])
@pytest.mark.timeout(20)
def test_four_thousand_characters_do_not_hang(unit: str, asking: str | None) -> None:
    """The longest message comes to an end, with nothing given up by it; how long it takes is in the benchmark."""
    read = understand((unit * 4000)[:4000], asking, TODAY)
    assert read.intent not in (Intent.CANCEL, Intent.WITHDRAW, Intent.ERASE)
