"""`hurentong dossier export`: the archive is opened, the dossiers are written, the trail says so."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TextIO

from bot.papers.desk_of_papers import Papers
from bot.papers.dossier.building import bundle, dossier
from bot.papers.dossier.months import cases_of, one_by_one, span_of
from bot.settings import Settings
from bot.wiring import now_utc, rules_from
from storage import audit, figures, papers
from storage.archive import Archive
from storage.errors import NotOurs
from storage.files import FileStore
from storage.keys import Keyring


async def export(settings: Settings, arguments: argparse.Namespace, typed: TextIO) -> int:
    """Write what was asked for into a new file; a person's number is read from `typed`.

    Returns the exit code. Raises what the archive raises.
    """
    keyring = Keyring.open(settings.master_key(), settings.algorithm())
    archive = Archive.open(settings.database(), keyring, migrate=False)
    files = FileStore.open(settings.store(), settings.algorithm())
    house = Papers(settings, archive, files, now_utc)
    try:
        stream = await _wanted(house, settings, arguments, typed)
        if stream is None:
            sys.stderr.write("没有这样的办件 (no such case)\n")
            return 1
        size = await _write(arguments.file, stream)
    finally:
        await house.close()
        await archive.close()
    sys.stdout.write(f"案卷已导出 (written): {arguments.file}，{size} 字节。里面都是个人信息，请妥善保管。\n")
    return 0


async def _wanted(
    house: Papers, settings: Settings, arguments: argparse.Namespace, typed: TextIO
) -> AsyncIterator[bytes] | None:
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
        number = typed.readline().strip().upper()
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
