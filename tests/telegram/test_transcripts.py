"""The golden transcripts of the web chat run on Telegram, from the same files."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.dialogs.applicant import START
from tests.dialogs.transcripts import files
from tests.telegram.hands import Cloud
from tests.telegram.house import House
from tests.telegram.transcripts import Player

#: Chats at the same moment.
AT_ONCE = 8


async def test_every_transcript_runs_on_telegram_as_it_is_written(cloud: Cloud, tmp_path: Path) -> None:
    """By text and buttons, through the real service and the stand-in cloud, each chat says what its file says."""
    house = await House(tmp_path, cloud, telegram={"private_in_chat": True}).open()
    house.clock.at = START
    waits = [file for file in files() if "\n过：" in file.read_text(encoding="utf-8")]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(file: Path, chat: int) -> list[str]:
        async with gate:
            return await Player(house, file, chat).play()

    try:
        together = [file for file in files() if file not in waits]
        found = await asyncio.gather(*[one(file, 500 + n) for n, file in enumerate(together)])
        for n, file in enumerate(waits):  # time passes for everybody: one after the other, at the end
            found.append(await one(file, 900 + n))
    finally:
        await house.close()
    wrong = [line for lines in found for line in lines]
    assert not wrong, "\n\n".join(wrong)
