"""核对单: all right, or which answer is not."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.applicant_is import KIN
from dialogs.readers.outcome import Problem, Unclear
from dialogs.readers.phrases import clean, is_assent, is_conditional, is_question
from state_machine.codes import Field

#: Everyday names of the answers, the longer ones first where one holds the other.
FIELD_WORDS: tuple[tuple[Field, str], ...] = (
    (Field.AGENT_ID_NUMBER, "代办人(?:的)?身份证"),
    (Field.AGENT_PHONE, "代办人(?:的)?(?:手机|电话)"),
    (Field.AGENT_NAME, "代办人(?:的)?(?:姓名|名字)"),
    (Field.PERMIT_VALID_UNTIL, "有效期|到期(?:日|时间)"),
    (Field.PERMIT_PLACE, "签发地|发证(?:地|机关)|哪里发的"),
    (Field.PERMIT_NUMBER, "居住证(?:的)?(?:号码?|编号)|(?<!身份)证号"),
    (Field.REGISTERED_PERIODS, "登记(?:的)?(?:时段|时间|日期|记录)|居住登记|时段"),
    (Field.RECOGNITION, "互认类型|互认方式|办理类型"),
    (Field.HUKOU_ADDRESS, "(?:户口|户籍|老家)(?:的)?(?:详细)?地址"),
    (Field.HUKOU_COUNTY, "(?:户口|户籍)(?:所在)?(?:的)?(?:县|区)"),
    (Field.HUKOU_PROVINCE, "(?:户口|户籍)(?:所在)?(?:的)?(?:省|地)?|籍贯"),
    (Field.CURRENT_ADDRESS, "住址|现?(?:在)?(?:的)?居?住(?:的)?地址|现住|住的地方|地址"),
    (Field.ID_NUMBER, "身份证(?:号码?)?"),
    (Field.PHONE, "手机号?码?|电话(?:号码)?|联系方式"),
    (Field.ETHNICITY, "民族"),
    (Field.SEX, "性别"),
    (Field.GROUND, "(?:符合的)?条件|就业(?:住所|住房)?|理由"),
    (Field.MATERIALS, "照片|图片|上传(?:的)?(?:材料|文件)?|拍的"),
    (Field.PROOFS, "证明材料|材料|证明"),
    (Field.RELATION, "关系"),
    (Field.APPLICANT_IS, "给谁办|为谁办|代办|本人办"),
    (Field.NAME, "姓名|名字"),
)
_FIELDS = tuple((field, re.compile(words)) for field, words in FIELD_WORDS)
_CONFIRM = re.compile(
    r"(?:所填|填写|填报|各项|经|已|本人|我|都|都已|全部)*(?:核对|核实|看|检查|对|过目|审阅)?(?:过|完毕|完|好|清楚)?了?(?:一遍)?(?:都|均|全部?|全都|内容|信息|资料|上面|以上|上述|所填|各项|填的|填写|这些|也)*(?:没有?(?:什么|啥)?(?:问题|毛病|错误?|意见|要改的)(?:哩|的)?|(?:准确)?无误|[没莫]得错|错不了|差不了|没差"
    r"|对(?:的|了|着|头)?|正确|属实|是对的|可以(?:的|了)?|好了?|行|ok|确认|确定)(?:的|了|啊|呀|吧|哈)*"
    r"(?:可以|就|直接|那就|去|我要|请予?|帮我|都|给我)*(?:提?交|受理|签名|签字|递交|下一步|继续|往下|这样|交上去|办|行|确认)?(?:了|吧|的|啊|去)*"
)
_DIRECT = re.compile(
    r"(?:行|好|我要|请|可以|现在|直接|那就|就|都对|帮我)*(?:就这样交|提?交|递交|去签名|确认(?:无误|提交)?|交上去)(?:了|吧|的|申请|啊)*"
)
#: Beside a confirmation: that one looked, and how well.
_BESIDE = re.compile(
    r"(?:我|俺|本人|老婆|孩子|都|已经?|又|从头到尾|认真|仔细|再|帮我)*(?:看|念|读|核对|检查|核|对|瞅|过)(?:了|过|完|好)*(?:一|两|三|几|好几)?(?:遍|眼|下|次)?(?:了)?|一个字(?:都|也)?(?:不差|没错|不错)|辛苦了?|谢谢|好的?|行|麻烦了?"
    r"|(?:都|全|字字|一字)(?:对得上|不差|对着呢|没差)"
)
_NEGATIVE = re.compile(
    r"不对|不要|先不|别|不交|没好|还没|(?<!没)有问题|(?<!没)有错|错了|不正确|不行|不可以|不确认|不提交|改"
)


def field_named(said: str) -> Field | None:
    """The one answer a cleaned text names; None for none or several."""
    named: list[Field] = []
    for field, pattern in _FIELDS:
        said, count = pattern.subn("|", said)
        if count:
            named.append(field)
    return named[0] if len(named) == 1 else None


#: Nobody confirms at greater length.
_LONGEST = 120


def _confirmed_among(text: str) -> bool:
    """看了一遍，一个字不差，确认: one clause confirms, and the others only say that one looked."""
    if len(text) > _LONGEST:
        return False
    clauses = [said for part in re.split(r"[,，。;；!！\s]+", text) if (said := clean(part))]
    sure = [said for said in clauses if is_assent(said) or _CONFIRM.fullmatch(said) or _DIRECT.fullmatch(said)]
    return bool(sure) and all(said in sure or _BESIDE.fullmatch(said) for said in clauses)


#: 我老公说没问题: it is the applicant who confirms.
_ANOTHER_SAYS = re.compile(rf"(?:{KIN}|老板|同事|朋友|工友)(?:说|讲|觉得|看了?说)")


def read(text: str, today: date) -> str | Unclear:
    """`confirm`, or the code of the answer to change."""
    said = clean(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if said == "confirm" or said in Field._value2member_map_:
        return said
    if is_question(said) or _ANOTHER_SAYS.search(said):
        return Unclear(Problem.NO_CHOICE)
    if (
        not _NEGATIVE.search(said)
        and not is_conditional(said)
        and (is_assent(said) or _CONFIRM.fullmatch(said) or _DIRECT.fullmatch(said))
    ):
        return "confirm"
    if not _NEGATIVE.search(said) and not is_conditional(said) and _confirmed_among(text):
        return "confirm"
    named = field_named(said)
    if named is not None and (re.search(r"改|错|有问题|不对|不是|换|重新", said) or len(said) <= 8):
        return named.value
    return Unclear(Problem.NO_CHOICE)
