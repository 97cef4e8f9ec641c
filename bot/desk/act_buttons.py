"""Which acts a clerk may do on a case now, and for the others why not yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.desk.words import say
from state_machine.case import acts_open, move_of
from state_machine.case_records import Act, CaseRecord
from state_machine.case_table import NOTIFYING
from state_machine.officers import Officer
from state_machine.verdicts import ActRefused, Refusal

#: What is the usual way on, and what is grave.
TONES = {Act.ACCEPT: "main", Act.EXAMINE: "main", Act.APPROVE: "main", Act.ISSUE: "main"}


@dataclass(frozen=True)
class Button:
    """One act. `why_not` is empty where it can be done."""

    act: str
    label: str
    name: str
    tone: str
    why_not: str


def buttons(case: CaseRecord, officer: Officer) -> list[Button]:
    """The acts of this office from this state."""
    return [_button(case, act) for act in acts_open(case, officer)]


def _button(case: CaseRecord, act: Act) -> Button:
    label = say(f"acts.{act.value}")
    tone = TONES.get(act, "grave" if act in NOTIFYING else "")
    return Button(act.value, label, label.rstrip("…"), tone, _why_not(case, act))


def _why_not(case: CaseRecord, act: Act) -> str:
    """The first guard of the table that forbids it, in words."""
    for guard in move_of(case, act).guards:
        if not getattr(case, guard)():
            return GUARDS[guard](case)
    return ""


def refusal_in_words(refused: ActRefused) -> str:
    """Why the rules said no, as the clerk reads it."""
    count = len(refused.details.get("items", ()))
    return say(f"refused.{refused.code.value}", count=count)


def _unjudged(case: CaseRecord) -> str:
    return say(f"refused.{Refusal.UNJUDGED_ITEMS.value}", count=len(case.sheet.unjudged()))


def _unmet(case: CaseRecord) -> str:
    return say(f"refused.{Refusal.UNMET_ITEMS.value}", count=len(case.sheet.unmet()))


def _nothing_unmet(_: CaseRecord) -> str:
    return say(f"refused.{Refusal.NOTHING_UNMET.value}")


GUARDS: Mapping[str, Callable[[CaseRecord], str]] = {
    "is_all_judged": _unjudged,
    "has_nothing_unmet": _unmet,
    "has_unmet": _nothing_unmet,
}
