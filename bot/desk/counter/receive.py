"""Files of a form, one after the other, each through the same check as an applicant's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import MultipartReader

from bot.desk.words import say
from bot.reception import UploadTarget
from bot.web.problems import Problem
from bot.web.turn_request import next_part, read_field
from bot.web.turns import chunks_of
from dialogs.turn import ReceivedFile

if TYPE_CHECKING:
    from bot.wiring import Service


async def receive_files(
    service: Service, parts: MultipartReader, target: UploadTarget | None, sender: str
) -> list[ReceivedFile]:
    """Every file of the form, in its order; an empty file field is none.

    Raises `Problem` where the line breaks or `sender` sends too much. Then nothing happened: what came is swept away.
    """
    with service.desk.file_pace.room(sender):
        return await _received(service, parts, target, sender)


def words_of(problem: Problem) -> str:
    """Why nothing of the form was taken, as it stands on the page."""
    name = problem.code if problem.code in ("too_fast", "too_many_files") else "broken_upload"
    return say(f"counter.{name}", **problem.details)


async def _received(
    service: Service, parts: MultipartReader, target: UploadTarget | None, sender: str
) -> list[ReceivedFile]:
    received: list[ReceivedFile] = []
    while (part := await next_part(parts)) is not None:
        if part.name != "file" or not part.filename:  # an empty file field has no name and no bytes
            await read_field(part, 4096)
            continue
        if len(received) >= service.settings.materials.max_pages:
            raise Problem(400, "too_many_files", most=service.settings.materials.max_pages)
        service.desk.file_pace.take_file(sender)
        received.append(await service.uploads.receive(chunks_of(part), part.filename, target))
        if received[-1].problem == "too_big":
            break  # answered without reading on
    return received
