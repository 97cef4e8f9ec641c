"""What can go wrong in the archive. One root, so that a channel can answer them all.

StorageError
├── Sealed            a sealed value does not open (wrong key, moved or altered)
├── KeyringUnsafe     the master keys lie where others can read them, or are no keyring
├── SqliteTooOld      the SQLite library can corrupt a WAL database
├── ArchiveClosed     the archive is shutting down
├── WriterDied        a writing thread ended by a fault of ours: the process must be started anew
├── CannotWrite       the database takes no writes now (disk full, locked, not reachable, read-only)
├── ServedAlready     another service works on this SQLite file
├── NotCopied         a backup or a move did not come about; the source is as it was
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


class WriterDied(StorageError):
    """The thread that writes has ended by an unexpected fault. Whether the last group was stored is not known."""


class CannotWrite(StorageError):
    """The database takes no writes now; nothing of this job was stored, and it may be tried again.

    `why` is `disk_full`, `disk_fault`, `locked`, `unreachable`, `read_only` or `broken_file`.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"the database takes no writes now: {why}")


class ServedAlready(StorageError):
    """Another service works on this SQLite file already; one file is served by one process."""


class NotCopied(StorageError):
    """A backup or a move did not come about. The source is as it was."""


class NotOurs(StorageError):
    """There is no such row, or it belongs to someone else. The two look alike on purpose."""


class ClaimLost(StorageError):
    """The claim on the case has ended, or another clerk took it over."""


class SchemaBehind(StorageError):
    """The tables are not at this program's version."""


#: The archive's trouble, not the job's: nothing (or nobody knows what) was stored, and the job may be tried again.
NOT_STORED = (CannotWrite, WriterDied, ArchiveClosed)
