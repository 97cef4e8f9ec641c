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
    r"(?:(?:没有?|没得|莫得|冇得?|无)(?:啥|什么|么子|任何)?(?:意见|问题|说的|好说的|异议|二话|毛病|错)|没有问题|没问题|没毛病|没意见|没得问题|没啥问题|没错|可以的?|可以嘛|好的?|妥妥?|冇问题|系|系啊|使得|好使|好嘞|好滴|行的?|行嘞|成的?|中的?|要得|得行"
    r"|对的?|对头|是的?|是啊|嗯|恩|唔|哦|噢|当然|肯定|必须|确认|确定|ok|okay|yes|y|了|啊|呀|哈|呢|吧|嘞|滴|就这样)++"
)
#: Sounds that go with assent and are none by themselves.
_WEAK = re.compile(r"[了啊呀哈呢吧嘞滴哦噢唔]*")
_QUESTION = re.compile(
    r"\?|吗$|吗[^\w]|么$|([\u4e00-\u9fff]{1,2})不\1|是否|怎么|为什么|为啥|(?<!没)(?<!没有)(?:什么|啥)(?![^,，。;；?]{0,4}(?:都|也)(?:没|不|莫))|咋|哪|多少|谁|伐$"
)
_CONDITION = re.compile(
    r"如果|要是|假如|除非|只要|但是|但|不过|可是|的话|再说|考虑|看看|看情况|商量|条件|前提|部分|有的|以后|之后|等[我你他到一]"
    r"|先(?!同意|签)|才|可能|也许|不一定|大概|应该|好像|勉强|除了|暂时|万一"
)


#: Small words of the regions with one everyday meaning each. For choices, dates and papers; never for names.
_REGIONAL = (
    (re.compile(r"莫得|冇得|没得|木得|呒没|呒得|莫有|冇有|冇|木有|么得|没嘚"), "没有"),
    (re.compile(r"(?<![一二三四五六七八九十百])莫(?=[过到办有签交买去在是给])"), "没"),
    (re.compile(r"唔|弗|覅|勿(?=[是系会要办用行])"), "不"),
    (re.compile(r"(?<=[\u4e00-\u9fff])(?:嘅|滴|嘞|噶(?!尔))(?=[\u4e00-\u9fff,，。;\s]|$)"), "的"),
    (re.compile(r"(?<=[\u4e00-\u9fff])(?:咗|咯|哒)(?=[\u4e00-\u9fff])"), "了"),
    (re.compile(r"(?<![关联体干])系(?=[\u4e00-\u9fff])"), "是"),
    (re.compile(r"俺|额(?=[\u4e00-\u9fff])|偶(?=是|在|有)|咱|我哋|阿拉|伲"), "我"),
    (re.compile(r"自个儿?|自家人?|各人|自己个儿|自已"), "自己"),
    (re.compile(r"屋头|屋里头|屋里|屋企"), "家里"),
    (re.compile(r"厂头"), "厂里"),
    (re.compile(r"这会儿|这阵子?|这歇|而家|现如今|眼前|今朝|迭歇"), "现在"),
)


@lru_cache(maxsize=8)
def plain_talk(text: str) -> str:
    """A text with the regions' small words as everyday ones: 合同莫得 → 合同没有. Its length may change."""
    for pattern, plain in _REGIONAL:
        text = pattern.sub(plain, text)
    return text


def clean(text: str) -> str:
    """Folded, in lower case, without blanks, punctuation, emoji and openers such as 嗯, 那个."""
    said = _PARTICLES.sub("", _FILLERS.sub("", _NOISE.sub("", fold(text).lower())))
    return plain_talk(said.translate(_TRADITIONAL))


def is_assent(said: str) -> bool:
    """Whether a cleaned text is nothing but assent: 嗯嗯, 好的没问题."""
    return bool(_ASSENT.fullmatch(said)) and not _WEAK.fullmatch(said)


@lru_cache(maxsize=8)
def is_question(said: str) -> bool:
    """Whether a cleaned text asks something. Every finder asks it of the same message: the last answers are kept."""
    return bool(_QUESTION.search(said))


_EXCEPT = re.compile(r"除了|除开|除去|[就只还]差|[就只]缺")


def names_what_is_missing(said: str) -> bool:
    """除了社保都有, 只差社保: what is named is what is not there."""
    return bool(_EXCEPT.search(said))


def is_conditional(said: str) -> bool:
    """Whether a cleaned text attaches a condition or a doubt."""
    return bool(_CONDITION.search(said))
