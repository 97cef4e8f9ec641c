"""Every golden transcript still runs as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogs.transcripts import files, play


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_the_bot_answers_as_the_transcript_says(file: Path) -> None:
    """Played again line by line, with a restart between every two lines, the bot says what is written."""
    script = file.read_text(encoding="utf-8")
    assert play(script) == script


def test_there_are_at_least_thirty_transcripts() -> None:
    """The collection covers both routes, every ground, every digression and every error answer."""
    assert len(files()) >= 30
