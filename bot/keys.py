"""`hurentong keys status|rotate|rewrap`: the master key's versions, and what each still wraps. No key is ever shown."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from storage import audit, rotation
from storage.archive import Archive
from storage.errors import StorageError
from storage.keys import Keyring

if TYPE_CHECKING:
    from bot.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The three small commands."""
    what = parser.add_subparsers(dest="what", metavar="status|rotate|rewrap", required=True)
    what.add_parser("status", help="有哪几版主密钥，各包着多少数据密钥 (versions and what each wraps)")
    what.add_parser("rotate", help="新增一版主密钥，并把数据密钥都改用它 (a new version; rewrap everything)")
    what.add_parser("rewrap", help="接着做上次没做完的 (go on with an interrupted rotation)")


def run(arguments: argparse.Namespace) -> int:
    """Do it; 0 done, 1 it could not be done and standard error says why."""
    from bot.settings import read_settings  # here: the parser alone needs no settings

    commands: dict[str, Callable[[Settings, Archive], None]] = {"status": _status, "rotate": _rotate, "rewrap": _rewrap}
    settings = read_settings()
    if not settings.master_key().exists():
        sys.stderr.write("还没有主密钥，第一次启动服务时生成 (no master key yet; made at the first start)\n")
        return 1
    try:
        keyring = Keyring.open(settings.master_key(), settings.algorithm())
        archive = Archive.open(settings.database(), keyring)
    except (StorageError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    try:
        commands[arguments.what](settings, archive)
    except StorageError as error:
        sys.stderr.write(f"{error}\n再运行一次 hurentong keys rewrap，会从没做完的地方接着做 (run it again to go on)\n")
        return 1
    finally:
        asyncio.run(archive.close())
    return 0


def _status(settings: Settings, archive: Archive) -> None:
    keyring = archive.keyring
    wrapped = archive.write_now(rotation.by_version)
    sys.stdout.write(f"主密钥文件 (keyring)\t{settings.master_key()}\n算法 (algorithm)\t{settings.encryption}\n")
    for version in sorted({*keyring.versions, *wrapped}):
        mark = "现用 (current)" if version == keyring.current else "旧 (old)"
        known = mark if version in keyring.versions else "密钥文件里没有 (missing)"
        sys.stdout.write(f"第 {version} 版\t{wrapped.get(version, 0)}\t{known}\n")


def _rotate(settings: Settings, archive: Archive) -> None:
    version = archive.keyring.rotate()
    sys.stdout.write(f"主密钥第 {version} 版已生成。请马上备份 {settings.master_key()} (back it up now)\n")
    sys.stdout.flush()
    _rewrap(settings, archive)


def _rewrap(settings: Settings, archive: Archive) -> None:
    """Batch by batch, each its own commit: a service beside it waits milliseconds."""
    done, place = 0, rotation.BEGINNING
    while place is not None:
        changed, place = archive.write_now(partial(rotation.rewrap_batch, keyring=archive.keyring, place=place))
        done += changed
    details = {"version": archive.keyring.current, "rewrapped": done}
    county, now = settings.county.code, datetime.now(UTC)
    archive.write_now(lambda conn: audit.add(conn, county, "keys_rewrapped", now, details=details))
    sys.stdout.write(f"已有 {done} 把数据密钥改用第 {archive.keyring.current} 版 (rewrapped)\n")
