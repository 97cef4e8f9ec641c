"""What is denied, another's, past or planned is not put in; and what names another thing gives nothing up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogs.understanding import Intent, understand

TODAY = date(2026, 11, 22)
GIVING_UP = {Intent.CANCEL, Intent.WITHDRAW, Intent.ERASE}
#: The question, and words that do not answer it.
NOT_SAID = [
    ("sex", "我不是男的"),
    ("sex", "不是女的"),
    ("sex", "你是男的女的"),
    ("sex", "美女，你好"),
    ("proofs", "除了社保都有"),
    ("proofs", "只差社保"),
    ("proofs", "房东不肯给我租房合同"),
    ("proofs", "我老公有劳动合同，我没有"),
    ("proofs", "老板有营业执照"),
    ("proofs", "打算去签劳动合同"),
    ("proofs", "劳动合同去年到期了没续"),
    ("proofs", "社保以前交过，现在停了"),
    ("ground", "除了读书都有"),
    ("ground", "老公上班我没上班"),
    ("ground", "我在找工作"),
    ("ground", "以前在这边上班，现在没上了"),
    ("ground", "打算租房"),
    ("recognition", "我老婆有居住证，我没有"),
    ("recognition", "居住证是我老公的"),
    ("recognition", "居住证是江苏的"),
    ("recognition", "有居住证，但是过期了"),
    ("applicant_is", "先给我办，再给我老婆办"),
    ("applicant_is", "我儿子的以后再说"),
    ("id_number", "不是522628199003071239"),
    ("id_number", "身份证号522628199003071239，不是我的是我老婆的"),
    ("phone", "13800001234这个号是我前夫的不要填"),
    ("phone", "别写13800001234，那是骗子的号"),
    ("phone", "老板叫吴大海，电话13700004444"),
    ("name", "我老公姓李叫李强"),
    ("name", "以前叫王小花"),
    ("current_address", "不住竹口镇竹口村8号"),
    ("current_address", "下个月搬到松源街道云鹤路3号"),
    ("current_address", "松源街道云鹤路5号或者7号，我记不清"),
    ("permit_valid_until", "不是2027年12月31日"),
    ("permit_valid_until", "签发日期是2024年6月1日"),
    ("permit_valid_until", "租房合同到明年12月31日"),
    ("permit_valid_until", "我身份证有效期到2035年1月1日"),
    ("registered_periods", "去年三月在庆元登记过，后来取消了"),
    ("registered_periods", "2025年3月到现在在庆元交社保"),
    ("hukou_province", "在江西打过工"),
    ("review", "我老公说没问题"),
]
#: The question, the words, and the one value they give.
SAID: list[tuple[str, str, Any]] = [
    ("phone", "手机15200001234，以前手机15200009999不用了", "15200001234"),
    ("phone", "13800001234❌13900001234✅", "13900001234"),
    ("sex", "男❌女✅", "female"),
    ("pledge", "同意同意👌快点下一个", "agree"),
    ("applicant_is", "上次是自己办，这次帮我妈", "other"),
    ("applicant_is", "上次帮我妈办过，这次我自己", "self"),
    ("hukou_province", "我是贵州的，老公江西玉山户口", "贵州省"),
    ("hukou_address", "户籍地龙山镇新寨村5组", "龙山镇新寨村5组"),
    ("hukou_address", "户口地址盘石镇响水洞村三组", "盘石镇响水洞村三组"),
    ("hukou_address", "老家高兴镇平坝村2组", "高兴镇平坝村2组"),
    ("hukou_address", "户口本上写的凤凰镇水城村1组", "凤凰镇水城村1组"),
    ("name", "姓名李小红性别女民族畲族", "李小红"),
    ("current_address", "屏渡街道工业路5号", "庆元县屏都街道工业路5号"),
    ("current_address", "302室 松源街道云鹤路3号", "庆元县松源街道云鹤路3号302室"),
    ("recognition", "居住证我有，没过期", "held_permit"),
    ("proofs", "合同去年签的，社保也交着", ["labour_contract", "social_insurance"]),
]
#: Registrations as they are told: the later one first, put right, with months in which there was none.
PERIODS = [
    (
        "上个月1号才在庆元登上的，之前在德清，去年5月登到12月",
        [("庆元县", "2026-10-01", None), ("德清县", "2025-05-01", "2025-12-31")],
    ),
    (
        "去年三月，不对，是四月六号在诸暨登的，整到十一月底，完了十二月一号上庆元",
        [("诸暨市", "2025-04-06", "2025-11-30"), ("庆元县", "2025-12-01", None)],
    ),
    (
        "2025年9月在慈溪登到2026年2月 三月歇了 四月一号庆元登到现在",
        [("慈溪市", "2025-09-01", "2026-02-28"), ("庆元县", "2026-04-01", None)],
    ),
    (
        "2024年6月到2025年2月在柯桥，3月去了上海，2025年7月起庆元",
        [("柯桥区", "2024-06-01", "2025-02-28"), ("庆元县", "2025-07-01", None)],
    ),
    ("我叫杨正安，贵州松桃的，去年3月起在庆元登记", [("庆元县", "2025-03-01", None)]),
]
#: Names, and things that are withdrawn or cancelled elsewhere.
NOTHING_GIVEN_UP = [
    ("ground", "任取消"),
    ("proofs", "合同 取消"),
    ("materials", "照片 撤回"),
    (None, "消息，撤回"),
    (None, "信息撤回"),
    (None, "不用办了吧"),
]


@pytest.mark.parametrize(("asking", "text"), NOT_SAID)
def test_what_is_not_said_is_not_filled(asking: str, text: str) -> None:
    """The question stands, rather than a value that is denied, somebody else's, of another time or of another thing."""
    assert asking not in understand(text, asking, TODAY).fills


@pytest.mark.parametrize(("asking", "text", "value"), SAID)
def test_the_value_that_is_meant_is_taken(asking: str, text: str, value: Any) -> None:
    """The doubts above cost no plain answer."""
    assert understand(text, asking, TODAY).fills.get(asking) == value


@pytest.mark.parametrize(("text", "told"), PERIODS)
def test_registrations_are_read_in_the_order_in_which_people_tell_them(
    text: str, told: list[tuple[str, str, str | None]]
) -> None:
    """Each with its place, whatever is said between."""
    periods = understand(text, "registered_periods", TODAY).fills["registered_periods"]
    assert [(one["place"], one["from"], one["to"]) for one in periods] == told


def test_what_holds_no_figure_answers_no_number() -> None:
    """Any words where a number was asked are not understood, rather than a bad attempt at one."""
    assert understand("开水", "phone", TODAY).intent is Intent.UNCLEAR
    assert understand("走走走", "id_number", TODAY).intent is Intent.UNCLEAR


@pytest.mark.parametrize(("asking", "text"), NOTHING_GIVEN_UP)
def test_a_name_or_another_thing_gives_nothing_up(asking: str | None, text: str) -> None:
    """Only the application itself can be cancelled or withdrawn."""
    assert understand(text, asking, TODAY).intent not in GIVING_UP


def test_the_agents_own_name_is_not_the_applicants() -> None:
    """我叫王芳，帮我公公办，李德贵: who speaks is not who it is for."""
    heard = understand("我叫王芳，帮我公公办，李德贵，汉族，河南固始", None, TODAY)
    assert heard.fills["applicant_is"] == "other"
    assert heard.fills.get("name") != "王芳"
