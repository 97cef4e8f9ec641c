"""Where the third parties' programs lie; installed when they are not there yet (`make test` does it before)."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
#: Beside the environment's own packages, never among them.
FOLDER = Path(sys.prefix) / "third_party"


@cache
def installed() -> Path:
    """The folder, after the installation. Raises `CalledProcessError` if it fails."""
    subprocess.run([HERE / "install.sh", sys.executable, FOLDER], check=True, timeout=280)
    return FOLDER


def cloud_modules() -> Path:
    """The node_modules with the third party's server. Without node or npm: skipped loudly, but a failure in CI."""
    modules = installed() / "cloud" / "node_modules"
    if not modules.is_dir():
        words = "no node or npm here: the third party's Bot API server was NOT tried"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return modules


def client_modules() -> Path:
    """The folder with aiogram."""
    return installed() / "client"
