"""`hurentong move`: everything from the configured database and store to others. The service is stopped meanwhile."""

from __future__ import annotations

import argparse
import sys

from bot.settings import read_settings
from storage.alone import served_alone
from storage.errors import StorageError
from storage.files import FileStore
from storage.moving import move_rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to; either or both."""
    parser.add_argument("--database", help="目标数据库，例如 postgresql://用户@主机/库 (an empty database)")
    parser.add_argument("--store", help="目标材料存放处，例如 s3://桶/前缀 (an address as in materials.store_url)")


def run(arguments: argparse.Namespace) -> int:
    """Copy and count; the source stays as it is."""
    settings = read_settings()
    if not (arguments.database or arguments.store):
        sys.stderr.write("请写 --database 或 --store (say where to)\n")
        return 2
    try:
        with served_alone(settings.database()):
            if arguments.database:
                total = move_rows(settings.database(), arguments.database, _tell)
                sys.stdout.write(f"共 {total} 行 (rows)。请把 database_url 改成新地址再启动\n")
            if arguments.store:
                count = FileStore.open(settings.store()).copy_to(FileStore.open(arguments.store))
                sys.stdout.write(f"{count} 个文件 (files)。请把 materials.store_url 改成新地址再启动\n")
    except (StorageError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _tell(table: str, count: int) -> None:
    sys.stdout.write(f"{table}\t{count}\n")
