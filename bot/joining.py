"""One person, several devices: a code joins two chats, and a proved telephone number finds one's own again.

Everything here happens inside one transaction of the caller; `Joined.moved` tells whose open pages have to look anew
once it is committed (`Delivery.moved`). Only a number that both accounts have proved by a CODE sent there joins them:
never a typed one, and never a contact shared on a platform, which may be a number given up long ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection

from dialogs import labels
from dialogs.turn import Conversation, Overlay, Say
from dialogs.yaml_files import read_yaml
from storage import applications, cases, channels, join_codes, merging, outbox, phone_proofs
from storage.blobs import from_bytes, to_bytes
from storage.conversations import Remembered
from storage.errors import NotOurs
from storage.keys import Keyring
from storage.phone_proofs import How, Proved, Proving

#: Two accounts may be joined to a third by others at the same moment: then it is looked up anew.
MOST_TRIES = 3


class Joining(StrEnum):
    """What became of the wish to join."""

    JOINED = "joined"
    ALREADY = "already"  #: both are one already
    NO_SUCH_CODE = "no_such_code"  #: wrong, used or ended
    ASK = "ask"  #: a link was followed, perhaps somebody else's: it is asked whether both are theirs
    NOT_POSSIBLE = "not_possible"  #: one of them is a walk-in's, for whom only the desk speaks


@dataclass(frozen=True)
class Joined:
    """The outcome. `account_id`: whose chat the asking device is from now on; `moved`: accounts that changed."""

    outcome: Joining
    account_id: str
    moved: tuple[str, ...] = ()


def make_code(conn: Connection, keyring: Keyring, county: str, account_id: str, at: datetime) -> str:
    """A code that joins another device to this account: ten minutes, once."""
    return join_codes.make(conn, keyring, county, account_id, at)


def join_by_code(conn: Connection, keyring: Keyring, county: str, account_id: str, typed: str, at: datetime) -> Joined:
    """Join the asking account with the one that gave the code out. Who guesses is slowed down by the caller."""
    owner = join_codes.owner(conn, keyring, county, typed, at)
    if owner is None:
        return Joined(Joining.NO_SUCH_CODE, account_id)
    if owner == account_id:
        return Joined(Joining.ALREADY, account_id)
    if not join_codes.use(conn, keyring, typed):
        return Joined(Joining.NO_SUCH_CODE, account_id)
    return _join(conn, keyring, county, account_id, owner, at)


def ask_by_link(conn: Connection, keyring: Keyring, county: str, account_id: str, typed: str, at: datetime) -> Joined:
    """A link with a code was followed. Whoever sent it would see what is told here: nothing is joined before a yes."""
    owner = join_codes.owner(conn, keyring, county, typed, at)
    if owner is None or owner == account_id:
        return Joined(Joining.NO_SUCH_CODE if owner is None else Joining.ALREADY, account_id)
    return Joined(Joining.ASK, account_id)


def prove_by_code(
    conn: Connection, keyring: Keyring, county: str, account_id: str, typed: str, at: datetime
) -> tuple[Proved, Joined]:
    """Judge the code of an SMS. The right one proves the number, and joins whoever proved the same one."""
    proved = phone_proofs.prove(conn, keyring, county, account_id, join_digits(typed), at)
    if proved.outcome is not Proving.PROVED or proved.phone_index is None:
        return proved, Joined(Joining.ALREADY, account_id)
    return proved, _join_same_number(conn, keyring, county, account_id, proved.phone_index, at)


def keep_contact(conn: Connection, keyring: Keyring, county: str, account_id: str, phone: str, at: datetime) -> None:
    """A platform says that this (11 digits) is, or once was, the sender's own number. It joins nothing."""
    phone_proofs.keep(conn, keyring, county, account_id, phone, How.CONTACT, at)


def join_digits(typed: str) -> str:
    """The digits of a typed code, full-width ones too."""
    return "".join(str(int(character)) for character in typed[:32] if character.isdecimal())


def _join_same_number(
    conn: Connection, keyring: Keyring, county: str, account_id: str, number: bytes, at: datetime
) -> Joined:
    joined, moved = Joined(Joining.ALREADY, account_id), tuple[str, ...]()
    for other in phone_proofs.others(conn, county, account_id, number, at):
        one = _join(conn, keyring, county, joined.account_id, other, at)
        if one.outcome is Joining.JOINED:
            moved += one.moved
            joined = Joined(Joining.JOINED, one.account_id, moved)
    return joined


def _join(conn: Connection, keyring: Keyring, county: str, account_id: str, other: str, at: datetime) -> Joined:
    try:
        merged = merging.merge(conn, keyring, county, account_id, other, choose, at)
    except NotOurs:
        return Joined(Joining.NOT_POSSIBLE, account_id)
    if merged is None:
        return Joined(Joining.ALREADY, account_id)
    _tell(conn, keyring, merged.kept, at)
    return Joined(Joining.JOINED, merged.kept, (merged.kept, merged.gone))


def _tell(conn: Connection, keyring: Keyring, account_id: str, at: datetime) -> None:
    """Say on every device that they are one chat now, and what can be gone on with."""
    drafts = applications.drafts(conn, keyring, account_id)
    handed_in = cases.of_account(conn, keyring, account_id)
    has_chat = any(reached.gone_at is None for reached in channels.of_account(conn, keyring, account_id))
    outbox.add(conn, keyring, account_id, None, "joined", _said(len(drafts), len(handed_in), has_chat, at), at)


def _said(drafts: int, handed_in: int, has_chat: bool, at: datetime) -> bytes:
    words = [texts()["joined"], texts()["joined_chat" if has_chat else "joined_web"]]
    buttons: Sequence[str] = ("start", "eligibility")
    if drafts:
        words.append(texts()["one_draft" if drafts == 1 else "several_drafts"].format(count=drafts))
        buttons = ("resume",)
    if handed_in:
        words.append(texts()["handed_in"])
        buttons = (*buttons, "status") if drafts else ("status", "menu")
    return to_bytes({"says": [Say("\n".join(words), labels.buttons(*buttons))], "at": at.isoformat()})


@cache
def texts() -> dict[str, str]:
    """Every sentence of `joining.yaml`."""
    return dict(read_yaml(files("bot").joinpath("texts/joining.yaml"))["notice"])


def choose(older: Remembered, younger: Remembered) -> Remembered:
    """What the one chat remembers of two.

    A chat with a person goes on. Otherwise the one that has an application in hand; if both have, neither: the other
    device still shows its old question, and a press there must not answer the wrong one. Both drafts wait.
    """
    for one in (older, younger):
        if _conversation(one).overlay is Overlay.PERSON:
            return one
    if older.in_hand and younger.in_hand:
        return Remembered(None, None)
    if younger.in_hand or (younger.conversation is not None and not older.in_hand and older.conversation is None):
        return younger
    return older


def _conversation(one: Remembered) -> Conversation:
    return Conversation() if one.conversation is None else from_bytes(one.conversation, Conversation)
