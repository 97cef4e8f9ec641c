"""How long understanding takes: loading, typical messages, the worst at 4,000 characters.

Run it: `python -m benchmarks.understanding`.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from datetime import date
from pathlib import Path

CORPUS = Path(__file__).parent.parent / "tests/dialogs/understanding/corpus"
TODAY = date(2026, 11, 22)
LENGTH = 4000
LONG = (
    "我要办居住证取消，",
    "住在松源街道1号，",
    "2025年3月在龙泉，",
    "啊",
    "1",
    "上一步",
    "改电话",
    "一二三四五",
    "the quick brown fox ",
    "。，？！",
    "叫",
    "没有不要别",
)


def main() -> None:
    """Print the figures."""
    before = _megabytes()
    began = time.perf_counter()
    from dialogs.understanding import load, understand  # here: importing is part of what is measured

    load()
    print(f"import and load: {time.perf_counter() - began:.2f} s, {_megabytes() - before:.1f} MiB")
    rows = [json.loads(line) for path in sorted(CORPUS.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    times = [_cpu(understand, row["text"], row["asking"]) for row in rows]
    cuts = statistics.quantiles(times, n=100)
    print(f"{len(rows)} messages: median {statistics.median(times):.3f}, 99 % {cuts[98]:.3f}, max {max(times):.3f} ms")
    askings = (None, "name", "current_address", "registered_periods", "proofs", "hukou_county", "review")
    worst = max((_cpu(understand, (unit * LENGTH)[:LENGTH], ask), unit, ask) for unit in LONG for ask in askings)
    print(f"{LENGTH} characters: worst {worst[0]:.2f} ms ({worst[1]!r}, asking {worst[2]})")


def _megabytes() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _cpu(understand: object, text: str, asking: str | None) -> float:
    """Milliseconds of CPU for one message: the best of three, so that other processes do not count."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        understand(text, asking, TODAY)  # type: ignore[operator] - imported late on purpose
        best = min(best, (time.process_time() - began) * 1000)
    return best


if __name__ == "__main__":
    main()
