"""Rotating the master key: what an older version wrapped is wrapped anew, in small batches, as often as is needed.

Only the wrapped form of a data key changes; nothing that was sealed with the data key is touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, func, select, update

from storage.keys import Keyring
from storage.schema import accounts, applications

#: Every table with wrapped data keys, and the column that says whose each is.
WRAPPED: tuple[tuple[Table, Column[str]], ...] = (
    (accounts, accounts.c.account_id),
    (applications, applications.c.application_id),
)


@dataclass(frozen=True)
class Place:
    """Where the last batch ended."""

    table: int = 0
    after: str = ""


BEGINNING: Place | None = Place()


def rewrap_batch(conn: Connection, keyring: Keyring, place: Place, size: int = 500) -> tuple[int, Place | None]:
    """Rewrap what older versions wrapped among the next `size` rows, in the caller's transaction.

    Returns how many, and where to go on (None: that was the last). A row that changed meanwhile is left as it is.
    Begun anew after a stop it only reads over what is done. Raises `Sealed` if a key belongs to another keyring.
    """
    table, owner = WRAPPED[place.table]
    rows = conn.execute(select(owner, table.c.data_key).where(owner > place.after).order_by(owner).limit(size)).all()
    done = 0
    for name, wrapped in rows:
        if keyring.version_of(wrapped) == keyring.current:
            continue
        changed = conn.execute(
            update(table)
            .where(owner == name, table.c.data_key == wrapped)
            .values(data_key=keyring.rewrap(name, wrapped))
        )
        done += changed.rowcount
    if len(rows) == size:
        return done, Place(place.table, rows[-1][0])
    return done, Place(place.table + 1) if place.table + 1 < len(WRAPPED) else None


def by_version(conn: Connection) -> dict[int, int]:
    """How many data keys each version of the master key wraps."""
    found: dict[int, int] = {}
    for table, _ in WRAPPED:
        version = func.substr(table.c.data_key, 1, 2)
        for start, count in conn.execute(select(version, func.count()).group_by(version)):
            number = int.from_bytes(bytes(start), "big")
            found[number] = found.get(number, 0) + count
    return dict(sorted(found.items()))
