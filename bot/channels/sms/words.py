"""What an SMS says: a template and its parameters. Never an ID number, an address, a reason or a link that signs in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from bot.channels.protocol import Outgoing, Refused
from dialogs.yaml_files import read_yaml
from storage.dispatches import Source

#: One SMS has 70 characters; the parts of a longer one 67 each.
ALONE, PART = 70, 67


@dataclass(frozen=True)
class Sms:
    """One message as the gateway is given it. `text` is what the person reads."""

    template: str
    parameters: dict[str, str] = field(repr=False)
    text: str = field(repr=False)


@cache
def templates() -> dict[str, str]:
    """Every template, by its code (`bot/texts/sms.yaml`)."""
    return dict(read_yaml(files("bot").joinpath("texts/sms.yaml"))["templates"])


@cache
def results() -> dict[str, str]:
    """What a notice's kind is called in an SMS."""
    return dict(read_yaml(files("bot").joinpath("texts/sms.yaml"))["results"])


def compose(outgoing: Outgoing, signature: str, where: str, telephone: str) -> Sms:
    """The SMS of a notice or of a code. Raises `Refused` for what an SMS has no words for."""
    if outgoing.source is Source.CODE:
        return _filled("code", {"code": str(outgoing.details.get("code", ""))}, signature)
    if outgoing.case is None:
        raise Refused("no_case")
    parameters = {
        "name": masked(outgoing.case.name),
        "number": outgoing.case.application_number,
        "result": results().get(outgoing.notice, results()["other"]),
        "where": where,
    }
    if telephone:
        parameters["phone"] = telephone
    return _filled("notice" if telephone else "notice_no_phone", parameters, signature)


def masked(name: str) -> str:
    """The first character of a name and two stars: enough to tell who of a family is meant."""
    stripped = name.strip()
    return f"{stripped[0]}**" if stripped else "申请人"


def parts_of(text: str) -> int:
    """How many SMS a text takes: counted in UTF-16 units, as telephones do."""
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= ALONE else -(-length // PART)


def _filled(template: str, parameters: dict[str, str], signature: str) -> Sms:
    return Sms(template, parameters, f"【{signature}】{templates()[template].format(**parameters)}")
