"""However much was sent, what is due, who is next and what a case's receipts are is found by an index."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from storage import channels, dispatch_ends, dispatches, leases, outbox, receipts
from storage.channel_schema import dispatches as table
from storage.dispatches import Source
from storage.keys import Keyring
from tests.storage.made import AT, COUNTY, new_account, new_case


def many(conn: Connection, keyring: Keyring, count: int = 3000) -> tuple[str, str]:
    """An account with a chat, a case and one message to send, among many that were sent. Returns (lane, case)."""
    account = new_account(conn, keyring)
    lane = channels.join(conn, keyring, COUNTY, account, "telegram", "700", AT)
    case_id = new_case(conn, keyring, account, 1).case_id
    outbox.add(conn, keyring, account, case_id, "accepted", b'{"says":[{"text":"x"},{"text":"y"}]}', AT)
    sent = {
        "account_id": account,
        "county": COUNTY,
        "part": 0,
        "source": "answer",
        "kind": "telegram",
        "state": "sent",
        "tries": 1,
        "next_at": AT,
        "created_at": AT,
    }
    conn.execute(
        insert(table),
        [{**sent, "dispatch_id": f"d{n}", "lane": f"l{n % 50}", "position": n} for n in range(1000, 1000 + count)],
    )
    conn.exec_driver_sql("ANALYZE")
    return lane, case_id


def plans(conn: Connection, work: Any) -> list[str]:
    """The plans of the selects `work` sends by way of the driver or of SQLAlchemy."""
    found: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            found.append((statement, values))

    event.listen(conn.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(conn.engine, "before_cursor_execute", note)
    prefix = "EXPLAIN " if conn.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    return ["\n".join(str(tuple(row)) for row in conn.exec_driver_sql(prefix + sql, values)) for sql, values in found]


@pytest.mark.parametrize("what", ["claim", "next_due", "receipts", "prune"])
async def test_no_look_goes_over_what_was_sent(conn: Connection, keyring: Keyring, what: str) -> None:
    """Each of the sender's questions is a seek, never a walk over the table."""
    _, case_id = many(conn, keyring)
    asked = {
        "claim": lambda: dispatches.claim(conn, keyring, COUNTY, ["telegram"], "h", AT, AT, 10),
        "next_due": lambda: dispatches.next_due(conn, COUNTY, ["telegram"], AT),
        "receipts": lambda: receipts.of_case(conn, case_id),
        "prune": lambda: receipts.prune(conn, COUNTY, AT - timedelta(days=1)),
    }
    shown = plans(conn, asked[what])
    assert shown
    for plan in shown:
        assert "SCAN dispatches" not in plan, plan
        assert "Seq Scan on dispatches" not in plan, plan


async def test_adding_and_ending_seek_in_their_lane(conn: Connection, keyring: Keyring) -> None:
    """The prepared statements of the hot path use the lane's index."""
    lane, _ = many(conn, keyring)
    prefix = "EXPLAIN " if conn.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    for prepared, times in ((dispatches._LAST, 2), (dispatches._ANSWERS, 2), (dispatch_ends._NEXT, 2)):
        sql = prepared.sql(conn)
        values: Any = {"lane": lane} if conn.dialect.name == "postgresql" else (lane,) * times
        driver: Any = conn.connection.driver_connection
        plan = "\n".join(str(tuple(row)) for row in driver.execute(prefix + sql, values).fetchall())
        assert "ix_dispatches_lane_state" in plan, plan


async def test_a_lease_is_one_holders_until_it_ends(conn: Connection) -> None:
    """Held, prolonged, refused to another, taken after its end; a silence is never shortened."""
    soon, later = AT + timedelta(seconds=6), AT + timedelta(seconds=12)
    assert leases.take(conn, COUNTY, "t", "one", AT, soon) is not None
    assert leases.take(conn, COUNTY, "t", "two", AT, soon) is None
    assert leases.take(conn, COUNTY, "t", "one", AT, later) is not None
    leases.be_silent(conn, "t", later)
    leases.be_silent(conn, "t", soon)
    taken = leases.take(conn, COUNTY, "t", "two", later, later + timedelta(seconds=6))
    assert taken is not None
    assert taken.not_before == later
    leases.give_back(conn, "t", "two", later)
    assert leases.take(conn, COUNTY, "t", "three", later, later + timedelta(seconds=1)) is not None
    assert leases.take(conn, COUNTY, "t", "four", later, soon, alone=True) is not None


async def test_a_lanes_order_is_the_order_of_adding_even_when_clocks_stand(conn: Connection, keyring: Keyring) -> None:
    """Two messages of one moment, and one with an earlier time, leave as they were added."""
    account = new_account(conn, keyring)
    lane = channels.join(conn, keyring, COUNTY, account, "telegram", "701", AT)
    added = []
    for position, at in enumerate((AT, AT, AT - timedelta(minutes=1)), 1):
        added.append(
            dispatches.add(
                conn,
                keyring,
                account_id=account,
                position=position,
                part=0,
                source=Source.ANSWER,
                kind="telegram",
                channel_id=lane,
                lane=lane,
                say=b"{}",
                at=at,
            )
        )
    left = []
    for _ in added:
        (claimed,) = dispatches.claim(conn, keyring, COUNTY, ["telegram"], "h", AT, AT, 10)
        left.append(claimed.dispatch_id)
        dispatch_ends.sent(conn, claimed.dispatch_id, "r", AT)
    assert left == added
