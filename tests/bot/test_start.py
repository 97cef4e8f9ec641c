"""A start of the service loads what a turn needs and nothing else: it is paid after every sudden death."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from storage.migrations import upgrade

#: Each takes 10 to 500 ms of a start to load, and none is needed before a permit is signed, a table is exported, …
ONLY_WHERE_USED = "alembic telegram httpx psycopg pyhanko pikepdf PIL pypdfium2 xlsxwriter cryptography.x509 rapidocr"
#: Parts of libraries nobody calls here.
NEVER = "pkg_resources httpx._main"
#: What the process that looks at files has no use for, and must not reach: settings hold passwords, tables hold people.
NOT_BESIDE_FILES = "bot.settings storage sqlalchemy pydantic aiohttp dialogs"

STARTED = """
import asyncio, sys
from bot.serve import make_app, read_settings, Service
async def started():
    service = Service(read_settings())
    make_app(service)
    await service.start(background=False)
    await service.close()
asyncio.run(started())
print(*sys.modules)
"""
LOOKED = "import sys, bot.uploads.worker, bot.uploads.look, bot.uploads.sheets; print(*sys.modules)"


def loaded(program: str, **settings: str) -> set[str]:
    """The modules an interpreter of its own has loaded when it has run the program."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HURENTONG_")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment | settings, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.journey
def test_a_start_loads_no_library_before_it_is_used(settings: Settings) -> None:
    """Without a bot and with tables at this version, a service that takes turns has loaded none of them."""
    settings.data_dir.mkdir()
    upgrade(settings.database())
    modules = loaded(STARTED, HURENTONG_DATA_DIR=str(settings.data_dir))
    assert {"jieba", "dialogs.understanding.decide", "bot.desk.routes"} <= modules
    assert modules & {*ONLY_WHERE_USED.split(), *NEVER.split()} == set()


@pytest.mark.journey
def test_a_start_with_a_bot_loads_the_bots_library_without_what_nobody_calls(settings: Settings) -> None:
    """python-telegram-bot stands on httpx; httpx's command line is left out."""
    bot = {"HURENTONG_TELEGRAM__TOKEN": "1000:TEST", "HURENTONG_TELEGRAM__PRIVATE_IN_CHAT": "true"}
    modules = loaded(STARTED, HURENTONG_DATA_DIR=str(settings.data_dir), **bot)
    assert {"telegram", "httpx"} <= modules
    assert modules & set(NEVER.split()) == set()


@pytest.mark.journey
def test_the_process_that_looks_at_files_loads_neither_settings_nor_tables(tmp_path: Path) -> None:
    """It loads beside the service at every start."""
    assert loaded(LOOKED, TMPDIR=str(tmp_path)) & set(NOT_BESIDE_FILES.split()) == set()
