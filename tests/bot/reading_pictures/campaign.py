"""`make campaign-ocr`: how well drawn cards are read, in the very process that reads them in the service.

Seeds below a million are for developing; scoring draws from a million on, and is run for the figures in
`docs/reading-pictures.md` only. `python -m tests.bot.reading_pictures.campaign develop 0 200` prints every miss.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

from bot.reading_pictures.card import Card
from bot.reading_pictures.worker import Wanted, Worker
from tests.bot.reading_pictures.made.camera import Shot, jpeg, photograph, shot
from tests.bot.reading_pictures.made.cards import id_card, permit
from tests.bot.reading_pictures.made.people import Holder, holder

TODAY = date(2026, 11, 23)
SCORING = 1_000_000
MEGABYTES, SECONDS = 850, 60.0


@dataclass
class Score:
    """What came of the pictures so far."""

    pictures: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    characters: int = 0
    characters_right: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    processor_seconds: float = 0.0
    slowest: float = 0.0
    peak_megabytes: float = 0.0

    def take(self, name: str, told: object, true: object) -> bool:
        """Count one field. True if it was right."""
        self.of[name] += 1
        self.right[name] += told == true
        self.wrong[name] += told is not None and told != true
        return told == true

    def lines(self) -> list[str]:
        """The figures in words."""
        found = [f"pictures {self.pictures}, troubles {dict(self.troubles)}"]
        for name, count in self.of.items():
            share = 100 * self.right[name] / count
            found.append(f"{name:14} right {self.right[name]}/{count} ({share:.1f} %), wrong {self.wrong[name]}")
        share = 100 * self.characters_right / max(self.characters, 1)
        found.append(f"address characters {share:.2f} %")
        each = self.processor_seconds / max(self.pictures, 1)
        found.append(
            f"CPU seconds a picture {each:.2f}, slowest {self.slowest:.1f}; peak memory {self.peak_megabytes:.0f} MB"
        )
        return found


def taken(seed: int) -> tuple[Holder, Shot, bytes, bool]:
    """The picture of this seed: every third is an earlier permit."""
    who, how, is_permit = holder(seed), shot(seed), seed % 3 == 2
    card = (permit if is_permit else id_card)(who, seed)
    return who, how, jpeg(photograph(card, how, seed), how.quality), is_permit


def compare(score: Score, card: Card, who: Holder, *, is_permit: bool) -> list[str]:
    """Count every field of one card; the misses in words."""
    pairs: list[tuple[str, object, object]] = [
        ("number", card.number, who.number),
        ("name", card.name, who.name),
        ("sex", card.sex and {"male": "男", "female": "女"}[card.sex], who.sex),
        ("ethnicity", card.ethnicity, f"{who.ethnicity}族"),
        ("born", card.born, who.born),
        ("address", card.address, who.address),
    ]
    if is_permit:
        pairs += [
            ("permit_number", card.permit_number, who.permit_number),
            ("issuer", card.issuer, who.issuer),
            ("valid_until", card.valid_until, who.valid_until),
        ]
    missed = [f"{name}: {told} instead of {true}" for name, told, true in pairs if not score.take(name, told, true)]
    said = card.address or ""
    same = SequenceMatcher(None, said, who.address, autojunk=False).get_matching_blocks()
    score.characters += max(len(who.address), len(said))
    score.characters_right += sum(block.size for block in same)
    return missed


def run(first: int, last: int, *, tell: bool) -> Score:
    """Every picture of these seeds through one worker."""
    worker, score = Worker(MEGABYTES, SECONDS), Score()
    for seed in range(first, last):
        who, how, content, is_permit = taken(seed)
        before = _processor_seconds(worker)
        outcome = worker.ask(Wanted.CARD, content, TODAY)
        used = _processor_seconds(worker) - before
        score.pictures += 1
        score.processor_seconds += max(used, 0.0)
        score.slowest = max(score.slowest, used)
        score.peak_megabytes = max(score.peak_megabytes, _peak(worker))
        if outcome.trouble is not None:
            score.troubles[outcome.trouble] += 1
        missed = compare(score, outcome.card or Card(), who, is_permit=is_permit)
        if missed and tell:
            kind = "permit" if is_permit else "id"
            sys.stdout.write("\n    ".join([f"{seed} {kind} {how}", *missed]) + "\n")
            sys.stdout.flush()
    worker.close()
    return score


def _processor_seconds(worker: Worker) -> float:
    if worker.process_id is None:
        return 0.0
    fields = Path(f"/proc/{worker.process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(worker: Worker) -> float:
    if worker.process_id is None:
        return 0.0
    told = Path(f"/proc/{worker.process_id}/status").read_text()
    return int(told.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    if sys.argv[1] == "score":
        done = run(SCORING, SCORING + int(sys.argv[2]), tell=False)
    else:
        done = run(int(sys.argv[2]), int(sys.argv[3]), tell=True)
    sys.stdout.write("\n".join([*done.lines(), ""]))
