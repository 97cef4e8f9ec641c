"""The statements of a turn look only at what belongs to its account, however much else is stored."""

from __future__ import annotations

from pathlib import Path

from storage.applications import DRAFTS_OF_ACCOUNT
from storage.archive import Archive
from storage.keys import Keyring
from storage.prepared import Prepared
from storage.turns import OPEN


async def plan(folder: Path, statement: Prepared, values: int) -> list[str]:
    """How SQLite would look the rows up."""
    archive = Archive.open(f"sqlite:///{folder}/a.db", Keyring.in_memory())
    try:
        return await archive.read(
            lambda conn: [
                str(row[3])
                for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql(conn)}", (b"",) * values)
            ]
        )
    finally:
        await archive.close()


async def test_an_accounts_drafts_are_found_by_the_account(tmp_path: Path) -> None:
    """Never by the index of all drafts: that is everybody's."""
    steps = await plan(tmp_path, DRAFTS_OF_ACCOUNT, 1)
    assert any("ix_applications_account_id_updated_at (account_id=?)" in step for step in steps)
    assert not any("ix_applications_drafts" in step for step in steps)


async def test_a_turn_is_opened_without_looking_through_a_table(tmp_path: Path) -> None:
    """Every table of the turn's select is searched by a key."""
    steps = await plan(tmp_path, OPEN, 3)
    assert steps
    assert not any(step.startswith("SCAN") and "CONSTANT" not in step for step in steps), steps
