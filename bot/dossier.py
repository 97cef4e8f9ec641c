"""`hurentong dossier export|verify`: 一人一档 as a file, and whether such a file is whole."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bot.papers.desk_of_papers import Papers
from bot.papers.dossier.building import bundle, dossier
from bot.papers.dossier.months import cases_of, one_by_one, span_of
from bot.papers.dossier.verifying import verify
from bot.settings import Settings, read_settings
from bot.wiring import now_utc, rules_from
from storage import audit, figures, papers
from storage.archive import Archive
from storage.errors import NotOurs, StorageError
from storage.files import FileStore
from storage.keys import Keyring


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which dossiers into which file; or which file is to be checked."""
    ways = parser.add_subparsers(dest="way", required=True)
    out = ways.add_parser("export", help="导出案卷 (write dossiers into a new file)")
    which = out.add_mutually_exclusive_group(required=True)
    which.add_argument("--case", metavar="申请编号", help="一件办件 (one case)")
    which.add_argument("--month", metavar="2026-11", help="这个月办结的全部办件 (all cases that ended in a month)")
    which.add_argument(
        "--person",
        action="store_true",
        help="一个人的全部办件，身份证号从标准输入读 (a person's; number on standard input)",
    )
    out.add_argument("file", type=Path, help="写到哪个新文件 (a new file)")
    check = ways.add_parser("verify", help="核验案卷，不用数据库 (check a dossier, without the database)")
    check.add_argument("--certificate", type=Path, help="只认这张证书的签名 (PEM; only its signature counts)")
    check.add_argument("file", type=Path)


def run(arguments: argparse.Namespace) -> int:
    """Do it; 0 done or whole, 1 not."""
    if arguments.way == "verify":
        return _verify(arguments.file, arguments.certificate)
    try:
        return asyncio.run(_export(read_settings(), arguments))
    except (StorageError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _verify(file: Path, certificate: Path | None) -> int:
    report = verify(file, certificate.read_bytes() if certificate else None)
    if report.is_whole:
        sys.stdout.write(f"完好 (whole): {len(report.cases)} 件，{report.files} 个文件\n")
        sys.stdout.write(f"签名证书 (signed under): SHA-256 {report.fingerprint}\n")
        for name in report.missing:
            sys.stdout.write(f"制作时就缺 (missing when it was made): {name}\n")
        return 0
    for problem in report.problems:
        sys.stderr.write(f"不完好 (not whole): {problem}\n")
    return 1


async def _export(settings: Settings, arguments: argparse.Namespace) -> int:
    keyring = Keyring.open(settings.master_key(), settings.algorithm())
    archive = Archive.open(settings.database(), keyring, migrate=False)
    files = FileStore.open(settings.store(), settings.algorithm())
    house = Papers(settings, archive, files, now_utc)
    try:
        stream = await _wanted(house, settings, arguments)
        if stream is None:
            sys.stderr.write("没有这样的办件 (no such case)\n")
            return 1
        size = await _write(arguments.file, stream)
    finally:
        await house.close()
        await archive.close()
    sys.stdout.write(f"案卷已导出 (written): {arguments.file}，{size} 字节。里面都是个人信息，请妥善保管。\n")
    return 0


async def _wanted(house: Papers, settings: Settings, arguments: argparse.Namespace) -> AsyncIterator[bytes] | None:
    """The stream of what was asked for, written down in the trail; None if there is nothing."""
    county, rules, archive = settings.county.code, rules_from(settings), house.archive
    details: dict[str, str] = {"way": "command line"}
    case_id: str | None = None
    stream: AsyncIterator[bytes]
    if arguments.case:
        case_id = await archive.read(lambda conn: figures.case_of_number(conn, county, arguments.case))
        if case_id is None:
            return None
        stream = dossier(house, rules, case_id)
    elif arguments.person:
        number = sys.stdin.readline().strip().upper()
        found = await archive.read(lambda conn: papers.of_person(conn, archive.keyring, county, number))
        if not found:
            return None
        details["cases"] = str(len(found))
        stream = bundle(house, rules, "person", one_by_one(found))
    else:
        span = span_of(arguments.month, settings.zone())
        if span is None:
            raise NotOurs("月份写成 2026-11 这样 (a month is written 2026-11)")
        details["month"] = arguments.month
        stream = bundle(house, rules, arguments.month, cases_of(archive, county, span))
    now = now_utc()
    await archive.write(
        lambda conn: audit.add(conn, county, "export_dossier", now, case_id=case_id, details=details), key="dossier"
    )
    return stream


async def _write(path: Path, stream: AsyncIterator[bytes]) -> int:
    """Into a new file that its owner alone reads; a half-written one does not stay."""
    descriptor, size = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 0
    try:
        with os.fdopen(descriptor, "wb") as file:
            async for piece in stream:
                file.write(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return size
