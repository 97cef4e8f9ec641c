"""The desk's wording is whole: whatever the rules can say has its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.desk.act_buttons import GUARDS
from bot.desk.hints import BESIDE
from bot.desk.visit import NOTES
from bot.desk.words import say, texts
from state_machine.case_records import Act, CaseState, EventKind, Flag
from state_machine.case_table import MOVES, NOTIFYING
from state_machine.codes import Proof, Recognition
from state_machine.notice_states import NoticeState
from state_machine.officers import Role
from state_machine.verdicts import Refusal
from storage.channels import TELEGRAM
from storage.dispatches import DispatchState
from storage.notice_ways import SMS

DESK = Path(__file__).parents[3] / "bot" / "desk"


def has(place: str) -> bool:
    """Whether the YAML holds something there."""
    found = texts()
    for part in place.split("."):
        if part not in found:
            return False
        found = found[part]
    return True


@pytest.mark.parametrize(
    "place",
    [
        *(f"states.{state.value}" for state in CaseState),
        *(f"events.{kind.value}" for kind in EventKind),
        *(f"roles.{role.value}" for role in Role),
        *(f"refused.{code.value}" for code in Refusal),
        *(f"flags.{flag.value}" for flag in Flag),
        *(f"hints.{code.value}" for code in BESIDE),
        *(f"acts.{move.act.value}" for move in MOVES if move.office is not None),
        *(f"act.done.{move.act.value}" for move in MOVES if move.office is not None),
        *(f"act.{part}.{act.value}" for part in ("preview", "confirm") for act in NOTIFYING),
        *(f"form.proofs.{proof.value}" for proof in Proof),
        *(f"form.routes.{route.value}" for route in Recognition),
        *(f"case.letter_states.{state.value}" for state in NoticeState),
        *(f"case.way_states.{state.value}" for state in DispatchState),
        *(f"case.ways.{kind}" for kind in (TELEGRAM, SMS)),
        *sorted(NOTES),
    ],
)
def test_whatever_the_rules_can_say_has_its_words(place: str) -> None:
    """A code without words would be a broken page on some Friday."""
    assert has(place)


def test_every_guard_of_the_table_has_its_words() -> None:
    """A disabled button says why."""
    assert {guard for move in MOVES for guard in move.guards} <= set(GUARDS)


def test_every_text_a_template_or_page_names_is_there() -> None:
    """Names in templates (`t.…`) and in code (`say("…")`) all lead somewhere."""
    named: set[str] = set()
    for path in (DESK / "templates").glob("*.html"):
        found = re.findall(r"\bt\.([a-z_.]+[a-z_])", path.read_text(encoding="utf-8"))
        named |= {name.removesuffix(".format").removesuffix(".items") for name in found}
    own_words = {path.parent for path in DESK.rglob("words.py")} - {DESK}  # rooms with words of their own
    for path in (path for path in DESK.rglob("*.py") if path.parent not in own_words):
        named |= set(re.findall(r'\bsay\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8")))
        named |= {f"hints.{name}" for name in re.findall(r'\bhint\("([a-z_]+)"', path.read_text(encoding="utf-8"))}
    assert len(named) > 100
    assert [name for name in sorted(named) if not has(name)] == []


def test_acts_of_officials_are_all_on_buttons() -> None:
    """Whatever an office may do has a name on its button."""
    assert {Act(name) for name in texts()["acts"]} == {move.act for move in MOVES if move.office is not None}
    assert say("acts.accept") == "受理"
