"""`hurentong talk`: the whole interview in a terminal, through the same reception as the web chat.

Numbers press buttons; `上传 路径` or a dropped path sends a file; what comes later is printed when it comes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shlex
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from bot.reception import NoSession, Said
from bot.settings import Settings, read_settings
from bot.terminal import Paint, screen_width, wants_colour, wrapped
from bot.wiring import Service
from dialogs.turn import ReceivedFile
from storage.errors import StorageError

UPLOAD_WORD = "上传"
LEAVE = frozenset({"退出", "exit", "quit"})
CHUNK = 256 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--new` forgets the talk of last time."""
    parser.add_argument("--new", action="store_true", help="重新开始，不接着上次 (a new applicant)")


def run(arguments: argparse.Namespace) -> int:
    """Talk until 退出 or the end of input."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return asyncio.run(talk(settings, fresh=arguments.new))
    except StorageError as error:
        sys.stderr.write(f"{error}\n")
        return 1


async def talk(settings: Settings, *, fresh: bool) -> int:
    """One conversation on the configured data folder."""
    service = Service(settings)
    await service.start(background=False)
    try:
        await Talk(service, settings.data_dir / "talk.session").run(fresh)
    finally:
        await service.close()
    return 0


class Talk:
    """The terminal's side of a conversation."""

    def __init__(self, service: Service, session: Path) -> None:
        self.service, self.session = service, session
        self.paint = Paint(wants_colour())
        self.width = screen_width()
        self.token = ""
        self.choices: list[dict[str, str]] = []

    async def run(self, fresh: bool) -> None:
        """Greet, then take line after line."""
        print(self.paint.soft("数字选按钮 · 上传 路径 发文件 · 退出 结束"))
        await self._open(fresh)
        later = asyncio.create_task(self._print_later())
        try:
            await self._turn(Said(text=""))
            while (line := await asyncio.to_thread(self._read)) is not None and line.strip() not in LEAVE:
                await self._turn(await self._said(line.strip()))
        finally:
            later.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await later

    async def _open(self, fresh: bool) -> None:
        """The session of last time if it still lives; otherwise a new one, remembered for its owner only."""
        reception = self.service.reception
        if not fresh and self.session.is_file():
            self.token = self.session.read_text(encoding="ascii").strip()
            with contextlib.suppress(NoSession):
                await reception.account_of(self.token)
                return
        self.token = await reception.open_session(self.service.now())
        descriptor = os.open(self.session, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(self.token)

    def _read(self) -> str | None:
        try:
            return input(self.paint.strong("› "))
        except EOFError:
            return None

    async def _said(self, line: str) -> Said:
        """A number presses a button, a path sends files, everything else is text."""
        if line.isdecimal() and 1 <= int(line) <= len(self.choices):
            return Said(choice=self.choices[int(line) - 1]["value"])
        paths = paths_in(line)
        if paths:
            return Said(files=tuple([await self._receive(path) for path in paths]))
        return Said(text=line)

    async def _receive(self, path: Path) -> ReceivedFile:
        target = await self.service.reception.upload_target(self.token)
        return await self.service.uploads.receive(read_file(path), path.name, target)

    async def _turn(self, said: Said) -> None:
        answer = await self.service.reception.take_turn(self.token, str(uuid.uuid4()), said, self.service.now())
        reply: dict[str, Any] = msgspec.json.decode(answer)
        self.choices = []
        progress = reply["progress"]
        if progress["done"]:
            print(self.paint.soft(f"── {reply['stage']} · 第 {progress['done']} / {progress['of']} 步"))
        self._print_says(reply["says"])

    def _print_says(self, says: list[dict[str, Any]]) -> None:
        for say in says:
            for line in wrapped(say["text"], self.width):
                print(line)
            if say["picture"]:
                print(self.paint.soft(f"（图：{say['picture']['alt']}）"))
            if say["document"]:
                print(self.paint.soft(f"（文件：{say['document']['label']}，在网页聊天里可以下载）"))
            for choice in say["choices"]:
                self.choices.append(choice)
                number = self.paint.strong(f"{len(self.choices):>3}")
                print(f"{number} {choice['label']}")
            if say["wants_file"]:
                print(self.paint.soft(f"（{UPLOAD_WORD} 路径，可以一次写几个）"))
        print()

    async def _print_later(self) -> None:
        """Notices, as they come."""
        account_id = await self.service.reception.account_of(self.token)
        async for event_id, payload in self.service.delivery.stream(account_id, 0):
            print("\n" + self.paint.notice("◆ 通知"))
            self._print_says(msgspec.json.decode(payload)["says"])
            await self.service.delivery.mark_delivered(account_id, event_id)


def paths_in(line: str) -> list[Path]:
    """The files a line names: after 上传, or dropped onto the terminal (quoted or escaped)."""
    named = line.startswith(UPLOAD_WORD)
    try:
        words = shlex.split(line.removeprefix(UPLOAD_WORD))
    except ValueError:
        return []
    paths = [Path(word).expanduser() for word in words if named or "/" in word]
    return paths if len(paths) == len(words) and all(path.is_file() for path in paths) else []


async def read_file(path: Path) -> AsyncIterator[bytes]:
    """A file piece by piece."""
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece
