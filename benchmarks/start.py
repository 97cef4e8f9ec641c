"""What a start of the service costs beside a bare aiohttp service, in one run.

    python -m benchmarks.start [--starts 10]

A start is over when `/readyz` says yes; what is counted is the processor's time (user and system) of the process until
then, and of the process that looks at files, which starts with it. The three take turns, so that whatever else the
machine does meets them alike. Each service has started on its data folder once before.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from tests.journeys.service import Service
from tests.telegram.campaigns.served import TelegramService
from tests.telegram.hands import ROOT, CloudProcess


class BareService(Service):
    """One address that says yes, and nothing else."""

    def start(self) -> BareService:
        """Start, without waiting."""
        words = [sys.executable, "-m", "benchmarks.bare_service", str(self.port)]
        self.process = subprocess.Popen(words, env=self.environment, cwd=ROOT)
        return self


@dataclass
class Started:
    """Seconds of every start of one service: of the processor, of its helpers' processor, and by the clock."""

    name: str
    service: Service
    used: list[float] = field(default_factory=list)
    helpers: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)

    async def once(self, *, counted: bool = True) -> None:
        """Start, wait, kill."""
        began = time.monotonic()
        await self.service.start().ready()
        took = time.monotonic() - began
        assert self.service.process is not None
        process = psutil.Process(self.service.process.pid)
        if counted:
            self.clock.append(took)
            self.used.append(_seconds(process))
            self.helpers.append(sum(_seconds(child) for child in process.children(recursive=True)))
        self.service.kill()

    def line(self, bare: float) -> str:
        """The medians, and the processor's time beside the bare service's."""
        used, helpers, clock = median(self.used), median(self.helpers), median(self.clock)
        ratio = (used + helpers) / bare
        return f"{self.name:24}{used:9.2f}{helpers:9.2f}{clock:9.2f}{max(self.clock):9.2f}{ratio:9.1f}"


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def measure(starts: int) -> list[Started]:
    """So many starts of each, in turns."""
    cloud = CloudProcess()
    try:
        with tempfile.TemporaryDirectory(prefix="hurentong-bench-") as folder:
            contestants = [
                Started("bare aiohttp", BareService(Path(folder) / "bare")),
                Started("互认通", Service(Path(folder) / "alone")),
                Started("互认通 with Telegram", TelegramService(Path(folder) / "bot", cloud.url, "polling")),
            ]
            for number in range(starts + 1):
                for one in contestants:
                    await one.once(counted=number > 0)
            return contestants
    finally:
        cloud.stop()


def main() -> None:
    """Print the three."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--starts", type=int, default=10)
    measured = asyncio.run(measure(parser.parse_args().starts))
    bare = median(measured[0].used)
    print(f"{'seconds (medians)':24}{'process':>9}{'helpers':>9}{'clock':>9}{'longest':>9}{'x bare':>9}")
    for one in measured:
        print(one.line(bare))


if __name__ == "__main__":
    main()
