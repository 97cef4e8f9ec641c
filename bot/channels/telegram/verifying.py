"""A number proved by SMS inside the chat: `/verify`, and the six digits that come back.

A contact shared on Telegram may be a number its owner has long given up, and somebody else's by now. So it fills in the
answer, but joins nothing: the code sent to that number does. The offer is the same whether the number is known or not.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import joining
from bot.channels.telegram.texts import join_problem, say
from bot.channels.telegram.updates import Arrived, Kind
from bot.joining import Joined, Joining
from storage import phone_proofs
from storage.channels import Reached
from storage.keys import Keyring
from storage.phone_proofs import Asking, Proving

MOBILE = re.compile(r"1[3-9]\d{9}")
CODE = re.compile(r"(?:短信)?(?:验证码)?[是:：]?(\d{6})[。.]?")


@dataclass(frozen=True)
class Linked:
    """What became of a code or of the wish for one; `words` where nothing was joined, `mark` for what was said."""

    joined: Joined
    words: str = ""
    mark: str = ""


def is_code(arrived: Arrived, conn: Connection, reached: Reached, now: datetime) -> bool:
    """Whether this is the code that was sent by SMS: six digits, while one is being waited for."""
    if arrived.kind is Kind.COMMAND:
        return arrived.what == "verify" and CODE.fullmatch(_plain(arrived.text)) is not None
    is_six = arrived.kind is Kind.TEXT and CODE.fullmatch(_plain(arrived.text)) is not None
    return is_six and phone_proofs.is_awaited(conn, reached.account_id, now)


def ask(conn: Connection, keyring: Keyring, reached: Reached, arrived: Arrived, now: datetime) -> Linked:
    """`/verify`: send a code to the number written behind it, or to the one this chat has shared."""
    nothing = Joined(Joining.ALREADY, reached.account_id)
    typed = national(arrived.text)
    shared = [] if typed else phone_proofs.numbers_of(conn, keyring, reached.account_id)
    number = typed or next(iter(shared), "")
    if not MOBILE.fullmatch(number):
        return Linked(nothing, say("verify.how"), say("verify.mark"))
    address = f"telegram {reached.address}"
    asked = phone_proofs.ask(conn, keyring, reached.county, reached.account_id, number, address, now)
    words = say("verify.sent", end=number[-4:]) if asked is Asking.SENT else join_problem(asked.value)
    return Linked(nothing, words, say("verify.mark"))


def prove(conn: Connection, keyring: Keyring, reached: Reached, arrived: Arrived, now: datetime) -> Linked:
    """Judge the code; the right one joins whoever proved the same number by a code of their own."""
    proved, joined = joining.prove_by_code(conn, keyring, reached.county, reached.account_id, arrived.text, now)
    if proved.outcome is Proving.PROVED:
        return Linked(joined, say("verify.proved"), say("verify.code_mark"))
    return Linked(joined, join_problem(proved.outcome.value, left=str(proved.left)), say("verify.code_mark"))


def national(phone: str) -> str:
    """+86 139… as people write it; another country's number stays as it is."""
    digits = re.sub(r"\D", "", _plain(phone))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:64]))
