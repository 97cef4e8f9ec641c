"""After the eligibility advice: submit all the same, ask a person, or stop."""

from __future__ import annotations

import re
from datetime import date

from dialogs.readers.outcome import Problem, Unclear
from dialogs.readers.phrases import clean, is_assent, is_question

_HUMAN = re.compile(r"人工|工作人员|真人|问人|找人|问问人|客服|坐席|打电话|咨询|问一?问|问一下")
_STOP = re.compile(
    r"(?:先|就|那就|那|还是|算了)?(?:我)?(?:先)?(?:不办|不弄|不申请|不交|算了|停|不填|以后再|下次再|过几天再|改天再|先不|等够了再)"
)
_GO_ON = re.compile(
    r"继续|仍(?:然|要)|还是要?(?:交|提交|办|申请|填)|接着|往下|照样|照办|提交|交上去|先交|我要办|试试|办吧|go"
)
_GIVEN_UP = re.compile(r"(?:那|就|我|先|还是|那就)*不(?:想)?(?:继续|提交|交|办)(?:申请)?(?:了|吧|啊)*")
_DENIED = re.compile(
    r"(?:不|别|没)(?:想|要|用|必|再)?(?:继续|提交|接着|往下|找人|找工作人员|人工|问|停|交)|不是不|没说不|不停"
)


def read(text: str, today: date) -> str | Unclear:
    """`go_on`, `human` or `stop`."""
    said = clean(text)
    if not said:
        return Unclear(Problem.EMPTY)
    if said in ("go_on", "human", "stop"):
        return said
    if is_question(said) and not _HUMAN.search(said):
        return Unclear(Problem.NO_CHOICE)
    stop, human = bool(_STOP.search(said)), bool(_HUMAN.search(said))
    go_on = bool(_GO_ON.search(said)) or is_assent(said)
    if _DENIED.search(said):
        return "stop" if _GIVEN_UP.fullmatch(said) else Unclear(Problem.NO_CHOICE)
    if stop + human + go_on != 1:
        return Unclear(Problem.NO_CHOICE)
    return "stop" if stop else "human" if human else "go_on"
