"""Looks for values that must not lie in the clear in any file: database, WAL, materials, logs, temporary files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

#: Bytes by which a value is noticed before it is compared whole. Shorter values are not looked for.
NOTICED = 4


def found_in_clear(folders: Iterable[Path], canaries: Iterable[str]) -> list[tuple[Path, int]]:
    """(file, number of the canary) for each that stands in a file as UTF-8 or UTF-16; the value itself is not told."""
    wanted: dict[bytes, list[tuple[bytes, int]]] = {}
    for number, canary in enumerate(canaries):
        for form in (canary.encode(), canary.encode("utf-16-le"), canary.encode("utf-16-be")):
            if canary:
                assert len(form) >= NOTICED
                wanted.setdefault(form[:NOTICED], []).append((form, number))
    found = []
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            found += [(path, number) for number in sorted(set(_in(path.read_bytes(), wanted)))]
    return found


def _in(content: bytes, wanted: dict[bytes, list[tuple[bytes, int]]]) -> Iterator[int]:
    """The numbers of the values in `content`: all places where one may begin, found at once, and compared."""
    if len(content) < NOTICED or not wanted:
        return
    signs = np.frombuffer(content, np.uint8).astype(np.uint32)
    begins = signs[:-3] | signs[1:-2] << 8 | signs[2:-1] << 16 | signs[3:] << 24
    heads = np.array([int.from_bytes(head, "little") for head in wanted], np.uint32)
    likely = np.zeros(1 << 16, bool)
    likely[heads & 0xFFFF] = True
    places = np.flatnonzero(likely[begins & 0xFFFF])
    for place in places[np.isin(begins[places], heads)].tolist():
        for form, number in wanted[content[place : place + NOTICED]]:
            if content.startswith(form, place):
                yield number
