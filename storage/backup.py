"""A copy of an SQLite database while the service goes on: whole, as of one moment, compact."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import make_url

from storage.dialect import is_sqlite, sqlite_library
from storage.errors import NotCopied


def copy_database(url: str, target: Path) -> int:
    """Copy the database into a new file that only its owner reads. Returns its bytes. Raises `NotCopied`.

    Everything personal in it stays sealed; the keys are not in it.
    """
    path = make_url(url).database
    if not is_sqlite(url) or not path:
        raise NotCopied("PostgreSQL 请用 pg_dump 备份，见 docs/operations.md (use pg_dump)")
    if not Path(path).exists():
        raise NotCopied(f"还没有数据库 (no database yet): {path}")
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise NotCopied(f"写不了 (cannot write) {target}: {error.strerror}") from None
    library = sqlite_library()
    try:
        _copy(library, path, target)
    except library.Error as error:
        target.unlink()
        raise NotCopied(f"没有备份成 (not copied): {error}") from None
    return target.stat().st_size


def _copy(library: object, path: str, target: Path) -> None:
    connect = library.connect  # type: ignore[attr-defined]  # one of two modules of one shape
    source = connect(path, isolation_level=None)
    try:
        source.execute("PRAGMA busy_timeout=10000").fetchall()
        source.execute("VACUUM INTO ?", (str(target),))
    finally:
        source.close()
    copied = connect(str(target))
    try:
        outcome = copied.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        copied.close()
    if outcome != "ok":
        raise library.DatabaseError("integrity_check")  # type: ignore[attr-defined]  # likewise
