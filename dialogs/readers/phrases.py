"""What the choice readers share: cleaning, assent and refusal, questions and conditions."""

from __future__ import annotations

import re
from functools import lru_cache

from dialogs.readers.folding import fold

_TRADITIONAL = str.maketrans(
    "閱讀並認給對確沒問題辦證請們個說寫錯戶滿簽諾願這邊還過", "阅读并认给对确没问题办证请们个说写错户满签诺愿这边还过"
)
_NOISE = re.compile(r"[^\w?]+")
_FILLERS = re.compile(r"^(?:嗯|呃|额|哦|噢|喔|啊|哎|诶|唉|那个|就是|这个|你好|您好|姐|哥|老师|师傅|同志|领导)+(?=.)")
#: Sounds of the regions that close a sentence and say nothing; 吗 and 呢 ask and stay.
_PARTICLES = re.compile(r"(?<=.)(?:嘛|噻|咯|哟|撒|嘞|啦|哩|嘎|哒|喽|呐|咧|滴)+$")
_ASSENT = re.compile(
    r"(?:没有问题|没问题|没毛病|没意见|没得问题|没啥问题|没错|可以的?|好的?|好嘞|好滴|行的?|行嘞|成的?|中的?|要得|得行"
    r"|对的?|对头|是的?|是啊|嗯|恩|唔|哦|噢|当然|肯定|必须|确认|确定|ok|okay|yes|y|了|啊|呀|哈|呢|吧|嘞|滴|就这样)++"
)
#: Sounds that go with assent and are none by themselves.
_WEAK = re.compile(r"[了啊呀哈呢吧嘞滴哦噢唔]*")
_QUESTION = re.compile(r"\?|吗$|吗[^\w]|么$|([\u4e00-\u9fff]{1,2})不\1|是否|怎么|什么|为啥|啥|咋|哪|多少|谁|伐$")
_CONDITION = re.compile(
    r"如果|要是|假如|除非|只要|但是|但|不过|可是|的话|再说|考虑|看看|看情况|商量|条件|前提|部分|有的|以后|之后|等[我你他到一]"
    r"|先(?!同意|签)|才|可能|也许|不一定|大概|应该|好像|勉强|除了|暂时|万一"
)


def clean(text: str) -> str:
    """Folded, in lower case, without blanks, punctuation, emoji and openers such as 嗯, 那个."""
    return _PARTICLES.sub("", _FILLERS.sub("", _NOISE.sub("", fold(text).lower()))).translate(_TRADITIONAL)


def is_assent(said: str) -> bool:
    """Whether a cleaned text is nothing but assent: 嗯嗯, 好的没问题."""
    return bool(_ASSENT.fullmatch(said)) and not _WEAK.fullmatch(said)


@lru_cache(maxsize=8)
def is_question(said: str) -> bool:
    """Whether a cleaned text asks something. Every finder asks it of the same message: the last answers are kept."""
    return bool(_QUESTION.search(said))


def is_conditional(said: str) -> bool:
    """Whether a cleaned text attaches a condition or a doubt."""
    return bool(_CONDITION.search(said))
