"""Which topic of the knowledge base a question is about: weighted rules over the kinds of words it holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from dialogs.understanding.scan import read_cues

#: Words that say little by themselves.
_SMALL = frozenset({"ask", "apply", "need", "can", "you", "neg", "how", "what", "where", "when", "why", "howlong"})


@dataclass(frozen=True)
class Rule:
    """`topic` is meant when every one of `wanted` (a set of alternatives) is there and none of `barred`."""

    topic: str
    weight: int
    wanted: tuple[frozenset[str], ...]
    barred: frozenset[str]

    def fits(self, kinds: frozenset[str]) -> bool:
        """Whether the rule holds for a message with these kinds of words."""
        return all(kinds & one for one in self.wanted) and not kinds & self.barred

    @property
    def named(self) -> frozenset[str]:
        """All kinds it looks for."""
        return frozenset().union(*self.wanted)


def _rule(topic: str, line: str) -> Rule:
    wanted, barred, weight = [], set(), 0
    for word in line.split():
        if word.startswith("="):
            weight = int(word[1:])
        elif word.startswith("!"):
            barred.update(word[1:].split("|"))
        else:
            wanted.append(frozenset(word.split("|")))
    weight = weight or sum(2 if one <= _SMALL else 10 for one in wanted)
    return Rule(topic, weight, tuple(wanted), frozenset(barred))


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, heaviest first."""
    read = [_rule(topic, line) for topic, lines in read_cues("topics").items() for line in _lines(lines)]
    return tuple(sorted(read, key=lambda rule: -rule.weight))


@cache
def _by_kind() -> dict[str, tuple[int, ...]]:
    """For every kind of word, the numbers of the rules it may be the first sign of.

    A rule is found by one of its `wanted` sets, the one with fewest words: a message has few kinds, so that a handful
    of rules is weighed instead of all.
    """
    found: dict[str, list[int]] = {}
    for number, rule in enumerate(rules()):
        for kind in min(rule.wanted, key=len, default=frozenset({_ANY})):
            found.setdefault(kind, []).append(number)
    return {kind: tuple(numbers) for kind, numbers in found.items()}


#: Where a rule that wants nothing in particular is found.
_ANY = ""


def _lines(lines: object) -> list[str]:
    return [str(line) for line in lines] if isinstance(lines, list) else []


def topic_of(kinds: frozenset[str]) -> Rule | None:
    """The heaviest rule that fits, or None."""
    every, places = rules(), _by_kind()
    candidates = {number for kind in (*kinds, _ANY) for number in places.get(kind, ())}
    return next((every[number] for number in sorted(candidates) if every[number].fits(kinds)), None)
