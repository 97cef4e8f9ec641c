"""Files of a form, one after the other, each through the same check as an applicant's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import MultipartReader

from bot.reception import UploadTarget
from bot.web.problems import Problem
from bot.web.turn_request import next_part, read_field
from bot.web.turns import chunks_of
from dialogs.turn import ReceivedFile

if TYPE_CHECKING:
    from bot.wiring import Service


async def receive_files(service: Service, parts: MultipartReader, target: UploadTarget | None) -> list[ReceivedFile]:
    """Every file of the form, in its order; an empty file field is none. Raises `Problem` where the line breaks."""
    received: list[ReceivedFile] = []
    while (part := await next_part(parts)) is not None:
        if part.name != "file" or not part.filename:  # an empty file field has no name and no bytes
            await read_field(part, 4096)
            continue
        if len(received) >= service.settings.materials.max_pages:
            raise Problem(400, "too_many_files", most=service.settings.materials.max_pages)
        received.append(await service.uploads.receive(chunks_of(part), part.filename, target))
        if received[-1].problem == "too_big":
            break  # answered without reading on
    return received
