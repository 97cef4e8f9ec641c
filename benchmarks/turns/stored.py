"""Fills a database with interviews of other people, so that the cost of a turn can be seen beside many stored ones."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from storage.archive import Archive
from storage.ids import new_id
from storage.keys import Keyring
from storage.schema import to_microseconds

BATCH = 20_000
#: As large as a finished interview and a turn are when sealed.
INTERVIEW_BYTES, EXCHANGE_BYTES, KEY_BYTES = 1_800, 700, 62


def fill(url: str, keyring: Keyring, count: int) -> None:
    """Insert `count` accounts, each with a session, an application in hand and one turn. Sealed columns are noise."""
    archive = Archive.open(url, keyring)
    at = to_microseconds(datetime(2026, 1, 1, tzinfo=UTC))
    for begun in range(0, count, BATCH):
        rows = [(new_id(), new_id()) for _ in range(min(BATCH, count - begun))]
        with archive.engine.begin() as conn:
            driver = conn.connection.driver_connection
            assert driver is not None
            driver.executemany(
                "INSERT INTO accounts (account_id, county, data_key, in_hand, created_at)"
                " VALUES (?, '331126', ?, ?, ?)",
                [(a, os.urandom(KEY_BYTES), b, at) for a, b in rows],
            )
            driver.executemany(
                "INSERT INTO sessions (token_sha256, county, account_id, opened_at, expires_at)"
                " VALUES (?, '331126', ?, ?, ?)",
                [(os.urandom(32), a, at, at + 10**16) for a, _ in rows],
            )
            driver.executemany(
                "INSERT INTO applications (application_id, county, account_id, data_key, purpose, state, is_draft,"
                " interview_sealed, created_at, updated_at)"
                " VALUES (?, '331126', ?, ?, 'application', 'phone', 1, ?, ?, ?)",
                [(b, a, os.urandom(KEY_BYTES), os.urandom(INTERVIEW_BYTES), at, at) for a, b in rows],
            )
            driver.executemany(
                "INSERT INTO turns (account_id, county, position, turn_id, application_id, at, exchange_sealed)"
                " VALUES (?, '331126', 1, ?, ?, ?, ?)",
                [(a, new_id(), b, at, os.urandom(EXCHANGE_BYTES)) for a, b in rows],
            )
    with archive.engine.connect() as conn:
        conn.exec_driver_sql("ROLLBACK")
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    archive._close()
