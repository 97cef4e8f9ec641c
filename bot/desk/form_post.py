"""Reading a posted form: small, text only, no files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import MultipartReader, web

from bot.web import turn_request
from bot.web.problems import Problem

#: More than any page of the desk sends.
MOST_BYTES = 64 * 1024


async def read_form(request: web.Request) -> Mapping[str, Any]:
    """The fields of an urlencoded form. Raises HTTPRequestEntityTooLarge or HTTPUnsupportedMediaType."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    if request.content_length is None or request.content_length > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=request.content_length or 0)
    try:
        async with asyncio.timeout(turn_request.PATIENCE_SECONDS):
            return await request.post()
    except TimeoutError:  # sent drop by drop
        raise web.HTTPRequestTimeout from None


async def opened_parts(request: web.Request) -> MultipartReader | None:
    """The parts of a form with files; None where it is none."""
    try:
        return await request.multipart()
    except (ValueError, AssertionError, LookupError):
        return None


async def first_field(parts: MultipartReader | None, name: str, most: int = 128) -> str:
    """The first part of a form, if it is the named text; otherwise nothing."""
    try:
        part = await turn_request.next_part(parts) if parts is not None else None
        if part is None or part.name != name:
            return ""
        return await turn_request.read_field(part, most)
    except (Problem, *turn_request.BROKEN):
        return ""
