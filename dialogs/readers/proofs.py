"""证明材料: the boxes of 附件 1, in everyday words."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.applicant_is import KIN
from dialogs.readers.folding import fold
from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.phrases import clean, is_question, names_what_is_missing, plain_talk
from state_machine.codes import Field, Proof

#: In the order in which words are taken away: 租赁备案 before 租赁合同, 社保证明 before 证明.
_WORDS: tuple[tuple[Proof, str], ...] = (
    (
        Proof.FARM_CONTRACT,
        (
            r"(?:农业|土地|山林|林地|茶山|茶园|菇棚|大棚|鱼塘|果园|农田|田地?|山|承包地)?承包的?(?:合同|协议|证)"
            r"|(?:签|村里|队里|跟村|包)[^,。;]{0,5}承包(?!商)|承包(?=的|$|,|。)|农业合同|土地流转(?:合同|协议)?|流转合同|包(?:地|山|田|茶山)的?合同"
        ),
    ),
    (
        Proof.RENTAL_TAX,
        (
            r"(?:租房|房租|租赁|出租)?(?:的)?(?:完税|缴税|交税|纳税|税收?)(?:的)?(?:证明|凭证|票|发票"
            r"|单子?|票据)?|房租发票|租赁发票|税票"
        ),
    ),
    (
        Proof.LEASE_FILING,
        (
            r"(?:租赁|租房|合同|房屋)?(?:登记)?备案(?:证明?|了|过|登记|表|回执|号)?"
            r"|备(?:过|了)?案"
        ),
    ),
    (
        Proof.RENTAL_REGISTRATION,
        (
            r"出租(?:房|屋|房屋)?(?:的)?登记(?:证明?|表|了)?|租房(?:的)?登记(?!备案)(?:证明?|表|了)?"
            r"|居住出租(?:房屋)?登记|房东(?:去)?登记(?:过|了)"
        ),
    ),
    (
        Proof.RENTAL_SAFETY,
        (
            r"(?:消防|房屋|出租房?|租房|居住)?(?:的)?安全(?:条件|检查|合格|证明|鉴定|责任书?|达标)(?:证明?"
            r"|表|合格)?|消防(?:合格|检查)?(?:证明?)?"
        ),
    ),
    (
        Proof.STAFF_DORMITORY,
        (
            r"(?:单位|公司|厂里?|工厂|员工|职工|内部|集体|厂区|工地)*(?:的)?宿舍(?:的)?(?:证明|住宿证明)?"
            r"|(?:单位|公司|厂里?)(?:开[的了]?|出[的了]?|给[的了]?)?住宿证明"
            r"|住(?:在)?厂里"
        ),
    ),
    (
        Proof.OWN_HOME,
        (
            r"房产证|房本|不动产(?:权)?(?:证书?|登记证?)?"
            r"|房子?(?:也|都)?是?(?:我|我们)?自己买的?|购房(?:合同|协议|发票)|买房(?:的)?(?:合同|协议|发票)"
            r"|自购(?:房屋?|住房)|自己(?:买)?的?房子?(?!.{0,3}租)"
            r"|自有(?:住)?房|商品房|产权证|买(?:了)?(?:的)?房子?"
            r"|房屋所有权证|自住房"
        ),
    ),
    (
        Proof.RENTAL_OTHER,
        (
            r"租房[:]?其他|(?:房租|租金)(?:的)?(?:收据|收条|转账|记录|流水|凭证)"
            r"|收租条|(?:房东|东家)[^,。;]{0,6}(?:条子?|字据|收据|白条)"
        ),
    ),
    (
        Proof.LEASE_CONTRACT,
        (
            r"(?:租房|租赁|房屋租赁|租屋|出租|房租|房子|租的?房子?)(?:的)?(?:合同|合约|协议|契约)"
            r"|租约|租契|租房子?的?合同|房东(?:签|给|写|出)(?:过|了)?的?(?:合同|协议)|(?:手写|跟房东|和房东)[^,。;]{0,6}(?:合同|协议|租约)"
        ),
    ),
    (
        Proof.SOCIAL_INSURANCE,
        (
            r"社会保险|社保卡?|五险一金|五险|三险|养老(?:保险)?"
            r"|医保|医疗保险|工伤(?:保险)?|失业保险|参保(?:证明)?"
            r"|职保|交(?:了|着|过)?保险"
        ),
    ),
    (
        Proof.BUSINESS_LICENCE,
        (
            r"(?:工商|营业|个体)?(?:的)?(?:营业)?执照"
            r"|个体工商户?(?:执照|证)?|工商登记"
        ),
    ),
    (
        Proof.LABOUR_CONTRACT,
        (
            r"(?:劳动|劲动|劳务|用工|工作|上班|聘用|雇佣|雇用|务工|厂里(?:的)?|单位(?:的)?|公司(?:的)?|打工)(?:的)?(?:合同"
            r"|协议)|跟?(?:厂里|公司|单位|老板)签(?:了|的|过)?(?:的)?(?:合同|协议)"
            r"|劳动关系证明|劳合(?!同)"
        ),
    ),
    (
        Proof.EMPLOYMENT_OTHER,
        (
            r"(?:工作|在职|就业|上班|务工|收入|用工)(?:的)?证明"
            r"|工资(?:单|条|流水|表)|工牌|工作证|其他就业(?:证明)?"
            r"|银行流水|(?:工资|薪水)[^,。;]{0,8}(?:流水|记录|转账)|工资微信转[^。;]{0,6}流水|打卡记录|考勤|厂牌|入职(?:通知|证明|表)|(?:单位|公司|厂里)(?:开的?|出的?|写的?|给的?)(?:个)?证明"
        ),
    ),
    (
        Proof.PRIMARY_SCHOOL,
        (
            r"小学(?:的)?(?:学籍|在读|就读|学生)?(?:证明?|号|信息)?"
            r"|[一二三四五六]年级"
        ),
    ),
    (
        Proof.VOCATIONAL_SCHOOL,
        (
            r"中?高?等?(?:职业高中|职业中学|职业|职高|中职|高职|中专|技校|技师(?:学院|学校)?|技工(?:学校|学院)?|职校|职专)(?:学校|学院|技术学校|技术学院|院校|技术)?(?:的)?(?:学籍"
            r"|在读|学生)?(?:证明?)?"
        ),
    ),
    (
        Proof.UNIVERSITY,
        (r"(?:普通)?(?:高等学校|高校|大学|大专|学院|本科|专科)(?:的)?(?:学籍|在读|学生)?(?:证明?)?"),
    ),
    (
        Proof.MIDDLE_SCHOOL,
        (r"(?:初中|高中|中学|初[一二三]|高[一二三])(?:的)?(?:学籍|在读|学生)?(?:证明?)?"),
    ),
    (
        Proof.HOUSING_OTHER,
        (
            r"其他(?:住处|住所|住房|居住)(?:的)?(?:证明)?"
            r"|(?:借住|寄住|住亲戚|住宿|居住|住址|住房|住处)(?:的)?(?:证明|家)"
            r"|村(?:里|委|委会)(?:开的?|出的?|写的?)(?:居住|住宿|住房)?证明"
        ),
    ),
)
_PATTERNS = tuple((proof, re.compile(words)) for proof, words in _WORDS)
_DENIED_BEFORE = re.compile(
    r"(?:打算|准备|想|才去|要去|没去)(?:去|再)?(?:签|办|交|开|买|补)?(?:个|一份)?$|(?:不是|没有?|没得|莫得|不|未|无|别|缺|少)(?:我|俺|他|跟我|签过?|去|办过?|买过?|交过?|有|做过?|开|给|拿|写过?|参加|缴纳?|能|肯|愿意?|让|会|同意|签|想|正式)*(?:的|过|了|什么|啥)?$"
)
_NOT_ONES_OWN = re.compile(r"(?:房东|老板|别人|人家|朋友|亲戚)家?的?$")
_DENIED_AFTER = re.compile(
    r"^(?:以前|之前)(?:交|有|买|签)过[,，]?(?:现在|后来)?(?:停|断|没)|^(?:的|是|也|都|还|倒|就|么|嘛|呢|更|去年|前年)*(?:没有(?=有)|没有?(?=[,。;!\s了啊呢呀吧的]|$|签|交|办|开|买|给|做|拿|带|参)|不(?!过|止|光|仅)|(?:那一?项)?删|丢了|弄丢|未|过期|还没|到期|(?:在[\u4e00-\u9fff]{2,3})?(?:早就?|已经?|都|也)?(?:到期了?没续|停了|断了|断缴|断交|停缴|停交|没续))(?!问题|事|错|到期|过期)"
)
_CODES = {proof.value for proof in Proof}


def _hits(said: str) -> list[tuple[Proof, int, int]]:
    """Every box named and not denied. A longer name hides the shorter ones inside it."""
    hits = []
    masked = said
    for proof, pattern in _PATTERNS:
        for match in list(pattern.finditer(masked)):
            if not match[0]:
                continue
            masked = masked[: match.start()] + "|" * len(match[0]) + masked[match.end() :]
            if not _is_denied(
                said[max(0, match.start() - 8) : match.start()], said[match.end() : match.end() + 12], proof
            ):
                hits.append((proof, match.start(), match.end()))
    if any(proof is Proof.STAFF_DORMITORY for proof, _, _ in hits):  # 厂里宿舍 老板给写了住宿证明: one paper
        hits = [hit for hit in hits if not (hit[0] is Proof.HOUSING_OTHER and "住宿" in said[hit[1] : hit[2]])]
    return hits + _bare_contracts(said, masked, hits)


_BARE = re.compile(r"(?<!业务)(?<!合作)(?<!电子)(?:合同|协议)(?!工|期|号)")
_OF_LEASE = re.compile(r"租|房东|房子|备案")
_OF_WORK = re.compile(r"厂|公司|单位|老板|上班|打工|社保|工资|五险|养老|保险")


def _bare_contracts(said: str, masked: str, hits: list[tuple[Proof, int, int]]) -> list[tuple[Proof, int, int]]:
    """合同 without its kind: of the lease or of the work its clause speaks of, or else the whole text."""
    found: dict[Proof, tuple[Proof, int, int]] = {}
    for match in _BARE.finditer(masked):
        if _is_denied(
            said[max(0, match.start() - 8) : match.start()], said[match.end() : match.end() + 12], Proof.LEASE_CONTRACT
        ):
            continue
        start = max(said.rfind(mark, 0, match.start()) for mark in ",，。;；") + 1
        for scope in (said[start : match.start()], said):
            lease, work = bool(_OF_LEASE.search(scope)), bool(_OF_WORK.search(scope))
            if lease != work:
                kind = Proof.LEASE_CONTRACT if lease else Proof.LABOUR_CONTRACT
                if not any(hit[0] is kind for hit in hits):
                    found.setdefault(kind, (kind, match.start(), match.end()))
                break
            if lease and work:
                break
    return [*found.values()]


def _is_denied(before: str, behind: str, proof: Proof) -> bool:
    """没有…, …丢了, or the landlord's own 房产证."""
    if proof is Proof.STAFF_DORMITORY and re.search(r"[回去]$", before):
        return True
    if proof is Proof.OWN_HOME and _NOT_ONES_OWN.search(before):
        return True
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(behind))


