"""Sealing of single values: algorithm byte, 12-byte nonce, ciphertext with tag.

The associated data is (table, row id, column), so that a sealed value opens only where it was put.
"""

from __future__ import annotations

import os
from enum import IntEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import Sealed

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class Algorithm(IntEnum):
    """The first byte of everything sealed. The values are stored: adding is free, renumbering is not."""

    AES_256_GCM = 1
    SM4_GCM = 2


class Aead(Protocol):
    """Authenticated encryption with associated data."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Ciphertext with the tag at its end."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The plaintext; raises `InvalidTag`."""


class SM4GCM:
    """SM4-GCM (GB/T 32907) in the shape of `AESGCM`."""

    def __init__(self, key: bytes) -> None:
        self._key = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Ciphertext with the tag at its end."""
        encryptor = Cipher(self._key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The plaintext; raises `InvalidTag`."""
        if len(data) < TAG_BYTES:
            raise InvalidTag
        decryptor = Cipher(self._key, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()


def derive(secret: bytes, purpose: bytes, length: int = KEY_BYTES, salt: bytes | None = None) -> bytes:
    """A key for one purpose from a secret (HKDF-SHA-256): no key serves two algorithms."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose).derive(secret)


def cipher(algorithm: Algorithm, secret: bytes) -> Aead:
    """The cipher of `algorithm` under a 32-byte secret."""
    if len(secret) != KEY_BYTES:
        raise ValueError("a data key has 32 bytes")
    if algorithm is Algorithm.AES_256_GCM:
        return AESGCM(secret)
    return SM4GCM(derive(secret, b"hurentong sm4-gcm", 16))


class DataKey:
    """The data key of one application or one account. `secret` never leaves memory unwrapped."""

    __slots__ = ("_ciphers", "algorithm", "secret")

    def __init__(self, secret: bytes, algorithm: Algorithm = Algorithm.AES_256_GCM) -> None:
        self.secret, self.algorithm = secret, algorithm
        self._ciphers: dict[int, Aead] = {algorithm: cipher(algorithm, secret)}

    def __repr__(self) -> str:
        return f"DataKey({self.algorithm.name})"

    def seal(self, plaintext: bytes, table: str, row: str, column: str) -> bytes:
        """Seal a value for one place."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self.algorithm].encrypt(nonce, plaintext, place(table, row, column))
        return b"%c%b%b" % (self.algorithm, nonce, sealed)

    def open(self, sealed: bytes, table: str, row: str, column: str) -> bytes:
        """The value sealed for this very place; raises `Sealed` otherwise. Reads either algorithm."""
        try:
            aead = self._ciphers.get(sealed[0]) or self._other(sealed[0])
            return aead.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place(table, row, column))
        except (InvalidTag, IndexError, ValueError):
            raise Sealed(f"{table}.{column} does not open") from None

    def _other(self, algorithm: int) -> Aead:
        self._ciphers[algorithm] = cipher(Algorithm(algorithm), self.secret)
        return self._ciphers[algorithm]


def place(table: str, row: str, column: str) -> bytes:
    """The associated data: where a sealed value belongs. The separator occurs in none of the three."""
    return f"{table}\x1f{row}\x1f{column}".encode()
