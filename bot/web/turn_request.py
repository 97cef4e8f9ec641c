"""What one `POST /chat/turns` says: JSON with text or a choice, or a form with files. Anything else is a Problem."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.papers.strokes import NoDrawing, TooLittle, read_drawing
from bot.web.problems import Problem

MOST_JSON_BYTES = 64 * 1024
MOST_TEXT = 4000
MOST_CHOICE = 200
#: A form has its files (at most 200, a setting) and a few fields. More parts cost time and mean nothing.
MOST_PARTS = 256
#: How long the next bytes of a request may be waited for.
PATIENCE_SECONDS = 30.0
#: What goes wrong where a request breaks off or is no form.
BROKEN = (ValueError, RuntimeError, LookupError, HttpProcessingError, web.RequestPayloadError, ConnectionError)


class JsonTurn(msgspec.Struct):
    """The JSON body; names we do not know are ignored."""

    turn_id: Any = None
    text: Any = None
    choice: Any = None
    signature: Any = None


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
    """The checked JSON turn: exactly one of text, choice and signature is set."""
    if (request.content_length or 0) > MOST_JSON_BYTES:
        raise Problem(413, "too_long")
    body = await _read_body(request)
    try:
        turn = DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(400, "not_json") from None
    turn.turn_id = checked_turn_id(turn.turn_id)
    if turn.signature is not None:
        return _signed(turn)
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


def _signed(turn: JsonTurn) -> JsonTurn:
    """A turn that is a drawn signature and nothing else; `signature` is then the checked drawing."""
    if turn.text is not None or turn.choice is not None:
        raise Problem(400, "both")
    try:
        turn.signature = read_drawing(turn.signature)
    except TooLittle:
        raise Problem(400, "signature_too_little") from None
    except NoDrawing:
        raise Problem(400, "no_signature") from None
    return turn


async def _read_body(request: web.Request) -> bytes:
    """The whole small body; who sends it drop by drop is let go."""
    content, body = request.content, bytearray()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(body) <= MOST_JSON_BYTES and not content.at_eof():
                body += await content.read(MOST_JSON_BYTES + 1 - len(body))
    except TimeoutError:
        raise Problem(408, "too_slow") from None
    except (HttpProcessingError, web.RequestPayloadError):
        raise Problem(400, "not_json") from None
    if len(body) > MOST_JSON_BYTES:
        raise Problem(413, "too_long")
    return bytes(body)


_seen: WeakKeyDictionary[MultipartReader, int] = WeakKeyDictionary()


async def next_part(parts: MultipartReader) -> BodyPartReader | None:
    """The form's next part, None at its end. A form in the form, or parts without end, are refused."""
    _seen[parts] = _seen.get(parts, 0) + 1
    if _seen[parts] > MOST_PARTS:
        raise Problem(413, "too_many_parts")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            part = await parts.next()
    except TimeoutError:
        raise Problem(408, "too_slow") from None
    except BROKEN:
        raise Problem(400, "broken_upload") from None
    if part is None or isinstance(part, BodyPartReader):
        return part
    raise Problem(400, "broken_upload")


async def read_field(part: BodyPartReader, most: int = 200) -> str:
    """A short text field of a form, however many pieces it arrives in."""
    content = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(content) <= most and not part.at_eof():
                content += await part.read_chunk(most + 1 - len(content))
    except TimeoutError:
        raise Problem(408, "too_slow") from None
    except BROKEN:
        raise Problem(400, "broken_upload") from None
    if len(content) > most:
        raise Problem(413, "too_large", limit_mb="1")
    return content.decode("utf-8", "replace")
