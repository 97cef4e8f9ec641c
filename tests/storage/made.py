"""Rows for the storage tests: cases of made-up people, and the statements a function really sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, insert, select

from state_machine import case as rules
from state_machine.codes import Field
from state_machine.interview import InterviewRecord, InterviewState
from storage import accounts, applications, cases
from storage.cases import StoredCase
from storage.keys import Keyring
from storage.schema import applications as applications_table
from storage.schema import cases as cases_table

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
COUNTY = "331126"


def new_account(conn: Connection, keyring: Keyring, county: str = COUNTY) -> str:
    """An account."""
    return accounts.open_account(conn, keyring, county, AT)


def new_case(
    conn: Connection,
    keyring: Keyring,
    account_id: str,
    number: int,
    *,
    minutes: int = 0,
    due_on: date | None = None,
    county: str = COUNTY,
) -> StoredCase:
    """A submitted case, `minutes` after noon; with a due date if one is given."""
    at = AT + timedelta(minutes=minutes)
    answers = {
        Field.NAME: f"测试{number}",
        Field.ID_NUMBER: f"33112619900101{number:04d}",
        Field.PHONE: f"199{number:08d}",
        Field.RECOGNITION: "held_permit",
        Field.GROUND: ["employment"],
    }
    interview = InterviewRecord(application_id=f"a{number:06d}", state=InterviewState.SUBMITTED, answers=answers)
    application = applications.add(conn, keyring, county, account_id, interview, at)
    record = rules.open_case(f"c{number:06d}", f"QY20261123-{number:04d}", f"a{number:06d}", answers, [], [], at, [])
    stored = cases.insert_case(conn, keyring, county, account_id, application.key, record)
    if due_on is not None:
        cases.save(conn, keyring, stored, due_on=due_on, due_unknown=False)
    return stored


def copy_cases(conn: Connection, count: int) -> None:
    """Many rows like the ones there are, so that a planner has something to plan for. Their seals do not open."""
    application = dict(conn.execute(select(applications_table).limit(1)).one()._mapping)
    case = dict(conn.execute(select(cases_table).limit(1)).one()._mapping)
    numbers = range(500_000, 500_000 + count)
    conn.execute(
        insert(applications_table),
        [{**application, "application_id": f"a{n}", "is_draft": n % 50 == 0} for n in numbers],
    )
    conn.execute(
        insert(cases_table),
        [
            {
                **case,
                "case_id": f"c{n}",
                "application_id": f"a{n}",
                "application_number": f"QY20261122-{n}",
                "queue_day": 739_000 + n % 97,
                "state": ("issued", "issued", "issued", "accepted", "submitted")[n % 5],
                "id_number_index": n.to_bytes(4, "big"),
                "phone_index": n.to_bytes(4, "big"),
            }
            for n in numbers
        ],
    )
    conn.exec_driver_sql("ANALYZE")


@contextmanager
def sent(conn: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Every SELECT sent while this lasts, with its values."""
    found: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            found.append((statement, values))

    event.listen(conn.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(conn.engine, "before_cursor_execute", note)


def plans_of(conn: Connection, found: list[tuple[str, Any]]) -> list[str]:
    """The plans of these statements, as the database makes them for the rows it has."""
    prefix = "EXPLAIN " if conn.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    return ["\n".join(str(tuple(row)) for row in conn.exec_driver_sql(prefix + sql, values)) for sql, values in found]
