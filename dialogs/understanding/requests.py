"""Requests that give something up: only when unmistakable, un-negated, un-quoted and meant.

Erasing one's own records is a right (个人信息保护法 47). Everything here errs on the side of not understanding: a wrong
cancel costs the applicant far more than one more question.
"""

from __future__ import annotations

import re

from dialogs.readers.surnames import SINGLE, WEAK
from dialogs.understanding.doubts import doubt_in, without_reasons
from dialogs.understanding.message import MAX_REQUEST, Clause, Message
from dialogs.understanding.outcome import Because, Intent
from dialogs.understanding.scan import words

#: Anywhere in the message these make a request doubtful.
_DOUBTFUL = frozenset({"if", "others", "byother", "accident", "hostile", "meaning", "unsure"})
_QUOTES = frozenset("\"'“”‘’「」『』《》【】`<>{}")
#: In the clause of the request itself.
_ASKING = frozenset({"how", "where", "when", "why", "howlong", "howmany", "meaning"})
_LABELLED = (
    *("name", "id_number", "phone", "sex", "ethnicity", "permit_number", "permit_valid_until", "current_address"),
    *("hukou_address", "hukou", "materials", "proofs", "ground", "recognition", "registered_periods", "declaration"),
)
_LABELS = frozenset(f"f_{name}" for name in _LABELLED)
_ACTS = ("cancel_verb", "give_up", "withdraw_verb", "erase_verb")
#: Whatever else the request's clause says must be one of these: 老板把合同撤了 is no request.
_BELONGS = frozenset(
    [
        *(
            *_ACTS,
            "filler",
            "self",
            "polite",
            "please_can",
            "you",
            "thanks",
            "greeting",
            "want",
            "application",
            "apply",
        ),
        *(
            "q",
            "submitted",
            "after_submit",
            "permit",
            "own_records",
            "info",
            "from_you",
            "keep_none",
            "yes_word",
            "urge",
        ),
        "complaint_word",
    ]
)
#: A negation reaches over so many letters.
_NEAR = 6


def request_of(message: Message) -> tuple[Intent, Because] | None:
    """`cancel`, `withdraw` or `erase`, or None."""
    if message.letters > MAX_REQUEST or message.kinds & _DOUBTFUL or set(message.text) & _QUOTES:
        return None
    if denial_of(message) or _SOMEBODY_ELSE.search(without_reasons(message.text)) or doubt_in(message.text):
        return None
    if _is_called_so(message) or _is_of_a_thing(message):
        return None
    for clause in message.clauses:
        intent = _meant(clause, message)
        if intent is not None and _is_plain(clause, message):
            return intent, Because(message.said(*_ACTS), intent.value)
    return None


def _is_called_so(message: Message) -> bool:
    """任取消: a family name and one such word is a name."""
    said = "".join(_LETTER.findall(message.text))
    given = said[1:]
    return said[:1] in SINGLE and said[0] not in WEAK | _SMALL and words()[0].get(given, frozenset()) >= {"cancel_verb"}


_LETTER = re.compile(r"[\u3400-\u9fff]")
#: 就取消, 都取消: words that are family names as well.
_SMALL = frozenset("都全就那要请我能还再马安应于")
#: What is withdrawn or cancelled elsewhere: 消息，撤回; 合同 取消; 照片 撤回.
_THINGS = _LABELS | {"info", "photo", "upload", "papers", "contract", "material"}
_OF_OURS = frozenset(("application", "apply", "permit", "self", "submitted", "after_submit", "give_up"))


#: A clause so short names one thing.
_A_WORD = 5


def _is_of_a_thing(message: Message) -> bool:
    """Whether the only thing named beside the bare word is something else than the application."""
    acts = [c for c in message.clauses if c.kinds & {"cancel_verb", "withdraw_verb"}]
    if not acts or message.kinds & _OF_OURS:
        return False
    others = [c for c in message.clauses if c not in acts]
    return bool(message.kinds & _THINGS) or any(c.unknown() > 0 and len(c.text) <= _A_WORD for c in others)


#: Whom such words can be about when a name is asked is not to be guessed: 取消 may be a name.
_NAMED = frozenset(("name", "declaration", "agent_name"))
_WIDE = (*_ACTS, "give_up_loose")
#: Somebody else's doing or somebody else's records.
_SOMEBODY_ELSE = re.compile(
    r"[他她]|老板|房东|邻居|同事|别人|人家|对方|客户|经理|领导|警察|民警|他们|大家|全部人|所有人|谁|哪个"
)


