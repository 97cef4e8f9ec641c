"""What does this turn mean? Pressed value, then a choice typed by number or words, then what is understood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from dialogs import labels, prompting, wording
from dialogs.labels import plain
from dialogs.scene import Scene
from dialogs.steps import STEPS
from dialogs.turn import Choice
from dialogs.understanding import Understanding, understand
from state_machine.codes import Field


@dataclass(frozen=True)
class Pressed:
    """A choice: pressed, or typed by its number or its words."""

    value: str


@dataclass(frozen=True)
class PressedSeveral:
    """Several choices typed in one go (1 3)."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Exact:
    """An answer nothing else may be understood from (the signature, a value as a program writes it)."""

    value: Any


@dataclass(frozen=True)
class Spoken:
    """Free text and what was understood."""

    text: str
    understood: Understanding


Meaning = Pressed | PressedSeveral | Exact | Spoken

#: The agent's questions are understood as the applicant's; what they fill goes to the agent.
AGENTS: dict[str, str] = {
    Field.AGENT_NAME: Field.NAME,
    Field.AGENT_ID_NUMBER: Field.ID_NUMBER,
    Field.AGENT_PHONE: Field.PHONE,
}
#: What is read of one message.
LONGEST = 4000
#: Buttons that can be typed in these very words at any time.
_ALWAYS = ("new", "menu", "flow", "pause")
_HALVES = re.compile(r"[（）()：:，]")
_NUMBERS = re.compile(
    r"(?:第|选)?\s*(\d{1,2})(?:\s*(?:[、,，.。;；和与跟\s]|还有)+\s*(?:第|选)?(\d{1,2}))*\s*[个项号、.。]?"
)
_CHINESE = {c: str(n) for n, c in enumerate("一二三四五六七八九十", 1)}
#: 第二个, 二和三, 选第十二项: Chinese numerals, where nothing but numbers is said. 两个 counts and does not choose.
_ONE_NUMBER = r"(?:第[一二三四五六七八九十]{1,3}(?:个|项|条|号|种|样|份)|[一二三四五六七八九十]{1,3}(?:项|号)?)"
_SPOKEN_NUMBERS = re.compile(
    rf"(?:我?[选要点])?{_ONE_NUMBER}(?:(?:[、,，.。;；和与跟\s]|还有)+{_ONE_NUMBER})*(?:吧|的)?"
)
_NUMERAL = re.compile(r"([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)")
#: 三 and 二三 may be words of something else; 第一个, 一和三, 选二 are not.
_MEASURED = re.compile(r"[个项条号种样份、,，和与跟选要点]|还有")
_LAST = re.compile(r"(?:选|点|要)?(?:最后|末了|最底下|最下面)(?:的?那?一?(?:个|项|条))?(?:吧)?")


def hear(scene: Scene) -> Meaning:
    """The meaning of the turn, given what is on offer now."""
    heard = scene.heard
    if heard.choice is not None:
        return Pressed(heard.choice[:100])
    text = (heard.text or "")[:LONGEST]
    pending = STEPS[scene.record.state] if scene.in_interview and scene.conversation.overlay is None else None
    if pending is not None and (exact := pending.exact(scene, text)) is not None:
        return Exact(exact)
    choices = labels.buttons(*scene.offered) if scene.offered else prompting.current(scene).choices
    several = pending is not None and pending.takes_several
    if chosen := by_words(text, choices) or by_number(text, choices, several):
        return Pressed(chosen[0]) if len(chosen) == 1 else PressedSeveral(tuple(chosen))
    if wish := by_words(text, labels.buttons(*_ALWAYS)):
        return Pressed(wish[0])
    return Spoken(text, _understood(scene, text, prompting.asked(scene)))


def as_answer(scene: Scene, text: str) -> Understanding:
    """What the text says to the pending question, although something else is asked on top of it."""
    return _understood(scene, text, Field(STEPS[scene.record.state].field).value)


def as_wish(scene: Scene, text: str) -> Understanding:
    """What the text says where no question of the form is pending."""
    return _understood(scene, text, None)


def _understood(scene: Scene, text: str, asking: str | None) -> Understanding:
    heard = understand(text, AGENTS.get(asking or "", asking), scene.heard.today)
    if asking not in AGENTS:
        return heard
    theirs = {v: k for k, v in AGENTS.items()}
    fills = {str(theirs.get(k, k)): v for k, v in heard.fills.items()}
    changed = str(theirs.get(heard.field, heard.field)) if heard.field else None
    return Understanding(heard.intent, fills, heard.faq, changed, heard.because)


def by_words(text: str, choices: tuple[Choice, ...]) -> list[str]:
    """The choice whose label, part of label, or other words are the whole text."""
    said = plain(text)
    if not said:
        return []
    for choice in choices:
        if said in words_of(choice):
            return [choice.value]
    return []


def words_of(choice: Choice) -> frozenset[str]:
    """Every way to type this choice: its code, its other words, its label, and the label's halves around （…）."""
    label = choice.label.removeprefix("✓").strip()
    is_ours = label == choice.value or label in labels.own_words()  # 汉族 is its own code
    return _our_words_of(choice.value, label) if is_ours else _words_of(choice.value, label)


def _words_of(value: str, label: str) -> frozenset[str]:
    halves = [part for part in _HALVES.split(label) if len(part) > 1]
    also = wording.texts("labels")["also"].get(value, [])
    return frozenset(plain(words) for words in (value, label, *halves, *also)) - {""}


#: Kept for labels that are our own words, never for those that show a person's answer.
_our_words_of = cache(_words_of)


def by_number(text: str, choices: tuple[Choice, ...], several: bool) -> list[str]:
    """The choices numbered so; [] if the text is not just numbers of choices on offer."""
    said = unicodedata.normalize("NFKC", text).strip().rstrip("。.、,")
    if choices and _LAST.fullmatch(said):
        return [choices[-1].value]
    said = _in_figures(said)
    if not choices or not _NUMBERS.fullmatch(said):
        return []
    numbers = [int(n) for n in re.findall(r"\d{1,2}", said)]
    if several and len(numbers) == 1 and len(said) == 2 and said.isdecimal() and int(said) > len(choices):
        numbers = [int(digit) for digit in said]  # 13 at three choices is 1 and 3
    if not all(1 <= n <= len(choices) for n in numbers) or (len(numbers) > 1 and not several):
        return []
    return [choices[n - 1].value for n in dict.fromkeys(numbers)]


def _in_figures(said: str) -> str:
    """第二个 → 2, 一和三 → 1 3; anything that is not only numbers stays as it is."""
    if said in _CHINESE:
        return _CHINESE[said]
    if not _SPOKEN_NUMBERS.fullmatch(said) or not _MEASURED.search(said):
        return said
    numbers = []
    for tens, ten, ones in _NUMERAL.findall(said):
        if tens or ten or ones:
            first = int(_CHINESE.get(tens, "1" if ten else "0"))
            numbers.append(first * 10 + int(_CHINESE.get(ones, "0")) if ten else first)
    return " ".join(str(number) for number in numbers)
