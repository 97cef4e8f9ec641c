"""Single changes to a file: one byte other, one gone, one more, a piece of it swapped, its end cut off."""

from __future__ import annotations

import random


def tampered(content: bytes, chance: random.Random) -> bytes:
    """One change somewhere; never the same file."""
    at, way = chance.randrange(len(content)), chance.randrange(5)
    if way == 0:
        return content[:at] + bytes([content[at] ^ chance.randrange(1, 256)]) + content[at + 1 :]
    if way == 1:
        return content[:at] + content[at + 1 :]
    if way == 2:
        return content[:at] + bytes([chance.randrange(256)]) + content[at:]
    if way == 3:
        return content[:at]
    length = chance.randrange(1, 64)
    swapped = content[:at] + content[at : at + length][::-1] + content[at + length :]
    return swapped if swapped != content else content[:at]
