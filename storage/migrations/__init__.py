"""Bringing the tables to this version (Alembic). Several processes may start at once: one migrates, the others wait."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

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


def newest() -> str:
    """The revision this program needs: the last one's file begins with its number."""
    return max(file.name.partition("_")[0] for file in FOLDER.glob("versions/[0-9]*.py"))


def current(connection: Connection) -> str | None:
    """The revision the tables are at; None before the first migration. Asked without Alembic, which only steps need."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


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
            _step(connection)
            return True
    finally:
        engine.dispose()


def _step(connection: Connection) -> None:
    """Every migration that is missing, in this connection's transaction."""
    from alembic import command  # 50 ms to load: only where there is a step to take
    from alembic.config import Config

    config = Config()  # there is no ini file
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
