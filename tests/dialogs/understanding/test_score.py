"""Understanding keeps its promises on the labelled corpus."""

from __future__ import annotations

from functools import cache

import pytest

from dialogs.understanding import Intent
from tests.dialogs.understanding.scorer import DEVELOPED, HELD_OUT, Score, rows, score

PARTS = (*DEVELOPED, *HELD_OUT)


@cache
def scored(part: str) -> Score:
    """The score of one part, computed once."""
    return score(rows(part))


@pytest.mark.parametrize("part", DEVELOPED)
def test_intents_are_right(part: str) -> None:
    """At least 97 % of the intents pass."""
    assert scored(part).intent_accuracy >= 0.97


@pytest.mark.parametrize("part", DEVELOPED)
def test_topics_are_right(part: str) -> None:
    """At least 95 % of the questions get their topic."""
    assert scored(part).topic_accuracy >= 0.95


@pytest.mark.parametrize("part", ["examples", "dev", "dev_a", "dev_b", "dev_d", "dev_e", "dev_g", "dev_i"])
def test_values_are_right_and_few_are_missed(part: str) -> None:
    """Of the values filled at least 97 % are right; at least 95 % of the values said are filled."""
    assert scored(part).precision >= 0.97
    assert scored(part).recall >= 0.95


def test_values_of_the_part_opened_last_are_right() -> None:
    """Of `dev_f`, opened last, the values filled are right; more are missed than elsewhere (see the docs)."""
    assert scored("dev_f").precision >= 0.97
    assert scored("dev_f").recall >= 0.9


def test_other_speakers_are_understood_nearly_as_well() -> None:
    """Over the parts that are scored only; what is still missed of the goals stands in docs/understanding.md."""
    parts = [scored(part) for part in HELD_OUT]
    assert sum(part.intent_accuracy for part in parts) / len(parts) >= 0.965
    assert sum(part.topic_accuracy for part in parts) / len(parts) >= 0.95
    assert min(part.precision for part in parts) >= 0.97
    assert min(part.recall for part in parts) >= 0.9


@pytest.mark.parametrize("part", PARTS)
def test_nothing_destructive_is_heard_that_was_not_said(part: str) -> None:
    """No cancel, withdraw or erase where none was meant."""
    assert scored(part).destructive == 0


def test_wrongly_filled_values_are_rare() -> None:
    """At most one message in two hundred gets a value nobody said, over all parts."""
    assert sum(scored(part).wrong_fills for part in PARTS) <= 0.005 * sum(len(rows(part)) for part in PARTS)


def test_the_corpus_is_large_and_split_by_writer() -> None:
    """Thousands of utterances; a writer's speakers are in one part only; every intent is there."""
    developed = [row for part in DEVELOPED for row in rows(part)]
    held_out = [row for part in HELD_OUT for row in rows(part)]
    assert len(developed) >= 7000
    assert len(held_out) >= 700
    writers = [
        {row["speaker"] for row in rows(part)}
        for part in ("dev_a", "dev_b", "dev_d", "dev_e", "dev_f", "dev_g", "dev_i")
    ]
    assert sum(map(len, writers)) == len(set().union(*writers))
    assert {row["want"]["intent"] for row in developed} == {intent.value for intent in Intent}
