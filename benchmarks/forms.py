"""How long papers take, and what they need: `python -m benchmarks.forms [rounds]`. Every sheet is another person's."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from datetime import UTC, datetime
from random import Random

from bot.papers.form_sheet import draft_form
from bot.papers.kinds import PaperKind
from bot.papers.typesetting import Form, Sheet, Typesetter
from tests.bot.papers import made
from tests.state_machine.made import answers

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def somebody(chance: Random) -> dict[str, str]:
    """Names and addresses of rare and common characters, different every time."""
    word = "".join(chr(chance.randrange(0x4E00, 0x9FA0)) for _ in range(40))
    return {"name": word[:3], "hukou_address": word[3:20], "current_address": word[20:]}


def sheet_of(kind: str, chance: Random) -> Sheet:
    """Another sheet of one kind."""
    if kind == "form":
        return draft_form(made.COUNTY, answers(**somebody(chance)))
    return made.every_sheet(**somebody(chance))[kind]


def main(rounds: int) -> None:
    """One line a kind: cold, then the warm median and the slowest."""
    chance, began = Random(7), time.perf_counter()
    typesetter = Typesetter()
    print(f"fonts and typesetter ready: {1000 * (time.perf_counter() - began):.0f} ms")
    forms: dict[str, Form] = {"form": "pdf", PaperKind.DECLINED: "pdf", PaperKind.PERMIT: "pdf", "permit ": "png"}
    for kind, form in forms.items():
        sheets = [sheet_of(kind.strip(), chance) for _ in range(rounds + 1)]
        took, size, used = [], 0, time.process_time()
        for sheet in sheets:
            start = time.perf_counter()
            size = len(typesetter.set_now(sheet, AT, form))
            took.append(1000 * (time.perf_counter() - start))
        warm, cpu = sorted(took[1:]), 1000 * (time.process_time() - used) / len(took)
        print(
            f"{kind.strip():24} {form}: first {took[0]:5.1f} ms, then median {statistics.median(warm):5.1f} ms, "
            f"p99 {warm[int(len(warm) * 0.99) - 1]:5.1f} ms, CPU {cpu:4.1f} ms, {size / 1000:.0f} kB"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process: {peak:.0f} MB")
    typesetter.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
