"""How the Bot API says yes and no, and how it reads what it is asked."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import BodyPartReader, web

from tests.telegram.cloud.world import Json


class Refused(Exception):
    """The Bot API says no, in its own words."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def yes(result: object) -> web.Response:
    """`ok: true`."""
    return web.json_response({"ok": True, "result": result})


def no(refused: Refused) -> web.Response:
    """`ok: false`, with the status Telegram uses."""
    body: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


async def read(request: web.Request) -> tuple[Json, dict[str, bytes]]:
    """Parameters and files of a call: query, form, multipart or JSON. Objects inside forms are JSON themselves."""
    found: Json = {name: _loosely(value) for name, value in request.query.items()}
    files: dict[str, bytes] = {}
    if request.content_type == "application/json" and request.can_read_body:
        return {**found, **(await request.json())}, files
    if request.content_type == "multipart/form-data":
        parts = await request.multipart()
        while (part := await parts.next()) is not None:
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read())
            if part.filename:
                files[part.name or ""] = content
            else:
                found[part.name or ""] = _loosely(content.decode())
    elif request.can_read_body:
        found |= {name: _loosely(str(value)) for name, value in (await request.post()).items()}
    return found, files


def _loosely(text: str) -> Any:
    """Numbers, booleans, lists and objects as what they are; everything else is text."""
    if text[:1] in "[{" or text in ("true", "false") or text.lstrip("-").isdigit():
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def utf16(text: str) -> int:
    """Telegram counts UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
