"""Clerks' acts by id: the same act twice has one effect and one answer, whoever is first."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from storage import acts, audit
from storage.acts import DoneAct
from storage.archive import Archive
from storage.dialect import engine_for
from storage.keys import Keyring
from tests.storage.databases import BOTH, fresh_database
from tests.storage.made import AT, COUNTY


def press(conn: Connection, act_id: str, staff_id: str) -> str:
    """An act as the desk does it: a repeat gets the stored answer; the effect is an audit line."""
    before = acts.done(conn, act_id)
    if before is not None:
        return before.outcome
    audit.add(conn, COUNTY, "pressed", AT, staff_id=staff_id)
    acts.record(conn, COUNTY, DoneAct(act_id, staff_id, "c1", "accept", f"done by {staff_id}", AT))
    return f"done by {staff_id}"


def effects(conn: Connection) -> int:
    """How often it really happened."""
    return int(conn.execute(select(func.count()).select_from(audit.audit)).scalar_one())


async def test_pressing_twice_acts_once(conn: Connection) -> None:
    """The second press, even by another clerk's hand, gets the first one's answer."""
    assert acts.done(conn, "x") is None
    assert press(conn, "x", "s1") == press(conn, "x", "s2") == "done by s1"
    assert effects(conn) == 1
    assert acts.done(conn, "x") == DoneAct("x", "s1", "c1", "accept", "done by s1", AT)


async def test_another_id_is_another_act(conn: Connection) -> None:
    """Two acts with ids of their own both happen."""
    assert press(conn, "x", "s1") != press(conn, "y", "s2")
    assert effects(conn) == 2


async def test_an_id_recorded_twice_undoes_what_came_with_it(archive: Archive) -> None:
    """If the look before was too early, the id itself stops the second effect."""
    await archive.write(lambda conn: press(conn, "x", "s1"), "k")

    def too_late(conn: Connection) -> None:
        audit.add(conn, COUNTY, "pressed", AT)
        acts.record(conn, COUNTY, DoneAct("x", "s2", "c1", "accept", "again", AT))

    with pytest.raises(IntegrityError):
        await archive.write(too_late, "k")
    assert await archive.read(effects) == 1


@pytest.mark.parametrize("kind", BOTH)
def test_pressed_by_many_at_the_same_moment_it_happens_once(kind: str, tmp_path: Path) -> None:
    """Six connections press the same ten buttons together; who loses the race asks again and gets the answer."""
    url = fresh_database(kind, tmp_path)
    Archive.open(url, Keyring.in_memory())._close()
    engine, together = engine_for(url, connections=6), threading.Barrier(6)

    def work(clerk: int) -> list[str]:
        answers = []
        for number in range(10):
            together.wait(30)
            for _ in range(2):
                try:
                    with engine.begin() as conn:
                        answers.append(press(conn, f"act {number}", f"s{clerk}"))
                    break
                except IntegrityError:
                    continue
        return answers

    with ThreadPoolExecutor(6) as pool:
        heard = list(pool.map(work, range(6)))
    with engine.begin() as conn:
        assert effects(conn) == 10
    engine.dispose()
    for number in range(10):
        assert len(Counter(answers[number] for answers in heard)) == 1
