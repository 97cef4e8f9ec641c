"""The Chinese name of every field and value, for the review sheet, the desk and the notices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from dialogs import wording
from dialogs.turn import Choice
from state_machine.codes import Field, Proof

_FILLER = re.compile(r"[\s。．.,，、!！~～;；:：?？]+")
FIELDS = frozenset(field.value for field in Field)
PROOFS = frozenset(proof.value for proof in Proof)


def label_of(field: str) -> str:
    """The name of a form field (`phone` → 手机号)."""
    return wording.text("labels", f"fields.{field}")


def value_label(field: str, value: str) -> str:
    """The name of one coded value of a field (`ground`, `housing` → …); the value itself where it is free text."""
    known = wording.texts("labels")["values"].get(field)
    return str(known[value]).rstrip("\n") if known is not None and value in known else value


def button(code: str) -> str:
    """The label of a button that is no value of a field."""
    return wording.text("labels", f"buttons.{code}")


@cache
def buttons(*codes: str) -> tuple[Choice, ...]:
    """Buttons whose value is their code."""
    return tuple(Choice(code, button(code)) for code in codes)


def choices_of(field: str, values: Sequence[str]) -> tuple[Choice, ...]:
    """One button a value."""
    return _choices_of(field, tuple(values))


@cache
def _choices_of(field: str, values: tuple[str, ...]) -> tuple[Choice, ...]:
    """Kept: the values are codes, of which there are few."""
    return tuple(Choice(v, value_label(field, v)) for v in values)


@cache
def own_words() -> frozenset[str]:
    """Every label of labels.yaml: what is ours to keep in memory, unlike a label that shows an answer."""
    return frozenset(_leaves(wording.texts("labels")))


def _leaves(node: Any) -> Iterator[str]:
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _leaves(inner)
    else:
        yield str(node).rstrip("\n")


def plain(text: str) -> str:
    """Folded and without punctuation, for comparing with labels."""
    return _FILLER.sub("", unicodedata.normalize("NFKC", text)).strip("「」“”\"'()（）").lower()


def means(code: str, text: str) -> bool:
    """Whether the whole text is one of the other words of a button (`also`)."""
    return plain(text) in wording.texts("labels")["also"][code]


def proof_label(proof: str) -> str:
    """The box of 附件 1 in its own words."""
    return value_label(Field.PROOFS, Proof(proof).value)


def day(value: str | date) -> str:
    """2026年3月5日."""
    d = value if isinstance(value, date) else date.fromisoformat(value)
    return f"{d.year}年{d.month}月{d.day}日"


def show(field: str, value: Any) -> str:
    """An answer in words, as the review sheet, the desk and the notices show it."""
    if value is None or value == "":
        return wording.text("labels", "empty")
    if value == []:
        return wording.text("labels", f"nothing.{field}")
    if field == Field.REGISTERED_PERIODS:
        return "；".join(show_period(period) for period in value)
    if field == Field.PERMIT_VALID_UNTIL:
        return day(str(value))
    if isinstance(value, list):
        return "、".join(value_label(field, str(v)) for v in value)
    return value_label(field, str(value))


def show_period(period: dict[str, Any]) -> str:
    """松源街道：2025年5月1日到现在."""
    until = day(period["to"]) if period.get("to") else "现在"
    place = period.get("place") or "浙江省"
    return f"{place}：{day(period['from'])}到{until}"


def item_label(item: str) -> str:
    """The name of an item of the verdict sheet: `answer:<field>` or `material:<proof>`."""
    kind, _, code = item.partition(":")
    return wording.text("labels", "photos_of", proof=proof_label(code)) if kind == "material" else label_of(code)
