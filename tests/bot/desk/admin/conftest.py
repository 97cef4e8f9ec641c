"""Texts edited in one test are as shipped in the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs import knowledge, reasons


@pytest.fixture(autouse=True)
def texts_as_shipped() -> Iterator[None]:
    """The catalogue and the knowledge base are the process's own."""
    yield
    reasons.use(())
    knowledge.use(())
