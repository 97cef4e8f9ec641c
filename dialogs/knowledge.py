"""The knowledge base: a short plain answer, its source and the next step for every topic people ask about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from dialogs import wording
from dialogs.rules import Rules
from dialogs.wording import Edit

BOOK = "knowledge"

_PLACE = re.compile(r"\{(\w+)\}")
#: Whom to go to when the county has not named its hall.
_STATION = "居住地派出所"


@dataclass(frozen=True)
class KnowledgeEntry:
    """What is known on one topic. The parts may hold {places} until `rules` fill them."""

    topic: str
    short: str
    source: str
    next: str


def entry_of(topic: str, parts: Mapping[str, Any]) -> KnowledgeEntry:
    """An entry from its parts as the file and the edits hold them."""
    return KnowledgeEntry(topic, parts["short"].rstrip(), parts["source"].rstrip(), parts["next"].rstrip())


@cache
def _in_use() -> list[dict[str, KnowledgeEntry]]:
    return [_entries(())]


def _entries(edits: Iterable[Edit]) -> dict[str, KnowledgeEntry]:
    return {topic: entry_of(topic, parts) for topic, parts in wording.overlaid(BOOK, edits).items()}


def use(edits: Iterable[Edit]) -> None:
    """From now on the knowledge base reads with these edits."""
    _in_use()[0] = _entries(tuple(edits))


def entries() -> dict[str, KnowledgeEntry]:
    """Every topic of `texts/knowledge.yaml`, with the office's own edits."""
    return _in_use()[0]


def answer_to(topic: str, rules: Rules | None = None) -> KnowledgeEntry:
    """The entry for a topic, with the county's facts filled in when `rules` are given. KeyError if there is none."""
    entry = entries()[topic]
    return entry if rules is None else filled(entry, rules)


def filled(entry: KnowledgeEntry, rules: Rules) -> KnowledgeEntry:
    """An entry with the county's facts in its places, as the applicant reads it."""
    facts = facts_of(rules)
    return replace(
        entry, short=_fill(entry.short, facts), source=_fill(entry.source, facts), next=_fill(entry.next, facts)
    )


def facts_of(rules: Rules) -> dict[str, str]:
    """The county's facts by the names the texts use; what the county has not given is empty."""
    return {
        "county_name": rules.county_name,
        "city": rules.city,
        "station_name": rules.station_name or _STATION,
        "station_address": rules.station_address,
        "station_phone": rules.station_phone,
        "office_hours": rules.office_hours,
        "draft_days": str(rules.draft_days),
        "max_pages": str(rules.max_pages),
    }


def _fill(text: str, facts: dict[str, str]) -> str:
    """Fill the places line by line; a line that names an unknown fact is left out."""
    lines = [line for line in text.splitlines() if all(facts.get(name) for name in _PLACE.findall(line))]
    return _PLACE.sub(lambda match: facts[match[1]], "\n".join(lines))
