"""Where no cue decides: the meaning of the nearest known sentences, by the words they share."""

from __future__ import annotations

import logging
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache

from dialogs.left_out import without
from dialogs.understanding.scan import read_cues, words

with without("pkg_resources"):  # 50 ms to load, deprecated, and only wanted to find jieba's own files
    import jieba

#: How near is near enough, and how far the second meaning must stay behind (0 nothing shared, 1 the same).
NEAR_ENOUGH, AHEAD = 0.42, 0.03
#: Shorter says too little, longer is no one-line question.
SHORTEST, LONGEST = 5, 60
_NEIGHBOURS = 3
_NOISE = frozenset("，,。.！!？?、；;：: \n~…“”\"'（）()")

jieba.setLogLevel(logging.WARNING)


@dataclass(frozen=True)
class Nearest:
    """The nearest meaning: an intent, or a topic of the knowledge base; how near; and the sentence it is like."""

    intent: str
    topic: str | None
    likeness: float
    sentence: str


@cache
def tokenizer() -> jieba.Tokenizer:
    """Jieba with this domain's words only: no general dictionary, no guessing of new words."""
    small = jieba.Tokenizer()
    small.FREQ, small.total = {}, 0
    small.initialized = True
    for word in words()[0]:
        if 1 < len(word) <= 8:
            small.add_word(word, 100 * len(word))
    for single in {char for word in words()[0] for char in word}:
        small.FREQ.setdefault(single, 1)
        small.total += 1
    return small


def features(text: str) -> Counter[str]:
    """The words of a text and its pairs of characters."""
    plain = "".join(char for char in text.lower() if char not in _NOISE)
    found = Counter(word for word in tokenizer().cut(plain, HMM=False) if len(word) > 1)
    found.update(plain[n : n + 2] for n in range(len(plain) - 1))
    return found


@dataclass(frozen=True)
class _Sentence:
    intent: str
    topic: str | None
    text: str


@cache
def _book() -> tuple[tuple[_Sentence, ...], dict[str, float], dict[str, list[tuple[int, float]]]]:
    """All sentences, the weight of every feature (rare ones more), and where each feature occurs."""
    read = read_cues("phrases")
    sentences = [_Sentence("question", t, s) for t, many in _items(read["topics"]) for s in many]
    sentences += [_Sentence(intent, None, s) for intent, many in _items(read["intents"]) for s in many]
    counted = [features(sentence.text) for sentence in sentences]
    seen = Counter(name for one in counted for name in one)
    rarity = {name: math.log(1 + len(sentences) / times) for name, times in seen.items()}
    places: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, one in enumerate(counted):
        length = _length(one, rarity)
        for name, times in one.items():
            places[name].append((number, times * rarity[name] / length))
    return tuple(sentences), rarity, dict(places)


def _items(read: object) -> list[tuple[str, list[str]]]:
    return [(str(key), [str(one) for one in many]) for key, many in read.items()] if isinstance(read, dict) else []


def _length(counted: Counter[str], rarity: dict[str, float]) -> float:
    common = max(rarity.values())
    return math.sqrt(sum((times * rarity.get(name, common)) ** 2 for name, times in counted.items())) or 1.0


def load() -> None:
    """Cut and count the sentences now."""
    _book()


def nearest(text: str) -> Nearest | None:
    """The meaning of the sentences most like `text`, or None where nothing is near enough or two meanings are."""
    if not SHORTEST <= len(text) <= LONGEST:
        return None
    sentences, rarity, places = _book()
    counted = features(text)
    length = _length(counted, rarity)
    likeness: dict[int, float] = defaultdict(float)
    for name, times in counted.items():
        for number, share in places.get(name, ()):
            likeness[number] += times * rarity[name] / length * share
    if not likeness:
        return None
    ranked = sorted(likeness.items(), key=lambda one: (-one[1], one[0]))
    best = _by_meaning(ranked, sentences)
    (meaning, score, number), *others = best
    if score < NEAR_ENOUGH or (others and score - others[0][1] < AHEAD):
        return None
    return Nearest(meaning[0], meaning[1], score, sentences[number].text)


def _by_meaning(
    ranked: list[tuple[int, float]], sentences: tuple[_Sentence, ...]
) -> list[tuple[tuple[str, str | None], float, int]]:
    """For every meaning among the nearest: the nearest likeness and a share of the next ones', the best first."""
    heard: dict[tuple[str, str | None], list[tuple[float, int]]] = defaultdict(list)
    for number, score in ranked[:30]:
        heard[sentences[number].intent, sentences[number].topic].append((score, number))
    scored = [
        (meaning, near[0][0] + 0.2 * sum(s for s, _ in near[1:_NEIGHBOURS]), near[0][1])
        for meaning, near in heard.items()
    ]
    return sorted(scored, key=lambda one: -one[1])
