"""What can go wrong in the archive. One root, so that a channel can answer them all.

StorageError
├── Sealed            a sealed value does not open (wrong key, moved or altered)
├── KeyringUnsafe     the master keys lie where others can read them, or are no keyring
├── SqliteTooOld      the SQLite library can corrupt a WAL database
├── ArchiveClosed     the archive is shutting down
├── NotOurs           the row does not exist, or belongs to someone else
├── ClaimLost         the clerk's claim on the case has ended or was taken over
└── SchemaBehind      the tables are not at this version: run `hurentong migrate`
"""

from __future__ import annotations


class StorageError(Exception):
    """Root of the archive's errors. Messages never hold personal data or keys."""


class Sealed(StorageError):
    """A sealed value does not open: another key, another place, or altered bytes."""


class KeyringUnsafe(StorageError):
    """The master key file is readable by others, or is not a keyring."""


class SqliteTooOld(StorageError):
    """This SQLite library has the WAL-reset race (fixed in 3.51.3) and could corrupt the file."""


class ArchiveClosed(StorageError):
    """The archive is closed: nothing was written."""


class NotOurs(StorageError):
    """There is no such row, or it belongs to someone else. The two look alike on purpose."""


class ClaimLost(StorageError):
    """The claim on the case has ended, or another clerk took it over."""


class SchemaBehind(StorageError):
    """The tables are not at this program's version."""