def _in_form_order(hits: list[tuple[Proof, int, int]]) -> list[str]:
    said = {proof for proof, _, _ in hits}
    return [proof.value for proof in Proof if proof in said]


#: 宿舍证明下午才去盖章，先过: not there yet, and passed over.
_LATER = re.compile(r"才[去能给开盖拿][^。;；]{0,8}先(?:过|跳|下一)")


_THEIRS = re.compile(
    rf"(?:^|(?<=[,。;\s]))(?:我)?(?:(?:{KIN})(?=有|的|[^,。;\s]{{0,4}}(?:合同|社保|执照|房产))[^,。;]*[,。;\s]+(?=我)|(?:老板|同事|朋友|邻居|工友|亲戚|别人|人家)有[^,。;]*)"
)


def _own(said: str) -> str:
    """我老公有劳动合同，我没有; 老板有营业执照: without the part about somebody else's papers."""
    return _THEIRS.sub("", said)


def read(text: str, today: date) -> list[str] | Unclear:
    """The boxes named, in the order of the form."""
    said = plain_talk(fold(text).lower())
    if not clean(text):
        return Unclear(Problem.EMPTY)
    codes = [code for code in re.split(r"[,\s、]+", said) if code]
    if all(code in _CODES for code in codes):
        return [proof.value for proof in Proof if proof.value in codes]
    said = _own(said)
    if is_question(clean(text)) or _LATER.search(said) or names_what_is_missing(said):
        return Unclear(Problem.NO_CHOICE)
    return _in_form_order(_hits(re.sub(r"\s+", "", said))) or Unclear(Problem.NO_CHOICE)


