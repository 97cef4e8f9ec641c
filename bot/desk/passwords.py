"""Staff passwords: argon2id, never more than two hashings at once (each takes 64 MiB), never on the event loop."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Shorter ones are refused when an account is made.
SHORTEST = 10
LONGEST = 200

_hasher = PasswordHasher()


class PasswordTooWeak(Exception):
    """The password is too short, too long, too plain, holds the login, or is one of those everybody tries first."""


@cache
def common() -> frozenset[str]:
    """Long enough, and still among the first that are tried."""
    return frozenset(files("bot.desk").joinpath("common_passwords.txt").read_text(encoding="ascii").split())


def check_strength(password: str, login: str) -> None:
    """Refuse what nobody should use. Raises `PasswordTooWeak`."""
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5 or login.lower() in password.lower():
        raise PasswordTooWeak
    if password.lower() in common():
        raise PasswordTooWeak


def hash_now(password: str) -> str:
    """The argon2id hash of a password. Takes a quarter of a second: for the command line and for threads."""
    return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody signs in with this")


def _verify(stored: str | None, password: str) -> bool:
    try:
        _hasher.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


class Passwords:
    """Hashing and checking off the event loop, two at a time.

    An unknown login is checked against nobody's hash, so that it takes as long as a known one.
    """

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(2)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the stored hash; False (after the same time) where nothing is stored."""
        async with self._turns:
            return await asyncio.to_thread(_verify, stored, password[:LONGEST])

    async def hashed(self, password: str) -> str:
        """A new hash."""
        async with self._turns:
            return await asyncio.to_thread(hash_now, password)
