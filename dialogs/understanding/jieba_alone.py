"""jieba without `pkg_resources`, by which it would only find its own files: 50 ms of every start, and deprecated.

`None` in `sys.modules` is Python's own way of saying that a module is not to be had; jieba then opens its files itself.
"""

from __future__ import annotations

import sys

_IS_FREE = "pkg_resources" not in sys.modules
if _IS_FREE:
    sys.modules["pkg_resources"] = None  # type: ignore[assignment]  # as the import system has it
try:
    import jieba
finally:
    if _IS_FREE:
        del sys.modules["pkg_resources"]

__all__ = ["jieba"]
