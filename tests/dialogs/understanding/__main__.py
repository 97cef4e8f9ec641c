"""`make score`: the table per intent, field and topic over every part of the corpus, and what developed parts miss."""

from __future__ import annotations

import sys

from tests.dialogs.understanding.scorer import DEVELOPED, HELD_OUT, rows, score, table


def main() -> None:
    """Print the scores; with the word `misses`, also what was missed."""
    for part in (*DEVELOPED, *HELD_OUT):
        result = score(rows(part))
        sys.stdout.write(f"=== {part}\n{table(result)}\n\n")
        if "misses" in sys.argv[1:] and part in DEVELOPED:
            for row, problems, heard in result.missed:
                why = "; ".join(f"{one.words} → {one.led_to}" for one in heard.because)
                sys.stdout.write(f"{row['id']} [{row['asking']}] {row['text']}: {', '.join(problems)} ({why})\n")


if __name__ == "__main__":
    main()