#: In a sentence about something else only these say that a paper is there.
_HELD = re.compile(r"(?:有|齐|签|交|办|拿|持|开|买|缴|参加|备)")
#: Without one of these nothing can be held (see `_is_held`): most messages end here.
_MAY_BE_HELD = re.compile(rf"{_HELD.pattern}|证明")
_NOT_FREELY = (Proof.PRIMARY_SCHOOL, Proof.MIDDLE_SCHOOL, Proof.VOCATIONAL_SCHOOL, Proof.UNIVERSITY)


def find(text: str, today: date) -> list[Found]:
    """Spot papers said to be there: 劳动合同签了, 厂里有社保. Nothing in a question."""
    text = fold(text)
    if not _MAY_BE_HELD.search(text) or is_question(text):
        return []
    hits = [hit for hit in _hits(text) if _is_held(text, *hit)]
    if not hits:
        return []
    return [Found(Field.PROOFS, _in_form_order(hits), min(h[1] for h in hits), max(h[2] for h in hits))]


def _is_held(text: str, proof: Proof, start: int, end: int) -> bool:
    reach = 14 if re.match(r"[和跟、与]|还有|以及", text[end:]) else 5
    around = (
        re.split(r"[,。;\n]", text[max(0, start - 5) : start])[-1]
        + text[start:end]
        + re.split(r"[,。;\n]", text[end : end + reach])[0]
    )
    if proof in _NOT_FREELY and "证明" not in text[start:end] and "学籍" not in text[start:end]:
        return bool(re.search(r"学籍证明(?:都|也|是)?(?:有|开|已)", text))
    if (
        proof in (Proof.STAFF_DORMITORY, Proof.OWN_HOME, Proof.HOUSING_OTHER)
        and "证" not in text[start:end]
        and "合同" not in text[start:end]
    ):
        return False
    return bool(_HELD.search(around)) or "证明" in text[start:end]
