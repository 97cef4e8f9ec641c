"""Reading a posted form: small, text only, no files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

#: More than any page of the desk sends.
MOST_BYTES = 64 * 1024


async def read_form(request: web.Request) -> Mapping[str, Any]:
    """The fields of an urlencoded form. Raises HTTPRequestEntityTooLarge or HTTPUnsupportedMediaType."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    if request.content_length is None or request.content_length > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=request.content_length or 0)
    return await request.post()
