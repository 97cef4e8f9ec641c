"""`make campaign-understanding`: sentences of the developed corpus, damaged at random, for as long as you like.

Nothing may raise or take longer than 50 ms, and no sentence without a word of giving up may become a request to give
something up. The seed is printed, so that a finding can be had again.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from dialogs.understanding import load, understand
from tests.dialogs.understanding.scorer import DESTRUCTIVE, DEVELOPED, rows

LIMIT = 0.05
#: Whoever gives something up says one of these.
_GIVING_UP = (
    *(
        "取消",
        "撤",
        "收回",
        "拿回",
        "要回",
        "抽",
        "退",
        "删",
        "清",
        "抹",
        "擦",
        "销",
        "除",
        "终止",
        "停",
        "中止",
        "放弃",
    ),
    *("作废", "结束", "关", "算了", "不", "莫", "别", "甭", "弗", "quxiao", "chehui", "shanchu"),
)
_ODD = ("\u0000", "\ud800", "\u202e", "🙏", "\u3000", "<b>", "''", "1" * 40, "。" * 9, "ＡＢ", "㊙", "\n\n", "的" * 60)


def damaged(text: str, draw: random.Random, all_texts: list[str]) -> str:
    """One to four accidents: letters lost, doubled, swapped, foreign pieces put in, two sentences run together."""
    for _ in range(draw.randint(1, 4)):
        at, upto = sorted((draw.randint(0, len(text)), draw.randint(0, len(text))))
        other = draw.choice(all_texts)
        text = draw.choice(
            (
                text[:at] + text[upto:],
                text[:at] + text[at:upto] * 2 + text[upto:],
                text[upto:] + text[:at],
                text[:at] + draw.choice(_ODD) + text[at:],
                text + draw.choice(("，", " ", "", "。", "\n")) + other,
                text[:at] + other[: draw.randint(0, len(other))] + text[upto:],
            )
        )
    return text[:5000]


def findings(seed: int, seconds: float) -> Iterator[str]:
    """What went wrong with `seed` in `seconds`; the last line counts."""
    draw = random.Random(seed)
    kept: list[dict[str, Any]] = [row for part in DEVELOPED for row in rows(part)]
    texts = [row["text"] for row in kept]
    askings = sorted({row["asking"] for row in kept if row["asking"]})
    load()
    tried, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        row = draw.choice(kept)
        text, asking = damaged(row["text"], draw, texts), draw.choice((row["asking"], None, draw.choice(askings)))
        begun = time.process_time()
        heard = understand(text, asking, date.fromisoformat(row["today"]))
        took = time.process_time() - begun
        tried += 1
        if took > LIMIT:
            yield f"slow: {took:.3f} s [{asking}] {text!r}"
        if heard.intent.value in DESTRUCTIVE and not any(word in text for word in _GIVING_UP):
            yield f"gives up: {heard.intent.value} [{asking}] {text!r} {heard.because[:2]}"
    yield f"seed {seed}: {tried} sentences"


def main() -> None:
    """Run; status 1 if anything was found."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
    *found, last = findings(seed, seconds)
    sys.stdout.write("\n".join([*found, last]) + "\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
