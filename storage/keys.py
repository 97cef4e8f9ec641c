"""The master keyring: one JSON file outside the database, versioned, readable by its owner alone.

Each application and each account has a data key of its own, wrapped by a version of the master key. Rotating adds
a version; what older versions wrapped still opens. The blind index has a key of its own in the same file.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import stat
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.blind_index import BlindIndex
from storage.errors import KeyringUnsafe, Sealed
from storage.sealing import KEY_BYTES, NONCE_BYTES, Algorithm, DataKey

#: Unwrapped data keys kept in memory; the oldest use goes first.
CACHED_KEYS = 20_000


class Keyring:
    """Master keys by version, the blind index, and the data keys they unwrap."""

    def __init__(
        self,
        masters: dict[int, bytes],
        current: int,
        index_key: bytes,
        *,
        path: Path | None = None,
        algorithm: Algorithm = Algorithm.AES_256_GCM,
    ) -> None:
        self._ciphers = {version: AESGCM(key) for version, key in masters.items()}
        self._masters, self.current, self._index_key = dict(masters), current, index_key
        self.path, self.algorithm = path, algorithm
        self.index = BlindIndex(index_key)
        self._known: OrderedDict[tuple[str, bytes], DataKey] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, algorithm: Algorithm = Algorithm.AES_256_GCM) -> Keyring:
        """Read the keyring at `path`; make it (0600 in a 0700 folder) if there is none. Raises `KeyringUnsafe`."""
        if not path.exists():
            _create(path)
        masters, current, index_key = _read(path)
        return cls(masters, current, index_key, path=path, algorithm=algorithm)

    @classmethod
    def in_memory(cls, algorithm: Algorithm = Algorithm.AES_256_GCM) -> Keyring:
        """A keyring that ends with the process (`talk`, tests)."""
        return cls({1: secrets.token_bytes(KEY_BYTES)}, 1, secrets.token_bytes(KEY_BYTES), algorithm=algorithm)

    @property
    def versions(self) -> tuple[int, ...]:
        """The master key's versions, oldest first."""
        return tuple(sorted(self._masters))

    def rotate(self) -> int:
        """Add a master key and wrap with it from now on. Returns its version. Other processes find it in the file."""
        if self.path is None:
            return self._add_version()
        with _alone(self.path):
            self._read_again()  # what another process added must not be lost
            return self._add_version()

    def new_data_key(self, owner: str) -> tuple[DataKey, bytes]:
        """A fresh data key for `owner` (an application's or account's id), and its wrapped form to store."""
        key = DataKey(secrets.token_bytes(KEY_BYTES), self.algorithm)
        wrapped = self._wrap(key.secret, owner)
        self._remember(owner, wrapped, key)
        return key, wrapped

    def data_key(self, owner: str, wrapped: bytes) -> DataKey:
        """Unwrap the data key of `owner`. Raises `Sealed`."""
        with self._lock:
            known = self._known.get((owner, wrapped))
            if known is not None:
                self._known.move_to_end((owner, wrapped))
                return known
        key = DataKey(self._unwrap(wrapped, owner), self.algorithm)
        self._remember(owner, wrapped, key)
        return key

    def version_of(self, wrapped: bytes) -> int:
        """Which master key wrapped this."""
        return int.from_bytes(wrapped[:2], "big")

    def rewrap(self, owner: str, wrapped: bytes) -> bytes:
        """The same data key under the current master key."""
        return self._wrap(self._unwrap(wrapped, owner), owner)

    def _wrap(self, secret: bytes, owner: str) -> bytes:
        nonce, version = os.urandom(NONCE_BYTES), self.current.to_bytes(2, "big")
        return version + nonce + self._ciphers[self.current].encrypt(nonce, secret, _wrapping(owner, version))

    def _unwrap(self, wrapped: bytes, owner: str) -> bytes:
        version, nonce, sealed = wrapped[:2], wrapped[2 : 2 + NONCE_BYTES], wrapped[2 + NONCE_BYTES :]
        if int.from_bytes(version, "big") not in self._ciphers:
            self._read_again()
        try:
            master = self._ciphers[int.from_bytes(version, "big")]
            return master.decrypt(nonce, sealed, _wrapping(owner, version))
        except (InvalidTag, KeyError, ValueError):
            raise Sealed("a data key does not unwrap: another keyring, or another owner") from None

    def _add_version(self) -> int:
        version = max(self._masters) + 1
        self._masters[version] = secrets.token_bytes(KEY_BYTES)
        self._ciphers[version] = AESGCM(self._masters[version])
        if self.path is not None:
            _write(self.path, _content(self._masters, version, self._index_key))
        self.current = version
        return version

    def _read_again(self) -> None:
        """Another process has rotated: its version is in the file."""
        if self.path is None or not self.path.exists():
            return
        with self._lock:
            masters, current, _ = _read(self.path)
            self._masters = masters
            self._ciphers = {version: AESGCM(key) for version, key in masters.items()}
            self.current = current

    def _remember(self, owner: str, wrapped: bytes, key: DataKey) -> None:
        with self._lock:
            self._known[owner, wrapped] = key
            if len(self._known) > CACHED_KEYS:
                self._known.popitem(last=False)


def _wrapping(owner: str, version: bytes) -> bytes:
    return b"data key\x1f" + owner.encode() + b"\x1f" + version


def _content(masters: dict[int, bytes], current: int, index_key: bytes) -> dict[str, Any]:
    return {
        "current": current,
        "masters": {str(version): base64.b64encode(key).decode() for version, key in masters.items()},
        "blind_index": base64.b64encode(index_key).decode(),
    }


def _read(path: Path) -> tuple[dict[int, bytes], int, bytes]:
    """Master keys by version, the current one, the blind index's key. Raises `KeyringUnsafe`."""
    _refuse_if_open_to_others(path)
    try:
        content = json.loads(path.read_bytes())
        masters = {int(version): base64.b64decode(key) for version, key in content["masters"].items()}
        index_key = base64.b64decode(content["blind_index"])
        current = int(content["current"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyringUnsafe(f"{path} is not a keyring") from None
    if current not in masters or any(len(key) != KEY_BYTES for key in (*masters.values(), index_key)):
        raise KeyringUnsafe(f"{path} is not a keyring")
    return masters, current, index_key


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Only one process at a time makes or changes a keyring."""
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _create(path: Path) -> None:
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True)
        path.parent.chmod(0o700)
    with _alone(path):
        if not path.exists():
            _write(path, _content({1: secrets.token_bytes(KEY_BYTES)}, 1, secrets.token_bytes(KEY_BYTES)))


def _write(path: Path, content: dict[str, Any]) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _refuse_if_open_to_others(path: Path) -> None:
    for place, allowed in ((path, 0o600), (path.parent, 0o700)):
        mode = stat.S_IMODE(place.stat().st_mode)
        if mode & ~allowed:
            raise KeyringUnsafe(f"{place} has mode {mode:04o}; at most {allowed:04o} is allowed (chmod {allowed:o})")
