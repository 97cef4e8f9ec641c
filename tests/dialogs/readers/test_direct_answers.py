"""Direct answers to one question: the traps of the domain, one table per reader."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogs.readers import READERS, Problem, Unclear
from state_machine.codes import Field

TODAY = date(2026, 11, 22)


def read(field: Field, text: str, **context: Any) -> Any:
    """The value, or the problem's code."""
    told = READERS[field](text, TODAY, **context)
    return told.problem if isinstance(told, Unclear) else told


@pytest.mark.parametrize(
    "text", ["同意", "好的", "嗯", "可以", "OK", "我看完了，同意", "同意以上全部内容", "没问题", "要得"]
)
def test_plain_consent_is_consent(text: str) -> None:
    """What is said plainly is taken as consent."""
    assert read(Field.PLEDGE, text) == "agree"


@pytest.mark.parametrize("text", ["不同意", "不", "不愿意", "不同意，不签", "拒绝", "我反对", "不太想签"])
def test_refusal_is_refusal(text: str) -> None:
    """A refusal is heard as one."""
    assert read(Field.PLEDGE, text) == "refuse"


@pytest.mark.parametrize(
    "text",
    [
        "如果不扣钱我就同意",
        "同意，但是别告诉老板",
        "同意吗",
        "先看看再说",
        "除非免费",
        "要是能快点我就签",
        "同意不同意",
        "哦",
        "知道了",
    ],
)
def test_conditions_and_questions_are_never_consent(text: str) -> None:
    """Conditional consent is no consent (个人信息保护法 14)."""
    assert read(Field.PLEDGE, text) == Problem.NO_CHOICE


@pytest.mark.parametrize("text", ["不是不同意", "没有不同意", "我不是不同意"])
def test_a_double_negation_is_neither(text: str) -> None:
    """不是不同意 is asked again."""
    assert read(Field.PLEDGE, text) == Problem.NO_CHOICE


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Field.APPLICANT_IS, "我本人申请", "self"),
        (Field.APPLICANT_IS, "是给我家小的办的", "other"),
        (Field.APPLICANT_IS, "不是代办，我自己办", "self"),
        (Field.APPLICANT_IS, "不是给我自己办的，是给我妈", "other"),
        (Field.APPLICANT_IS, "应该选自己办，我点成代办了", "self"),
        (Field.APPLICANT_IS, "我和我老婆都办", Problem.NO_CHOICE),
        (Field.RELATION, "我是他爸", "parent"),
        (Field.RELATION, "给女儿办", "parent"),
        (Field.RELATION, "我老婆", "spouse"),
        (Field.RELATION, "儿子", Problem.NO_CHOICE),
        (Field.RELATION, "同事", Problem.NO_CHOICE),
        (Field.RECOGNITION, "手上有义乌的居住证，还在有效期", "held_permit"),
        (Field.RECOGNITION, "居住证没有，居住登记有大半年了", "registered_time"),
        (Field.RECOGNITION, "没有", Problem.NO_CHOICE),
        (Field.GROUND, "打工的，住宿舍", ["employment", "housing"]),
        (Field.GROUND, "没工作，租房子住", ["housing"]),
        (Field.GROUND, "失业了", Problem.NO_CHOICE),
        (Field.SEX, "姐，我是女的", "female"),
        (Field.SEX, "我老婆是女的", Problem.NO_CHOICE),
        (Field.SEX, "不是男的", Problem.NO_CHOICE),
        (Field.ETHNICITY, "苗的", "苗族"),
        (Field.ETHNICITY, "维族", "维吾尔族"),
        (Field.ETHNICITY, "其他", "其他"),
        (Field.ETHNICITY, "外国血统中国籍人士", "外国血统中国籍人士"),
        (Field.ETHNICITY, "少数民族", Problem.UNKNOWN_ETHNICITY),
        (Field.ETHNICITY, "我不是汉族", Problem.UNKNOWN_ETHNICITY),
        (Field.PROOFS, "劳动合同有，养老保险也在交", ["labour_contract", "social_insurance"]),
        (Field.PROOFS, "租的人家房子 手写的租约", ["lease_contract"]),
        (Field.PROOFS, "没有劳动合同，房东不肯签租房合同", Problem.NO_CHOICE),
        (Field.PROOFS, "有社保没有劳动合同", ["social_insurance"]),
        (Field.PROOFS, "社保没有，劳动合同签了", ["labour_contract"]),
        (Field.REVIEW, "没毛病，可以交了", "confirm"),
        (Field.REVIEW, "电话错了", "phone"),
        (Field.REVIEW, "先不要提交", Problem.NO_CHOICE),
        (Field.ELIGIBILITY, "仍要提交", "go_on"),
        (Field.ELIGIBILITY, "先不办了", "stop"),
        (Field.ELIGIBILITY, "问工作人员", "human"),
        (Field.ELIGIBILITY, "不是不办", Problem.NO_CHOICE),
    ],
)
def test_choices_are_read_or_asked_again(field: Field, text: str, value: Any) -> None:
    """Each choice in everyday words; what is open stays open."""
    assert read(field, text) == value


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("厂里签的合同", "labour_contract"),
        ("劲动合同", "labour_contract"),
        ("茶山承包合同", "farm_contract"),
        ("社保", "social_insurance"),
        ("营业执照", "business_licence"),
        ("工资条", "employment_other"),
        ("房产证", "own_home"),
        ("住厂里宿舍", "staff_dormitory"),
        ("出租登记", "rental_registration"),
        ("租赁备案", "lease_filing"),
        ("租房合同", "lease_contract"),
        ("消防安全检查合格", "rental_safety"),
        ("房租完税证明", "rental_tax"),
        ("房租收据", "rental_other"),
        ("借住证明", "housing_other"),
        ("小学学籍证明", "primary_school"),
        ("初中", "middle_school"),
        ("职高学籍", "vocational_school"),
        ("大学", "university"),
    ],
)
def test_every_box_of_the_form_has_everyday_words(text: str, box: str) -> None:
    """All boxes of 附件 1 are reached by what people call them."""
    assert read(Field.PROOFS, text) == [box]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("任公", "任公"),
        ("钟止", "钟止"),
        ("温馨", "温馨"),
        ("何止步", "何止步"),
        ("我叫 谢 恩", "谢恩"),
        ("姓古，古丽的古，古来稀", "古来稀"),
        ("我姓欧阳，叫修", "欧阳修"),
        ("耳东陈，陈小明的明是明天的明，陈小明", "陈小明"),
        ("𠮷野", "𠮷野"),
        ("王𬭎", "王𬭎"),
        ("石秀梅，我女儿叫石小花", Problem.NOT_A_NAME),
        ("不是，我叫李四", "李四"),
        ("谢谢", Problem.NOT_A_NAME),
        ("回上一步", Problem.NOT_A_NAME),
        ("为什么要名字", Problem.NOT_A_NAME),
        ("浙江", Problem.NOT_A_NAME),
        ("13800001111", Problem.LOOKS_LIKE_PHONE),
        ("<img src=x onerror=alert(1)>", Problem.HOSTILE),
    ],
)
def test_names_are_names_even_if_they_sound_like_commands(text: str, value: Any) -> None:
    """Whole-text names, spelled ones, rare characters; talk is none."""
    assert read(Field.NAME, text) == value


