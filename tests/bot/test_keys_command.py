"""`hurentong keys`: status, rotation and going on after a stop, as an operator types them."""

from __future__ import annotations

import os
import sqlite3
import uuid
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.command_line import main
from bot.settings import Settings, read_settings
from bot.wiring import Service
from storage import accounts, applications, cases
from storage.archive import Archive
from storage.keys import Keyring
from storage.sealing import Algorithm
from tests.bot.clock import Clock
from tests.bot.interviews import NOW, application, signature, someone


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with twelve accounts. No setting of this machine is seen."""
    for name in list(os.environ):
        if name.startswith("HURENTONG_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HURENTONG_DATA_DIR", str(tmp_path / "data"))
    settings = read_settings()
    archive = Archive.open(settings.database(), Keyring.open(settings.master_key()))
    with archive.engine.begin() as conn:
        for _ in range(12):
            accounts.open_account(conn, archive.keyring, "331126", NOW)
    archive._close()
    return tmp_path / "data"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command that works prints."""
    assert main(["keys", *words]) == 0
    return capsys.readouterr().out


def test_status_counts_and_rotate_moves_everything(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Twelve under version 1 become twelve under 2, with an audit line, and no key in what is said."""
    before = said(capsys, "status")
    assert "第 1 版\t12\t现用" in before
    rotated = said(capsys, "rotate")
    assert "第 2 版已生成" in rotated
    assert "12 把" in rotated
    after = said(capsys, "status")
    assert "第 1 版\t0\t旧" in after
    assert "第 2 版\t12\t现用" in after
    keys = (installation / "keys" / "master.json").read_text()
    assert not any(word in before + rotated + after for word in keys.split('"') if len(word) > 20)
    with sqlite3.connect(f"file:{installation}/hurentong.db?mode=ro", uri=True) as conn:
        found = conn.execute("SELECT action, details FROM audit").fetchall()
    conn.close()
    assert found == [("keys_rewrapped", '{"version": 2, "rewrapped": 12}')]


def test_an_interrupted_rotation_is_seen_and_finished(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A version added and nothing rewrapped yet: status shows it, `rewrap` finishes without a third version."""
    Keyring.open(installation / "keys" / "master.json").rotate()
    assert "第 1 版\t12\t旧" in said(capsys, "status")
    assert "12 把" in said(capsys, "rewrap")
    assert "0 把" in said(capsys, "rewrap")
    finished = said(capsys, "status")
    assert "第 2 版\t12\t现用" in finished
    assert "第 3 版" not in finished


def test_a_lost_version_is_named(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With another keyring in its place, status says which version is missing and rewrap fails without a trace."""
    path = installation / "keys" / "master.json"
    path.unlink()
    Keyring.open(path)
    assert main(["keys", "rotate"]) == 1
    assert "does not unwrap" in capsys.readouterr().err
    listed = said(capsys, "status").partition("\n")[2]  # the first line is a path and may hold any number
    assert listed.count("12") == 1


def test_without_a_keyring_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked before the first start, the command says so and makes neither keys nor a database."""
    monkeypatch.setenv("HURENTONG_DATA_DIR", str(tmp_path / "data"))
    assert main(["keys", "status"]) == 1
    assert "no master key yet" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


async def test_cipher_and_number_prefix_are_the_countys_own(settings: Settings, clock: Clock) -> None:
    """With SM4 and another prefix set, an application is sealed with SM4 and numbered with these letters."""
    county = settings.county.model_copy(update={"number_prefix": "YHX"})
    service = Service(settings.model_copy(update={"encryption": "sm4-gcm", "county": county}), now=clock)
    token, who = await service.reception.open_session(clock()), someone()
    for said_now in (*application(who), *signature(who)):
        await service.reception.take_turn(token, str(uuid.uuid4()), said_now, clock())
    account = await service.reception.account_of(token)
    (case,) = await service.archive.read(lambda conn: cases.of_account(conn, service.archive.keyring, account))
    sealed = [
        await service.archive.read(lambda conn, c=column: conn.execute(select(c)).scalar_one())
        for column in (cases.cases.c.record_sealed, applications.applications.c.interview_sealed)
    ]
    assert case.record.application_number.startswith("YHX20")
    assert {bytes(value)[0] for value in sealed} == {Algorithm.SM4_GCM}
    assert service.files.algorithm is Algorithm.SM4_GCM
    await service.close()
