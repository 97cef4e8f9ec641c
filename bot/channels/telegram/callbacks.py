"""What hangs on an inline button: `1:<question>:<value>`, or `1:<question>=<name>` where the value is kept by us.

64 bytes at most, the same after a restart and an upgrade: the value is the one the conversation itself uses. The
version comes first, so that a later form can be told from this one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

VERSION = "1"
LONGEST = 64
_FORM = re.compile(r"1:([a-z2-7]{0,8})(?:=([A-Za-z0-9_-]{16})|:(.{1,200}))", re.DOTALL)
#: A value with so many digits in a row says something about somebody (a telephone).
_PERSONAL = re.compile(r"\d{7,}")


@dataclass(frozen=True)
class Pressed:
    """A button: the question it stood under (empty: none), and its value, or the name it is kept by."""

    question: str
    value: str | None
    kept_as: str | None


def plain(question: str, value: str) -> str | None:
    """What hangs on a button whose value may travel; None if it is too long or too personal."""
    made = f"{VERSION}:{question}:{value}"
    is_personal = _PERSONAL.search(value) is not None and not _is_id(value)
    return made if value and len(made.encode()) <= LONGEST and not is_personal else None


def by_name(question: str, name: str) -> str:
    """What hangs on a button whose value is kept by us under a name."""
    return f"{VERSION}:{question}={name}"


def read(data: str) -> Pressed | None:
    """A button's data; None if they are none of ours, or of a form this program does not know."""
    found = _FORM.fullmatch(data)
    return None if found is None else Pressed(found[1], found[3], found[2])


def _is_id(value: str) -> bool:
    """Our own ids are random; digits in a row mean nothing in them."""
    return re.fullmatch(r"[a-z_]+:[0-9a-f]{32}(:[a-z_:]*)?", value) is not None
