"""告知承诺、单独同意、重要提示: consent is only what is said plainly, never conditional (个人信息保护法 14, 29)."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.applicant_is import KIN
from dialogs.readers.outcome import Problem, Unclear
from dialogs.readers.phrases import clean, is_assent, is_conditional, is_question

_DOUBLE = re.compile(
    r"不[^不,，。;；]{1,4}不(?=同意|认可|愿意|接受|签|答应|承诺)|不是(?:说)?(?:我|俺)?(?:要|想)?不|没说(?:我|俺)不|没有?不|并?非不|不能不|不得不|不会不|没说不|没有?拒绝|没有?反对|不拒绝|不反对|不是拒绝|不是反对"
)
_REFUSAL = re.compile(
    r"(?:不|没法|没办法|无法|不能|不想|不会|不打算|不太|不怎么)(?:想|能|会|要|再)?(?:同意|签|接受|承诺|答应|愿意|认可|肯|授权|干)"
    r"|^不(?:行|可以|要|好|愿|用|了|是)?(?:的|啊|呢|吧|了)?$|拒绝|拒签|反对|^(?:no|n|refuse)$|不(?:行|可以)$|^不(?:行|可以)"
)
_NEVER = re.compile(r"才不")
_NEGATED = re.compile(r"不|没|别|未|勿|无法|莫")
_AGREEMENT = re.compile(
    r"无异议|同意|接受|愿意|承诺|认可|答应|签[了吧字名的]?|授权|认了|保证(?:填的|写的|说的|句句|以上)?(?:都|全|句句)?(?:是)?真|认这个?[账帐]|^agree$|我保证$|^保证$"
)
#: 没意见: says nothing against it.
_NOTHING = re.compile(r"(?:没有?|没得|莫得|冇得?|无)(?:啥|什么|么子|任何)?(?:意见|问题|说的|好说的|异议|二话|毛病)")
#: Said around an agreement without changing it; nothing else may stand there.
_AROUND = re.compile(
    r"(?:(?:没有?|没得|莫得|冇得?|无)(?:啥|什么|么子|任何)?(?:意见|问题|说的|好说的|异议|二话|毛病)|我本人|本人|我们|我|俺|咱|都|全部|全都|全|完全|已经|已|阅读|看完|看过|读完|读过|看了|读了|看|读|知道|明白|了解|清楚|了|的|啊|呀|哈|呢|吧|嘞|哦"
    r"|实在话|实话|真话|真的|都是|真嘞|真|你们|晓得|哒|嘛|嘞|中|账|帐|这(?:个|些|里)?|没说的|中|认|写|句句|要得"
    r"|点同意|同意|接受|愿意|承诺|认可|答应|授权|签字|签名|签|遵守|以上|上面|上述|这些|这个|均|逐条|一条条|一条一条|一字一句|承诺书?|告知书?|协议|你说的|你讲的|这里|内容|条款|说的|讲的|写的|所有|并|也|且|就|来|给你|给|好|行|可以"
    r"|没问题|没有问题|没意见|没得问题|没毛病|对|是|嗯|恩|ok|当然|肯定|自愿|真实|属实|保证|填|句句|如实|情况|一切|意见|异议|二话|那|十分|非常|确认|确定|处理|使用|收集|信息|个人|注销|继续|办|下一步|往下|走|已|知悉|告知|必须|一定|全力|完|读|懂|听)++"
)


def read(text: str, today: date) -> str | Unclear:
    """`agree` or `refuse`. 不是不同意, a question or a condition is neither: `no_choice`."""
    said = clean(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if len(said) > _LONGEST:
        return Unclear(Problem.NO_CHOICE)
    if _is_divided(text):
        return Unclear(Problem.NO_CHOICE)
    whole = _whole(said) if not _RHETORICAL.search(said) else Unclear(Problem.NO_CHOICE)
    if isinstance(whole, str):
        return whole
    return _by_clause(text) or ("refuse" if _refused(text) else whole)


#: Consent at greater length is about something else as well.
_LONGEST = 200
_FOR = re.compile(r"(?<![不没未])(?<!单独)(?:同意|可以|接受|愿意|行)(?:的|了|啊)*$")


def _is_divided(text: str) -> bool:
    """隐私那条同意，提示那条不同意: partly for and partly against is neither."""
    clauses = [said for clause in _ENDS.split(text) if (said := clean(clause))]
    against = [said for said in clauses if _REFUSAL.search(_RHETORICAL.sub("", said))]
    return bool(against) and any(_FOR.search(said) and said not in against for said in clauses)


_ENDS = re.compile(r"[,，。.!！;；…\n]+|\s+(?=[\u4e00-\u9fff])")
_RHETORICAL = re.compile(
    r"^(?:这|那)?(?:还|又)?(?:有|能有)(?:啥|什么|哪样)(?:不同意|不愿意|好不同意|好说|问题|意见)(?:的|呢|呀|啊)*"
)
#: What may stand beside a plain consent in a clause of its own.
_BESIDE = re.compile(
    r"(?:这|那)?(?:还)?(?:有|能)?(?:啥|什么)(?:不同意|好说|问题)(?:的|呢)?|(?:你好|您好|好的?|谢谢|麻烦了?|老师|同志|师傅|姐|哥)+|(?:我叫|我是|本人|叫)[\u4e00-\u9fff]{2,4}"
    r"|(?:那|我)?(?:的)?(?:老|旧|原来的?|以前的?)?(?:居住)?证?(?:要)?(?:注销|作废|没了|销掉)(?:就|也就|嘛就?)(?:注销|作废|没了|销掉|销)?(?:吧|了|呗)?"
    r"|(?:我)?(?:的)?(?:手机|电话|身份证)号?(?:码)?(?:是)?[0-9x]+|(?:是)?(?:我)?(?:本人|自己)(?:来)?(?:办|申请|弄)?(?:的)?|(?:帮|给|替|为)(?:我)?(?:自己|本人|自家|孩子|老婆|老公|我妈|我爸)(?:办|弄)?(?:的)?"
    r"|(?:你|您)?(?:赶紧|赶快|快点?|直接|那就|请|可以|就|我们|咱们?)*(?:往下|下一步|继续|下一个|开始|弄|整|开整|走起|搞起|开干|干)(?:走|整|弄|办|填|来|吧|了)*(?:快点)?|(?:请|麻烦)?(?:快|搞快|赶紧|赶快|麻利|快些)(?:一?点|些)?(?:吧|啊|的|办|弄|整)*"
    r"|(?:经|内容|条款|承诺书?|告知书?|协议|逐条|一条条|一条一条|逐字|均|上面|以上|这些|那些|字|我|都|全|已|已经|认真|仔细|大概|从头到尾|也|听|念|给|孩子|你们?)*(?:阅毕|阅畢|已阅|看|读|听|阅读|了解|知悉|知道|晓得|明白|懂|清楚|理解)(?:过|完|了|到|懂|清楚|明白|一遍|的|啦|咯|内容)*"
)
_THEIRS = re.compile(
    rf"^(?:我|俺)?(?:替|代|帮)(?:我)?(?:们)?(?:家)?(?:的)?(?:{KIN})(?:来)?(?=同意|愿意|答应|签|承诺)|"
    r"^(?:爷爷|奶奶|我?爸爸?|我?妈妈?|外公|外婆|公公|婆婆|老人家?|老伴|他|她)(?:自己)?(?:说|讲|点头|也)?(?:了)?(?:他|她)?(?:也|都|是)?(?=同意|愿意|答应)"
)
#: 同意才怪, 同意个鬼.
_MOCKING = re.compile(r"怪|鬼|屁|毛线|做梦|休想|傻")


def _by_clause(text: str) -> str | None:
    """好的老师，内容我认真看了，同意: one clause says it, and the others say nothing against it."""
    clauses = [clean(clause) for clause in _ENDS.split(text)]
    told = []
    for said in filter(None, clauses):
        if not (said := _RHETORICAL.sub("", said)):
            continue
        value = _whole(_THEIRS.sub("", said))
        if isinstance(value, str):
            told.append(value)
        elif told[-1:] == ["refuse"] and _WHY_SO.search(said):
            continue
        elif not _BESIDE.fullmatch(said) or _MOCKING.search(said):
            return None
    return told[0] if len(set(told)) == 1 else None


def _refused(text: str) -> bool:
    """我拒绝授权，但别把申请关了: one clause refuses outright, and none agrees."""
    clauses = [said for clause in _ENDS.split(text) if (said := clean(clause))]
    told = [_whole(said) for said in clauses]
    return "refuse" in told and "agree" not in told and not any(_FOR.search(said) for said in clauses)


#: 我不同意，你们要我人脸干啥: a question behind a refusal takes nothing of it back.
_WHY_SO = re.compile(r"干[嘛啥什]|做什么|为什么|为啥|凭什么|凭啥|什么意思")


def _whole(said: str) -> str | Unclear:
    if _DOUBLE.search(said) or is_question(said):
        return Unclear(Problem.NO_CHOICE)
    if _REFUSAL.search(said):
        return Unclear(Problem.NO_CHOICE) if is_conditional(_NEVER.sub("不", said)) else "refuse"
    if is_conditional(said) or (_NEGATED.search(_NOTHING.sub("", said)) and not _AROUND.fullmatch(said)):
        return Unclear(Problem.NO_CHOICE)
    if said == "agree" or is_assent(said) or (_AGREEMENT.search(said) and _AROUND.fullmatch(said)):
        return "agree"
    return Unclear(Problem.NO_CHOICE)
