"""待发箱: in order for each account, stored with what decided it, received once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage import accounts, outbox
from storage.archive import Archive
from storage.dialect import engine_for
from storage.errors import NotOurs
from storage.keys import Keyring
from tests.storage.databases import BOTH, fresh_database
from tests.storage.made import AT, new_account


def send(conn: Connection, keyring: Keyring, account: str, words: str) -> int:
    """One notice."""
    return outbox.add(conn, keyring, account, None, "note", words.encode(), AT)


def heard(conn: Connection, keyring: Keyring, account: str, after: int = 0, limit: int = 100) -> list[tuple[int, str]]:
    """What comes after an event id."""
    return [(e.position, e.payload.decode()) for e in outbox.after(conn, keyring, account, after, limit)]


async def test_each_account_has_its_own_order(conn: Connection, keyring: Keyring) -> None:
    """Event ids grow within an account and are nobody else's; reading goes on after any of them, in portions."""
    one, two = new_account(conn, keyring), new_account(conn, keyring)
    for words in ("甲", "乙", "丙"):
        send(conn, keyring, one, words)
    send(conn, keyring, two, "别人的")
    assert heard(conn, keyring, one) == [(1, "甲"), (2, "乙"), (3, "丙")]
    assert heard(conn, keyring, one, 1, 1) == [(2, "乙")]
    assert heard(conn, keyring, two) == [(1, "别人的")]
    assert [e.payload.decode() for e in outbox.before(conn, keyring, one, 3, 10)] == ["甲", "乙"]
    assert outbox.newest(conn, [one, two, "none"]) == {one: 3, two: 1}


async def test_nobody_is_sent_to_that_does_not_exist(conn: Connection, keyring: Keyring) -> None:
    """An unknown account is an error for the sender and an empty box for the reader."""
    with pytest.raises(NotOurs):
        send(conn, keyring, "none", "有人吗")
    assert heard(conn, keyring, "none") == []


async def test_the_first_delivery_counts(conn: Connection, keyring: Keyring) -> None:
    """Marked again later, or acknowledged again, a notice keeps the time it was first received."""
    account = new_account(conn, keyring)
    for words in ("甲", "乙", "丙"):
        send(conn, keyring, account, words)
    outbox.mark_delivered(conn, account, 2, AT)
    outbox.acknowledge(conn, account, 2, AT + timedelta(hours=1))
    outbox.mark_delivered(conn, account, 2, AT + timedelta(hours=2))
    times = [e.delivered_at for e in outbox.after(conn, keyring, account, 0)]
    assert times == [AT + timedelta(hours=1), AT, None]


async def test_a_notice_goes_with_the_decision_that_is_undone(archive: Archive) -> None:
    """If what decided it fails, the notice was never sent, and its event id is given to the next."""
    account = await archive.write(lambda conn: new_account(conn, archive.keyring), "k")

    def fail(conn: Connection) -> None:
        send(conn, archive.keyring, account, "不算数")
        raise RuntimeError("the decision failed")

    with pytest.raises(RuntimeError):
        await archive.write(fail, account)
    assert await archive.write(lambda conn: send(conn, archive.keyring, account, "算数"), account) == 1
    assert await archive.read(lambda conn: heard(conn, archive.keyring, account)) == [(1, "算数")]


async def test_an_erased_chat_keeps_what_nobody_has_received(conn: Connection, keyring: Keyring) -> None:
    """Received notices go, others stay, and no event id is given a second time."""
    account = new_account(conn, keyring)
    for words in ("甲", "乙", "丙"):
        send(conn, keyring, account, words)
    outbox.mark_delivered(conn, account, 1, AT)
    outbox.mark_delivered(conn, account, 3, AT)
    accounts.erase_chat(conn, account, AT)
    assert heard(conn, keyring, account) == [(2, "乙")]
    assert send(conn, keyring, account, "丁") == 4


async def test_a_payload_opens_only_in_its_own_place(conn: Connection, keyring: Keyring) -> None:
    """A sealed notice moved to another event id does not open."""
    account = new_account(conn, keyring)
    send(conn, keyring, account, "甲")
    conn.execute(outbox.outbox.update().values(position=7))
    with pytest.raises(Exception, match="does not open"):
        heard(conn, keyring, account)


@pytest.mark.parametrize("kind", BOTH)
def test_senders_at_the_same_moment_get_different_places(kind: str, tmp_path: Path) -> None:
    """Six connections send to one account at once: every event id from 1 to 60 is given once."""
    url, keyring = fresh_database(kind, tmp_path), Keyring.in_memory()
    archive = Archive.open(url, keyring)
    account = archive.write_now(lambda conn: new_account(conn, keyring))
    archive._close()
    engine = engine_for(url, connections=6)

    def work(sender: int) -> list[int]:
        given = []
        for number in range(10):
            with engine.begin() as conn:
                given.append(send(conn, keyring, account, f"{sender}-{number}"))
        return given

    with ThreadPoolExecutor(6) as pool:
        given = [position for mine in pool.map(work, range(6)) for position in mine]
    with engine.begin() as conn:
        words = [text for _, text in heard(conn, keyring, account)]
    engine.dispose()
    assert sorted(given) == list(range(1, 61))
    for sender in range(6):
        assert [w for w in words if w.startswith(f"{sender}-")] == [f"{sender}-{number}" for number in range(10)]
