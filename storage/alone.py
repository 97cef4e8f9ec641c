"""One SQLite file is served by one process: a lock beside the file, which the system lets go when the process ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from storage.dialect import is_sqlite
from storage.errors import ServedAlready


@contextmanager
def served_alone(url: str) -> Iterator[None]:
    """Hold the file for this service. Raises `ServedAlready`. PostgreSQL takes any number of services.

    Commands that look or write once (`staff`, `keys`, a backup) need no lock: SQLite lets them in between.
    """
    path = make_url(url).database if is_sqlite(url) else None
    if not path:
        yield
        return
    lock = Path(f"{path}.served")
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise ServedAlready(
            f"另一个服务正在用这个数据库 (another service works on this database): {path}。"
            "请先停下它；要几台机器一起服务，请用 PostgreSQL（见 docs/operations.md）。"
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)
