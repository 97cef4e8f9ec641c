"""The statistical reader: how likely each intent and topic is, by a linear model over named features.

`weights.json` is made by `make learn` from the developed parts of the corpus and the taught sentences: for every
feature the classes it speaks for or against, in whole steps of `step`. A class is an intent, `question:` and a topic,
or `change:` and a field.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

WEIGHTS = Path(__file__).with_name("weights.json")
#: Longer messages hold more features; their sum is brought to one measure.
MEASURE = 2.0
_NAMED = 4


class Weights(msgspec.Struct, frozen=True):
    """The model: its classes, the size of one step, and per feature pairs of class and steps."""

    classes: tuple[str, ...]
    step: float
    features: dict[str, list[int]]


#: Made with the module, before there are threads (see storage/blobs.py).
_DECODER = msgspec.json.Decoder(Weights)


@dataclass(frozen=True)
class Guess:
    """The likeliest intent and its likeliest topic or field, how likely every intent is, and what spoke loudest."""

    intent: str
    #: The topic of a question, the field of a change; None where none is likelier.
    about: str | None
    chances: dict[str, float]
    telling: str

    @property
    def chance(self) -> float:
        """How likely the intent is."""
        return self.chances[self.intent]


@cache
def weights() -> Weights:
    """The model as it is in the file. Our own data: a mistake in it is a programming error and raises."""
    return _DECODER.decode(WEIGHTS.read_bytes())


def guess(found: set[str]) -> Guess:
    """What the features `found` speak for."""
    model = weights()
    known = [name for name in sorted(found) if name in model.features]
    totals = [0] * len(model.classes)
    for name in known:
        pairs = model.features[name]
        for at in range(0, len(pairs), 2):
            totals[pairs[at]] += pairs[at + 1]
    share = model.step * MEASURE / math.sqrt(max(len(known), 1))
    highest = max(totals)
    raised = [math.exp((total - highest) * share) for total in totals]
    whole = sum(raised)
    chances: dict[str, float] = {}
    for label, one in zip(model.classes, raised, strict=True):
        intent = label.partition(":")[0]
        chances[intent] = chances.get(intent, 0.0) + one / whole
    intent = max(chances, key=lambda name: chances[name])
    own = [at for at, label in enumerate(model.classes) if label.partition(":")[0] == intent]
    best = max(own, key=lambda at: totals[at])
    return Guess(intent, model.classes[best].partition(":")[2] or None, chances, _telling(known, model, best))


def _telling(known: list[str], model: Weights, best: int) -> str:
    """The features that weighed most for this class."""
    weighed = []
    for name in known:
        pairs = model.features[name]
        weighed += [(-pairs[at + 1], name) for at in range(0, len(pairs), 2) if pairs[at] == best]
    return "、".join(name for _, name in sorted(weighed)[:_NAMED])
