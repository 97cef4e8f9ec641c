"""`hurentong understand` answers every line, readable or not, in order."""

from __future__ import annotations

import io
import json

from bot.understand import answer_lines


def answers(*lines: bytes, explain: bool = False) -> list[dict[str, object]]:
    """What the command prints for these lines."""
    out = io.BytesIO()
    answer_lines(io.BytesIO(b"\n".join(lines) + b"\n"), out, explain=explain)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_lines_that_cannot_be_read_are_unclear_and_the_rest_goes_on() -> None:
    """Broken JSON, wrong shapes, wrong dates and bytes that are no text each get one answer."""
    good = '{"text": "多少钱", "asking": "name", "today": "2026-11-22"}'.encode()
    broken = (
        b"x",
        b"[1]",
        b'{"text": 5}',
        b'{"text": "a", "today": "2026-13-01"}',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"text": "a", "asking": 3}',
    )
    got = answers(*broken, b"", good)
    assert [one["intent"] for one in got] == ["unclear"] * len(broken) + ["question"]
    assert all(one["problem"] for one in got[:-1])
    assert got[-1] == {"intent": "question", "fills": {}, "faq": "fees", "field": None}


def test_it_explains_itself_when_asked() -> None:
    """`--explain` names the words that led there."""
    (got,) = answers('{"text": "上一步", "asking": "name", "today": "2026-11-22"}'.encode(), explain=True)
    assert got["because"][0] == {"words": "上一步", "led_to": "back"}  # type: ignore[index]  # JSON of a known shape


def test_half_a_character_and_an_unknown_question_are_no_trouble() -> None:
    """A lone surrogate in the text, and an `asking` nobody knows, still get an answer."""
    got = answers(b'{"text": "\\ud800\\u4f60\\u597d", "asking": "zzz", "today": "2026-11-22"}', b'{"text": ""}')
    assert len(got) == 2
