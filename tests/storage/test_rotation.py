"""Rotating the master key on both databases: everything still opens, in batches, resumed after a stop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from state_machine.interview import InterviewRecord
from storage import accounts, applications, outbox, rotation
from storage.archive import Archive
from storage.errors import Sealed
from storage.keys import Keyring
from storage.rotation import Place
from storage.schema import accounts as accounts_table
from storage.schema import applications as applications_table
from storage.sealing import Algorithm
from tests.storage.databases import BOTH, fresh_database

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
COUNTY = "331126"


def filled(conn: Connection, keyring: Keyring, count: int) -> list[str]:
    """Accounts with a draft and a notice each. Returns the accounts' ids."""
    made = []
    for number in range(count):
        account = accounts.open_account(conn, keyring, COUNTY, AT)
        applications.add(conn, keyring, COUNTY, account, InterviewRecord(application_id=f"{account}-{number}"), AT)
        outbox.add(conn, keyring, account, None, "note", b'{"says":[]}', AT)
        made.append(account)
    return made


def opens(conn: Connection, keyring: Keyring, made: list[str]) -> bool:
    """Every draft and notice reads under this keyring."""
    return all(
        len(applications.drafts(conn, keyring, account)) == 1 and len(outbox.after(conn, keyring, account, 0)) == 1
        for account in made
    )


