"""What a card says, as plain values; and dates as cards print them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum

from bot.reading_pictures.folding import digits
from state_machine.codes import Sex
from state_machine.id_number import IdNumber, read_id_number

_DATE = re.compile(r"((?:19|20)\d{2})[年.\-/]?(\d{1,2})[月.\-/](\d{1,2})日?")


class CardKind(StrEnum):
    """Which card it is."""

    ID_CARD = "id_card"
    PERMIT = "permit"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Card:
    """What was read. None: not read, or not clearly. Dates as they stand on the card."""

    kind: CardKind = CardKind.UNKNOWN
    number: str | None = None
    name: str | None = None
    sex: Sex | None = None
    ethnicity: str | None = None
    born: date | None = None
    address: str | None = None
    permit_number: str | None = None
    issuer: str | None = None
    valid_until: date | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing of it can be used."""
        return not any(getattr(self, one.name) for one in fields(self) if one.name not in ("kind", "sex", "born"))

    @property
    def missing(self) -> int:
        """How many of the things every such card says were not read."""
        wanted = [self.number, self.name, self.sex, self.ethnicity, self.born, self.address]
        if self.kind is CardKind.PERMIT:
            wanted += [self.permit_number, self.issuer, self.valid_until]
        return sum(one is None for one in wanted)


def without_contradiction(card: Card, today: date) -> Card:
    """A number read at one look, and a birth date or sex at the other that speaks against it: no number."""
    read = read_id_number(card.number or "", today)
    if not isinstance(read, IdNumber):
        return card
    if card.born in (None, read.birth_date) and card.sex in (None, read.sex):
        return card
    return replace(card, number=None)


def date_in(text: str) -> date | None:
    """The first date of a line, written 年月日 or with dots."""
    found = _DATE.search(digits(text))
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
