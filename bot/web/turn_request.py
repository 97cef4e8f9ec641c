"""What one `POST /chat/turns` says: JSON with text or a choice, or a form with files. Anything else is a Problem."""

from __future__ import annotations

import re
import uuid
from typing import Any

import msgspec
from aiohttp import BodyPartReader, MultipartReader, web

from bot.web.problems import Problem

MOST_JSON_BYTES = 64 * 1024
MOST_TEXT = 4000
MOST_CHOICE = 200


class JsonTurn(msgspec.Struct):
    """The JSON body; names we do not know are ignored."""

    turn_id: Any = None
    text: Any = None
    choice: Any = None


#: A UUID in its usual spelling already, as every client of ours sends it.
USUAL_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DECODER = msgspec.json.Decoder(JsonTurn)


def checked_turn_id(value: object) -> str:
    """The turn's UUID in its usual spelling."""
    if value is None or value == "":
        raise Problem(400, "no_turn_id")
    if not isinstance(value, str) or len(value) != 36:
        raise Problem(400, "bad_turn_id")
    if USUAL_UUID.fullmatch(value):
        return value
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise Problem(400, "bad_turn_id") from None


async def read_json(request: web.Request) -> JsonTurn:
    """The checked JSON turn: exactly one of text and choice is set."""
    if (request.content_length or 0) > MOST_JSON_BYTES:
        raise Problem(413, "too_long")
    content = request.content
    body = await content.read(MOST_JSON_BYTES + 1)
    while len(body) <= MOST_JSON_BYTES and not content.at_eof():
        body += await content.read(MOST_JSON_BYTES + 1 - len(body))
    if len(body) > MOST_JSON_BYTES:
        raise Problem(413, "too_long")
    try:
        turn = DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(400, "not_json") from None
    turn.turn_id = checked_turn_id(turn.turn_id)
    if turn.text is not None and turn.choice is not None:
        raise Problem(400, "both")
    said = turn.choice if turn.text is None else turn.text
    if said is None:
        raise Problem(400, "nothing")
    if not isinstance(said, str):
        raise Problem(400, "not_text")
    if turn.text is not None and len(said) > MOST_TEXT:
        raise Problem(413, "too_long")
    if turn.choice is not None and len(said) > MOST_CHOICE:
        raise Problem(400, "choice_too_long")
    return turn


async def next_part(parts: MultipartReader) -> BodyPartReader | None:
    """The form's next part, None at its end; nested forms are skipped."""
    while True:
        try:
            part = await parts.next()
        except (ValueError, RuntimeError, LookupError, web.RequestPayloadError):
            raise Problem(400, "broken_upload") from None
        if part is None or isinstance(part, BodyPartReader):
            return part
        await part.release()


async def read_field(part: BodyPartReader, most: int = 200) -> str:
    """A short text field of a form."""
    content = await part.read_chunk(most + 1)
    if len(content) > most:
        raise Problem(413, "too_large", limit_mb="1")
    return content.decode("utf-8", "replace")
