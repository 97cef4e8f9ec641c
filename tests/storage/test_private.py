"""What lies on the disk is its owner's alone, and a key opens only for whom it was wrapped."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.archive import Archive
from storage.errors import Sealed
from storage.keys import Keyring
from storage.sealing import Algorithm


@pytest.mark.parametrize("there_before", [False, True])
async def test_the_database_is_read_by_its_owner_alone(tmp_path: Path, there_before: bool) -> None:
    """In an open folder, under a careless umask, and also if an earlier version made it readable."""
    careless = os.umask(0o022)
    try:
        if there_before:
            (tmp_path / "h.db").touch(mode=0o644)
        archive = Archive.open(f"sqlite:///{tmp_path}/h.db", Keyring.in_memory())
        await archive.read(lambda conn: conn.execute(text("SELECT count(*) FROM accounts")).scalar())
        modes = {place.name: stat.S_IMODE(place.stat().st_mode) for place in tmp_path.glob("h.db*")}
        await archive.close()
    finally:
        os.umask(careless)
    assert set(modes) >= {"h.db", "h.db-wal"}
    assert {mode & 0o077 for mode in modes.values()} == {0}


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_wrapped_key_moved_to_another_owner_does_not_open_even_when_it_is_remembered(algorithm: Algorithm) -> None:
    """Who can write to the database cannot give one applicant's key to another, whether or not it was used before."""
    keyring = Keyring.in_memory(algorithm)
    _, wrapped = keyring.new_data_key("one")
    assert keyring.data_key("one", wrapped) is keyring.data_key("one", wrapped)
    with pytest.raises(Sealed):
        keyring.data_key("another", wrapped)
