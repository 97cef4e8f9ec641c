"""`hurentong understand`: what messages mean, one JSON object a line in, one out.

In: `{"text": "…", "asking": "<field or null>", "today": "YYYY-MM-DD"}`. Out: `{"intent", "fills", "faq", "field"}`,
with `--explain` also `because`. A line that cannot be read is answered with `unclear` and a `problem`; the rest go on.
The same code as in the chat; nothing is stored and nothing is logged.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, BinaryIO

from dialogs.understanding import Understanding, understand

#: Asia/Shanghai has had no summer time since 1991.
_SHANGHAI = timezone(timedelta(hours=8))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own words."""
    parser.add_argument("--explain", action="store_true", help="说明是哪些词让我这样理解 (say which words led to what)")


def run(arguments: argparse.Namespace) -> int:
    """Answer every line of standard input; 0 when all are answered, readable or not."""
    answer_lines(sys.stdin.buffer, sys.stdout.buffer, explain=arguments.explain)
    return 0


def answer_lines(lines: BinaryIO, out: BinaryIO, *, explain: bool) -> None:
    """One answer for every line that is not blank, in order."""
    for line in lines:
        if line.strip():
            out.write(json.dumps(answer(line, explain=explain), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            out.flush()


def answer(line: bytes, *, explain: bool) -> dict[str, Any]:
    """The answer to one line."""
    try:
        text, asking, today = _read(line)
    except (ValueError, RecursionError) as error:
        return {"intent": "unclear", "fills": {}, "faq": None, "field": None, "problem": _reason(error)}
    return _plain(understand(text, asking, today), explain=explain)


def _read(line: bytes) -> tuple[str, str | None, date]:
    row = json.loads(line.decode("utf-8", "replace"))
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError("needs an object with a text")
    asking, today = row.get("asking"), row.get("today")
    if asking is not None and not isinstance(asking, str):
        raise ValueError("asking is a field's code or null")
    if today is None:
        return row["text"], asking, datetime.now(UTC).astimezone(_SHANGHAI).date()
    if not isinstance(today, str):
        raise ValueError("today is YYYY-MM-DD")
    return row["text"], asking, date.fromisoformat(today)


def _reason(error: Exception) -> str:
    return "not JSON" if isinstance(error, json.JSONDecodeError | RecursionError) else str(error)[:80]


def _plain(heard: Understanding, *, explain: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "intent": heard.intent.value,
        "fills": heard.fills,
        "faq": heard.faq,
        "field": heard.field,
    }
    if explain:
        plain["because"] = [{"words": one.words, "led_to": one.led_to} for one in heard.because]
    return plain
