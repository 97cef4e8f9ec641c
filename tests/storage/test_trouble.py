"""What happens when writing goes wrong below the jobs: named errors, no caller left waiting, recovery."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from storage import dialect
from storage.archive import Archive
from storage.dialect import engine_for
from storage.errors import CannotWrite, WriterDied
from storage.keys import Keyring
from storage.schema import acts
from tests.storage.databases import BOTH, fresh_database

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Poison(Exception):
    """An error whose mere inspection fails: it stands for a fault in the writer itself."""

    @property
    def sqlstate(self) -> str:
        """What the writer asks of every error."""
        raise RuntimeError("planted")


def poisonous(_: Connection) -> None:
    """A job that ends the writing thread."""
    raise Poison


def written(name: str) -> Callable[[Connection], str]:
    """A job that writes one row."""

    def job(conn: Connection) -> str:
        conn.execute(
            insert(acts).values(act_id=name, county="331126", staff_id="s1", kind="test", outcome="ok", at=NOW)
        )
        return name

    return job


async def stored(archive: Archive) -> list[str]:
    """Every row there is."""
    return await archive.read(lambda conn: list(conn.execute(select(acts.c.act_id).order_by(acts.c.act_id)).scalars()))


@pytest.mark.parametrize("kind", BOTH)
async def test_when_a_writer_dies_nobody_is_left_waiting(kind: str, tmp_path: Path) -> None:
    """Jobs of the group, jobs behind it and jobs that come later hear `WriterDied` at once; closing does not hang."""
    archive = Archive.open(fresh_database(kind, tmp_path), Keyring.in_memory())
    assert archive.is_alive
    begun, gate = threading.Event(), threading.Event()

    def held(conn: Connection) -> None:
        begun.set()
        gate.wait(10)
        poisonous(conn)

    first = asyncio.ensure_future(archive.write(held, "k"))
    await asyncio.to_thread(begun.wait, 10)
    behind = [asyncio.ensure_future(archive.write(written(f"a{n}"), "k")) for n in range(5)]
    await asyncio.sleep(0)
    gate.set()
    outcomes = await asyncio.wait_for(asyncio.gather(first, *behind, return_exceptions=True), 10)
    assert [type(outcome) for outcome in outcomes] == [WriterDied] * 6
    assert not archive.is_alive
    with pytest.raises(WriterDied):
        await archive.write(written("late"), "k")
    assert await stored(archive) == []
    await asyncio.wait_for(archive.close(), 10)


async def test_a_full_disk_is_named_and_recovers(tmp_path: Path) -> None:
    """What does not fit is `CannotWrite(disk_full)` for the whole group; once there is room, writing goes on."""
    archive = Archive.open(fresh_database("sqlite", tmp_path), Keyring.in_memory())
    await archive.write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=1"), "k")  # the size it has now
    pages = await archive.write(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar(), "k")
    assert pages is not None
    outcomes = await asyncio.gather(
        *(archive.write(written(f"{n:04d}" + "x" * 100_000), "k") for n in range(3)), return_exceptions=True
    )
    assert [getattr(outcome, "why", None) for outcome in outcomes] == ["disk_full"] * 3
    assert await stored(archive) == []
    assert archive.is_alive
    await archive.write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=1000000"), "k")
    assert await archive.write(written("a1"), "k") == "a1"
    assert await stored(archive) == ["a1"]
    await archive.close()


async def test_a_locked_file_is_named_and_recovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that holds the file too long is `CannotWrite(locked)`; when it lets go, writing goes on."""
    monkeypatch.setattr(dialect, "BUSY_MILLISECONDS", 200)
    url = fresh_database("sqlite", tmp_path)
    archive, other = Archive.open(url, Keyring.in_memory()), engine_for(url)
    with other.begin():
        with pytest.raises(CannotWrite) as raised:
            await archive.write(written("a1"), "k")
        assert raised.value.why == "locked"
    assert await archive.write(written("a2"), "k") == "a2"
    assert await stored(archive) == ["a2"]
    other.dispose()
    await archive.close()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("SELECT pg_terminate_backend(pg_backend_pid())", "unreachable"),
        ("DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '53100'; END $$", "disk_full"),
        ("SET TRANSACTION READ ONLY", "read_only"),
    ],
)
async def test_trouble_of_postgresql_is_named_and_recovers(tmp_path: Path, statement: str, why: str) -> None:
    """A connection cut by the server, a full disk and a server that only reads: named, and the next job is stored."""
    archive = Archive.open(fresh_database("postgres", tmp_path), Keyring.in_memory(), workers=1)

    def job(conn: Connection) -> None:
        conn.exec_driver_sql(statement)
        written("a1")(conn)

    with pytest.raises(CannotWrite) as raised:
        await archive.write(job, "k")
    assert raised.value.why == why
    assert await archive.write(written("a2"), "k") == "a2"
    assert await stored(archive) == ["a2"]
    await archive.close()


@pytest.mark.postgres
async def test_a_locked_row_of_postgresql_is_named(tmp_path: Path) -> None:
    """A row another process holds longer than may be waited for is `CannotWrite(locked)`."""
    url = fresh_database("postgres", tmp_path)
    archive, other = Archive.open(url, Keyring.in_memory(), workers=1), engine_for(url)
    await archive.write(written("a1"), "k")

    def job(conn: Connection) -> None:
        conn.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
        conn.execute(acts.update().values(outcome="changed"))

    with other.begin() as conn:
        conn.execute(select(acts).with_for_update())
        with pytest.raises(CannotWrite) as raised:
            await archive.write(job, "k")
    assert raised.value.why == "locked"
    await archive.write(job, "k")
    other.dispose()
    await archive.close()


async def test_an_error_of_the_job_itself_stays_what_it_is(archive: Archive) -> None:
    """Only the database's own trouble is renamed: a broken constraint or a plain error is not."""
    await archive.write(written("a1"), "k")
    with pytest.raises(Exception, match="acts") as raised:
        await archive.write(written("a1"), "k")
    assert not isinstance(raised.value, CannotWrite)
    with pytest.raises(KeyError):
        await archive.write(lambda _: {}["nothing"], "k")


@pytest.mark.parametrize(
    ("url", "why"),
    [("sqlite:////proc/nowhere/a.db", "unreachable"), ("postgresql://nobody@127.0.0.1:1/none", "unreachable")],
)
def test_a_database_that_is_not_to_be_had_stops_the_start_by_name(url: str, why: str) -> None:
    """A wrong address is one named error, without the address: it may hold a password."""
    with pytest.raises((CannotWrite, OSError)) as raised:
        Archive.open(url, Keyring.in_memory())
    assert getattr(raised.value, "why", "unreachable") == why
    assert "nobody" not in str(raised.value)
