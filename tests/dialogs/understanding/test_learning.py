"""The statistical reader's weights come from the corpus, by the script, and from nowhere else."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from dialogs.understanding import Intent, statistics
from dialogs.understanding.statistics import WEIGHTS, Guess, Weights, guess
from tests.dialogs.understanding.learn import Example, examples, learn, written
from tests.dialogs.understanding.scorer import rows


@cache
def learned_from() -> list[Example]:
    """Everything there is to learn from."""
    return examples()


def guessed(model: dict[str, Any], found: frozenset[str], monkeypatch: pytest.MonkeyPatch) -> Guess:
    """What these weights make of a row's features."""
    read = Weights(tuple(model["classes"]), float(model["step"]), model["features"])
    monkeypatch.setattr(statistics, "weights", lambda: read)
    return guess(set(found))


def test_learning_anew_gives_the_weights_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make learn` leads to the same readings; a word added to a reader since may shift a few, not more than 1 %."""
    anew, kept = learn(learned_from()), json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert anew["classes"] == kept["classes"]
    some = learned_from()[::7]
    same = sum(
        guessed(anew, one.found, monkeypatch).intent == guessed(kept, one.found, monkeypatch).intent for one in some
    )
    assert same >= 0.99 * len(some)


def test_learning_is_repeatable() -> None:
    """Twice from the same rows, the very same text."""
    few = learned_from()[::40]
    assert written(learn(few)) == written(learn(few))


def test_a_part_left_out_is_not_learned_from() -> None:
    """The compass of every decision: what is scored with a part left out has not seen that part."""
    assert len(examples(left_out="dev_g")) == len(learned_from()) - len(rows("dev_g"))


def test_the_weights_are_small_and_speak_only_of_known_meanings() -> None:
    """The file stays under 3 MB; every class is an intent, with a topic or a field."""
    assert WEIGHTS.stat().st_size < 3_000_000
    kept = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert {label.partition(":")[0] for label in kept["classes"]} <= {intent.value for intent in Intent}
