"""One typesetter for all tests of a process: its fonts are read once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.papers.typesetting import Typesetter


@pytest.fixture(scope="session")
def typesetter() -> Iterator[Typesetter]:
    """With the fonts that come with the program."""
    made = Typesetter()
    yield made
    made.close()
