"""Fills a database with interviews of other people, so that the cost of a turn can be seen beside many stored ones."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from storage.archive import Archive
from storage.ids import new_id
from storage.keys import Keyring
from storage.schema import to_microseconds

BATCH = 50_000
#: As large as a finished interview and a turn are when sealed.
INTERVIEW_BYTES, EXCHANGE_BYTES, KEY_BYTES = 1_800, 700, 62


def fill(url: str, keyring: Keyring, count: int) -> None:
    """Insert `count` accounts, each with a session, an application in hand and one turn. Sealed columns are noise."""
    archive = Archive.open(url, keyring)
    driver: Any = archive.engine.raw_connection().driver_connection
    driver.execute("PRAGMA synchronous=OFF")  # while filling; the service opens the file with FULL
    for begun in range(0, count, BATCH):
        driver.execute("BEGIN IMMEDIATE")
        _insert(driver, min(BATCH, count - begun))
        driver.execute("COMMIT")
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.sync()
    archive._close()


def _insert(driver: Any, count: int) -> None:
    at = to_microseconds(datetime.now(UTC))  # nothing for housekeeping to expire meanwhile
    rows = [(new_id(), new_id()) for _ in range(count)]
    driver.executemany(
        "INSERT INTO accounts (account_id, county, data_key, in_hand, created_at) VALUES (?, '331126', ?, ?, ?)",
        ((account, os.urandom(KEY_BYTES), application, at) for account, application in rows),
    )
    driver.executemany(
        "INSERT INTO sessions (token_sha256, county, account_id, opened_at, expires_at) VALUES (?, '331126', ?, ?, ?)",
        ((os.urandom(32), account, at, at + 10**16) for account, _ in rows),
    )
    driver.executemany(
        "INSERT INTO applications (application_id, county, account_id, data_key, purpose, state, is_draft,"
        " interview_sealed, created_at, updated_at)"
        " VALUES (?, '331126', ?, ?, 'application', 'phone', 1, ?, ?, ?)",
        ((a, account, os.urandom(KEY_BYTES), os.urandom(INTERVIEW_BYTES), at, at) for account, a in rows),
    )
    driver.executemany(
        "INSERT INTO turns (account_id, county, position, turn_id, application_id, at, exchange_sealed)"
        " VALUES (?, '331126', 1, ?, ?, ?, ?)",
        ((account, new_id(), application, at, os.urandom(EXCHANGE_BYTES)) for account, application in rows),
    )
