"""Looks for values that must not lie in the clear in any file: database, WAL, materials, logs, temporary files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def found_in_clear(folders: Iterable[Path], canaries: Iterable[str]) -> list[tuple[Path, int]]:
    """(file, number of the canary) for each that stands in a file as UTF-8 or UTF-16; the value itself is not told."""
    wanted = [[c.encode(), c.encode("utf-16-le"), c.encode("utf-16-be")] for c in canaries if c]
    found = []
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            content = path.read_bytes()
            found.extend((path, n) for n, forms in enumerate(wanted) if any(form in content for form in forms))
    return found
