"""What is judged, and what a verdict must hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machine.case import ActRefused, CaseRecord, Refusal, judge, judge_rest_met
from state_machine.codes import Field, Proof
from state_machine.verdicts import JUDGED, fingerprint, items_of
from tests.state_machine.made import AGENT, CATALOGUE, INTAKE, MONDAY, REVIEWER, answers, new_case, page, pages


def keys(told: dict[str, Any]) -> list[str]:
    """The item keys of an application."""
    return [item.key for item in items_of(told, pages())]


def refusal(case: CaseRecord, item: str, met: bool, *reasons: str, officer=INTAKE) -> ActRefused:
    """The refusal of this verdict."""
    with pytest.raises(ActRefused) as refused:
        judge(case, officer, item, met, reasons, "", MONDAY, catalogue=CATALOGUE)
    assert case == new_case()
    return refused.value


def test_items_stand_in_the_order_of_the_form() -> None:
    """附件 1's order, the ticked boxes after the answers, neither sex nor the eligibility answer among them."""
    assert keys(answers()) == [
        "answer:id_number",
        "answer:name",
        "answer:ethnicity",
        "answer:hukou_province",
        "answer:hukou_county",
        "answer:hukou_address",
        "answer:current_address",
        "answer:phone",
        "answer:recognition",
        "answer:registered_periods",
        "answer:ground",
        "answer:proofs",
        "answer:declaration",
        "answer:applicant_is",
        "material:labour_contract",
        "material:social_insurance",
    ]


def test_answers_off_the_path_are_not_judged() -> None:
    """A permit left over from the other route and an agent from before are nobody's business."""
    left_over = answers(permit_number="33A1", permit_place="杭州市", agent_name="某某", relation="parent")
    assert keys(left_over) == keys(answers())
    for_child = keys(answers(applicant_is="other", relation="parent", agent_name="某某"))
    assert {"answer:relation", "answer:agent_name"} <= set(for_child)


def test_a_ticked_box_without_pages_is_judged_too() -> None:
    """A box ticked and nothing sent is an item, so that its absence can be named."""
    assert "material:labour_contract" in [item.key for item in items_of(answers(), [])]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=1), JSON), JSON)
def test_fingerprints_follow_the_value(value: dict[str, Any], other: Any) -> None:
    """The order of keys does not matter; another value has another fingerprint."""
    assert fingerprint(dict(reversed(value.items()))) == fingerprint(value)
    assert fingerprint(value | {"住址": [other]}) != fingerprint(value)
    assert fingerprint([other]) != fingerprint(other)


def test_the_order_of_pages_is_part_of_a_material() -> None:
    """Reordered or replaced pages are a change; a new id for the same picture is not."""
    a, b, again = page(Proof.OWN_HOME, "a"), page(Proof.OWN_HOME, "b"), page(Proof.OWN_HOME, "a", "other")
    told = {"proofs": ["own_home"]}
    assert items_of(told, [a, b]) != items_of(told, [b, a])
    assert items_of(told, [a, b]) == items_of(told, [again, b])


@pytest.mark.parametrize(
    ("item", "met", "reasons", "code"),
    [
        ("answer:sex", True, (), Refusal.UNKNOWN_ITEM),
        ("answer:name", False, (), Refusal.REASON_MISSING),
        ("answer:name", True, ("unclear",), Refusal.REASON_MISPLACED),
        ("answer:name", False, ("made_up",), Refusal.UNKNOWN_REASON),
        ("answer:name", False, ("unclear", "page_missing"), Refusal.REASON_DOES_NOT_FIT),
    ],
)
def test_a_wrong_verdict_is_refused_by_name(item: str, met: bool, reasons: tuple[str, ...], code: Refusal) -> None:
    """Each flaw of a verdict has its own code, and nothing changes."""
    assert refusal(new_case(), item, met, *reasons).code is code


@pytest.mark.parametrize("officer", [REVIEWER, AGENT])
def test_only_the_office_whose_turn_it_is_judges(officer) -> None:
    """Before acceptance only intake judges."""
    assert refusal(new_case(), "answer:name", True, officer=officer).code is Refusal.WRONG_ROLE


def test_the_rest_is_found_met_and_what_was_judged_stays() -> None:
    """其余均符合 touches only what nobody judged."""
    case = new_case()
    bad = judge(case, INTAKE, "answer:name", False, ["unclear", "unclear"], " 字迹不清 ", MONDAY, catalogue=CATALOGUE)
    assert (bad.reasons, bad.note) == (("unclear",), "字迹不清")
    assert len(judge_rest_met(case, INTAKE, MONDAY)) == len(case.sheet.items) - 1
    assert case.sheet.unjudged() == []
    assert case.sheet.unmet() == [bad]


def test_every_question_that_is_answered_is_judged() -> None:
    """No new question can slip past the officials: all fields are judged but those named here."""
    ours = {"pledge", "eligibility", "sex", "materials", "review"}
    assert {f.value for f in Field} - {f.value for f in JUDGED} == ours
