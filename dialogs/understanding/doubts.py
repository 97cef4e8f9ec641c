"""What makes a request that gives something up doubtful, wherever in the message it stands.

A wish that somebody else has (老板喊我不要办了), one that is not decided (不办了？我再想想), supposed, long past,
feared or a joke, or another one's papers. One sign anywhere in the message is enough: such a message never cancels,
withdraws or erases.
"""

from __future__ import annotations

import re

from dialogs.readers.applicant_is import KIN

#: Words by which something is given up.
_ACT = r"(?:取消|撤|删|注销|放弃|算了|不办|别办|不要办|不弄|别弄|不填|别填|不搞|不换|退出|作废|清空|清掉|抹|停掉|终止)"
_CAUSE = (
    r"(?:喊|叫|让|劝|催|逼|要|想|盼|求|骗|拉|派|准|许|建议|要求|命令|通知|吩咐|交代"
    r"|嘱咐|嘱托|打发|提醒|同意|希望|支持|反对|怪|骂|怂恿)"
)
#: A person who is not the applicant.
_PERSON = (
    rf"(?:{KIN}|室友|舍友|工友|同乡|老乡|同学|班长|组长|主管|厂长|店长|院长|所长|队长|工头|包工头|人事|师傅|师父|阿姨|大姐|大哥|大叔"
    r"|[表堂][哥姐弟妹]|家里人?|屋里人|家人|亲戚|亲家|中介|社区|村里|会计|财务|文员|网上|网友|有人|姐妹|兄弟|哥们|闺蜜|邻居|隔壁|厂里|公司|单位|学校|老师"
    r"|孩子|员工|职工|工人|[小老阿](?!子)[\u4e00-\u9fff](?![\u4e00-\u9fff]?证))"
)
_CLAUSE = r"[^,，。.;；!！?？\n]"

#: One's own words, taken away first: 我说, 跟你讲.
_OWN_WORDS = re.compile(
    r"(?<![跟对和给同向叫喊让])[我俺咱](?:刚刚?才?|就|都|也|再|真的|是|前面|之前)?(?:说|讲|觉得|认为)(?:过|了)?"
    r"|[跟对和][你您]们?[说讲]"
)
_ANOTHERS_WISH = re.compile(
    # 喊我, 叫俺 - but not 叫我爸来弄
    rf"{_CAUSE}(?:我|俺|咱|本人|额)(?!(?:们?家)?(?:的)?(?:{KIN}))"
    # said by anybody but the applicant; 跟你说, 说实话, 老实说 are nobody else's words
    r"|(?<!老实)(?<!不用)(?:说(?!明|话|实|真的|白|句|好|错|清|得|多)|讲(?!清|明|真|实)|喊|劝|催(?!促)|逼|嫌|觉得|认为|主张|建议|念叨)"
    r"|听说|据说|传言"
    rf"|{_PERSON}{_CLAUSE}{{0,4}}(?:想|要|非|不想|不让|不同意|不肯|不准|不许|反对|打算|主张|觉得|以为|认为|发|打电话|来信|留言)"
)
#: Their papers: 小李的单子, 我同学那份.
_ANOTHERS_PAPERS = re.compile(rf"{_PERSON}(?:的|那[份个单张]|这[份个单张])|^{_PERSON}{_CLAUSE}{{0,3}}{_ACT}")
#: What one handed in for somebody may be taken back; it is asked again before that is done.
_HANDED_IN = re.compile(r"[交递报]上|[我已][^,，。]{0,5}(?:交|递|报)|提交")
_UNDECIDED = re.compile(
    r"不用(?:再)?(?:办|弄|填|交)了?吧|还在想|正在想|再想|想想|想一下|想一想|想清楚|想好|考虑|斟酌|琢磨|掂量|没定|未定|没想|没决定|未决定|没拿定|定不下|拿不定|拿不准|纠结|犹豫|不确定|没确定|说不准|说不定|没准"
    r"|不一定|也许|可能|或许|大概|看情况|看看再|再看|再说|再议|再定|再商量|商量|舍不得|后悔(?!填|交|提|办|来)|不晓得|不知道|不知该|矛盾|等等看|先看|回头看|不好说|难说|两难|下不了决心|没主意"
)
_ADVICE = re.compile(
    r"要不要|该不该|应不应该|好不好|值不值|值得|是不是|能不能不|有没有必要|有必要|合适|你说我|你看我|您说我|您看我|你觉得|您觉得|怎样好|怎么好|咋个好|哪样好"
)
_SUPPOSED = re.compile(
    r"要是|如果|若是|若|假如|假设|倘|万一|的话|除非|不然|否则|只要|哪怕|即使|就算(?!了)|要不是|等[^,，。]{1,9}[再就]|到时候?|以后[再想要可]|将来|信不信|难道|何必|不至于"
    rf"|再(?!见){_CLAUSE}{{1,8}}就|(?:不行|不成|办不了|收费|要钱|太贵|不给){_CLAUSE}{{0,4}}就{_CLAUSE}{{0,3}}(?:取消|撤|不办|不弄|不填|算了|放弃)"
)
_NOT_NOW = re.compile(
    rf"(?:以前|之前|上次|上回|上一次|去年|前年|当时|那时候?|曾经?|原先|早先|早就|已经?)(?:我的|[^,，。;；!！的交提填报递]){{0,9}}{_ACT}"
    rf"|把我(?:把|{_ACT})"
    rf"|(?:差点|险些|本来|原本|本想|原想|本打算|怕|担心|生怕|幸好|幸亏|梦|怎么|咋|为什么|凭什么|谁|不小心|误){_CLAUSE}{{0,8}}{_ACT}"
    r"|手滑|点错(?!进)|误点|误触|按错|(?:系统|手机|软件|程序|机器|电脑|页面|网页|后台)(?:自己|自动|又|就|都|把|给|老|居然|竟)"
)
_JOKE = re.compile(r"逗你|逗您|玩笑|说着玩|闹着玩|开玩|骗你|吓你|哈哈|嘿嘿|嘻嘻|假的|试试|试一下|试一试|测试|演习")
_ALL = (_ANOTHERS_WISH, _UNDECIDED, _ADVICE, _SUPPOSED, _NOT_NOW, _JOKE)


#: Why one gives something up, which is nobody's wish: 厂里要调我去温州, 公司倒闭了.
_WHAT_HAPPENED = re.compile(
    r"(?:厂里?|公司|单位|老板|工地|店里?|学校)(?:要|把|给|都|也|又|快要?)*(?:调|派|搬|辞|裁|倒闭|关门|关了|停工|停产|开除|换地方)[^,，。.;；!！?？\n]*"
)


def without_reasons(text: str) -> str:
    """The message without what merely happened to the applicant and made them give something up."""
    return _WHAT_HAPPENED.sub("", text)


def doubt_in(text: str) -> str | None:
    """The words that make a request in this message doubtful; None if there are none."""
    text = without_reasons(_OWN_WORDS.sub("", text))
    if not _HANDED_IN.search(text) and (papers := _ANOTHERS_PAPERS.search(text)):
        return papers[0]
    return next((found[0] for pattern in _ALL if (found := pattern.search(text))), None)
