"""Values to bytes and back, for sealed columns and what comes in. Types are checked on the way back.

msgspec works out a type's fields when a decoder for it is made, and ends the process (a segmentation fault, seen with
0.22) where two threads do so at once for types that share one. So decoders are made here, one at a time, or with the
module that owns a type no other type holds; `decode(…, type=…)`, which makes them on the way, is used nowhere.
"""

from __future__ import annotations

from threading import Lock
from typing import TypeVar, cast

import msgspec

T = TypeVar("T")

_decoders: dict[type, msgspec.json.Decoder[object]] = {}
_encoder = msgspec.json.Encoder()
_one_at_a_time = Lock()


def to_bytes(value: object) -> bytes:
    """A dataclass over enums (or any plain value) as JSON."""
    return _encoder.encode(value)


def from_bytes(content: bytes | bytearray | str, kind: type[T]) -> T:
    """The value of type `kind` written by `to_bytes`. Raises msgspec.DecodeError if `content` is no such value."""
    decoder = _decoders.get(kind)
    if decoder is None:
        with _one_at_a_time:
            decoder = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    return cast("T", decoder.decode(content))
