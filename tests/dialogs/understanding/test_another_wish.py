"""Nothing is given up because somebody else wants it, nobody has decided it, or it is only supposed."""

from __future__ import annotations

import itertools

import pytest

from dialogs.understanding import understand
from tests.dialogs.understanding.test_understanding import DESTRUCTIVE, TODAY

WISHES = (
    *("不要办了", "别办了", "不办了", "算了", "取消", "取消掉", "取消申请", "撤回", "撤回申请", "把申请撤了", "删了"),
    *("把我的资料删掉", "把资料都删了", "注销账号", "放弃", "不弄了", "退出", "不填了", "把那个申请撤回来"),
)
OTHERS = (
    *("老板", "我爸", "室友", "班长", "主管", "老乡", "人事", "我男朋友", "表哥", "厂里", "网上", "有人", "嫂子"),
    *("小王", "中介", "社区", "亲戚", "包工头"),
)
WANTING = (
    *("喊我", "叫我", "让我", "劝我", "说", "要我", "跟我说", "非要我", "建议我", "催我", "老说", "想让我", "讲"),
    *("觉得", "逼我", "嫌麻烦，叫我", "不让我办，叫我", "发消息说"),
)
UNDECIDED = (
    *("还在想", "我再想想", "考虑考虑", "没定", "还没定下来", "拿不准", "有点纠结", "我在犹豫", "还没想好", "再看看"),
    *("再说吧", "等我想清楚", "还没决定", "说不准", "看情况", "让我想想", "想了想又舍不得"),
)
LEADS = {
    "supposed": (
        "要是厂里搬走就",
        "假如回老家就",
        "万一要回去就",
        "要是收费我就",
        "不行的话我就",
        "再拖我就",
        "到时候",
    ),
    "advice": ("该不该", "要不要", "你说我要不要", "是不是该"),
    "past": ("以前", "上次我", "上回", "之前在龙泉也", "差点", "本来打算", "已经"),
    "others' papers": ("我同学的申请", "他那份", "小李的单子", "隔壁工友的"),
    "jokes": ("开玩笑说", "逗你的，", "哈哈，"),
    "feared or done by a machine": ("怕他们", "担心系统", "手机自己", "刚才手滑", "你们把我", "怎么给我", "梦到"),
}


def _given_up(said: list[str], asking: str | None) -> list[str]:
    return [text for text in said if understand(text, asking, TODAY).intent in DESTRUCTIVE]


@pytest.mark.parametrize("other", OTHERS)
def test_a_wish_that_another_has_gives_nothing_up(other: str) -> None:
    """What others want, reported by the applicant, is no request of theirs."""
    assert not _given_up([other + how + wish for how, wish in itertools.product(WANTING, WISHES)], None)


@pytest.mark.parametrize("doubt", UNDECIDED)
def test_who_has_not_decided_gives_nothing_up(doubt: str) -> None:
    """Before or behind the wish: whoever still thinks about it has asked for nothing."""
    for asking in (None, "materials"):
        assert not _given_up([f"{doubt}，{wish}" for wish in WISHES], asking)
        assert not _given_up([f"{wish}，{doubt}" for wish in WISHES], asking)


@pytest.mark.parametrize("kind", sorted(LEADS))
def test_what_is_not_meant_here_and_now_gives_nothing_up(kind: str) -> None:
    """Conditions, advice asked for, the past, other people's papers, jokes and fears."""
    for asking in (None, "review"):
        assert not _given_up([lead + wish for lead, wish in itertools.product(LEADS[kind], WISHES)], asking)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我说不办了，取消", "cancel"),
        ("跟你们讲，不办了，取消申请", "cancel"),
        ("算了我不申请了，叫我爸来弄", "cancel"),
        ("老子的资料马上给我删光", "erase"),
        ("交上去的申请我不要了 帮我撤下来", "withdraw"),
    ],
)
def test_the_applicant_s_own_wish_is_still_heard(text: str, intent: str) -> None:
    """The rules about others do not silence the applicant."""
    assert understand(text, None, TODAY).intent.value == intent
