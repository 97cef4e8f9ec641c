"""为谁办: for oneself, or for a ward or relative (居住证暂行条例 9)."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import clean, is_question
from state_machine.codes import Field

#: Whom one speaks of.
KIN = (
    "(?:[大二三四五六小幺老堂表远房]{1,2}|亲)?(?:伯伯?|伯父|伯母|叔叔|叔父|婶婶|婶子|婶娘|姑姑|姑妈|姑父|姑丈|姨妈|姨父|姨丈|阿姨|舅舅|舅父|舅妈|舅子|姨子|嬢嬢|孃孃|娘舅)"
    "|(?:[表堂亲]|干|养|继|后|大|小|二|三|幺)(?:哥哥?|弟弟?|姐姐?|妹妹?|爸爸?|妈妈?|儿子?|女儿?|子|父|母|孙)|(?:[大二三小]|小小)(?:伯|叔|姑|姨|舅|婶|嫂)"
    "|女子|[男女]?娃子|崽子|妮[子儿]|仔仔|么女|宝宝|[大小二三]宝|宝贝|双胞胎|媳妇儿|对象儿|妻儿|侄孙女?|曾孙女?|太公|太婆|家公|家婆|老丈人|老岳[父母]|细佬|阿哥|阿奶|阿爷|嫲嫲|妯娌|连襟|亲家|太太|未婚[妻夫]|伴侣"
    "|老汉儿?|老头子?|老太婆|老太太|老伴|婆娘|婆姨|堂客|阿嬷|阿公|阿婆|阿爸|阿妈|阿爹|阿娘|阿姐|阿弟|阿妹|男票|女票|男朋友|女朋友"
    "|小妹|小弟|姑姑|姑妈|舅舅|舅妈|叔叔?|婶婶|伯伯|嫂子|姐夫|弟媳|妹夫|姨妈"
    "|大?儿子|小儿子|女儿|儿媳妇?|媳妇|小孩子?|孩子|娃娃|娃儿|娃|满崽|满女|幺儿|幺女|崽崽?|囡囡?|丫头|闺女|姑娘|小的|老大|老二|老婆|老公|配偶|内人|爱人|妻子|丈夫|对象"
    "|老?爸爸?|老?妈妈?|父母亲?|爸妈|父亲|母亲|老爹|老娘|爹|娘|爷爷|奶奶|外公|外婆|姥姥|姥爷|公公|婆婆|岳父|岳母|丈人|丈母娘|公婆"
    "|哥哥?|弟弟?|姐姐?|妹妹?|兄弟|姐妹|孙子|孙女|外孙女?|外甥女?|侄子|侄女|侄儿|孙伢子|[男女]?伢子|[细满]伢子|孙崽|孙娃子?|孙儿|妹崽|细崽|细路|阿囡|囡囡|小囡|老娘舅|屋里人|屋里头|那口子|当家的|老头|老太"
)
_OTHERS = (
    rf"(?:{KIN}|家里人|家人|老人家?|伙计|小工|工友|师傅|老乡|工人|员工|职工|租客|房客|学生|徒弟|病人"
    "|亲戚|亲人|朋友|同事|工友|老乡|别人|他人|人家|他们?|她们?)"
)
_OWNER = r"(?:我们?|俺们?|咱们?|自己)?(?:家里?|厂里?|店里|公司|班里|班上|单位|屋里|工地上?|手下)?的?(?:一?[个位])?"
_FOR_OTHER = re.compile(
    rf"(?:帮|给|替|为|代)(?:着|一下)?{_OWNER}{_OTHERS}|代办|^(?:先)?办我们?(?:家)?的?{_OTHERS}|^(?:就)?是我们?(?:家)?的?{_OTHERS}的|^(?:我|俺)(?:们)?(?:家)?的?(?:{KIN})(?:的|:)|(?:帮|给|替|代)[^,。;]{{0,8}}的{_OTHERS}|^不是我(?!自己|本人).{{0,12}}{_OTHERS}|代为办理|代为申请|代申请|替人办"
)
_FOR_SELF = re.compile(
    r"(?:帮|给|替|为)(?:我)?(?:自己|本人)|(?:我|俺)?(?:本人|自己)(?:来)?(?:办|申请|弄|用|要|的|填)|本人|(?<![两三四五几一])个人的?$|自已|宝宝自己|我自己|^(?:我|俺|就)*自(?:己|家|个儿?)(?:呗|咯|啦|嘛|呀|啊|的|办|用|弄)*$|我各人|就(?:是)?我(?:一个|一个人|自己)?(?:呀|啊|嘛|的|办)?$"
    r"|(?:给|帮|替|为)(?:我|俺)(?:办|弄|申请)?$|^(?:我|俺)(?:要|来|想)?(?:办|申请|的|用)?$|^self$|办我(?:自己)?的"
)
_AM_THEIRS = re.compile(
    r"我是(?:他|她|申请人)的?(?:儿子|女儿|老婆|老公|爱人|爸爸?|妈妈?|孙子|孙女|哥哥?|姐姐?|弟弟?|妹妹?|女婿|儿媳|监护人)"
)
_NOT_SELF = re.compile(r"(?:不是|不|并非)(?:给|帮|替|为)?(?:我)?(?:自己|本人)")
_NOT_OTHER = re.compile(
    rf"(?:不是|没有?|并非|不)(?:给|帮|替|为|找|代)?(?:别人|他人|人家|人(?=办|弄|填|申请|的|$)|代办|孩子|小孩|替别人|帮别人|谁)|(?:不是|没有?|并非|不)(?:给|帮|替|为|代)(?:我|家里?|我们)?的?{_OTHERS}儿?(?:办|弄|申请|填)?"
)
_SHOULD = re.compile(r"(?:应该|应当|改成|改为|要选|其实)(?:是|选)?(.{2,10})")
_BARE = re.compile(rf"{_OWNER}(?:的)?{_OTHERS}(?:的|办|用|申请|要办|要)?(?:的|呗|咯|啦|嘛|呀|啊)?")


def _tell(said: str) -> str | None:
    other = (
        bool(_FOR_OTHER.search(_NOT_OTHER.sub("", said)))
        or bool(_AM_THEIRS.search(said))
        or bool(_NOT_SELF.search(said))
    )
    own = bool(_FOR_SELF.search(_NOT_SELF.sub("", said))) or (not other and bool(_NOT_OTHER.search(said)))
    return None if own == other else ("self" if own else "other")


#: 上次是自己办，这次帮我妈.
_LAST_TIME = re.compile(
    r"(?:^|(?<=[,，。;；\s]))(?:上[次回趟]|以前|之前|去年)[^,，。;；]*[,，。;；\s]+(?=.*(?:这|现)[次回趟在])"
)
#: 先给我办，再给我老婆办; 我儿子的以后再说: for whom now is not said.
_LATER = re.compile(r"先.{1,6}(?:办|弄|填).{0,3}再.{1,8}|以后再说|下次再")


def read(text: str, today: date) -> str | Unclear:
    """`self` or `other`."""
    said = clean(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if said in ("self", "other"):
        return said
    if _LATER.search(said):
        return Unclear(Problem.NO_CHOICE)
    said = clean(_LAST_TIME.sub("", fold(text))) or said
    told = None if is_question(said) else _tell(said)
    if told is None and (should := _SHOULD.search(said)):
        told = _tell(should[1][:4])
    if told is None and _BARE.fullmatch(said) and said not in ("他", "她"):
        told = "other"
    if told is None and _BARE.fullmatch(clean(re.split(r"[,，。;；\s]", fold(text).strip())[0])):
        told = "other"  # 小孩的，才九岁
    return told if told else Unclear(Problem.NO_CHOICE)


_FIND_OTHER = re.compile(
    rf"(?<!能)(?<!可以)(?<!别人)(?<!有人)(?:帮|给|替|为|代)(?:着|一下)?{_OWNER}{_OTHERS}(?![^,。;?]{{0,4}}(?:取消|撤|删))[^,。;?]{{0,6}}?(?:办|申请|弄|申报|填|登记|问)"
    rf"|(?:(?<![\u4e00-\u9fff])|(?<=[我是要想来先]))(?:帮|给|替)(?:我|俺)?(?:们)?(?:家)?(?:的)?(?:{KIN})(?=[,。;:\n]|$)|是代办|代办的|^代办(?=[。,;:])"
)
_FIND_SHOULD = re.compile(r"(?:应该|应当|改成|改为)(?:选|是)?(?:给|帮|替|为)?(自己|本人|代办|别人|他人)(?:办|申请)?")
_FIND_SELF = re.compile(
    r"(?:给|帮|替|为)(?:我)?(?:自己|本人)(?:办|申请|弄)|(?:我)?本人(?:自己)?(?:办|申请)|(?<!让)(?<!叫)自己办|(?:我|是)自己(?:来)?(?:办|申请)"
)


def find(text: str, today: date) -> list[Found]:
    """Spot 帮女儿办, 给自己办. Nothing if both are said, or in a question."""
    text = fold(text)
    if is_question(text):
        return []
    other, self_ = _FIND_OTHER.search(text), _FIND_SELF.search(text)
    if should := _FIND_SHOULD.search(text):
        own = should[1] in ("自己", "本人")
        return [Found(Field.APPLICANT_IS, "self" if own else "other", should.start(), should.end())]
    match = other or self_
    if match is None or (other and self_):
        return []
    if re.search(r"[不没别]是?$", text[max(0, match.start() - 2) : match.start()]):
        return []
    return [Found(Field.APPLICANT_IS, "other" if other else "self", match.start(), match.end())]
