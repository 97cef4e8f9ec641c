"""`hurentong migrate`: bring the tables to this version, and say whether there was anything to do."""

from __future__ import annotations

import argparse
import sys

from bot.settings import read_settings
from storage.migrations import upgrade


def add_arguments(_: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(_: argparse.Namespace) -> int:
    """Migrate the configured database."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    changed = upgrade(settings.database())
    sys.stdout.write("表已更新到这个版本。\n" if changed else "表已经是这个版本，不用更新。\n")
    return 0
