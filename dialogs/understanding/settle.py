"""What the rules heard against what the statistics hold likely."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dialogs.understanding import changes
from dialogs.understanding.message import Message
from dialogs.understanding.outcome import Because, Intent, Understanding
from dialogs.understanding.statistics import Guess
from state_machine.codes import Field


@dataclass
class Reading:
    """One way to read the message."""

    weight: int
    intent: Intent
    because: Because
    fills: dict[str, Any] = field(default_factory=dict)
    faq: str | None = None
    field: str | None = None


@dataclass
class Heard:
    """What the rules made of a message, and everything it was made from."""

    heard: Understanding
    message: Message
    readings: list[Reading]
    settled: bool = False
    asking: str | None = None
    #: The request that gives something up which freer words may be making.
    proposed: Intent | None = None


#: Requests that give something up are the rules' alone.
_GIVING_UP = frozenset({Intent.CANCEL, Intent.WITHDRAW, Intent.ERASE})
#: Less likely than this by the statistics, and such a request is not believed.
_LEAST_CHANCE = 0.1
#: So likely must a request in freer words be.
_SURE = 0.75


def settle(rules: Heard, guessed: Guess, today: date) -> Understanding:
    """The meaning by rules and statistics together.

    That something is given up the statistics never say alone: cues must say so too.
    """
    heard, intent = rules.heard, Intent(guessed.intent)
    if heard.intent in _GIVING_UP:
        return heard if guessed.chances[heard.intent.value] >= _LEAST_CHANCE else _doubted(heard, guessed)
    if intent in _GIVING_UP:
        sure = guessed.chance >= _SURE and rules.proposed is intent
        return Understanding(intent, because=_spoken_for(guessed, heard)) if sure else heard
    because = _spoken_for(guessed, heard)
    if intent is Intent.ANSWER:
        if _is_no_number(rules):
            return Understanding(Intent.UNCLEAR, because=because)
        answers = [r for r in rules.readings if r.intent is Intent.ANSWER]
        fills = max(answers, key=lambda r: r.weight).fills if answers else {}
        return Understanding(intent, fills, because=because)
    if intent is Intent.CHANGE:
        return _change(rules, guessed, today, because)
    if _is_noise(rules, guessed) or (intent is Intent.QUESTION and _is_hardly_asked(rules, guessed)):
        return Understanding(Intent.UNCLEAR, because=because)
    topic = guessed.about if intent is Intent.QUESTION else None
    fills = heard.fills if intent is heard.intent else {}
    if intent is Intent.START:
        fills = _for_whom(rules) | fills
    return Understanding(intent, fills, topic, because=because)


def _for_whom(rules: Heard) -> dict[str, Any]:
    """给女儿办: whom one begins for is a fact of the form, whichever way the message was first read."""
    return {name: value for r in rules.readings for name, value in r.fills.items() if name == "applicant_is"}


#: Asked for a number, what holds none answers nothing: 酱油 五花肉 葱.
_NUMBERS = frozenset(("phone", "id_number", "permit_number", "agent_phone", "agent_id_number"))
_ANY_DIGIT = re.compile(r"[0-9零〇一二三四五六七八九十幺两]")


def _is_no_number(rules: Heard) -> bool:
    """Whether a number was asked for, and the message tells neither a digit nor any other fact."""
    told = any(r.fills for r in rules.readings if r.intent is Intent.ANSWER)
    return rules.asking in _NUMBERS and not told and not _ANY_DIGIT.search(rules.message.text)


#: A question without any sign of one must be so likely.
_ASKED_WITHOUT_A_SIGN = 0.5


def _is_hardly_asked(rules: Heard, guessed: Guess) -> bool:
    """A few letters that nobody knows are no question, whatever they look like."""
    unasked = "ask" not in rules.message.kinds and rules.heard.intent is not Intent.QUESTION
    return unasked and guessed.chance < _ASKED_WITHOUT_A_SIGN


#: So likely must any meaning be where not one word is known.
_OUT_OF_NOTHING = 0.6

#: Yes and no that no word says must be likelier than their contrary.
_ASSENTS, _NO_COIN = frozenset({Intent.YES.value, Intent.NO.value}), 0.5


def _is_noise(rules: Heard, guessed: Guess) -> bool:
    """呜呜呜: not one known word, nothing heard by the rules, and nothing that is likely."""
    message = rules.message
    if guessed.intent in _ASSENTS and rules.heard.intent is Intent.UNCLEAR and guessed.chance < _NO_COIN:
        return True  # 咿咿呀呀: hardly likelier than chance, and no word of it says yes
    nothing = rules.heard.intent is Intent.UNCLEAR and message.unknown >= message.letters
    return nothing and guessed.chance < _OUT_OF_NOTHING


def _spoken_for(guessed: Guess, heard: Understanding) -> tuple[Because, ...]:
    """What spoke for the statistics' guess, and what the rules had heard; first what decided."""
    guess_made = f"{guessed.intent} {guessed.about or ''} ({guessed.chance:.2f})"
    own = Because(guessed.telling, guess_made)
    return (*heard.because, own) if heard.intent.value == guessed.intent else (own, *heard.because)


def _doubted(heard: Understanding, guessed: Guess) -> Understanding:
    """A request that gives something up and is not likely one: the likeliest harmless reading."""
    because = (Because(guessed.telling, f"hardly {heard.intent.value}"), *heard.because)
    intent = Intent(max((c, n) for n, c in guessed.chances.items() if Intent(n) not in _GIVING_UP)[1])
    harmless = intent in (Intent.RESUME, Intent.NO, Intent.SMALLTALK, Intent.COMPLAINT)
    return Understanding(intent if harmless else Intent.UNCLEAR, because=because)


#: So likely must a change be for its value to be read where the cues name another answer.
_SURELY_THIS = 0.9


def _change(rules: Heard, guessed: Guess, today: date, because: tuple[Because, ...]) -> Understanding:
    """The answer to change as the cues name it, or else as the statistics do; its new value if it is there."""
    read = max((r for r in rules.readings if r.intent is Intent.CHANGE), key=lambda r: r.weight, default=None)
    if read is not None and read.fills:
        return Understanding(Intent.CHANGE, read.fills, None, read.field, because)
    name = guessed.about or (read.field if read is not None else None)
    if name is None:
        return Understanding(Intent.CHANGE, because=because)
    if read is not None and read.field not in (None, name) and guessed.chance < _SURELY_THIS:
        return Understanding(Intent.CHANGE, because=because, field=name)  # two answers may be meant: no value is put in
    value = changes.value_said(rules.message, Field(name), today)
    if value is None:
        answers = [r.fills for r in rules.readings if r.intent is Intent.ANSWER and name in r.fills]
        value = answers[0][name] if answers else None
    return Understanding(Intent.CHANGE, {} if value is None else {name: value}, None, name, because)
