"""From what stands on a card to answers of the form, by the same readers that read what is typed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.reading_pictures.card import Card
from dialogs.photos import CardOf
from dialogs.readers import Unclear
from dialogs.readers.registry import READERS
from state_machine.codes import Field

_OFFICE = re.compile(r"公安局|分局|派出所")


def facts_of(card: Card, whose: CardOf, today: date) -> dict[str, Any]:
    """The answers a card gives, by field. What a reader would not take from a keyboard is not proposed either."""
    if whose is CardOf.AGENT:
        told = {Field.AGENT_NAME: card.name, Field.AGENT_ID_NUMBER: _read(Field.ID_NUMBER, card.number, today)}
    else:
        told = {
            Field.NAME: card.name,
            Field.ID_NUMBER: _read(Field.ID_NUMBER, card.number, today),
            Field.ETHNICITY: _read(Field.ETHNICITY, card.ethnicity, today),
            **_home(card.address, today),
            Field.PERMIT_NUMBER: _read(Field.PERMIT_NUMBER, card.permit_number, today),
            Field.PERMIT_PLACE: _read(Field.PERMIT_PLACE, _OFFICE.sub("", card.issuer or ""), today),
            Field.PERMIT_VALID_UNTIL: card.valid_until.isoformat() if card.valid_until else None,
        }
    return {field.value: value for field, value in told.items() if value is not None}


def _home(address: str | None, today: date) -> dict[Field, Any]:
    """Province, county and the rest of the address line. Without its county the rest is not told apart."""
    province = _read(Field.HUKOU_PROVINCE, address, today)
    county = _read(Field.HUKOU_COUNTY, address, today, province=province) if province else None
    rest = _read(Field.HUKOU_ADDRESS, address, today, province=province) if county else None
    return {Field.HUKOU_PROVINCE: province, Field.HUKOU_COUNTY: county, Field.HUKOU_ADDRESS: rest}


def _read(field: Field, said: str | None, today: date, **more: Any) -> Any:
    if not said:
        return None
    value = READERS[field](said, today, **more)
    return None if isinstance(value, Unclear) else value
