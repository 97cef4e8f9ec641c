"""Moving a whole installation: every row from one database to another (`FileStore.copy_to` takes the files).

Nothing is opened on the way: what is sealed is bound to its table, row and column, which stay the same.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Table, func, insert, inspect, select

from storage.dialect import count_on, engine_for
from storage.errors import NotCopied
from storage.migrations import upgrade
from storage.schema import metadata

ROWS_AT_ONCE = 500


def move_rows(source_url: str, target_url: str, told: Callable[[str, int], None] = lambda *_: None) -> int:
    """Copy every row into an empty database, in one transaction; `told` hears each table's count. Returns the total.

    Raises `NotCopied` if the target holds anything, or the source has tables this program does not know.
    """
    upgrade(source_url)
    upgrade(target_url)
    source, target = engine_for(source_url, reads_only=True, connections=1), engine_for(target_url, connections=1)
    try:
        with source.connect() as reading, reading.begin(), target.begin() as writing:
            _refuse_unknown(reading)
            _refuse_filled(writing)
            total = 0
            for table in metadata.sorted_tables:
                count = _copy_table(reading, writing, table)
                told(table.name, count)
                total += count
            return total
    finally:
        source.dispose()
        target.dispose()


def _refuse_unknown(conn: Connection) -> None:
    unknown = set(inspect(conn).get_table_names()) - set(metadata.tables) - {"alembic_version"}
    if unknown:
        raise NotCopied(f"不认识的表 (unknown tables): {', '.join(sorted(unknown))}")


def _refuse_filled(conn: Connection) -> None:
    for table in metadata.sorted_tables:
        if conn.execute(select(func.count()).select_from(table)).scalar_one():
            raise NotCopied(f"目标数据库不是空的 (the target is not empty): {table.name}")


def _copy_table(reading: Connection, writing: Connection, table: Table) -> int:
    count = 0
    rows = reading.execution_options(stream_results=True).execute(select(table))
    for group in rows.mappings().partitions(ROWS_AT_ONCE):
        writing.execute(insert(table), [dict(row) for row in group])
        count += len(group)
    count_on(writing, table)
    if writing.execute(select(func.count()).select_from(table)).scalar_one() != count:
        raise NotCopied(f"行数不对 (counts differ): {table.name}")
    return count
