"""`hurentong staff`: accounts from the command line, passwords by standard input only."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pytest

from bot import staff

PASSWORD = "zhao-qian-sun-li-9"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HURENTONG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def run(monkeypatch: pytest.MonkeyPatch, typed: str, *words: str) -> int:
    """One command with something on its standard input."""
    parser = argparse.ArgumentParser()
    staff.add_arguments(parser)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return staff.run(parser.parse_args(words))


def test_accounts_are_added_listed_disabled_and_given_new_passwords(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole life of an account; no password is ever printed."""
    assert run(monkeypatch, PASSWORD, "add", "lin", "--name", "林受理", "--role", "受理人", "--role", "agent") == 0
    assert run(monkeypatch, "other-pass-word-7", "password", "lin", "--password-stdin") == 0
    assert run(monkeypatch, "", "list") == 0
    assert run(monkeypatch, "", "disable", "lin") == 0
    assert run(monkeypatch, "", "list") == 0
    out = capsys.readouterr().out
    assert "lin\t林受理\t受理人、坐席\t在用" in out
    assert "lin\t林受理\t受理人、坐席\t停用" in out
    assert PASSWORD not in out


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaaaa", "linlinlin-lin-2026"])
def test_weak_passwords_are_refused(monkeypatch: pytest.MonkeyPatch, weak: str) -> None:
    """Too short, one character over and over, or holding the login."""
    assert run(monkeypatch, weak, "add", "lin", "--name", "林受理", "--role", "受理人") == 1


def test_a_login_is_taken_only_once_and_nobody_unknown_is_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second add fails with a word why; so do commands about nobody."""
    add = ("add", "lin", "--name", "林受理", "--role", "受理人")
    assert run(monkeypatch, PASSWORD, *add) == 0
    assert run(monkeypatch, PASSWORD, *add) == 1
    assert run(monkeypatch, PASSWORD, "disable", "nobody") == 1
    assert run(monkeypatch, PASSWORD, "password", "nobody") == 1
    assert "已经有了" in capsys.readouterr().err
