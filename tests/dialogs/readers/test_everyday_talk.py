"""How people really answer: talk around the value, corrections in one breath, regional words. One table per class."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogs.readers import READERS, Problem, Unclear, find_all
from dialogs.readers.corrected import last_said
from dialogs.understanding import understand
from state_machine.codes import Field
from state_machine.id_number import make_check_digit

TODAY = date(2026, 11, 22)


def read(field: Field, text: str) -> Any:
    """The value, or the problem's code."""
    told = READERS[field](text, TODAY)
    return told.problem if isinstance(told, Unclear) else told


def facts(text: str) -> dict[str, Any]:
    """Field to value of everything found."""
    return {found.field.value: found.value for found in find_all(text, TODAY)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("弓长张 张水根", "张水根"),
        ("耳东陈，陈有才", "陈有才"),
        ("立早章章大水", "章大水"),
        ("我的名字叫白玉兰白色的白玉石的玉兰花的兰", "白玉兰"),
        ("大家都喊我阿狗，身份证上写的是孙国富", "孙国富"),
        ("小名牛牛，大名郑浩然", "郑浩然"),
        ("免贵姓康，康得福", "康得福"),
        ("我叫段小满，不是不是，身份证上是段晓曼", "段晓曼"),
        ("贺兰山 声明人", "贺兰山"),
        ("我工人叫戚继才", "戚继才"),
        ("孩子叫阿依夏木·玉素甫", "阿依夏木·玉素甫"),
        ("姓名：甯远", "甯远"),
        ("曲比阿乌", "曲比阿乌"),
    ],
)
def test_a_name_is_found_among_its_spelling_and_talk(text: str, name: str) -> None:
    """Spelled out, corrected, called by relatives: the name of the document counts."""
    assert understand(text, "name", TODAY).fills.get("name") == name


@pytest.mark.parametrize(
    "text",
    [
        "以上内容属实，邵长河",
        "声明人邵长河 2026年11月22日",
        "签好了，邵长河",
        "就签邵长河吧",
        "我邵长河声明都是真的",
        "邵长河亲笔",
    ],
)
def test_a_signature_is_found_beside_what_it_signs(text: str) -> None:
    """The statement and the day stand beside a signature, and are none."""
    assert understand(text, "declaration", TODAY).fills == {"declaration": "邵长河"}


@pytest.mark.parametrize("text", ["叫我小刘就行", "名字写错了，撤回重签", "我的名字改下", "名字电话那些都删掉"])
def test_business_and_nicknames_are_no_names(text: str) -> None:
    """小刘 is not what the document says, and 撤回重签 is nobody."""
    assert "name" not in understand(text, "name", TODAY).fills


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("黄田镇中济村 租的 23号", "庆元县黄田镇中济村23号"),
        ("就在荷地镇坪头村，帮亲戚看店，6号", "庆元县荷地镇坪头村6号"),
        ("跟表哥合租在濛洲街道石龙街77号", "庆元县濛洲街道石龙街77号"),
        ("我住竹口 竹口镇工业路3号噻", "庆元县竹口镇工业路3号"),
        ("松源街道咏归路，咏归路66号", "庆元县松源街道咏归路66号"),
        ("松源街道后田街后田街9号", "庆元县松源街道后田街9号"),
        ("屏都接道洋背村1号🏠", "庆元县屏都街道洋背村1号"),
        ("庆元县左溪镇左溪村5号，和老婆一起", "庆元县左溪镇左溪村5号"),
        ("俺在举水乡月山村8号住着", "庆元县举水乡月山村8号"),
        ("现住址为庆元县松源街道云鹤路2号", "庆元县松源街道云鹤路2号"),
        ("厂宿舍", Problem.NO_DETAIL),
        ("兴隆镇岩脚村六组", Problem.OUTSIDE_COUNTY),
        ("我也说不清，二楼", Problem.NO_DETAIL),
    ],
)
def test_an_address_is_put_together_without_the_talk(text: str, address: Any) -> None:
    """Pieces of an address are joined, talk between them is not; another county's town is not ours."""
    assert read(Field.CURRENT_ADDRESS, text) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("户口本写的 双河镇 石桥村 2 组", "双河镇石桥村2组"),
        ("嗯就是那个平桥镇柳林村5号咯", "平桥镇柳林村5号"),
        ("中坝镇 打多了 中坝镇李家村", "中坝镇李家村"),
        ("古县渡镇上屋村11号", "古县渡镇上屋村11号"),
        ("户籍地址 新桥镇光明居委会", "新桥镇光明居委会"),
    ],
)
def test_a_home_address_is_kept_without_the_talk(text: str, address: str) -> None:
    """The same for the 户口, whose town may begin like a county."""
    assert read(Field.HUKOU_ADDRESS, text) == address


