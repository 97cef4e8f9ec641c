"""The migrations make exactly the tables of `schema`."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.archive import Archive
from storage.dialect import refuse_old_sqlite, single_connection_engine
from storage.errors import SchemaBehind, SqliteTooOld
from storage.keys import Keyring
from storage.migrations import FOLDER, current, newest, upgrade
from storage.schema import metadata
from tests.storage.databases import BOTH, fresh_database


@pytest.mark.parametrize("kind", BOTH)
def test_migrated_tables_equal_the_schema(kind: str, tmp_path: Path) -> None:
    """After all migrations, nothing is missing and nothing is left over."""
    url = fresh_database(kind, tmp_path, empty=True)
    assert upgrade(url) is True
    assert upgrade(url) is False
    engine = single_connection_engine(url)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        assert current(connection) == newest()
    engine.dispose()


def test_the_newest_revision_is_the_one_alembic_ends_at() -> None:
    """The start tells it by the files' names, without Alembic: a file begins with its revision, the head is last."""
    scripts = ScriptDirectory(str(FOLDER))
    assert newest() == scripts.get_current_head()
    assert all(Path(str(one.path)).name.startswith(f"{one.revision}_") for one in scripts.walk_revisions())


@pytest.mark.parametrize("kind", BOTH)
def test_tables_of_another_version_are_refused(kind: str, tmp_path: Path) -> None:
    """Without permission to migrate, an archive does not open over older tables."""
    url = fresh_database(kind, tmp_path, empty=True)
    with pytest.raises(SchemaBehind, match="hurentong migrate"):
        Archive.open(url, Keyring.in_memory(), migrate=False)


def test_an_sqlite_that_could_corrupt_the_file_is_refused() -> None:
    """Below 3.51.3 the start is refused by name; from there on it is not."""
    with pytest.raises(SqliteTooOld, match=r"3\.40\.1"):
        refuse_old_sqlite((3, 40, 1), "3.40.1")
    refuse_old_sqlite((3, 51, 3), "3.51.3")


def test_every_row_carries_its_county() -> None:
    """One deployment may serve several counties: no table is without the column."""
    assert [table.name for table in metadata.tables.values() if "county" not in table.c] == []
