"""Values to bytes and back, for sealed columns. Plain dataclasses over enums; types are checked on the way back."""

from __future__ import annotations

from typing import TypeVar, cast

import msgspec

T = TypeVar("T")

_decoders: dict[type, msgspec.json.Decoder[object]] = {}
_encoder = msgspec.json.Encoder()


def to_bytes(value: object) -> bytes:
    """A dataclass (or any plain value) as JSON."""
    return _encoder.encode(value)


def from_bytes(content: bytes, kind: type[T]) -> T:
    """The value of type `kind` written by `to_bytes`."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    return cast("T", decoder.decode(content))
