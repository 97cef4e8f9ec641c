"""Group commit: one failing job takes no other with it, jobs of a key keep their order, told means durable."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select

from storage.archive import Archive
from storage.dialect import engine_for
from storage.errors import ArchiveClosed
from storage.keys import Keyring
from storage.schema import acts
from tests.storage.databases import fresh_database

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Refused(Exception):
    """A job that went wrong."""


def record(conn: Connection, act_id: str, by: str = "s1") -> str:
    """Write one row."""
    conn.execute(
        insert(acts).values(
            act_id=act_id, county="331126", staff_id=by, case_id=None, kind="test", outcome="ok", at=NOW
        )
    )
    return act_id


async def written(archive: Archive) -> list[tuple[str, str]]:
    """All rows (who, what) by id."""
    return await archive.read(
        lambda conn: [(r.staff_id, r.act_id) for r in conn.execute(select(acts).order_by(acts.c.act_id))]
    )


async def test_a_job_returns_its_result_after_the_commit(archive: Archive) -> None:
    """What a job returned comes back, and a reader on another connection sees the row."""
    assert await archive.write(lambda conn: record(conn, "a1"), "k") == "a1"
    assert await written(archive) == [("s1", "a1")]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.sampled_from(["good", "raises", "breaks a constraint", "bad statement"]), max_size=30))
async def test_failing_jobs_take_no_other_with_them(archive: Archive, plan: list[str]) -> None:
    """Whatever fails in a group, exactly the good jobs are stored, and each caller hears its own outcome."""
    before = len(await written(archive))

    def job_of(number: int, kind: str) -> Callable[[Connection], str]:
        def job(conn: Connection) -> str:
            act_id = record(conn, f"{before:06d}-{number:03d}")
            if kind == "raises":
                raise Refused
            if kind == "breaks a constraint":
                record(conn, act_id)
            if kind == "bad statement":
                conn.exec_driver_sql("SELECT nothing FROM nowhere")
            return act_id

        return job

    outcomes = await asyncio.gather(
        *(archive.write(job_of(n, kind), f"key {n % 5}") for n, kind in enumerate(plan)),
        return_exceptions=True,
    )
    good = [f"{before:06d}-{n:03d}" for n, kind in enumerate(plan) if kind == "good"]
    assert [act_id for _, act_id in (await written(archive))[before:]] == good
    assert [o for o in outcomes if isinstance(o, str)] == good
    assert all(isinstance(o, Exception) for o, kind in zip(outcomes, plan, strict=True) if kind != "good")


async def test_jobs_of_a_key_run_in_the_order_they_were_handed_in(archive: Archive) -> None:
    """Sixty jobs of three keys, handed in at once: within each key the order stands."""
    ran: list[tuple[str, int]] = []

    def job_of(key: str, number: int) -> Callable[[Connection], None]:
        def job(conn: Connection) -> None:
            record(conn, f"{key}-{number:03d}")
            ran.append((key, number))

        return job

    await asyncio.gather(*(archive.write(job_of(f"k{n % 3}", n), f"k{n % 3}") for n in range(60)))
    for key in ("k0", "k1", "k2"):
        numbers = [number for k, number in ran if k == key]
        assert numbers == sorted(numbers)
    assert len(ran) == 60


async def test_a_waiting_group_is_one_commit(tmp_path: Path) -> None:
    """Jobs that wait while the writer is busy share one transaction."""
    archive = Archive.open(fresh_database("sqlite", tmp_path), Keyring.in_memory())
    begun: list[int] = []
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold(_: Connection) -> None:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()

    def note(conn: Connection) -> None:
        begun.append(id(conn))

    first = asyncio.ensure_future(archive.write(hold, "k"))
    await asyncio.sleep(0.05)
    others = [asyncio.ensure_future(archive.write(note, f"k{n}")) for n in range(20)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, *others)
    assert len(set(begun)) == 1
    await archive.close()


async def test_a_failed_commit_is_told_to_all(tmp_path: Path) -> None:
    """If the COMMIT itself fails, every job of the group hears so and nothing is stored."""
    archive = Archive.open(fresh_database("sqlite", tmp_path), Keyring.in_memory())

    def break_the_commit(conn: Connection) -> None:
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        conn.exec_driver_sql(
            "INSERT INTO sessions (token_sha256, county, account_id, opened_at, expires_at) VALUES (x'00','c','no',0,0)"
        )

    outcomes = await asyncio.gather(
        archive.write(lambda conn: record(conn, "a1"), "k"),
        archive.write(break_the_commit, "k"),
        archive.write(lambda conn: record(conn, "a2"), "k"),
        return_exceptions=True,
    )
    assert all(isinstance(outcome, Exception) for outcome in outcomes)
    assert await written(archive) == []
    assert await archive.write(lambda conn: record(conn, "a3"), "k") == "a3"
    await archive.close()


async def test_a_reader_cannot_write(archive: Archive) -> None:
    """Reading jobs run on connections the database itself keeps from writing."""
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        await archive.read(lambda conn: record(conn, "a1"))


async def test_a_closed_archive_takes_no_more(archive: Archive) -> None:
    """Closing finishes what is in line and refuses what comes after."""
    waiting = [asyncio.ensure_future(archive.write(lambda conn, n=n: record(conn, f"a{n}"), "k")) for n in range(5)]
    await asyncio.sleep(0)
    await archive.close()
    assert await asyncio.gather(*waiting) == [f"a{n}" for n in range(5)]
    with pytest.raises(ArchiveClosed):
        await archive.write(lambda conn: record(conn, "late"), "k")
    with pytest.raises(ArchiveClosed):
        await archive.read(lambda conn: None)


CHILD = """
import asyncio, sys
from storage.archive import Archive
from storage.keys import Keyring
from tests.storage.test_writer import record

async def one(archive, name):
    number = 0
    while True:
        act_id = f"{name}-{number:06d}"
        await archive.write(lambda conn: record(conn, act_id), name)
        sys.stdout.write(act_id + "\\n"); sys.stdout.flush()
        number += 1

async def main():
    archive = Archive.open(sys.argv[1], Keyring.in_memory())
    await asyncio.gather(*(one(archive, f"k{n}") for n in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("after", [20, 150])
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, after: int) -> None:
    """A process killed with SIGKILL in the middle of its writing has stored every row it told anybody of."""
    url = fresh_database("sqlite", tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert child.stdout is not None
    told = [child.stdout.readline().strip() for _ in range(after)]
    child.send_signal(signal.SIGKILL)
    told += [line.strip() for line in child.stdout.read().split("\n")[:-1]]
    child.stdout.close()
    child.wait()
    engine = engine_for(url)
    with engine.connect() as conn:
        stored = set(conn.execute(select(acts.c.act_id)).scalars())
        check = conn.exec_driver_sql("PRAGMA integrity_check").scalar()
        count = conn.execute(select(func.count()).select_from(acts)).scalar()
    engine.dispose()
    assert set(told) <= stored
    assert check == "ok"
    assert count == len(stored) >= after


async def test_no_value_stands_in_a_database_error(archive: Archive) -> None:
    """An error that reaches a log names the statement, never the values."""
    with pytest.raises(Exception, match="acts") as raised:
        await archive.write(lambda conn: (record(conn, "a1", "canary"), record(conn, "a1", "canary")), "k")
    assert "canary" not in str(raised.value)
