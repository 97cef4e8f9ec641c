"""What the statistical reader looks at in a message. Every feature has a name a person can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from dialogs.understanding.everyday import everyday_words
from dialogs.understanding.message import Message
from dialogs.understanding.outcome import Understanding

#: The statistics look at so many characters, and so many words and ideas, and no more.
LONGEST, MOST_TOKENS, MOST_IDEAS = 150, 30, 14
_FIGURES = re.compile(r"[0-9]+")
_BREAKS = re.compile(r"[\s,，。.!！~、;；?？]+")


def features(message: Message, asking: str | None) -> set[str]:
    """Pieces of the text, kinds of its words, everyday words and their pairs, and the pending question."""
    text = _FIGURES.sub("0", message.text.lower().strip())[:LONGEST]
    found = {f"asking:{asking or 'none'}", "asked" if asking else "not asked"}
    if "?" in message.text:
        found.add("?")
    found.update(_pieces("^" + _BREAKS.sub("_", text).strip("_") + "$"))
    found.update(_kinds(message))
    found.update(_ideas(text))
    return found


def _pieces(text: str) -> Iterator[str]:
    """Runs of one, two and three characters."""
    for length in (1, 2, 3):
        for start in range(len(text) - length + 1):
            yield text[start : start + length]


def _kinds(message: Message) -> Iterator[str]:
    for kind in message.kinds:
        yield "k:" + kind
    yield f"unknown:{min(message.unknown, 6)}"
    yield f"length:{min(message.letters // 3, 8)}"
    for one, following in pairwise([sorted(token.kinds)[:3] for token in message.tokens[:MOST_TOKENS]]):
        for left in one:
            for right in following:
                yield f"{left}>{right}"


def _ideas(text: str) -> Iterator[str]:
    parts = everyday_words(text)
    names = {name for _, plain in parts for name in plain}
    for name in names:
        yield "s:" + name
    for one, other in combinations(sorted(names)[:MOST_IDEAS], 2):
        yield f"{one}+{other}"
    words = ["^", *(f"<{plain[0]}>" if plain else char for char, plain in parts), "$"]
    for left, right in pairwise(words):
        yield f"c:{left}{right}"


def features_of_reading(heard: Understanding, asking: str | None) -> set[str]:
    """What the rules made of the message, as features: they are often right, and the statistics learn where."""
    said = heard.intent.value
    found = {f"r:{said}", f"r:{said}|{asking or 'none'}", f"fills:{min(len(heard.fills), 3)}"}
    if heard.faq:
        found.add(f"r:{said}:{heard.faq}")
    if heard.because:
        led_to = heard.because[0].led_to
        found.add("led:like" if led_to.startswith("like ") else f"led:{led_to}")
    found.update(f"second:{one.led_to}" for one in heard.because[1:3])
    found.update(f"fill:{name}" for name in heard.fills)
    if asking in heard.fills:
        found.add("answers the question")
    return found
