"""`hurentong doctor`: is this installation sound? One line a check: 好, 注意 or 不行, and what to do."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import shutil
import sqlite3
import stat
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings, SettingsWrong, read_settings
from bot.uploads.looked import NotTaken, Refusal
from storage.dialect import is_sqlite
from storage.errors import StorageError

GOOD, NOTE, BAD = "好", "注意", "不行"
LEAST_FREE = 2 * 1024**3
#: SQLite older than this can corrupt a WAL database.
LEAST_SQLITE = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    """One check's outcome."""

    mark: str
    what: str
    words: str


def add_arguments(_: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(_: argparse.Namespace) -> int:
    """Print every finding; 1 if anything is 不行."""
    try:
        settings = read_settings()
    except SettingsWrong as wrong:
        sys.stdout.write(f"[{BAD}] 设置：{wrong}\n")
        return 1
    found = list(examine(settings))
    for one in found:
        sys.stdout.write(f"[{one.mark}] {one.what}：{one.words}\n")
    return int(any(one.mark == BAD for one in found))


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check, in the order an operator would mend them."""
    yield Finding(GOOD, "设置", "全部读懂 (settings are valid)")
    checks: tuple[Callable[[Settings], Finding], ...] = (
        folder,
        disk,
        keys,
        sqlite,
        database,
        store,
        worker,
        reading,
        papers,
        calendar,
    )
    for check in checks:
        yield check(settings)
    yield from exposure(settings)


def folder(settings: Settings) -> Finding:
    """The data folder can be written, and by nobody else."""
    place = settings.data_dir
    if not place.exists():
        return Finding(NOTE, "数据文件夹", f"{place} 还没有，第一次启动时会建 (made at the first start)")
    probe = place / f".doctor-{uuid.uuid4().hex}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(BAD, "数据文件夹", f"{place} 写不进去 (not writable): {error.strerror}")
    if stat.S_IMODE(place.stat().st_mode) & 0o077:
        return Finding(NOTE, "数据文件夹", f"{place} 别人也能读，请 chmod 700 {place} (open to others)")
    return Finding(GOOD, "数据文件夹", str(place))


def disk(settings: Settings) -> Finding:
    """There is room for materials."""
    place = next(p for p in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents) if p.exists())
    free = shutil.disk_usage(place).free
    return Finding(GOOD if free >= LEAST_FREE else BAD, "磁盘", f"还剩 {free / 1024**3:.1f} GB (free)")


def keys(settings: Settings) -> Finding:
    """The master key is there and nobody else can read it."""
    from storage.keys import Keyring

    place = settings.master_key()
    if not place.exists():
        return Finding(NOTE, "主密钥", f"{place} 还没有，第一次启动时生成 (made at the first start)")
    try:
        versions = Keyring.open(place).versions
    except (StorageError, OSError) as error:
        return Finding(BAD, "主密钥", str(error))
    return Finding(GOOD, "主密钥", f"{place}，第 {versions[-1]} 版，请确认另有备份 (keep a copy elsewhere)")


def sqlite(settings: Settings) -> Finding:
    """The SQLite library is free of the WAL-reset race."""
    if not is_sqlite(settings.database()):
        return Finding(GOOD, "SQLite", "没有用到 (not used)")
    try:
        library = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        library = sqlite3
    version = tuple(library.sqlite_version_info)
    words = ".".join(map(str, version))
    if version < LEAST_SQLITE:
        return Finding(BAD, "SQLite", f"{words} 太旧，可能损坏数据库；请安装 pysqlite3 (too old)")
    return Finding(GOOD, "SQLite", words)


def database(settings: Settings) -> Finding:
    """The database answers."""
    if is_sqlite(settings.database()) and not Path(settings.database().removeprefix("sqlite:///")).exists():
        return Finding(NOTE, "数据库", "还没有，第一次启动时建 (made at the first start)")
    from storage.migrations import upgrade

    try:
        if not is_sqlite(settings.database()):
            address = settings.database().replace("postgresql://", "postgresql+psycopg://", 1)
            engine = create_engine(address, connect_args={"connect_timeout": 5})
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            engine.dispose()
        upgrade(settings.database(), check_only=True)
    except StorageError as error:
        return Finding(BAD, "数据库", str(error))
    except (SQLAlchemyError, OSError) as error:
        return Finding(BAD, "数据库", f"连不上 (not reachable): {type(error).__name__}；请检查 database_url")
    return Finding(GOOD, "数据库", "连得上，表是这个版本 (reachable, at this version)")


def store(settings: Settings) -> Finding:
    """A sealed file can be written, read back and deleted."""
    from storage.files import FileStore

    key, content = f"staged/doctor-{uuid.uuid4()}", b"hurentong"
    try:
        files = FileStore.open(settings.store())
        files.put_sealed_bytes(key, content, b"k" * 32)
        same = files.open_sealed_bytes(key, b"k" * 32) == content
        files.delete([key])
    except Exception as error:  # every store has its own errors; all mean the same here
        return Finding(BAD, "材料存放", f"用不了 (not usable): {type(error).__name__}；请检查 materials.store_url")
    return Finding(GOOD if same else BAD, "材料存放", "写得进，读得回 (writable and readable)")


def worker(settings: Settings) -> Finding:
    """The process that looks at files starts and answers within its memory."""
    from bot.uploads.receive import Uploads
    from storage.files import FileStore

    async def ask() -> NotTaken | object:
        uploads = Uploads(FileStore.open("memory:"), settings.materials)
        await uploads.start()
        try:
            return await uploads.look(b"")
        finally:
            await uploads.close()

    answer = asyncio.run(ask())
    if isinstance(answer, NotTaken) and answer.problem == Refusal.EMPTY:
        return Finding(GOOD, "文件检查", "检查进程正常 (the worker answers)")
    return Finding(
        BAD, "文件检查", "检查进程没有回答；请把 materials.worker_megabytes 调大 (the worker gives no answer)"
    )


def reading(settings: Settings) -> Finding:
    """Photographs are read, or it is said that they are not and why."""
    from bot.reading_pictures.worker import is_available

    if not settings.reading.pictures:
        return Finding(NOTE, "认照片", "没有开，群众要打字 (switched off: reading.pictures)")
    if not is_available():
        return Finding(NOTE, "认照片", "没有装 ocr 附加包，群众要打字 (pip install 'hurentong[ocr]')")
    return Finding(GOOD, "认照片", "装好了 (photos of cards and proofs are read)")


def papers(settings: Settings) -> Finding:
    """The fonts print rare characters, the signing key opens, and what still makes permits samples is said."""
    from bot.papers.checking import before_real_use, key_trouble, signs_missing

    if signs_missing(settings):
        return Finding(BAD, "文书", "字体不全，打不出生僻字 (the fonts lack rare characters)")
    if trouble := key_trouble(settings):
        return Finding(BAD, "文书", f"签名密钥打不开 (the signing key): {trouble}")
    if left := list(before_real_use(settings)):
        return Finding(NOTE, "文书", "；".join(left))
    return Finding(GOOD, "文书", "字体、签名密钥都好 (fonts and key are fine)")


def calendar(settings: Settings) -> Finding:
    """This year's and, late in the year, next year's holiday arrangement are known."""
    from bot.wiring import calendar_from

    today: date = datetime.now(settings.zone()).date()
    through = calendar_from(settings).published_through
    if through < today.year:
        return Finding(BAD, "日历", f"没有 {today.year} 年的放假安排，请写进 desk.holidays_file (missing)")
    if through == today.year and today.month >= 11:
        words = f"{today.year + 1} 年的放假安排公布后，请写进 desk.holidays_file (next year is missing)"
        return Finding(NOTE, "日历", words)
    return Finding(GOOD, "日历", f"放假安排到 {through} 年 (known through)")


def telegram(settings: Settings) -> Finding:
    """The bot's token is known to Telegram, and our own page can open inside it."""
    if not settings.telegram.is_on:
        return Finding(GOOD, "Telegram", "没有开 (no token set)")
    from telegram.error import InvalidToken, TelegramError

    from bot.channels.telegram.client import Client

    async def ask() -> str:
        client = Client(settings.telegram)
        try:
            return (await client.bot.get_me()).username or "?"
        finally:
            await client.close()

    try:
        name = asyncio.run(ask())
    except InvalidToken:
        return Finding(BAD, "Telegram", "telegram.token 不对，Telegram 不认识 (unknown token)")
    except TelegramError as trouble:
        return Finding(NOTE, "Telegram", f"连不上 telegram.api_url (not reachable): {type(trouble).__name__}")
    if not settings.telegram.private_in_chat and not settings.public_url.startswith("https://"):
        return Finding(NOTE, "Telegram", f"@{name}；public_url 不是 https，页面不能在 Telegram 里面打开 (https needed)")
    return Finding(GOOD, "Telegram", f"@{name}，{settings.telegram.mode}")


def exposure(settings: Settings) -> Iterator[Finding]:
    """What is open to the network."""
    if settings.demo:
        yield Finding(NOTE, "演示", "demo 开着：真实使用请关掉 (demo is on)")
    if settings.host not in ("127.0.0.1", "localhost", "::1") and not settings.secure_cookies:
        yield Finding(NOTE, "网络", "对外监听但 secure_cookies 是 false：请走 https 并改成 true (cookies without TLS)")
