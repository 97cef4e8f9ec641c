"""A sheet's values into PDF/A or a picture, by typst: few threads, off the event loop, the same bytes every time.

Everything that stands on a paper reaches typst as one JSON string in `sys.inputs` and is shown as text: nothing an
applicant wrote is ever read as markup. A font without a needed sign is an error of PDF/A, told as `NotInTheFonts`.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst

from bot.papers.glyphs import FONTS, Glyphs, NotInTheFonts, clean

TEMPLATES = Path(__file__).parent / "templates"
#: Tagged, with the text of every sign, and nothing that an archive could not show in fifty years.
STANDARD = "a-2a"
THREADS = 2
#: More sheets than this do not wait: whoever asks is told to come again.
MOST_WAITING = 64
PIXELS_PER_INCH = 200

Sheet = dict[str, Any]
Form = Literal["pdf", "png"]


class TooBusy(Exception):
    """Too many papers are asked for at this moment."""


class Typesetter:
    """Two threads with a compiler each. `close` when the service ends."""

    def __init__(self, fonts_dir: Path | None = None) -> None:
        folders = [FONTS] if fonts_dir is None else [FONTS, fonts_dir]
        self.glyphs = Glyphs(folders)
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
        )
        own = "Noto Serif SC"
        self.families = [own, *sorted(set(self._fonts.families()) - {own})]
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="typesetter")
        self._mine = threading.local()
        self._waiting = 0

    async def set(self, sheet: Sheet, made_at: datetime) -> bytes:
        """The sheet's PDF. Raises `NotInTheFonts`, `TooBusy`."""
        return await self._off_the_loop(sheet, made_at, "pdf")

    async def draw(self, sheet: Sheet, made_at: datetime) -> bytes:
        """The sheet's first page as a PNG. Raises `NotInTheFonts`, `TooBusy`."""
        return await self._off_the_loop(sheet, made_at, "png")

    def set_now(self, sheet: Sheet, made_at: datetime, form: Form = "pdf") -> bytes:
        """The same in this thread. The same sheet of the same time gives the same bytes. Raises `NotInTheFonts`."""
        if missing := self.glyphs.missing("".join(words_of(sheet))):
            raise NotInTheFonts(missing)
        given = {"sheet": json.dumps({**_cleaned(sheet), "fonts": self.families}, ensure_ascii=False)}
        options: dict[str, Any] = {"ppi": PIXELS_PER_INCH} if form == "png" else {"pdf_standards": STANDARD}
        printed = self._compiler().compile(
            str(TEMPLATES / f"{sheet['template']}.typ"),
            format=form,
            sys_inputs=given,
            timestamp=int(made_at.timestamp()),
            **options,
        )
        first = printed[0] if isinstance(printed, list) else printed
        if not first:
            raise RuntimeError("a sheet without a page")
        return first

    def close(self) -> None:
        """What is being set is finished; nothing more is begun."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _off_the_loop(self, sheet: Sheet, made_at: datetime, form: Form) -> bytes:
        if self._waiting >= MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self.set_now, sheet, made_at, form)
        finally:
            self._waiting -= 1

    def _compiler(self) -> typst.Compiler:
        compiler: typst.Compiler | None = getattr(self._mine, "compiler", None)
        if compiler is None:
            compiler = typst.Compiler(root=str(TEMPLATES), font_paths=self._fonts, ignore_system_fonts=True)
            self._mine.compiler = compiler
        return compiler


def left_blank(node: Any, glyphs: Glyphs) -> Any:
    """A sheet with a place to write by hand for every sign no font has."""
    if isinstance(node, str):
        return "\n".join(glyphs.left_blank(line) for line in node.split("\n"))
    if isinstance(node, dict):
        return {name: left_blank(inner, glyphs) for name, inner in node.items()}
    if isinstance(node, list | tuple):
        return [left_blank(inner, glyphs) for inner in node]
    return node


def words_of(node: Any) -> Iterator[str]:
    """Every text of a sheet."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list | tuple):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from words_of(inner)


def _cleaned(node: Any) -> Any:
    """The sheet with every text as it can stand on paper; our own line breaks stay."""
    if isinstance(node, str):
        return "\n".join(clean(line) for line in node.split("\n"))
    if isinstance(node, dict):
        return {name: _cleaned(inner) for name, inner in node.items()}
    if isinstance(node, list | tuple):
        return [_cleaned(inner) for inner in node]
    return node
