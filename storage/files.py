"""Material files: streamed, encrypted in frames, in any store `obstore` knows (a local folder, S3).

A file is a header (magic, algorithm, salt) and frames of 1 MiB. Each file has a key of its own, derived from the
application's data key, the salt and the file's name; a frame's number is its nonce, and number and last-flag are
associated data: frames cannot be swapped, dropped, repeated, cut off, or moved to another file.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from cryptography.exceptions import InvalidTag
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from storage.errors import NotOurs, Sealed
from storage.sealing import NONCE_BYTES, TAG_BYTES, Aead, Algorithm, cipher, derive

FRAME_BYTES = 1 << 20
MAGIC = b"HRT1"
SALT_BYTES = 16
HEADER_BYTES = len(MAGIC) + 1 + SALT_BYTES
SEALED_FRAME = FRAME_BYTES + TAG_BYTES


class _Frames:
    """Seals or opens the frames of one file, in order."""

    def __init__(self, key: str, data_key: bytes, header: bytes) -> None:
        try:
            algorithm = Algorithm(header[len(MAGIC)])
        except (IndexError, ValueError):
            raise Sealed("a file's header does not read") from None
        if header[: len(MAGIC)] != MAGIC or len(header) != HEADER_BYTES:
            raise Sealed("a file's header does not read")
        secret = derive(data_key, b"hurentong file\x1f" + key.encode(), salt=header[len(MAGIC) + 1 :])
        self._aead: Aead = cipher(algorithm, secret)
        self._number = 0

    def seal(self, frame: bytes, *, last: bool) -> bytes:
        nonce, place = self._next(last)
        return self._aead.encrypt(nonce, frame, place)

    def open(self, frame: bytes, *, last: bool) -> bytes:
        nonce, place = self._next(last)
        try:
            return self._aead.decrypt(nonce, frame, place)
        except InvalidTag:
            raise Sealed("a file does not open: another key or altered bytes") from None

    def _next(self, last: bool) -> tuple[bytes, bytes]:
        number = self._number
        self._number += 1
        return number.to_bytes(NONCE_BYTES, "big"), b"%d\x1f%d" % (number, last)


class FileStore:
    """Sealed objects in a store. Keys look like `pages/<application>/<page>`; nothing personal is in a key."""

    def __init__(self, store: ObjectStore, algorithm: Algorithm = Algorithm.AES_256_GCM) -> None:
        self._store, self.algorithm = store, algorithm

    @classmethod
    def open(cls, url: str, algorithm: Algorithm = Algorithm.AES_256_GCM) -> FileStore:
        """A store by address: `file:///folder` (made if missing), `s3://bucket/prefix`, `memory:`."""
        if url.startswith("memory:"):
            return cls(MemoryStore(), algorithm)
        if url.startswith("file:"):
            folder = Path(urlsplit(url).path)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(LocalStore(folder), algorithm)
        return cls(from_url(url), algorithm)

    async def put_sealed(self, key: str, stream: AsyncIterator[bytes], data_key: bytes) -> int:
        """Seal a stream into an object; never more than a few frames in memory. Returns the plain length.

        If the stream raises, nothing is left under `key`.
        """
        count = _Count()
        sealed = self._seal_stream(key, stream, data_key, count)
        await obstore.put_async(self._store, key, sealed, chunk_size=self._part_bytes(), max_concurrency=2)
        await asyncio.to_thread(self._to_disk, key)
        return count.bytes

    async def open_sealed(self, key: str, data_key: bytes) -> AsyncIterator[bytes]:
        """The plain content, frame by frame. Raises `NotOurs` if there is no such object, `Sealed` if altered."""
        try:
            found = await obstore.get_async(self._store, key)
        except FileNotFoundError:
            raise NotOurs("no such file") from None
        return self._open_stream(key, found.stream(min_chunk_size=SEALED_FRAME), data_key)

    def put_sealed_bytes(self, key: str, content: bytes, data_key: bytes) -> int:
        """Seal bytes that are in memory already (worker process)."""
        header = self._new_header()
        frames = _Frames(key, data_key, header)
        cuts = range(0, max(len(content), 1), FRAME_BYTES)
        sealed = (frames.seal(content[at : at + FRAME_BYTES], last=at == cuts[-1]) for at in cuts)
        obstore.put(self._store, key, b"".join((header, *sealed)))
        self._to_disk(key)
        return len(content)

    def open_sealed_bytes(self, key: str, data_key: bytes) -> bytes:
        """The whole plain content (worker process). Raises `NotOurs`, `Sealed`."""
        try:
            sealed = bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            raise NotOurs("no such file") from None
        frames = _Frames(key, data_key, sealed[:HEADER_BYTES])
        body = memoryview(sealed)[HEADER_BYTES:]
        cuts = range(0, max(len(body), 1), SEALED_FRAME)
        return b"".join(frames.open(bytes(body[at : at + SEALED_FRAME]), last=at == cuts[-1]) for at in cuts)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; one that is gone already is no error."""
        for key in keys:
            try:
                obstore.delete(self._store, [key])
            except FileNotFoundError:
                continue

    def list(self, prefix: str = "") -> Iterator[tuple[str, float]]:
        """Keys under a prefix with the time (seconds since 1970) each was last written."""
        for group in obstore.list(self._store, prefix or None):
            for found in group:
                yield found["path"], found["last_modified"].timestamp()

    def copy_to(self, other: FileStore) -> int:
        """Copy every object as it lies, sealed; one that is there in the same size is left alone. Returns how many."""
        there = {found["path"]: found["size"] for group in obstore.list(other._store) for found in group}
        done = 0
        for group in obstore.list(self._store):
            for found in group:
                key = found["path"]
                if there.get(key) != found["size"]:
                    obstore.put(other._store, key, obstore.get(self._store, key).bytes())  # one page, not more
                    other._to_disk(key)
                    done += 1
        return done

    def _part_bytes(self) -> int:
        """How much of a stream is held before it is written: little, for many come at once. S3 takes no less."""
        return FRAME_BYTES if isinstance(self._store, LocalStore | MemoryStore) else 5 * FRAME_BYTES

    def _new_header(self) -> bytes:
        return MAGIC + bytes([self.algorithm]) + os.urandom(SALT_BYTES)

    async def _seal_stream(
        self, key: str, stream: AsyncIterator[bytes], data_key: bytes, count: _Count
    ) -> AsyncIterator[bytes]:
        header = self._new_header()
        frames, held = _Frames(key, data_key, header), bytearray()
        yield header
        async for piece in stream:
            held += piece
            count.bytes += len(piece)
            while len(held) > FRAME_BYTES:  # keep at least one byte back: the last frame must be known as the last
                yield frames.seal(bytes(held[:FRAME_BYTES]), last=False)
                del held[:FRAME_BYTES]
        yield frames.seal(bytes(held), last=True)

    async def _open_stream(self, key: str, stream: AsyncIterator[bytes], data_key: bytes) -> AsyncIterator[bytes]:
        frames: _Frames | None = None
        held = bytearray()
        async for piece in stream:
            held += piece
            if frames is None and len(held) >= HEADER_BYTES:
                frames = _Frames(key, data_key, bytes(held[:HEADER_BYTES]))
                del held[:HEADER_BYTES]
            while frames is not None and len(held) > SEALED_FRAME:
                yield frames.open(bytes(held[:SEALED_FRAME]), last=False)
                del held[:SEALED_FRAME]
        if frames is None:
            raise Sealed("a file's header does not read")
        yield frames.open(bytes(held), last=True)

    def _to_disk(self, key: str) -> None:
        """A local object survives a power cut once this returns: the file and its folder are synced."""
        if not isinstance(self._store, LocalStore) or self._store.prefix is None:
            return
        path = Path(self._store.prefix) / key
        for place in (path, path.parent):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


class _Count:
    """How many plain bytes went by."""

    bytes = 0
