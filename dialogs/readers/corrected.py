"""Corrections in one breath: 建始，不，巴东才对; 男的，哎呀按错，女的. What is said last counts.

`last_said` cuts a text at its last word of correction. Readers are then asked about what follows, and never about
what was taken back.
"""

from __future__ import annotations

import re

_SLIP = r"(?:写|打|说|看|记|按|点|输|填|弄|搞|整|选|报|讲|念)"
_SIGN = re.compile(
    rf"(?<![没不有查写说])(?:{_SLIP}(?:错|反|岔|歪|拐)(?:了|咯|啦|哒|嘞|喽|咧)*|错(?:了|咯|啦|哒|嘞|喽|咧|(?=[,，。.!！…\s]))+|手滑了?|手误)"
    r"(?:[,，。.!！…\s]*(?:{slip}?错(?:了|咯|啦)*))*|(?<![是对])不对(?!外)(?:不对)*|更正(?:一下)?|更改为|等等|❌|→"
    r"|(?:啊|哎|哦|噢|呃|嗯|诶|哎呀)[,，]?\s*不是?(?!对|行)(?=[,，。!！…\s是\u3400-\u9fff])|不是不是|不不+"
    r"|(?<=[,，。.!！…\s])不是?(?=[,，。!！…\s])|(?<=[,，\s])改(?=[0-9一二三四五六七八九十]+[栋幢号室楼])|(?<=[,，。.…\s])搬了(?=[,，。\s])".replace(
        "{slip}", _SLIP
    )
)
_LEAD = re.compile(
    r"^(?:[\s,，。.!！…:：、✅]|哦|啊|哎呀?|诶|那|了|的|应该(?:是|叫|为)|应为|其实(?:是|叫)?|改成|改为|换成|是(?=\S{2})|重来|今天先|现在(?!是)|正确的?是?|就是(?=\S{2}))+"
)
_TAIL = re.compile(r"(?:才对|才是|才正确|✅|[\s,，。.!！…])+$")
_DENIED = re.compile(r"^不是[^,，。;；\s]{1,20}[,，。;；\s]+(?:而?是|应该是|叫)(?P<right>.{1,40})$")
_DENIED_LAST = re.compile(r"^(?P<right>是?.{1,40}?)[,，。;；\s]+(?:不是|莫写成|别写成|不要写成)[^,，。;；]{1,20}$")


#: …100号，不是100，是110号.
_AGAIN = re.compile(
    r"(?<=[,，。;；…\s])不是(?P<wrong>[^,，。;；\s]{1,20})[,，。;；\s]+(?:而?是|应该是)(?P<right>.{1,40})$"
)


def is_corrected(text: str) -> bool:
    """Whether something in the text takes back something else."""
    return bool(_SIGN.search(text))


def last_said(text: str) -> tuple[str, str] | None:
    """(what was taken back, what counts), or None if nothing is corrected or nothing follows."""
    if (again := _AGAIN.search(text)) and again["wrong"] in text[: again.start()]:
        return text[: again.start()], right_of(again["right"])
    if denied := _DENIED.match(text.strip(" ,，。.!！")):  # 不是138…，是139…
        return denied[0][: denied.start("right")], right_of(denied["right"])
    at = None
    for sign in _SIGN.finditer(text):
        if sign.start() == 0 or _LEAD.sub("", text[sign.end() :]).strip():
            at = sign
    if at is None:
        return None
    before, after = text[: at.start()], right_of(_LEAD.sub("", text[at.end() :]))
    return (before, after) if after and before.strip() else None


def right_of(said: str) -> str:
    """Of 不是劳动合同，是社保 the part that counts; without 才对 behind."""
    said = _TAIL.sub("", said)
    if denied := _DENIED.match(said) or _DENIED_LAST.match(said):
        return _LEAD.sub("", denied["right"])
    return said