@pytest.fixture(params=BOTH)
def rotating(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A database and where its keyring lies."""
    return fresh_database(request.param, tmp_path), tmp_path / "keys" / "master.json"


async def test_after_a_rotation_nothing_hangs_on_the_old_version(rotating: tuple[str, Path]) -> None:
    """All data keys are wrapped by the new version; what was sealed before opens with a keyring read anew."""
    url, path = rotating
    archive = Archive.open(url, Keyring.open(path))
    made = archive.write_now(lambda conn: filled(conn, archive.keyring, 7))
    assert archive.write_now(rotation.by_version) == {1: 14}
    assert archive.keyring.rotate() == 2
    place, done = rotation.BEGINNING, 0
    while place is not None:
        here = place
        changed, place = archive.write_now(lambda conn, at=here: rotation.rewrap_batch(conn, archive.keyring, at, 3))
        assert changed <= 3
        done += changed
    assert done == 14
    assert archive.write_now(rotation.by_version) == {2: 14}
    assert archive.write_now(lambda conn: opens(conn, Keyring.open(path), made))
    await archive.close()


async def test_a_stopped_rotation_goes_on_where_it_was(rotating: tuple[str, Path]) -> None:
    """Stopped in the middle, everything opens; begun anew, only what is left is done."""
    url, path = rotating
    archive = Archive.open(url, Keyring.open(path))
    made = archive.write_now(lambda conn: filled(conn, archive.keyring, 5))
    archive.keyring.rotate()
    changed, _ = archive.write_now(lambda conn: rotation.rewrap_batch(conn, archive.keyring, Place(), 2))
    assert archive.write_now(rotation.by_version) == {1: 8, 2: 2}
    fresh = Keyring.open(path)
    assert archive.write_now(lambda conn: opens(conn, fresh, made))
    place = rotation.BEGINNING
    while place is not None:
        here = place
        more, place = archive.write_now(lambda conn, at=here: rotation.rewrap_batch(conn, fresh, at, 2))
        changed += more
    assert (changed, archive.write_now(rotation.by_version)) == (10, {2: 10})
    await archive.close()


async def test_a_service_beside_it_finds_the_new_version_in_the_file(rotating: tuple[str, Path]) -> None:
    """A process that read the keyring before the rotation opens what was rewrapped, and wraps with the new one then."""
    url, path = rotating
    archive = Archive.open(url, Keyring.open(path))
    service = Keyring.open(path)
    made = archive.write_now(lambda conn: filled(conn, archive.keyring, 2))
    archive.keyring.rotate()
    for place in (Place(0), Place(1)):
        archive.write_now(lambda conn, at=place: rotation.rewrap_batch(conn, archive.keyring, at))
    assert archive.write_now(lambda conn: opens(conn, service, made))
    assert service.current == 2
    await archive.close()


async def test_only_the_wrapping_changes(rotating: tuple[str, Path]) -> None:
    """Sealed columns are byte for byte what they were."""
    url, path = rotating
    archive = Archive.open(url, Keyring.open(path))
    archive.write_now(lambda conn: filled(conn, archive.keyring, 2))

    def sealed(conn: Connection) -> list[tuple[bytes, bytes]]:
        wanted = select(applications_table.c.interview_sealed, applications_table.c.data_key)
        return [(bytes(a), bytes(b)) for a, b in conn.execute(wanted.order_by(applications_table.c.application_id))]

    before = archive.write_now(sealed)
    archive.keyring.rotate()
    archive.write_now(lambda conn: rotation.rewrap_batch(conn, archive.keyring, Place(1)))
    after = archive.write_now(sealed)
    assert [one for one, _ in before] == [one for one, _ in after]
    assert all(old != new for (_, old), (_, new) in zip(before, after, strict=True))
    await archive.close()


async def test_a_foreign_key_stops_the_batch_whole(rotating: tuple[str, Path]) -> None:
    """A data key of another keyring is an error, and the batch it stands in changes nothing."""
    url, path = rotating
    archive = Archive.open(url, Keyring.open(path))
    archive.write_now(lambda conn: filled(conn, archive.keyring, 2))
    archive.write_now(lambda conn: filled(conn, Keyring.in_memory(), 1))
    archive.keyring.rotate()
    with pytest.raises(Sealed):
        archive.write_now(lambda conn: rotation.rewrap_batch(conn, archive.keyring, Place()))
    versions = archive.write_now(
        lambda conn: [bytes(k)[:2] for k in conn.execute(select(accounts_table.c.data_key)).scalars()]
    )
    assert set(versions) == {b"\x00\x01"}
    await archive.close()


@pytest.mark.parametrize("kind", BOTH)
async def test_another_algorithm_reads_what_the_first_one_wrote(kind: str, tmp_path: Path) -> None:
    """After the setting changed to SM4, old values open, new ones carry SM4's byte, and back again."""
    url, path = fresh_database(kind, tmp_path), tmp_path / "keys" / "master.json"
    archive = Archive.open(url, Keyring.open(path))
    made = archive.write_now(lambda conn: filled(conn, archive.keyring, 1))
    sm4 = Keyring.open(path, Algorithm.SM4_GCM)
    assert archive.write_now(lambda conn: opens(conn, sm4, made))
    made += archive.write_now(lambda conn: filled(conn, sm4, 1))

    def first_bytes(conn: Connection) -> set[int]:
        return {bytes(sealed)[0] for sealed in conn.execute(select(applications_table.c.interview_sealed)).scalars()}

    assert archive.write_now(first_bytes) == {Algorithm.AES_256_GCM, Algorithm.SM4_GCM}
    assert archive.write_now(lambda conn: opens(conn, Keyring.open(path), made))
    await archive.close()


def test_rotations_of_two_processes_lose_no_version(tmp_path: Path) -> None:
    """A keyring read before another process rotated adds its version to that one's, not over it."""
    path = tmp_path / "keys" / "master.json"
    one, two = Keyring.open(path), Keyring.open(path)
    assert one.rotate() == 2
    _, first = one.new_data_key("a1")
    assert two.rotate() == 3
    assert Keyring.open(path).versions == (1, 2, 3)
    assert len(two.data_key("a1", first).secret) == 32


def test_two_first_starts_make_one_keyring(tmp_path: Path) -> None:
    """Sixteen processes' first looks at the same moment end with the same keys."""
    path = tmp_path / "keys" / "master.json"
    with ThreadPoolExecutor(16) as pool:
        rings = list(pool.map(lambda _: Keyring.open(path), range(16)))
    _, wrapped = rings[0].new_data_key("a1")
    assert len({ring.data_key("a1", wrapped).secret for ring in rings[1:]}) == 1
