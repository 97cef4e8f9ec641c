"""The electronic 《浙江省居住证》 as a sheet, and what its public page may show of the holder."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

import segno

from bot.papers.glyphs import clean
from bot.papers.typesetting import Sheet
from bot.papers.words import day, day_of, say, texts
from dialogs import labels
from dialogs.rules import Rules
from state_machine.codes import Field

#: Masked signs of a name.
HIDDEN = "＊"
LAST = 4
#: What does not fit on a card is cut, and shown to be: the whole of it stands on the form.
LONGEST = 120


@dataclass(frozen=True)
class PermitFacts:
    """What a permit says beside its holder. `url` is its public page; a sample has no provincial platform behind it."""

    number: str
    issued_at: datetime
    valid_until: date
    url: str
    is_sample: bool


def permit_picture(sheet: Sheet) -> Sheet:
    """The same as a picture: a picture carries no signature, and does not say so."""
    return {**sheet, "signed": ""}


def permit_sheet(answers: Mapping[str, Any], facts: PermitFacts, rules: Rules, zone: tzinfo) -> Sheet:
    """Everything that stands on the permit."""
    return {
        "template": "permit",
        "author": rules.county_name,
        "title": say("permit.title"),
        "electronic": say("permit.electronic"),
        "labels": texts()["permit"]["labels"],
        "name": _shown(answers, Field.NAME),
        "sex": _shown(answers, Field.SEX),
        "ethnicity": _shown(answers, Field.ETHNICITY),
        "birth": _birth(str(answers.get(Field.ID_NUMBER) or "")),
        "id_number": _shown(answers, Field.ID_NUMBER),
        "hukou": _shown(answers, Field.HUKOU_PROVINCE) + _shown(answers, Field.HUKOU_COUNTY),
        "address": _shown(answers, Field.CURRENT_ADDRESS),
        "issuer": say("permit.issuer", county=rules.county_name),
        "issued": day_of(facts.issued_at, zone),
        "valid": day(facts.valid_until),
        "number": facts.number,
        "qr": qr_svg(facts.url),
        "scan": say("permit.scan"),
        "signed": say("permit.signed"),
        "note": say("permit.not_connected") if facts.is_sample else "",
        "sample": say("permit.sample") if facts.is_sample else "",
    }


def qr_svg(url: str) -> str:
    """The code as a drawing: only our own address stands in it."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=4, omitsize=True, xmldecl=False, dark="#000")
    return out.getvalue().decode()


def masked_name(name: str) -> str:
    """张＊, 欧＊＊: the first sign, the others as stars, never more than three of them."""
    return name[:1] + HIDDEN * min(max(len(name) - 1, 1), 3) if name else ""


def last_four(id_number: str) -> str:
    """The number's last four signs."""
    return id_number[-LAST:]


def a_year_later(issued_on: date) -> date:
    """When the permit has to be endorsed (条例 19: 每年签注)."""
    try:
        return issued_on.replace(year=issued_on.year + 1)
    except ValueError:  # 29 February
        return issued_on.replace(year=issued_on.year + 1, day=28)


def _birth(id_number: str) -> str:
    try:
        return day(date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14])))
    except ValueError:
        return ""


def _shown(answers: Mapping[str, Any], name: Field) -> str:
    value = answers.get(name)
    shown = "" if value in (None, "") else clean(labels.show(name, value))
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
