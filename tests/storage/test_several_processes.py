"""Several processes on one PostgreSQL: turns of one account take turns, and nothing is overwritten unseen."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, select

from storage import accounts, applications, outbox, turns
from storage.alone import served_alone
from storage.archive import Archive
from storage.errors import ServedAlready
from storage.keys import Keyring
from storage.schema import sessions
from storage.turns import Exchange
from tests.storage.databases import fresh_database

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
COUNTY, TOKEN = "331126", "the only token"
EACH = 60

CHILD = """
import asyncio, sys
from pathlib import Path
from tests.storage.test_several_processes import work
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(work(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
"""


def one_turn(keyring: Keyring, turn_id: str, conn: Connection) -> int:
    """A turn that counts up what the chat remembers: a lost update would show as a missing count."""
    opened = turns.open_turn(conn, keyring, COUNTY, accounts.token_hash(TOKEN), turn_id, AT)
    assert opened is not None
    count = int(opened.conversation or b"0") + 1
    turns.remember(conn, opened, None, str(count).encode())
    turns.record(conn, opened, turn_id, None, Exchange(msgspec.Raw(str(count).encode()), turn_id), AT)
    return opened.position


async def work(url: str, key: Path, name: str) -> None:
    """One process: turns of the account one after another, with a notice and a serial number now and then."""
    archive = Archive.open(url, Keyring.open(key))
    account = await archive.read(lambda conn: conn.execute(select(sessions.c.account_id)).scalar_one())
    for number in range(EACH):
        turn_id = f"{name}-{number:03d}"
        await archive.write(lambda conn, t=turn_id: one_turn(archive.keyring, t, conn), TOKEN)
        if number % 10 == 0:
            await archive.write(
                lambda conn: outbox.add(conn, archive.keyring, account, None, "note", name.encode(), AT), "desk"
            )
        await archive.write(lambda conn: applications.next_serial(conn, COUNTY, "QY", AT.date()), turn_id)
    await archive.close()


@pytest.mark.postgres
async def test_two_processes_serve_one_account_in_order_and_lose_nothing(tmp_path: Path) -> None:
    """120 turns of one account through two processes at once: every count, position and serial number is there once."""
    url, key = fresh_database("postgres", tmp_path), tmp_path / "keys" / "master.json"
    archive = Archive.open(url, Keyring.open(key))

    def begin(conn: Connection) -> str:
        account = accounts.open_account(conn, archive.keyring, COUNTY, AT)
        accounts.open_session(conn, COUNTY, account, TOKEN, AT, AT + timedelta(days=1))
        return account

    account = await archive.write(begin, "k")
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(key), "child"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    await asyncio.to_thread(child.stdout.readline)
    child.stdin.write("go\n")
    child.stdin.flush()
    await work(url, key, "parent")
    assert await asyncio.to_thread(child.communicate, None, 60) == ("", None)
    assert child.returncode == 0
    past = await archive.read(lambda conn: turns.past(conn, archive.keyring, account, limit=None))
    notices = await archive.read(lambda conn: outbox.after(conn, archive.keyring, account, 0))
    assert [int(bytes(turn.exchange.reply)) for turn in past] == list(range(1, 2 * EACH + 1))
    positions = sorted([t.position for t in past] + [n.position for n in notices])
    assert positions == list(range(1, 2 * EACH + 13))
    for name in ("child", "parent"):
        mine = [t.exchange.text for t in past if t.exchange.text and t.exchange.text.startswith(name)]
        assert mine == [f"{name}-{number:03d}" for number in range(EACH)]
    last = await archive.write(lambda conn: applications.next_serial(conn, COUNTY, "QY", AT.date()), "k")
    assert last == 2 * EACH + 1
    await archive.close()


def test_one_sqlite_file_is_served_once_and_postgresql_as_often_as_wanted(tmp_path: Path) -> None:
    """The second service on a file is refused; another file, and the same one later, are free."""
    url = f"sqlite:///{tmp_path}/one.db"
    other = f"sqlite:///{tmp_path}/two.db"
    with served_alone(url), served_alone(other), pytest.raises(ServedAlready, match=r"one\.db"):
        served_alone(url).__enter__()
    with served_alone(url), served_alone("postgresql://somewhere/one"), served_alone("postgresql://somewhere/one"):
        pass