def proposed(message: Message, asking: str | None) -> Intent | None:
    """The request a message may be making in freer words; it is believed only if the statistics know it for one.

    Nothing in it is supposed, quoted, asked or somebody else's, nothing in its clause is negated, and it is short.
    """
    if asking in _NAMED or message.letters > MAX_REQUEST or set(message.text) & _QUOTES or denial_of(message):
        return None
    if (
        message.kinds & (_DOUBTFUL | {"ask"})
        or _SOMEBODY_ELSE.search(without_reasons(message.text))
        or doubt_in(message.text)
    ):
        return None
    if _is_called_so(message) or _is_of_a_thing(message):
        return None
    for clause in message.clauses:
        acts = [t for t in clause.tokens if t.kinds & set(_WIDE)]
        if acts and not any(t.kinds & {"neg", "hold"} and not t.kinds & set(_WIDE) for t in clause.tokens):
            return _freely_meant(message)
    return None


#: What is thrown away at home, on the telephone, at another office: nothing of ours.
_NOT_OURS = re.compile(r"手机里|相册|内存|微信|抖音|聊天|电脑里|网盘|挂号|外卖|快递|会员|预约|火车|机票|酒店|饭局|理发")
_FORMAL = re.compile(r"个人信息|依法|依据|保护法|草稿")


def _freely_meant(message: Message) -> Intent | None:
    intent = _freely_said(message)
    if intent is None or _NOT_OURS.search(message.text):
        return None
    # a form filled in half is named in few words; many that nobody knows name something else
    most = {Intent.CANCEL: 3, Intent.WITHDRAW: 6, Intent.ERASE: 4}[intent]
    return intent if message.unknown <= most or _FORMAL.search(message.text) else None


def _freely_said(message: Message) -> Intent | None:
    kinds = message.kinds
    if "erase_verb" in kinds and not kinds & {"submitted", "after_submit"}:
        return Intent.ERASE if kinds & {"self", "own_records", "from_you"} else None
    if kinds & {"withdraw_verb", "submitted", "after_submit"}:
        return Intent.WITHDRAW
    return Intent.CANCEL


def denial_of(message: Message) -> Because | None:
    """先别取消, 没说要删: that it is not wanted, said outright."""
    for clause in message.clauses:
        tokens = clause.tokens
        for n, token in enumerate(tokens):
            if not token.kinds & {"cancel_verb", "withdraw_verb", "erase_verb"}:
                continue
            before = [t for t in tokens[:n] if t.kinds & {"neg", "hold"} and token.start - t.end <= _NEAR]
            if before and not before[-1].kinds & {"give_up", "no_register_word"} and "ask" not in message.kinds:
                return Because(before[-1].word + token.word, "not wanted")
    return None


def _meant(clause: Clause, message: Message) -> Intent | None:
    kinds = clause.kinds
    if "erase_verb" in kinds and "own_records" in kinds | message.kinds:
        return Intent.ERASE if _is_own(message) else None
    submitted = message.kinds & {"submitted", "after_submit"}
    if "withdraw_verb" in kinds:
        return Intent.WITHDRAW
    if submitted and kinds & {"cancel_verb", "give_up"}:
        return Intent.WITHDRAW
    if kinds & {"cancel_verb", "give_up"}:
        return Intent.CANCEL
    return None


def _is_own(message: Message) -> bool:
    return not message.kinds & {"f_materials", "modify", "wrong", "upload", "photo"} or "from_you" in message.kinds


def _is_plain(clause: Clause, message: Message) -> bool:
    kinds = clause.kinds
    if any(t.kinds & {"neg", "hold"} and not t.kinds & {"give_up", "filler"} for t in clause.tokens):
        return False
    asked = clause.asks or kinds & (_ASKING | {"q", "what"})
    if asked and "please_can" not in kinds:
        return False
    if "erase_verb" not in kinds and (kinds & _LABELS or message.kinds & {"modify", "wrong"}):
        return False
    if "erase_verb" not in kinds and "old" in kinds:
        return False
    if any(c is not clause and (c.asks or c.kinds & _ASKING) for c in message.clauses):
        return False
    return clause.unknown() == 0 and all(token.kinds & _BELONGS for token in clause.tokens)
