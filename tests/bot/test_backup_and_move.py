"""A backup is whole and opens elsewhere; a move takes everything to another database and store."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.command_line import main
from bot.reception import Said
from bot.settings import Settings
from bot.wiring import Service
from storage import audit, cases
from storage.alone import served_alone
from tests.bot.clock import Clock
from tests.bot.interviews import application, signature, someone
from tests.storage.databases import fresh_database

Run = Callable[..., int]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`hurentong …` on this test's data folder."""
    monkeypatch.setenv("HURENTONG_DATA_DIR", str(settings.data_dir))
    return lambda *words: main([str(word) for word in words])


async def apply(service: Service, clock: Clock) -> str:
    """One whole application. Returns the session's token."""
    token, who = await service.reception.open_session(clock()), someone()
    for said in (*application(who), *signature(who)):
        await service.reception.take_turn(token, str(uuid.uuid4()), said, clock())
    return token


async def number_of(service: Service, token: str) -> tuple[str, int]:
    """The application number and how long the chat is, as this service reads them."""
    account = await service.reception.account_of(token)
    (case,) = await service.archive.read(lambda conn: cases.of_account(conn, service.archive.keyring, account))
    return case.record.application_number, len(await service.reception.history(token))


async def test_a_backup_taken_while_turns_go_on_opens_with_the_keys(
    service: Service, settings: Settings, clock: Clock, run: Run, tmp_path: Path
) -> None:
    """The copy is one file only its owner reads; beside keys and materials it is the whole service again."""
    token = await apply(service, clock)
    wanted = await number_of(service, token)
    other = await service.reception.open_session(clock())

    async def talk() -> None:
        for _ in range(40):
            await service.reception.take_turn(other, str(uuid.uuid4()), Said(text="你好"), clock())

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    copy = elsewhere / "hurentong.db"
    outcome, _ = await asyncio.gather(asyncio.to_thread(run, "backup", copy), talk())
    assert outcome == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    shutil.copytree(settings.data_dir / "keys", elsewhere / "keys")
    restored = Service(settings.model_copy(update={"data_dir": elsewhere}), now=clock)
    assert await number_of(restored, token) == wanted
    await restored.close()


def test_a_backup_never_writes_over_anything(
    settings: Settings, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No database, a file that is there, and PostgreSQL: each is said, and nothing is written."""
    target = tmp_path / "copy.db"
    assert run("backup", target) == 1
    assert "no database yet" in capsys.readouterr().err
    assert run("migrate") == 0
    target.write_text("something dear")
    assert run("backup", target) == 1
    assert target.read_text() == "something dear"


@pytest.mark.postgres
async def test_a_move_to_postgresql_and_another_store_loses_nothing(
    service: Service, settings: Settings, clock: Clock, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cases, chats and files are there afterwards, and counting goes on behind what was moved."""
    token = await apply(service, clock)
    wanted = await number_of(service, token)
    await service.archive.write(lambda conn: audit.add(conn, "331126", "before", clock()), "k")
    service.files.put_sealed_bytes("pages/a/p", b"a page", b"k" * 32)
    url, store = fresh_database("postgres", tmp_path), f"file://{tmp_path}/objects"
    with served_alone(settings.database()):
        assert await asyncio.to_thread(run, "move", "--database", url) == 1
    assert "another service" in capsys.readouterr().err
    assert await asyncio.to_thread(run, "move", "--database", url, "--store", store) == 0
    told = capsys.readouterr().out
    assert "cases\t1\n" in told
    assert "1 个文件" in told
    assert await asyncio.to_thread(run, "move", "--database", url) == 1
    assert "not empty" in capsys.readouterr().err
    materials = settings.materials.model_copy(update={"store_url": store})
    moved = Service(settings.model_copy(update={"database_url": url, "materials": materials}), now=clock)
    assert await number_of(moved, token) == wanted
    assert moved.files.open_sealed_bytes("pages/a/p", b"k" * 32) == b"a page"
    await moved.archive.write(lambda conn: audit.add(conn, "331126", "after", clock()), "k")
    lines = await moved.archive.read(lambda conn: audit.entries(conn, "331126"))
    assert [line.action for line in lines][:2] == ["after", "before"]
    await moved.close()
