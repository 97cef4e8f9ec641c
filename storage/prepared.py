"""Core statements compiled once and run on the driver itself: for the three statements of every turn.

SQLAlchemy's own execution costs several times the statement. Values are given as the database stores them (instants
in microseconds, `schema.to_microseconds`), rows come back the same way, as plain tuples.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ClauseElement, Connection


class Prepared:
    """One statement, compiled for each dialect it meets."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def run(self, conn: Connection, **values: Any) -> Any:
        """The driver's cursor after running with these values, inside the connection's transaction."""
        compiled = self._compiled.get(conn.dialect.name)
        if compiled is None:
            compiled = self._compile(conn)
        sql, order = compiled
        driver: Any = conn.connection.driver_connection
        return driver.execute(sql, values if order is None else tuple(values[name] for name in order))

    def sql(self, conn: Connection) -> str:
        """The statement as the database is given it, for tests that ask for its plan."""
        return self._compile(conn)[0]

    def _compile(self, conn: Connection) -> tuple[str, tuple[str, ...] | None]:
        compiled = self._statement.compile(dialect=conn.dialect)
        names: Any = getattr(compiled, "positiontup", None)
        found = (str(compiled), None if names is None else tuple(names))
        self._compiled[conn.dialect.name] = found
        return found
