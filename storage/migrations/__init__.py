"""Bringing the tables to this version (Alembic). Several processes may start at once: one migrates, the others wait."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.channel_schema import channels
from storage.desk_schema import chat_marks
from storage.dialect import lock_for_migration, single_connection_engine
from storage.errors import SchemaBehind
from storage.paper_schema import papers
from storage.reading_schema import readings

FOLDER = Path(__file__).parent
#: The tables this version needs, all of them: every module of tables puts its own beside those of `schema`.
TABLES = (chat_marks, channels, papers, readings)
METADATA = chat_marks.metadata


def configuration() -> Config:
    """Alembic's configuration; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def newest() -> str | None:
    """The revision this program needs."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def current(connection: Connection) -> str | None:
    """The revision the tables are at; None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str, *, check_only: bool = False) -> bool:
    """Bring the tables to this version; True if there was anything to do. With `check_only`, raises `SchemaBehind`."""
    engine = single_connection_engine(url)
    try:
        with engine.begin() as connection:
            lock_for_migration(connection)
            if current(connection) == newest():
                return False
            if check_only:
                raise SchemaBehind("the tables are not at this version: run `hurentong migrate`")
            config = configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return True
    finally:
        engine.dispose()
