"""Sends hostile files through the real service over HTTP, reads what was taken, and watches what becomes of it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.wiring import Service
from tests.bot.conftest import Opener
from tests.bot.reading_pictures.made.hostile import hostile
from tests.bot.visitor import Visitor

#: A proof takes twenty pages: after so many files another applicant goes on.
EACH = 12


@dataclass
class Watched:
    """What came of it."""

    files: int = 0
    sent_bytes: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_health: float = 0.0
    peaks: dict[str, float] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The figures in words."""
        peaks = ", ".join(f"{name} {value:.0f} MB" for name, value in self.peaks.items())
        return [
            f"{self.files} files, {self.sent_bytes / 1e6:.0f} MB; without an answer: {self.unanswered or 'none'}",
            *(f"  {count:4} {words}" for words, count in self.answers.most_common()),
            f"slowest file {self.slowest:.1f} s; slowest /healthz {self.slowest_health * 1000:.0f} ms; {peaks}",
        ]


async def attack(
    service: Service, visit: Opener, seeds: Sequence[int], most_bytes: int = 10**12, *, tell: bool = False
) -> Watched:
    """Files of these seeds, turn by turn: as proofs, and as photos of cards."""
    seen = Watched()
    watching = asyncio.create_task(_watch(service, await visit(), seen))
    for start in range(0, len(seeds), EACH):
        if seen.sent_bytes >= most_bytes:
            break
        visitor = await visit()
        await visitor.reach("materials" if start // EACH % 2 == 0 else "hukou_province")
        for seed in seeds[start : start + EACH]:
            words = await _send(service, visitor, seed, seen)
            if tell:
                sys.stderr.write(f"{words}\n")
    watching.cancel()
    return seen


async def _send(service: Service, visitor: Visitor, seed: int, seen: Watched) -> str:
    kind, content = await asyncio.to_thread(hostile, seed)
    began = time.monotonic()
    answer = await visitor.send(content)
    said = [say["text"].splitlines()[0] for say in answer["says"][:-1]]
    while await service.reader.one():
        notices = [entry for entry in await visitor.history() if "event_id" in entry]
        said += [notices[-1]["says"][0]["text"].splitlines()[0]] if notices else []
    seen.files += 1
    seen.sent_bytes += len(content)
    seen.slowest = max(seen.slowest, time.monotonic() - began)
    for words in said:
        seen.answers[f"{kind}: {words}"] += 1
    if not said:
        seen.unanswered.append(f"{kind} {seed}")
    measure(service, seen)
    return f"{seed} {kind} {len(content)} {time.monotonic() - began:.1f} s {said}"


async def _watch(service: Service, visitor: Visitor, seen: Watched) -> None:
    while True:
        began = time.monotonic()
        answer = await visitor.client.get("/healthz")
        assert answer.status == 200
        seen.slowest_health = max(seen.slowest_health, time.monotonic() - began)
        await asyncio.sleep(0.2)


def measure(service: Service, seen: Watched) -> None:
    """The most memory either process has held so far."""
    processes = {
        "upload worker": service.uploads.workers[0].process_id,
        "reading worker": service.reader.worker.process_id,
    }
    for name, process_id in processes.items():
        status = Path(f"/proc/{process_id}/status")
        if process_id is not None and status.exists() and "VmHWM:" in (told := status.read_text()):
            peak = int(told.split("VmHWM:")[1].split()[0]) / 1024
            seen.peaks[name] = max(seen.peaks.get(name, 0.0), peak)
