"""Looking for what must not be there: values in the clear in any file a service has written."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path


def findings(folder: Path, needles: Iterable[bytes]) -> list[str]:
    """`file: needle` for every needle found under `folder` (database, WAL, logs, temp and material files).

    Looked for as they are, in UTF-16, and as JSON escapes and base64 would carry them.
    """
    disguises = [(needle.decode(), shape) for needle in needles for shape in _shapes(needle)]
    found = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        found += [f"{file.relative_to(folder)}: {needle}" for needle, shape in disguises if shape in content]
    return sorted(set(found))


def _shapes(needle: bytes) -> list[bytes]:
    text = needle.decode()
    escaped = text.encode("ascii", "backslashreplace")
    shapes = {needle, text.encode("utf-16-le"), escaped, base64.b64encode(needle).rstrip(b"=")[:-1]}
    return [shape for shape in shapes if len(shape) >= 6]
