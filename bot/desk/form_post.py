"""Reading a posted form: small, text only, no files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web

#: More than any page of the desk sends.
MOST_BYTES = 64 * 1024


async def read_form(request: web.Request) -> Mapping[str, Any]:
    """The fields of an urlencoded form. Raises HTTPRequestEntityTooLarge or HTTPUnsupportedMediaType."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    if request.content_length is None or request.content_length > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=request.content_length or 0)
    return await request.post()


async def opened_parts(request: web.Request) -> MultipartReader | None:
    """The parts of a form with files; None where it is none."""
    try:
        return await request.multipart()
    except (ValueError, AssertionError, LookupError):
        return None


async def first_field(parts: MultipartReader | None, name: str, most: int = 128) -> str:
    """The first part of a form, if it is the named text; otherwise nothing."""
    try:
        part = await parts.next() if parts is not None else None
        if not isinstance(part, BodyPartReader) or part.name != name:
            return ""
        return (await part.read_chunk(most)).decode("ascii", "replace")
    except (ValueError, RuntimeError, LookupError, web.RequestPayloadError):
        return ""
