"""`make learn`: trains the statistical reader's weights anew from the developed corpus and the taught sentences.

Multinomial logistic regression, AdaGrad, one row after the other in an order drawn with a fixed seed. Always the same
weights from the same corpus, cues and readers. The held-out parts are never opened here.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import yaml

from dialogs.understanding.decide import by_rules
from dialogs.understanding.features import features, features_of_reading
from dialogs.understanding.message import look_at
from dialogs.understanding.scan import ALTERNATIVES, read_cues, spell_out
from dialogs.understanding.statistics import MEASURE, WEIGHTS
from state_machine.codes import Field
from tests.dialogs.understanding.scorer import CORPUS, rows

#: Parts by how much a row counts, and whether the rules' reading is shown: not where the rules were made for the rows.
PARTS = {
    "examples": (0.5, False),
    "dev": (0.5, False),
    "dev_a": (1.0, True),
    "dev_b": (1.0, True),
    "dev_c1": (1.0, True),
    "dev_c2": (0.4, True),
    "dev_c3": (1.0, True),
    "dev_d": (1.0, True),
    "dev_e": (1.0, True),
    "dev_f": (1.0, True),
    "dev_g": (1.0, True),
    "dev_h": (1.0, True),
    "dev_i": (1.0, True),
    "dev_j": (1.0, True),
    "dev_k": (1.0, True),
    "dev_l": (1.0, True),
    "dev_m": (1.0, True),
    "dev_n": (1.0, True),
    "dev_o": (1.0, True),
    "dev_p": (0.5, True),
}
TAUGHT = 0.5
SEED, ROUNDS, PACE, FADE = 7, 8, 0.25, 2e-5
#: A feature seen less often is not learned; of a row's features this share is left out each time, so that no single
#: one is relied on.
LEAST_SEEN, LEFT_OUT = 3, 0.3
#: Whole steps of this size are kept; smaller weights than LEAST steps are nothing.
STEP, LEAST = 0.02, 9
#: So many ways of saying are drawn from one taught pattern.
DRAWN = 12
#: And so many from one line of the spoken sentences.
SPOKEN = 6


@dataclass(frozen=True)
class Example:
    """One row to learn from: its features, its class and how much it counts."""

    found: frozenset[str]
    label: str
    counts: float


def label_of(row: dict[str, Any]) -> str:
    """The class of a labelled row."""
    want = row["want"]
    about = {"question": want["faq"], "change": want["field"]}.get(want["intent"])
    return f"{want['intent']}:{about}" if about else str(want["intent"])


def example(row: dict[str, Any], counts: float, *, reading: bool) -> Example:
    """A row with its features."""
    asking = row["asking"]
    found = features(look_at(row["text"]), asking)
    if reading:
        found |= features_of_reading(by_rules(row["text"], asking, date.fromisoformat(row["today"])).heard, asking)
    return Example(frozenset(found), label_of(row), counts)


def taught() -> Iterator[dict[str, Any]]:
    """Rows from the taught patterns and from the sentences of `cues/phrases.yaml`."""
    read = yaml.safe_load((CORPUS / "taught.yaml").read_text(encoding="utf-8"))
    for topic, patterns in read["topics"].items():
        yield from _spoken(patterns, "question", None if topic == "none" else topic, None)
    for intent, patterns in read["intents"].items():
        yield from _spoken(patterns, intent, None, None)
    for field, patterns in read["changes"].items():
        yield from _spoken(patterns, "change", field, None)
    for asked, by_intent in read["asked"].items():
        for intent, patterns in by_intent.items():
            yield from _spoken(patterns, intent, None, asked)
    yield from _as_people_say()
    phrases: Any = read_cues("phrases")
    for topic, many in phrases["topics"].items():
        yield from (_row(str(text), "question", topic, None) for text in many)
    for intent, many in phrases["intents"].items():
        yield from (_row(str(text), intent, None, None) for text in many)


def _spoken(patterns: str, intent: str, about: str | None, asked: str | None) -> Iterator[dict[str, Any]]:
    fields = [one.value for one in Field]
    for pattern in patterns.split():
        ways = list(dict.fromkeys(spell_out(pattern)))
        drawing = random.Random(hashlib.sha256(pattern.encode()).hexdigest())
        for text in ways if len(ways) <= DRAWN else drawing.sample(ways, DRAWN):
            pending = asked
            if asked is None and intent not in ("start", "status") and drawing.random() > 0.6:
                pending = drawing.choice(fields)
            yield _row(text, intent, about, pending)


def _as_people_say() -> Iterator[dict[str, Any]]:
    """Rows from `spoken_topics.yaml` and `spoken_intents.yaml`: one pattern to a line, blanks and marks allowed."""
    topics = yaml.safe_load((CORPUS / "spoken_topics.yaml").read_text(encoding="utf-8"))
    for topic, lines in topics.items():
        yield from _lines(lines, "question", None if topic == "none" else topic, None)
    said = yaml.safe_load((CORPUS / "spoken_intents.yaml").read_text(encoding="utf-8"))
    for intent, lines in said["intents"].items():
        yield from _lines(lines, intent, None, None)
    for field, lines in said["changes"].items():
        yield from _lines(lines, "change", field, None)
    for asked, by_intent in said["asked"].items():
        for intent, lines in by_intent.items():
            yield from _lines(lines, intent, None, asked)


def _lines(lines: str, intent: str, about: str | None, asked: str | None) -> Iterator[dict[str, Any]]:
    fields = [one.value for one in Field]
    for pattern in lines.splitlines():
        drawing = random.Random(hashlib.sha256(f"{intent}{about}{asked}{pattern}".encode()).hexdigest())
        for text in _some_ways(pattern, drawing):
            pending = asked
            if asked is None and intent not in ("start", "status") and drawing.random() > 0.5:
                pending = drawing.choice(fields)
            yield _row(text.replace("0", str(drawing.randint(2, 9))), intent, about, pending)


def _some_ways(pattern: str, drawing: random.Random) -> list[str]:
    """At most `SPOKEN` of the ways a pattern stands for; there may be thousands."""
    ways = dict.fromkeys(
        ALTERNATIVES.sub(lambda match: drawing.choice(match[1].split("|")), pattern) for _ in range(3 * SPOKEN)
    )
    return list(ways)[:SPOKEN]


def _row(text: str, intent: str, about: str | None, asked: str | None) -> dict[str, Any]:
    want = {"intent": intent, "faq": about, "field": about}
    return {"text": text, "asking": asked, "today": "2026-11-22", "want": want}


def examples(left_out: str | None = None) -> list[Example]:
    """Everything to learn from, but one part of the corpus if that is to be scored."""
    learned = [
        example(row, counts, reading=reading)
        for part, (counts, reading) in PARTS.items()
        if part != left_out
        for row in rows(part)
    ]
    return learned + [example(row, TAUGHT, reading=True) for row in taught()]


def learn(learned: list[Example]) -> dict[str, Any]:
    """The weights, as they are written to the file."""
    seen = Counter(name for one in learned for name in one.found)
    names = sorted(name for name, times in seen.items() if times >= LEAST_SEEN)
    number = {name: at for at, name in enumerate(names)}
    classes = sorted({one.label for one in learned})
    index = [np.array(sorted(number[n] for n in one.found if n in number)) for one in learned]
    targets = [classes.index(one.label) for one in learned]
    weight = np.zeros((len(names), len(classes)))
    squares = np.full((len(names), len(classes)), 1e-2)
    order, drawing = random.Random(SEED), np.random.default_rng(SEED)
    for _ in range(ROUNDS):
        for at in order.sample(range(len(learned)), len(learned)):
            where = index[at][drawing.random(len(index[at])) >= LEFT_OUT]
            if not len(where):
                continue
            share = MEASURE / np.sqrt(len(where))
            sums = weight[where].sum(0) * share
            chances = np.exp(sums - sums.max())
            slope = chances / chances.sum()
            slope[targets[at]] -= 1
            slope *= share * learned[at].counts
            squares[where] += slope * slope
            weight[where] -= PACE * slope / np.sqrt(squares[where]) + FADE * weight[where]
    steps = np.rint(weight / STEP).astype(int)
    kept = {name: _pairs(steps[at]) for at, name in enumerate(names)}
    return {"classes": classes, "step": STEP, "features": {name: pairs for name, pairs in kept.items() if pairs}}


def _pairs(steps: Any) -> list[int]:
    return [int(n) for at, value in enumerate(steps) if abs(value) >= LEAST for n in (at, value)]


def written(learned: dict[str, Any]) -> str:
    """The weights as the file's text: one feature to a line."""
    lines = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(pairs, separators=(',', ':'))}"
        for name, pairs in learned["features"].items()
    )
    classes = json.dumps(learned["classes"])
    return f'{{"classes":{classes},\n"step":{learned["step"]},\n"features":{{\n{lines}\n}}}}\n'


def main() -> None:
    """Learn, and write the file."""
    text = written(learn(examples()))
    WEIGHTS.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{WEIGHTS.name}: {len(text.encode()) / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
