"""告知承诺、单独同意、重要提示: consent is only what is said plainly, never conditional (个人信息保护法 14, 29)."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.outcome import Problem, Unclear
from dialogs.readers.phrases import clean, is_assent, is_conditional, is_question

_DOUBLE = re.compile(
    r"不是不|没有?不|并?非不|不能不|不得不|不会不|没说不|没有?拒绝|没有?反对|不拒绝|不反对|不是拒绝|不是反对"
)
_REFUSAL = re.compile(
    r"(?:不|没法|没办法|无法|不能|不想|不会|不打算|不太|不怎么)(?:想|能|会|要|再)?(?:同意|签|接受|承诺|答应|愿意|认可|肯|授权|干)"
    r"|^不(?:行|可以|要|好|愿|用|了|是)?(?:的|啊|呢|吧|了)?$|拒绝|拒签|反对|^(?:no|n|refuse)$|不(?:行|可以)$|^不(?:行|可以)"
)
_NEVER = re.compile(r"才不")
_NEGATED = re.compile(r"不|没|别|未|勿|无法|莫")
_AGREEMENT = re.compile(
    r"同意|接受|愿意|承诺|认可|答应|签[了吧字名的]?|授权|认了|保证(?:都)?(?:是)?真|认这个?[账帐]|^agree$"
)
#: Said around an agreement without changing it; nothing else may stand there.
_AROUND = re.compile(
    r"(?:我本人|本人|我们|我|俺|咱|都|全部|全都|全|完全|已经|已|阅读|看完|看过|读完|读过|看了|读了|看|读|知道|明白|了解|清楚|了|的|啊|呀|哈|呢|吧|嘞|哦"
    r"|实在话|实话|真话|真的|都是|真嘞|真|你们|晓得|哒|嘛|嘞|中|账|帐|这个?|没说的|中|认|写|句句|要得"
    r"|同意|接受|愿意|承诺|认可|答应|授权|签字|签名|签|遵守|以上|上面|上述|这些|这个|内容|条款|说的|写的|所有|并|也|且|就|来|给你|给|好|行|可以"
    r"|没问题|没有问题|没意见|没得问题|没毛病|对|是|嗯|恩|ok|当然|肯定|自愿|真实|属实|保证|一切|那|十分|非常|确认|确定|处理|使用|收集|信息|个人|注销|继续|办)++"
)


def read(text: str, today: date) -> str | Unclear:
    """`agree` or `refuse`. 不是不同意, a question or a condition is neither: `no_choice`."""
    said = clean(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if _DOUBLE.search(said) or is_question(said):
        return Unclear(Problem.NO_CHOICE)
    if _REFUSAL.search(said):
        return Unclear(Problem.NO_CHOICE) if is_conditional(_NEVER.sub("不", said)) else "refuse"
    if is_conditional(said) or (_NEGATED.search(said) and not _AROUND.fullmatch(said)):
        return Unclear(Problem.NO_CHOICE)
    if said == "agree" or is_assent(said) or (_AGREEMENT.search(said) and _AROUND.fullmatch(said)):
        return "agree"
    return Unclear(Problem.NO_CHOICE)
