"""互认类型: a valid 《浙江省居住证》, or time registered anywhere in Zhejiang (庆政办发〔2023〕43号, 一)."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.applicant_is import KIN
from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import clean, is_question
from state_machine.codes import Field

_NO_PERMIT = re.compile(
    r"(?<!有)没有[^,。;过到失]{0,8}(?:居住证|居驻证|居著证)|(?:没有?|无|未)(?:办过?|拿过?|领过?|办理过?|申请过?)?(?:浙江省?)?(?:的)?(?:居住证|居驻证|居著证|居住卡|证(?![明件]))"
    r"|(?:居住证|居驻证|证)(?:还|也|都|是|从来|一直)*(?:没有?+|无|未)(?:办|有|拿|领)?(?!过期|到期|失效|问题|错|掉|丢|带)|没证|没得(?:居住)?证|(?:居住证|居驻证|证)(?:已经|早就|都|也)?(?:过期|到期|失效|作废|丢|掉|找不到)了?"
)
_PERMIT = re.compile(
    r"(?:有|持|拿着?|领了|领过|拿过|办了|办过|手上|手里|手头|用|凭)[^,。;]{0,12}(?:居住证|居驻证|居著证|居住卡|浙居证)|(?:居住证|居驻证)[^,。;没不]{0,6}(?:有|在手|还有效|有效期?内|没过期|没到期|办了|办好|办过)"
    r"|办过?了?一张|有卡|还有效|(?:发|领|办)的那?[本张]?(?:居住证|居驻证)|还没有?(?:过|到)期|没过期|在有效期|换新证|旧证换|证还能用|证[^,。;]{0,2}还没(?:到|过)期|持证|有[旧老]?证|证还?(?:在有效|没过期|没到期|有效)|现有(?:居住)?证|证件互认|换证|拿证换|居住证(?:互认|换|转)|^(?:我)?(?:已经)?有(?:的|啊|一张|证|居住证)?$|(?<!份)证(?:嘛|呢|倒是?|我)?有(?:的|了)?(?:一|1)[本张个]|在有效[期头]|(?<!份)证(?:是|在)[\u4e00-\u9fff]{2,5}(?:的|发|办)(?=[,。;\s号]|$)|第一种|held_permit|证(?:件)?(?:是|就是|系)[^,。;没不]{2,8}(?:发|办|领|签发|拿)的|[县市区州乌波兴华水山门](?:那边|那里|市里)?的(?:那张|那个)?(?:居住)?证(?!明)|(?:那边|那里)(?:办|发|领|拿)的|居住证[^没不无]{0,3}[\u4e00-\u9fff]{2,3}(?:办|发|签发|领)的|有(?:那个|那张|这个|这张|一张|过)?(?:居住)?证(?!明|件)|证(?:能|可以)用到|没(?:有)?(?:过|到)期|证(?:还|就|都)?在(?:手|身|我|包|家|兜)|(?:还|才)(?:有|差)[^,。;]{1,5}(?:才)?(?:到期|过期)"
)
_REGISTERED = re.compile(
    r"登记时间|登记[^,。;]{0,3}加|登过记|登(?:了|记了?)?(?:有|得)?[^,。;有没]{0,2}(?:半年|[六七八九十6-9]+个?多?月|[一二两三四五1-5]+年)|登记(?:得)?(?:很)?久|登记[^,。;]{0,4}挂|^(?:按)?(?:时间)?累计|(?:按|用|照|靠|凭|走|选)(?:着)?(?:居住)?登记|(?:居住)?登记(?:时间)?(?:累计|累积|加起来|满|够|有|了|过|半年|六个月|那种|的)|累计(?:登记|那种|时间|的|满)|登记[^,。;]{0,6}(?:半年|[六七八九十6-9]个|一年|两年|年)"
    r"|(?:办|做|申报|有|上)过?(?:了)?(?:居住)?(?:登记|暂住登记)|只有登记|在[^,。;]{1,10}登记|(?:采|录|登|报|备)过(?:居住|流动人口|暂住)?(?:信息|备)|去派出所(?:报|登)过|派出所[^,。;]{0,4}(?:采|录|登|报)过|(?:头|第)一(?:回|次)办|住满|登记的?$|第二种|registered_time"
)
_DENIED_REGISTRATION = re.compile(r"(?:没有?|未|不)(?:去|有)?(?:办过?|做过?|申报)?(?:居住)?登记")
_NOT_ZHEJIANG = re.compile(
    r"(?:居住)?证[^,，。;]{0,3}(?:是|在|,|，)?(?:福建|上海|江苏|广东|江西|安徽|北京|深圳|广州|苏州|南京|厦门|外省|四川|贵州|云南|湖南|湖北|河南|山东)(?:的|办|发|那边)|"
    r"(?:福建|上海|江苏|广东|江西|安徽|北京|深圳|广州|苏州|南京|厦门|外省)[^,。;]{0,6}(?:居住证|居驻证)"
)


#: 我老婆有居住证，我没有; 居住证是我老公的; 有居住证，但是过期了.
_THEIRS = re.compile(
    rf"(?:我)?(?:{KIN})有[^,。;]{{0,4}}(?:居住)?证(?:[,，。;]|(?=我)|$)|(?:居住)?证(?:是)?我?(?:{KIN})的"
)
_LAPSED = re.compile(
    r"证[^没未不还]{0,4}?[,，]?(?:但是?|可是?|就是|不过)?(?:已经|早就|早|都)?(?:过期|失效|作废)了?(?!吗|没)"
)


def says_lapsed(text: str) -> bool:
    """Whether the permit is said to have lapsed: 有居住证，但是过期了."""
    return bool(_LAPSED.search(fold(text)))


def _tell(said: str) -> str | None:
    said = _THEIRS.sub("|", said)
    rest = _NO_PERMIT.sub("|", said)
    no_permit = rest != said
    permit = bool(_PERMIT.search(rest)) and not _NOT_ZHEJIANG.search(said) and not _LAPSED.search(said)
    registered = bool(_REGISTERED.search(_DENIED_REGISTRATION.sub("", rest)))
    if permit and not registered and not no_permit:
        return "held_permit"
    if registered and not permit:
        return "registered_time"
    return None


def read(text: str, today: date) -> str | Unclear:
    """`held_permit` or `registered_time`. A bare 没有 stays open: it may mean neither."""
    said = clean(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if said in ("held_permit", "registered_time"):
        return said
    told = None if is_question(said) else _tell(said)
    return told if told else Unclear(Problem.NO_CHOICE)


_FIND_PERMIT = re.compile(
    r"(?<![没不])(?:我|手上|手里|手头|现在|已经)?(?:有|持有?|办了|办过|领了|拿着)(?:了)?(?:一?张)?(?:[\u4e00-\u9fff]{1,8})?(?:的)?(?:居住证|居驻证|居著证)|持证的?|第一种互认"
)
_FIND_TIME = re.compile(
    r"第二种互认|登记(?:时间)?(?:累计|累积|加起来)|累计(?:登记|那种|的)|居住登记[^,。;?]{0,6}(?:满|够|有)[^,。;?]{0,4}(?:年|个月)"
)


def find(text: str, today: date) -> list[Found]:
    """Spot 我有义乌的居住证, 登记累计那种. Nothing when both or neither are said, or in a question."""
    text = fold(text)
    if _THEIRS.search(text) or _LAPSED.search(text):
        return []
    if is_question(text) or _NO_PERMIT.search(text) or _NOT_ZHEJIANG.search(text):
        match, value = _FIND_TIME.search(text), "registered_time"
        if is_question(text):
            return []
    else:
        permit, time = _FIND_PERMIT.search(text), _FIND_TIME.search(text)
        if permit and time:
            return []
        match, value = (permit, "held_permit") if permit else (time, "registered_time")
    return [Found(Field.RECOGNITION, value, match.start(), match.end())] if match else []
