"""Everything in which SQLite and PostgreSQL differ. No other module asks which of the two it is talking to."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.schema import Table

from storage.errors import SqliteTooOld
from storage.schema import accounts, sessions

#: The first release without the race that can corrupt a WAL database.
OLDEST_SQLITE = (3, 51, 3)
BUSY_MILLISECONDS = 10_000
#: PostgreSQL: serialization failure, deadlock.
TRANSIENT = frozenset({"40001", "40P01"})
#: Seconds to wait for PostgreSQL to take a connection.
CONNECT_SECONDS = 10
#: What keeps the database from writing, by SQLite's primary result code …
SQLITE_TROUBLE = {
    5: "locked",
    6: "locked",
    8: "read_only",
    10: "disk_fault",
    11: "broken_file",
    13: "disk_full",
    14: "unreachable",
    26: "broken_file",
}
#: … and by the start of PostgreSQL's SQLSTATE.
POSTGRES_TROUBLE = {
    "53100": "disk_full",
    "53": "unreachable",
    "57P": "unreachable",
    "08": "unreachable",
    "55P03": "locked",
    "25006": "read_only",
}


def is_sqlite(url: str) -> bool:
    """Whether the address names an SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_library() -> Any:
    """The DB-API module with the newest SQLite at hand: pysqlite3's bundled one where it is installed."""
    if platform.system() == "Linux":
        import pysqlite3.dbapi2 as library
    else:
        import sqlite3 as library
    return library


def refuse_old_sqlite(version: tuple[int, ...], name: str) -> None:
    """Raise `SqliteTooOld` for a library with the WAL-reset race."""
    if version < OLDEST_SQLITE:
        least = ".".join(map(str, OLDEST_SQLITE))
        raise SqliteTooOld(
            f"SQLite {name} can corrupt a WAL database; at least {least} is needed (pip install pysqlite3)"
        )


def engine_for(url: str, *, reads_only: bool = False, connections: int = 4) -> Engine:
    """An engine with the settings that make acknowledged mean durable.

    SQLite: WAL, synchronous=FULL, foreign keys, `BEGIN IMMEDIATE` for writers. PostgreSQL: READ COMMITTED.
    """
    if is_sqlite(url):
        return _sqlite_engine(url, reads_only, connections)
    address = make_url(url).set(drivername="postgresql+psycopg")
    options = "-c default_transaction_read_only=on" if reads_only else ""
    return create_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": options, "connect_timeout": CONNECT_SECONDS},
    )


def _sqlite_engine(url: str, reads_only: bool, connections: int) -> Engine:
    library = sqlite_library()
    refuse_old_sqlite(library.sqlite_version_info, library.sqlite_version)
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _for_owner_alone(Path(path))
    engine = create_engine(
        url,
        module=library,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        connect_args={"check_same_thread": False, "isolation_level": None, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "secure_delete=ON",  # what is erased is overwritten: a data key that lay in a deleted row is gone
            "cache_size=-65536",
            "mmap_size=268435456",
            f"query_only={'ON' if reads_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return engine


def _for_owner_alone(path: Path) -> None:
    """Nobody but its owner reads the database, whatever the umask; SQLite gives its -wal and -shm the same mode."""
    for place in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with contextlib.suppress(FileNotFoundError, PermissionError):
            place.chmod(0o600)
    with contextlib.suppress(OSError):  # it is there, or cannot be made: SQLite itself says why
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def single_connection_engine(url: str) -> Engine:
    """An engine without a pool, for migrations and the command line."""
    if is_sqlite(url):
        return _sqlite_engine(url, False, 1)
    address = make_url(url).set(drivername="postgresql+psycopg")
    waiting = {"connect_timeout": CONNECT_SECONDS}
    return create_engine(address, poolclass=NullPool, hide_parameters=True, connect_args=waiting)


def writers(url: str, wanted: int) -> int:
    """How many writing threads the database can use: SQLite has one writer, whatever is wanted."""
    return 1 if is_sqlite(url) else wanted


def execute_plain(connection: Connection, statement: str) -> None:
    """Run a statement without parameters or result on the driver itself (savepoints: twice per job)."""
    driver: Any = connection.connection.driver_connection
    driver.execute(statement)


def is_transient(error: BaseException) -> bool:
    """Whether the job lost against another process and may simply be tried again (PostgreSQL only)."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) in TRANSIENT


def trouble(error: BaseException | None) -> str | None:
    """What keeps the database itself from writing (`CannotWrite.why`); None if the error is another one."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return SQLITE_TROUBLE.get(code & 0xFF)
    psycopg: Any = sys.modules.get("psycopg")  # loaded with the first engine for PostgreSQL, and not without one
    if psycopg is None or not isinstance(cause, psycopg.Error):
        return None
    if cause.sqlstate is None:  # the connection broke or was never made
        return "unreachable" if isinstance(cause, psycopg.OperationalError) else None
    return next(
        (POSTGRES_TROUBLE[cause.sqlstate[:n]] for n in (5, 3, 2) if cause.sqlstate[:n] in POSTGRES_TROUBLE), None
    )


def lock_account(connection: Connection, account_id: str) -> None:
    """Nobody else writes in this account's chat until the commit. SQLite's only writer is locked already."""
    if connection.dialect.name == "postgresql":
        key = accounts.c.account_id
        connection.execute(accounts.select().with_only_columns(key).where(key == account_id).with_for_update())


def lock_session(connection: Connection, token_sha256: bytes) -> None:
    """`lock_account` for the account of a session. PostgreSQL only reads what it locked anew in the next statement.

    Whoever waited for an account that was joined to another meanwhile finds its row gone: the session is the other's
    now, and is locked there.
    """
    if connection.dialect.name == "postgresql":
        its_account = (
            accounts.select()
            .with_only_columns(accounts.c.account_id)
            .join(sessions, sessions.c.account_id == accounts.c.account_id)
            .where(sessions.c.token_sha256 == token_sha256)
            .with_for_update(of=accounts)
        )
        if connection.execute(its_account).first() is None:
            connection.execute(its_account)


def lock_lane(connection: Connection, lane: str) -> None:
    """Nobody else adds to this lane or ends a message of it until the commit; a lane has no row of its own to lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lane, 0))))


def for_update(statement: Select[Any], *, skip_locked: bool = False) -> Select[Any]:
    """Lock the rows read. SQLite ignores it: its writer is alone."""
    return statement.with_for_update(skip_locked=skip_locked)


def insert_or(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, in this connection's dialect."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def explain(connection: Connection, statement: Insert | Select[Any]) -> str:
    """The plan of a statement, for tests that hold an index to its promise."""
    compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
    prefix = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(f"{prefix} {compiled}"))


def lock_for_migration(connection: Connection) -> None:
    """Processes that start together migrate one after another. SQLite's `BEGIN IMMEDIATE` has done it already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(331126)")


def count_on(connection: Connection, table: Table) -> None:
    """After rows were copied in with their numbers: the next one counted is higher. SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None and column.autoincrement is True:
        highest = connection.execute(select(func.max(column))).scalar()
        if highest is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, highest)))
