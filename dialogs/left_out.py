"""Loading a library without an optional part of it, as if that part were not installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(module: str) -> Iterator[None]:
    """Inside, `import module` fails as where it is not installed; a module that is loaded already stays to be had.

    `None` in `sys.modules` is the import system's own way of saying so.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # as the import system has it
    try:
        yield
    finally:
        del sys.modules[module]
