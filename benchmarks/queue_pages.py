"""How quick a page of the queue is among 1,000,000 waiting cases: the first, the 20,000th, back again, and sifted.

`python -m benchmarks.queue_pages [cases] [sqlite|postgres …]` generates the cases (nobody's names, really sealed),
then prints a table of medians. One page is 50 lines with their names unsealed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from state_machine.case import CaseState
from state_machine.officers import Role
from storage import claims, queue
from storage.dialect import engine_for
from storage.keys import Keyring
from storage.migrations import upgrade
from storage.queue import PageKey, QueueRow, Sieve
from storage.schema import applications, cases, to_microseconds
from tests.storage.databases import fresh_database, stop_server

COUNTY = "331126"
START = datetime(2026, 1, 5, 1, tzinfo=UTC)
STATES = (CaseState.ACCEPTED,)
CHUNK, ROUNDS, LINES = 5_000, 41, 50
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "春秋明月山河福贵英建国丽红志桂花金凤玉兰"


def rows(keyring: Keyring, first: int, count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Applications and their accepted cases; every 10,000th carries a flag, every 2,000th is clerk s1's."""
    for n in range(first, first + count):
        application_id, case_id = f"a{n:08d}", f"c{n * 7919 % 10**8:08d}"
        key, wrapped = keyring.new_data_key(application_id)
        name = FAMILY[n % 16] + GIVEN[n // 16 % 20] + GIVEN[n // 320 % 20]
        submitted, due = START + timedelta(seconds=n * 7), date(2026, 1, 7) + timedelta(days=n * 7 // 86_400)
        yield (
            {
                "application_id": application_id,
                "county": COUNTY,
                "data_key": wrapped,
                "interview_sealed": b"",
                "purpose": "application",
                "state": "submitted",
                "is_draft": False,
                "created_at": submitted,
                "updated_at": submitted,
            },
            {
                "case_id": case_id,
                "county": COUNTY,
                "application_id": application_id,
                "application_number": f"QY2026-{n:08d}",
                "state": "accepted",
                "record_sealed": b"",
                "name_sealed": key.seal(name.encode(), "cases", case_id, "name_sealed"),
                "id_number_index": n.to_bytes(32, "big"),
                "phone_index": n.to_bytes(32, "big"),
                "name_index": keyring.index.name(name),
                "route": "held_permit" if n % 2 else "registered_time",
                "grounds": '["employment"]' if n % 3 else '["housing"]',
                "flags": '["duplicate_open"]' if n % 10_000 == 1 else "[]",
                "offices": '{"s0":"intake"}',
                "revision": 1,
                "submitted_at": submitted,
                "accepted_at": submitted,
                "due_on": due,
                "due_unknown": False,
                "queue_day": due.toordinal(),
                "claimed_by": "s1" if n % 2_000 == 1 else None,
                "claim_until": START + timedelta(days=400) if n % 2_000 == 1 else None,
                "fence": 1,
            },
        )


def fill(conn: Connection, keyring: Keyring, count: int) -> None:
    """Put them in, some thousand at a time."""
    for first in range(0, count, CHUNK):
        made = list(rows(keyring, first, min(CHUNK, count - first)))
        conn.execute(insert(applications), [application for application, _ in made])
        conn.execute(insert(cases), [case for _, case in made])
        conn.commit()
    conn.exec_driver_sql("ANALYZE")
    conn.commit()


def key_at(conn: Connection, place: int) -> PageKey:
    """The key of the case at this place of the queue, found the slow way."""
    order = (cases.c.queue_day, cases.c.submitted_at, cases.c.case_id)
    row = conn.execute(select(*order).order_by(*order).offset(place).limit(1)).one()
    return row.queue_day, to_microseconds(row.submitted_at), row.case_id


def median_of(ask: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds: the median and the slowest of many askings, after one to warm up."""
    ask()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), max(taken)


def measure(conn: Connection, keyring: Keyring, count: int) -> None:
    """The table."""
    pages = count // LINES
    middle, last = key_at(conn, count // 2), key_at(conn, count - LINES - 1)

    def page(**given: Any) -> list[QueueRow]:
        return queue.page(conn, keyring, COUNTY, STATES, limit=LINES + 1, **given)

    now = START + timedelta(days=1)
    asked: dict[str, Callable[[], object]] = {
        "page 1": page,
        f"page {pages // 2:,}": lambda: page(after=middle),
        f"page {pages:,}": lambda: page(after=last),
        f"back from page {pages:,}": lambda: page(before=last),
        "page 1, employment and held permit": lambda: page(sieve=Sieve(route="held_permit", ground="employment")),
        f"page {pages // 2:,}, nobody's": lambda: page(after=middle, sieve=Sieve(free_at=now)),
        "page 1, a flag on one case in 10,000": lambda: page(sieve=Sieve(flag="duplicate_open")),
        "page 1, mine (one in 2,000)": lambda: page(sieve=Sieve(held_by="s1")),
        "by name (about 150 namesakes)": lambda: queue.by_name(conn, keyring, COUNTY, "赵春春"),
        "waiting and late, counted to 9,999": lambda: queue.waiting(conn, COUNTY, STATES, now.date()),
        "the next unclaimed": lambda: claims.next_unclaimed(conn, COUNTY, STATES, Role.REVIEWER, "s9", now),
    }
    print("| asked | median ms | slowest of 41 |\n| --- | ---: | ---: |")
    for name, ask in asked.items():
        middle_ms, slowest = median_of(ask)
        print(f"| {name} | {middle_ms:.2f} | {slowest:.2f} |", flush=True)


def main(count: int, kinds: list[str]) -> None:
    """Fill and measure each kind of database."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            url = fresh_database(kind, Path(folder))
            if kind == "sqlite":
                upgrade(url)
            keyring = Keyring.in_memory()
            with engine_for(url).connect() as conn:
                began = time.perf_counter()
                fill(conn, keyring, count)
                print(f"\n{kind}: {count:,} cases, generated in {time.perf_counter() - began:.0f} s\n", flush=True)
                measure(conn, keyring, count)
    stop_server()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, sys.argv[2:] or ["sqlite", "postgres"])
