"""The tests' own PostgreSQL leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

CHILD = """
import sys
from pathlib import Path
from tests.storage.databases import fresh_database
address = fresh_database("postgres", Path(sys.argv[1]))
print(address, (next(Path(sys.argv[1]).glob("hurentong-pg-*")) / "cluster" / "postmaster.pid").read_text().split()[0])
"""


@pytest.mark.postgres
def test_the_server_ends_with_its_process_and_its_folder_goes(tmp_path: Path) -> None:
    """After a process that used the server there is no server, no folder and no variable for others to inherit."""
    tmp_path.chmod(0o755)
    before = os.environ.get("XDG_RUNTIME_DIR")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode and not os.environ.get("CI"):
        pytest.skip("no PostgreSQL could be started here")
    address, process = done.stdout.split()
    assert address.startswith("postgresql://")
    assert list(tmp_path.glob("hurentong-pg-*")) == []
    assert not psutil.pid_exists(int(process)) or psutil.Process(int(process)).status() == psutil.STATUS_ZOMBIE
    assert os.environ.get("XDG_RUNTIME_DIR") == before
