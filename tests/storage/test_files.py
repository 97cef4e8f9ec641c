"""Material files: streamed, sealed, bound to their name."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.errors import NotOurs, Sealed
from storage.files import FRAME_BYTES, HEADER_BYTES, SEALED_FRAME, FileStore
from storage.sealing import Algorithm

LENGTHS = (0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 2 * FRAME_BYTES + 77)


async def pieces(content: bytes, size: int = 70_001) -> AsyncIterator[bytes]:
    """A stream of odd-sized pieces, as an upload comes in."""
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def read_all(files: FileStore, key: str, data_key: bytes) -> bytes:
    """The whole content through the stream."""
    return b"".join([frame async for frame in await files.open_sealed(key, data_key)])


@pytest.fixture(params=list(Algorithm))
def files(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    """A local store, once for each algorithm."""
    return FileStore.open(f"file://{tmp_path}/materials", request.param)


@pytest.mark.parametrize("length", LENGTHS)
async def test_a_stream_comes_back_as_it_went_in(files: FileStore, length: int) -> None:
    """Whatever its length, a sealed stream reads back equal, by stream and in one piece."""
    content, data_key = os.urandom(length), os.urandom(32)
    assert await files.put_sealed("pages/a/1", pieces(content), data_key) == length
    assert await read_all(files, "pages/a/1", data_key) == content
    assert files.open_sealed_bytes("pages/a/1", data_key) == content


@pytest.mark.parametrize("length", LENGTHS)
async def test_bytes_of_a_worker_read_as_a_stream(files: FileStore, length: int) -> None:
    """What a worker sealed in one piece streams out equal."""
    content, data_key = os.urandom(length), os.urandom(32)
    files.put_sealed_bytes("pages/a/1", content, data_key)
    assert await read_all(files, "pages/a/1", data_key) == content


async def test_a_file_moved_to_another_name_does_not_open(files: FileStore, tmp_path: Path) -> None:
    """A sealed file under another name, or with another key, is refused."""
    data_key = os.urandom(32)
    files.put_sealed_bytes("pages/a/1", b"page", data_key)
    (tmp_path / "materials/pages/a/1").rename(tmp_path / "materials/pages/a/2")
    with pytest.raises(Sealed):
        files.open_sealed_bytes("pages/a/2", data_key)
    (tmp_path / "materials/pages/a/2").rename(tmp_path / "materials/pages/a/1")
    with pytest.raises(Sealed):
        await read_all(files, "pages/a/1", os.urandom(32))


@pytest.mark.parametrize("cut", [0, 3, HEADER_BYTES, HEADER_BYTES + 5, HEADER_BYTES + SEALED_FRAME])
async def test_a_file_cut_short_does_not_open(files: FileStore, tmp_path: Path, cut: int) -> None:
    """A file that lost its end, even at a frame's border, is refused by both ways of reading."""
    data_key = os.urandom(32)
    files.put_sealed_bytes("pages/a/1", os.urandom(FRAME_BYTES + 10), data_key)
    path = tmp_path / "materials/pages/a/1"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(Sealed):
        await read_all(files, "pages/a/1", data_key)
    with pytest.raises(Sealed):
        files.open_sealed_bytes("pages/a/1", data_key)


async def test_frames_cannot_change_places(files: FileStore, tmp_path: Path) -> None:
    """Two frames swapped are refused."""
    data_key = os.urandom(32)
    files.put_sealed_bytes("pages/a/1", os.urandom(3 * FRAME_BYTES), data_key)
    path = tmp_path / "materials/pages/a/1"
    sealed = path.read_bytes()
    header, body = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:]
    path.write_bytes(header + body[SEALED_FRAME : 2 * SEALED_FRAME] + body[:SEALED_FRAME] + body[2 * SEALED_FRAME :])
    with pytest.raises(Sealed):
        files.open_sealed_bytes("pages/a/1", data_key)


async def test_an_upload_that_breaks_off_leaves_nothing(files: FileStore, tmp_path: Path) -> None:
    """A stream that fails half-way leaves no object, and its error reaches the caller."""

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 3 * FRAME_BYTES
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.put_sealed("pages/a/1", broken(), os.urandom(32))
    with pytest.raises(NotOurs):
        await files.open_sealed("pages/a/1", os.urandom(32))


async def test_deleting_is_by_key_and_repeatable(files: FileStore) -> None:
    """Deleted objects are gone and listed no more; deleting one twice is no error."""
    data_key = os.urandom(32)
    for number in range(3):
        files.put_sealed_bytes(f"pages/a/{number}", b"page", data_key)
    files.delete(["pages/a/0", "pages/a/1"])
    files.delete(["pages/a/0"])
    assert [key for key, _ in files.list("pages/a")] == ["pages/a/2"]
    with pytest.raises(NotOurs):
        files.open_sealed_bytes("pages/a/0", data_key)


async def test_no_plain_byte_reaches_the_disk(files: FileStore, tmp_path: Path) -> None:
    """The content is nowhere under the store's folder."""
    await files.put_sealed("pages/a/1", pieces(b"canary-in-a-page" * 100_000), os.urandom(32))
    for path in (tmp_path / "materials").rglob("*"):
        assert path.is_dir() or b"canary-in-a-page" not in path.read_bytes()
