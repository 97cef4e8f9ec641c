"""A reader that knows the card beforehand: for tests of what lies around. Held to the real one's contract."""

from __future__ import annotations

from datetime import date

from bot.reading_pictures.card import Card, CardKind
from bot.reading_pictures.worker import Outcome, Trouble, Wanted
from state_machine.codes import Sex
from tests.bot.reading_pictures.made.people import Holder


def card_of(who: Holder) -> Card:
    """The front of this holder's ID card as it should be read."""
    return Card(
        kind=CardKind.ID_CARD,
        number=who.number,
        name=who.name,
        sex=Sex.MALE if who.sex == "男" else Sex.FEMALE,
        ethnicity=f"{who.ethnicity}族",
        born=who.born,
        address=who.address,
    )


class Knowing:
    """In the place of `Worker`."""

    process_id = None

    def __init__(self, who: Holder) -> None:
        self.card = card_of(who)

    def ask(self, wanted: Wanted, content: bytes, today: date, sheet: int = 0) -> Outcome:
        """The card, for anything that begins like a JPEG."""
        if not content.startswith(b"\xff\xd8") or wanted is not Wanted.CARD:
            return Outcome(trouble=Trouble.NOT_A_PICTURE)
        return Outcome(card=self.card)

    def stop(self) -> None:
        """Nothing to end."""

    def close(self) -> None:
        """Nothing to end."""