@pytest.mark.parametrize("dot", [*"·•・‧∙⋅●．.･", " · ", " ."])
def test_every_variant_of_the_dot_becomes_one(dot: str) -> None:
    """The dot of minority names is normalised."""
    assert read(Field.NAME, f"热依汗{dot}吾守尔") == "热依汗·吾守尔"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("52262719870503997x", "52262719870503997X"),
        ("362322 1993 0621 9988", "362322199306219988"),
        ("３６２３２２１９９３０６２１９９８８", "362322199306219988"),
        ("我念给你 四五二七三零幺九七七零七三零九九七零", "452730197707309970"),
        ("340826199009099991", Problem.CHECKSUM),
        ("810000199408230021", Problem.HMT_PERMIT),
        ("933012198501014321", Problem.FOREIGNER),
        ("362322930621998", Problem.FIRST_GENERATION),
        ("13800001111", Problem.LOOKS_LIKE_PHONE),
        ("36232219930621", Problem.WRONG_LENGTH),
        ("不知道", Problem.NOT_A_NUMBER),
    ],
)
def test_id_numbers_are_read_or_explained(text: str, value: Any) -> None:
    """Every way of typing one; each other document gets its own answer."""
    assert read(Field.ID_NUMBER, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 5 5 0 0 0 0 6 2 1 8", "15500006218"),
        ("一三八零零零零九一九一", "13800009191"),
        ("一三三四个零二零二六", "13300002026"),
        ("+86 138-0000-9191", "13800009191"),
        ("13400001881不对，13400001818", "13400001818"),
        ("13400001881 13400001818", Problem.NO_CHOICE),
        ("1360000123", Problem.PHONE_LENGTH),
        ("12345678901", Problem.PHONE_PREFIX),
        ("0578-6123456", Problem.LANDLINE),
        ("张三丰", Problem.LOOKS_LIKE_NAME),
        ("362322199306219988", Problem.LOOKS_LIKE_ID),
    ],
)
def test_phones_are_read_or_explained(text: str, value: Any) -> None:
    """Typed, spoken and corrected numbers; ten digits are not filled up."""
    assert read(Field.PHONE, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("写的是2027年11月3日", "2027-11-03"),
        ("明年六月底", "2027-06-30"),
        ("上个月底刚到期", "2026-10-31"),
        ("27.3.14", "2027-03-14"),
        ("二零二七年三月一号", "2027-03-01"),
        ("20270314", "2027-03-14"),
        ("2024年5月1日到2027年4月30日", "2027-04-30"),
        ("2027年2月30日", Problem.NO_SUCH_DATE),
        ("11月3号", Problem.AMBIGUOUS_DATE),
        ("2026年", Problem.AMBIGUOUS_DATE),
        ("农历三月初五", Problem.AMBIGUOUS_DATE),
        ("过期了", Problem.NO_DATE),
    ],
)
def test_dates_are_counted_from_today_and_never_guessed(text: str, value: Any) -> None:
    """Relative dates, numerals and forms of writing; without a year it is asked again."""
    assert read(Field.PERMIT_VALID_UNTIL, text) == value


def test_permit_numbers_and_places_are_read() -> None:
    """Blanks go; the place gets its official name; other numbers go elsewhere."""
    assert read(Field.PERMIT_NUMBER, "330681 2024 00552") == "330681202400552"
    assert read(Field.PERMIT_NUMBER, "13800001111") == Problem.LOOKS_LIKE_PHONE
    assert read(Field.PERMIT_PLACE, "金华义乌市公安局") == "义乌市"
    assert read(Field.PERMIT_PLACE, "佛堂镇") == "义乌市"
    assert read(Field.PERMIT_PLACE, "福建福鼎") == "福建省福鼎市"
    assert read(Field.PERMIT_PLACE, "义乌和温州") == Problem.AMBIGUOUS_PLACE


@pytest.mark.parametrize("field", list(READERS))
def test_an_endless_text_is_no_answer(field: Field) -> None:
    """A text of several thousand characters answers no question."""
    assert read(field, "好" * 4000) == Problem.TOO_LONG
    assert read(field, "") == Problem.EMPTY
