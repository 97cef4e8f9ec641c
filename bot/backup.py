"""`hurentong backup <file>`: a copy of the SQLite database while the service goes on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.settings import read_settings
from storage.backup import copy_database
from storage.errors import StorageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", type=Path, help="备份写到哪个新文件 (a new file)")


def run(arguments: argparse.Namespace) -> int:
    """Copy, and say what else belongs to a backup."""
    settings = read_settings()
    try:
        size = copy_database(settings.database(), arguments.file)
    except StorageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(
        f"数据库已备份 (copied): {arguments.file}，{size} 字节\n"
        f"还要备份 (also copy): 材料 {settings.store()}；主密钥 {settings.master_key()}，请和数据分开放\n"
    )
    return 0
