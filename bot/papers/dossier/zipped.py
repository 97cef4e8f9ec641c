"""A ZIP that is the same for the same entries: stored, not packed, in the order given, with one fixed time.

Nothing is held but the entry in hand: what was written is taken away after each one.
"""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO

#: The beginning of ZIP's own calendar: no entry says when it was packed.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
UNIX, MODE = 3, 0o600 << 16


class ZipStream:
    """Entries in, pieces of the file out."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_STORED)

    def add(self, name: str, content: bytes) -> bytes:
        """Put one entry in. Returns what can be sent on."""
        self._zip.writestr(entry(name), content)
        return self._sink.take()

    def end(self) -> bytes:
        """The directory at the end of the file."""
        self._zip.close()
        return self._sink.take()


def entry(name: str) -> zipfile.ZipInfo:
    """The header of an entry: nothing in it depends on the machine or the hour."""
    about = zipfile.ZipInfo(name, FIXED_TIME)
    about.create_system, about.external_attr = UNIX, MODE
    about.compress_type = zipfile.ZIP_STORED
    return about


class _Sink(io.RawIOBase, BinaryIO):
    """What the ZIP is written into: it cannot be gone back in, and is emptied again and again."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]  # bytes are all a ZIP writes
        self._held += piece
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._held)
        self._held.clear()
        return taken