@pytest.mark.parametrize(
    ("asking", "text", "value"),
    [
        ("hukou_county", "松桃，说错了，思南", "思南县"),
        ("sex", "女 手滑 男", "male"),
        ("ethnicity", "苗族。啊不，苗族是我老婆，我侗族", "侗族"),
        ("permit_valid_until", "28年3月2号，看错了，3月22号", "2028-03-22"),
        ("current_address", "松源街道新建路10号，不是10号，是101号", "庆元县松源街道新建路101号"),
        ("proofs", "劳动合同……不是劳动合同，是社保", ["social_insurance"]),
        ("applicant_is", "给我自己，哎不是，是给我老头子办", "other"),
        ("phone", "13800001111这个老号不用了，记新的13900002222", "13900002222"),
        ("phone", "13800001111，那是我女儿的，我的是13900002222", "13900002222"),
        ("registered_periods", "2025年1月到3月，哦打错了，1月到4月，诸暨", [("诸暨市", "2025-01-01", "2025-04-30")]),
    ],
)
def test_corrected_in_one_breath_the_last_part_counts(asking: str, text: str, value: Any) -> None:
    """What was taken back is never filled; year and street stay where only a part is corrected."""
    told = understand(text, asking, TODAY).fills.get(asking)
    if asking == "registered_periods":
        told = [tuple(period.values()) for period in told]
    assert told == value


def test_a_correction_that_cannot_be_read_fills_nothing() -> None:
    """The number before it was taken back: it must not be kept."""
    assert "phone" not in understand("13800001111，错了，尾号是四四一七", "phone", TODAY).fills


