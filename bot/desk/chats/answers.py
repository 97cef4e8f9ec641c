"""Ready answers from the knowledge base: found by words, put into the reply box, never sent by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dialogs import knowledge, labels, wording
from dialogs.rules import Rules
from dialogs.understanding import understand

MOST = 8


@dataclass(frozen=True)
class Ready:
    """One answer as it would stand in the reply box."""

    topic: str
    label: str
    text: str
    source: str


def search(wanted: str, rules: Rules, today: date) -> list[Ready]:
    """The answers that have most to do with these words, best first; with no words, the first few.

    What the applicants' own understanding takes for the topic comes first.
    """
    said = labels.plain(wanted)[:60]
    asked = understand(wanted[:60], None, today).faq if said else None
    found = [(_score(said, one) + 1000 * (one.topic == asked), n, one) for n, one in enumerate(_all(rules))]
    kept = [entry for entry in found if entry[0] > 0] if said else found
    return [one for _, _, one in sorted(kept, key=lambda entry: (-entry[0], entry[1]))[:MOST]]


def by_topic(topic: str, rules: Rules) -> Ready | None:
    """One answer; None if there is none of that name."""
    return next((one for one in _all(rules) if one.topic == topic), None)


def _all(rules: Rules) -> list[Ready]:
    ready = []
    for topic in knowledge.entries():
        entry = knowledge.answer_to(topic, rules)
        key = f"topics.{topic}"
        label = wording.text("labels", key) if wording.has("labels", key) else topic
        ready.append(Ready(topic, label, "\n".join(part for part in (entry.short, entry.next) if part), entry.source))
    return ready


def _score(said: str, one: Ready) -> int:
    """Whole words in the title weigh most, then in the text; then how many pairs of characters are shared."""
    if not said:
        return 0
    label, text = labels.plain(one.label), labels.plain(one.text)
    pairs = {said[n : n + 2] for n in range(len(said) - 1)} or {said}
    shared = sum((3 if pair in label else 0) + (1 if pair in text else 0) for pair in pairs)
    return shared + (100 if said in label else 0) + (40 if said in text else 0)
