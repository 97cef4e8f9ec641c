"""The two books an administrator edits, the reasons of notices and the knowledge base: forms, troubles, previews."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from bot.desk.admin.layout import several
from bot.desk.visit import Visit
from bot.desk.words import say
from dialogs import knowledge, labels, reasons, wording
from dialogs.rules import Rules
from state_machine.codes import Field, Proof
from state_machine.working_days import Calendar

Parts = Mapping[str, Any]
_PLACE = re.compile(r"\{([^{}]*)\}")
LONGEST = {"text": 120, "mend": 200, "short": 600, "next": 200, "source": 200}


@dataclass(frozen=True)
class Letter:
    """What the applicant would read, and where."""

    where: str
    text: str


class Reasons:
    """理由目录."""

    name = reasons.BOOK
    parts = ("text", "mend")
    may_add = True

    def entries(self) -> dict[str, Parts]:
        """Every reason as it reads now."""
        return {code: _parts_of(reason) for code, reason in reasons.catalogue().items()}

    def title(self, entry: str, parts: Parts) -> str:
        """What the list calls it."""
        return str(parts["text"])

    def about(self, entry: str, parts: Parts, rules: Rules) -> str:
        """Where it is used."""
        where = "、".join(item_name(item) for item in parts["items"]) or say("admin.texts.any_item")
        marks = [say(f"admin.texts.{mark}") for mark in ("hidden", "retired") if parts.get(mark)]
        return "；".join([where, *marks])

    def read(self, visit: Visit, old: Parts) -> dict[str, Any]:
        """The form's parts; items nobody may choose are left out."""
        given = several(visit, "item")
        offered = item_choices()
        return {
            "items": [item for item in offered if item in given],
            "text": visit.text("text", 1000).strip(),
            "mend": visit.text("mend", 1000).strip(),
            "hidden": visit.text("hidden", 3) == "on",
            "retired": visit.text("retired", 3) == "on",
        }

    def troubles(self, parts: Parts, entry: str) -> list[str]:
        """What is wrong with them."""
        found = [t for name in self.parts for t in _length(name, parts[name], one_line=True)]
        if any(mark in parts[name] for name in self.parts for mark in "{}"):
            found.append(say("admin.texts.trouble.no_places"))
        if not parts["items"] and entry != "other":
            found.append(say("admin.texts.trouble.no_item"))
        return found

    def letters(self, entry: str, parts: Parts, rules: Rules) -> list[Letter]:
        """The reason in a 补正 notice, at the first item it fits."""
        item = next(iter(_examples(parts["items"])), f"answer:{Field.NAME.value}")
        why = reasons.lines_of([reasons.reason_of(entry, parts)])
        line = wording.text("notices", "item", n=1, label=labels.item_label(item), why=why)
        details = {"number": say("admin.texts.sample_number"), "items": line}
        text = wording.text_as_far_as_known("notices", "returned", details)
        return [Letter(say("admin.texts.in_notice"), text)]


class Knowledge:
    """知识库."""

    name = knowledge.BOOK
    parts = ("short", "next", "source")
    may_add = False

    def entries(self) -> dict[str, Parts]:
        """Every topic as it reads now, with its places."""
        return {t: {"short": e.short, "next": e.next, "source": e.source} for t, e in knowledge.entries().items()}

    def title(self, entry: str, parts: Parts) -> str:
        """What the chat's buttons call it."""
        place = f"topics.{entry}"
        return wording.text("labels", place) if wording.has("labels", place) else entry

    def about(self, entry: str, parts: Parts, rules: Rules) -> str:
        """Its first line, as the applicant reads it."""
        return knowledge.filled(knowledge.entry_of(entry, parts), rules).short.partition("\n")[0]

    def read(self, visit: Visit, old: Parts) -> dict[str, Any]:
        """The form's parts."""
        return {name: visit.text(name, 2000).strip() for name in self.parts}

    def troubles(self, parts: Parts, entry: str) -> list[str]:
        """What is wrong with them: empty, too long, or a place nobody fills."""
        found = [t for name in self.parts for t in _length(name, parts[name])]
        known = places()
        for name in self.parts:
            unknown = [place for place in _PLACE.findall(parts[name]) if place not in known]
            if unknown or _PLACE.sub("", parts[name]).count("{") or _PLACE.sub("", parts[name]).count("}"):
                found.append(
                    say("admin.texts.trouble.places", known="、".join(f"{{{place}}}" for place in sorted(known)))
                )
                break
        return found

    def letters(self, entry: str, parts: Parts, rules: Rules) -> list[Letter]:
        """The answer in the chat, the county's facts filled in."""
        answer = knowledge.filled(knowledge.entry_of(entry, parts), rules)
        source = wording.text("says", "question.source", source=answer.source)
        text = "\n".join(part for part in (answer.short, answer.next, source) if part)
        return [Letter(say("admin.texts.in_chat"), text)]


def places() -> frozenset[str]:
    """The county's facts a knowledge text may name."""
    return frozenset(knowledge.facts_of(Rules(calendar=Calendar())))


BOOKS: dict[str, Reasons | Knowledge] = {reasons.BOOK: Reasons(), knowledge.BOOK: Knowledge()}


def item_choices() -> list[str]:
    """What a reason may be said of: any material, each answer, each proof."""
    answers = [f"answer:{field.value}" for field in Field if wording.has("labels", f"fields.{field.value}")]
    kinds = [item for parts in wording.texts(reasons.BOOK).values() for item in parts["items"] if item.endswith("_*")]
    return ["material:*", "answer:*", *answers, *dict.fromkeys(kinds), *(f"material:{proof.value}" for proof in Proof)]


def item_name(item: str) -> str:
    """An item, or all of a kind, in words."""
    if item in ("material:*", "answer:*"):
        return say(f"admin.texts.every.{item.partition(':')[0]}")
    if item.endswith("*"):
        return "、".join(labels.item_label(one) for one in _matching(item))
    return labels.item_label(item)


def _parts_of(reason: reasons.Reason) -> Parts:
    return {
        "items": list(reason.items),
        "text": reason.text,
        "mend": reason.mend,
        "hidden": reason.hidden,
        "retired": reason.retired,
    }


def _examples(items: Sequence[str]) -> list[str]:
    """For each item, or kind of items, one that a notice could name."""
    return [_matching(item)[0] if item.endswith("*") else item for item in items]


def _matching(kind: str) -> list[str]:
    """The items a kind such as `material:lease_*` stands for."""
    every = [f"answer:{Field.NAME.value}", *(f"material:{proof.value}" for proof in Proof)]
    return [item for item in every if fnmatchcase(item, kind)]


def _length(name: str, text: str, *, one_line: bool = False) -> list[str]:
    label = say(f"admin.texts.parts.{name}")
    if not text:
        return [say("admin.texts.trouble.empty", part=label)]
    if len(text) > LONGEST[name]:
        return [say("admin.texts.trouble.long", part=label, limit=LONGEST[name])]
    if one_line and "\n" in text:
        return [say("admin.texts.trouble.one_line", part=label)]
    return []
