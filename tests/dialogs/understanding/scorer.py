"""Our own scorer: how often a reading of labelled utterances is right, per intent, field and topic."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from dialogs.readers.numerals import number
from dialogs.understanding import Understanding, understand

CORPUS = Path(__file__).with_name("corpus")
#: Parts that are developed on and learned from.
DEVELOPED = (
    "examples",
    "dev",
    "dev_a",
    "dev_b",
    "dev_c1",
    "dev_c2",
    "dev_c3",
    "dev_d",
    "dev_e",
    "dev_f",
    "dev_g",
    "dev_h",
    "dev_i",
    "dev_j",
    "dev_k",
    "dev_l",
    "dev_m",
    "dev_n",
    "dev_o",
    "dev_p",
)
#: Other speakers' parts: scored only. Nobody reads their rows while building; once one is read, it becomes a `dev_…`.
HELD_OUT = ("held_out_q", "held_out_r")
DESTRUCTIVE = frozenset({"cancel", "withdraw", "erase"})
_COUNTED = re.compile(r"[零〇一二两三四五六七八九十百]+(?=[号组社队楼层室单元栋幢弄巷])")


def rows(name: str) -> list[dict[str, Any]]:
    """The labelled utterances of one part of the corpus."""
    return [json.loads(line) for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line]


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field are the same answer."""
    if name in ("ground", "proofs"):
        return isinstance(one, list) and sorted(map(str, one)) == sorted(map(str, other))
    if name == "registered_periods":
        return _same_periods(one, other)
    if name in ("hukou_address", "current_address"):
        return _address(str(one)) == _address(str(other))
    return bool(one == other)


def _address(text: str) -> str:
    plain = re.sub(r"[\s,，、.。;；:：\-—]", "", unicodedata.normalize("NFKC", text))
    return _COUNTED.sub(lambda match: str(number(match[0])), plain)


def _same_periods(one: Any, other: list[dict[str, Any]]) -> bool:
    """Dates exactly; a place with or without what is larger, or smaller: 庆元县 and 庆元县屏都街道."""
    if not isinstance(one, list) or len(one) != len(other):
        return False
    for left, right in zip(*(sorted(many, key=lambda p: str(p["from"])) for many in (one, other)), strict=True):
        here, there = (re.sub(r"浙江|[省市县区\s]", "", period.get("place") or "") for period in (left, right))
        if (left["from"], left.get("to")) != (right["from"], right.get("to")) or min(len(here), len(there)) < 2:
            return False
        if here not in there and there not in here:
            return False
    return True


@dataclass
class Score:
    """Counts over many rows; `missed` holds (row, what was wrong, what was understood)."""

    intents: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    slots: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))  # right, wrong, missing
    topics: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    changes: list[int] = field(default_factory=lambda: [0, 0])
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    destructive: int = 0
    missed: list[tuple[dict[str, Any], list[str], Understanding]] = field(default_factory=list)

    @property
    def intent_accuracy(self) -> float:
        """Share of rows whose intent passes."""
        return _share(self.intents.values())

    @property
    def topic_accuracy(self) -> float:
        """Share of questions whose topic passes."""
        return _share(self.topics.values())

    @property
    def precision(self) -> float:
        """Of the values filled, the share that is right."""
        right, wrong, _ = (sum(s[n] for s in self.slots.values()) for n in range(3))
        return right / max(right + wrong, 1)

    @property
    def recall(self) -> float:
        """Of the values wanted, the share that was filled rightly."""
        right, _, missing = (sum(s[n] for s in self.slots.values()) for n in range(3))
        return right / max(right + missing, 1)

    @property
    def wrong_fills(self) -> int:
        """Values filled that nobody said."""
        return sum(s[1] for s in self.slots.values())

    def add(self, row: dict[str, Any], got: Understanding) -> None:
        """Count one row."""
        want, passing = row["want"], {row["want"]["intent"], *row.get("accept", ())}
        problems = []
        ok = got.intent.value in passing
        _count(self.intents[want["intent"]], ok)
        if not ok:
            self.confused[want["intent"], got.intent.value] += 1
            problems.append(f"intent {got.intent.value}, not {want['intent']}")
            if got.intent.value in DESTRUCTIVE:
                self.destructive += 1
                problems.append("DESTRUCTIVE")
        problems += self._add_fills(row, got.fills)
        problems += self._add_codes(row, got)
        if problems:
            self.missed.append((row, problems, got))

    def _add_fills(self, row: dict[str, Any], fills: dict[str, Any]) -> list[str]:
        wanted, others = row["want"]["fills"], row.get("accept_fills", {})
        problems = []
        for name in sorted({*wanted, *fills}):
            passes = [wanted[name]] if name in wanted else []
            passes += [value for value in others.get(name, ()) if value is not None]
            optional = name not in wanted or None in others.get(name, ())
            if name in fills and any(same(name, fills[name], value) for value in passes):
                self.slots[name][0] += name in wanted
                continue
            if name in fills:
                self.slots[name][1] += 1
                problems.append(f"wrong {name}: {fills[name]}")
            elif not optional:
                problems.append(f"missing {name}")
            self.slots[name][2] += not optional
        return problems

    def _add_codes(self, row: dict[str, Any], got: Understanding) -> list[str]:
        want, said = row["want"], got.intent.value
        if said != want["intent"] and said in row.get("accept", ()) and said not in ("question", "change"):
            return []
        if want["intent"] == "question" or (said == "question" and "question" in row.get("accept", ())):
            ok = said == "question" and got.faq in (want["faq"], *row.get("accept_faq", ()))
            _count(self.topics[str(want["faq"] or next(iter(row.get("accept_faq", ())), None))], ok)
            return [] if ok or said != "question" else [f"topic {got.faq}, not {want['faq']}"]
        if want["intent"] == "change":
            ok = said == "change" and got.field in (want["field"], *row.get("accept_field", ()))
            _count(self.changes, ok)
            return [] if ok or said != "change" else [f"field {got.field}, not {want['field']}"]
        return []


def score(labelled: Iterable[dict[str, Any]]) -> Score:
    """Understand every row and count."""
    result = Score()
    for row in labelled:
        result.add(row, understand(row["text"], row["asking"], date.fromisoformat(row["today"])))
    return result


def table(result: Score) -> str:
    """The score as a table: per intent, field and topic, and the confusions."""
    lines = ["intent                right   of"]
    lines += [f"  {name:<18}{ok:>7}{of:>5}" for name, (ok, of) in sorted(result.intents.items())]
    lines.append("field                 right wrong missing")
    lines += [f"  {name:<18}{ok:>7}{bad:>6}{gone:>8}" for name, (ok, bad, gone) in sorted(result.slots.items())]
    lines.append("topic                       right   of")
    lines += [f"  {name:<24}{ok:>7}{of:>5}" for name, (ok, of) in sorted(result.topics.items())]
    lines.append("taken for another")
    lines += [f"  {was} -> {said}: {n}" for (was, said), n in result.confused.most_common()]
    lines.append(
        f"intent {result.intent_accuracy:.4f}  slots P {result.precision:.4f} R {result.recall:.4f}  "
        f"topics {result.topic_accuracy:.4f}  changes {result.changes[0]}/{result.changes[1]}  "
        f"destructive {result.destructive}  wrong fills {result.wrong_fills}"
    )
    return "\n".join(lines)


def _share(counts: Iterable[list[int]]) -> float:
    counts = list(counts)
    return sum(c[0] for c in counts) / max(sum(c[1] for c in counts), 1)


def _count(count: list[int], ok: bool) -> None:
    count[0] += ok
    count[1] += 1