@pytest.mark.parametrize("text", ["没错，王强", "没有错，都对的", "南哨镇反召村四组", "劳动合同没问题"])
def test_what_is_no_correction_is_left_alone(text: str) -> None:
    """没错 takes nothing back, and a village may be called 反召."""
    assert last_said(text) is None


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Field.SEX, "女娃儿", "female"),
        (Field.SEX, "男的嘛", "male"),
        (Field.ETHNICITY, "土家嘛，我们那都是土家", "土家族"),
        (Field.ETHNICITY, "维族，不是回族", "维吾尔族"),
        (Field.APPLICANT_IS, "帮我婆娘", "other"),
        (Field.APPLICANT_IS, "给店里员工弄", "other"),
        (Field.APPLICANT_IS, "我个人的", "self"),
        (Field.RECOGNITION, "没得证，登过记的", "registered_time"),
        (Field.RECOGNITION, "派出所发的那本居住证还没有过期", "held_permit"),
        (Field.GROUND, "开小店卖水果", ["employment"]),
        (Field.GROUND, "中专在读", ["schooling"]),
        (Field.PLEDGE, "好嘛，我答应你们", "agree"),
        (Field.PLEDGE, "我已閱讀並同意", "agree"),
        (Field.PLEDGE, "拒签", "refuse"),
        (Field.REVIEW, "莫得错，交嘛", "confirm"),
        (Field.PROOFS, "房子租的，合同有", ["lease_contract"]),
        (Field.PROOFS, "合同和社保都有", ["labour_contract", "social_insurance"]),
        (Field.PROOFS, "合同有的", Problem.NO_CHOICE),
        (Field.PROOFS, "没得合同，只有工资条", ["employment_other"]),
        (Field.PROOFS, "职业学院的学籍证明", ["vocational_school"]),
    ],
)
def test_regional_words_and_bare_ones_are_read(field: Field, text: str, value: Any) -> None:
    """合同 alone is of the work or the lease it is said with, and of neither without them."""
    assert read(field, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("前年八月在永嘉登记到去年年底", [("永嘉县", "2024-08-01", "2025-12-31")]),
        ("青田25年1-6月，庆元25年7月至今", [("青田县", "2025-01-01", "2025-06-30"), ("庆元县", "2025-07-01", None)]),
        ("德清，25年全年", [("德清县", "2025-01-01", "2025-12-31")]),
        ("嘉善25.2-25.8", [("嘉善县", "2025-02-01", "2025-08-31")]),
        ("24年在岱山，4月登到10月", [("岱山县", "2024-04-01", "2024-10-31")]),
        ("今年4月18在庆元登的，一直没断", [("庆元县", "2026-04-18", None)]),
        ("两年前的3月1号到今年2月底瑞安", [("瑞安市", "2024-03-01", "2026-02-28")]),
        ("今年正月在慈溪登的", Problem.AMBIGUOUS_DATE),
    ],
)
def test_periods_said_in_short_are_read(text: str, value: Any) -> None:
    """Months joined by a dash, whole years, years apart; 正月 is no calendar month."""
    told = read(Field.REGISTERED_PERIODS, text)
    assert (told if isinstance(told, Problem) else [tuple(period.values()) for period in told]) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("大后年12月31号", "2029-12-31"),
        ("后年元旦", "2028-01-01"),
        ("27/06/18", "2027-06-18"),
        ("下个月十五", "2026-12-15"),
        ("我记得是三月，三月十二号，明年的", "2027-03-12"),
        ("证上面写：2027 年 4 月 30 日", "2027-04-30"),
        ("明年三月", Problem.AMBIGUOUS_DATE),
    ],
)
def test_the_last_day_of_a_permit_is_read_in_every_form(text: str, value: Any) -> None:
    """A month alone is still asked again."""
    assert read(Field.PERMIT_VALID_UNTIL, text) == value


def test_the_last_sign_of_an_id_number_as_it_is_read_out() -> None:
    """叉 and 艾克斯 are X, behind digits only."""
    body = next(f"33068119900101{n:03}" for n in range(1, 200) if make_check_digit(f"33068119900101{n:03}") == "X")
    for sign in ("叉", "艾克斯", "，大写的叉"[1:]):
        assert read(Field.ID_NUMBER, body + sign) == body + "X"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("卡号330109202411206哟", "330109202411206"),
        ("331002202500712，台州办的", "331002202500712"),
        ("33078220251102，后面还有个字母", Problem.NOT_A_NUMBER),
    ],
)
def test_a_permit_number_is_read_among_other_words(text: str, number: Any) -> None:
    """The one long number, unless something of it is still to come."""
    assert read(Field.PERMIT_NUMBER, text) == number


def test_facts_separated_by_strokes_are_told_apart() -> None:
    """余海/女/苗 is how lists are copied."""
    assert facts("孔令月/女/苗/13200007714") == {
        "name": "孔令月",
        "sex": "female",
        "ethnicity": "苗族",
        "phone": "13200007714",
    }


@pytest.mark.parametrize("text", ["我龙泉的，也要办？", "柯桥 20250301", "弄好了发信息给我妈", "沧源佤族那个县"])
def test_places_and_other_people_are_not_taken_for_facts(text: str) -> None:
    """A place is no name, a message's receiver no applicant, a county's people not one's own."""
    assert not {"name", "applicant_is", "ethnicity"} & set(facts(text))
