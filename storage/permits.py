"""Electronic permits issued here, and what each of them annulled (原证自动注销).

The code of the public page stands only as its hash: who reads the tables cannot open anybody's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Row, Select, insert, select, update

from storage.blobs import from_bytes, to_bytes
from storage.ids import new_id
from storage.keys import Keyring
from storage.paper_schema import annulments, permits
from storage.schema import applications, cases
from storage.sealing import DataKey


@dataclass(frozen=True)
class Shown:
    """What the public page may show of the holder, and the permit's number for the desk."""

    name_masked: str
    id_number_last_four: str
    permit_number: str


@dataclass(frozen=True)
class StoredPermit:
    """One permit. It is valid while `annulled_at` is None and `valid_until` has not passed."""

    permit_id: str
    case_id: str
    shown: Shown
    issued_at: datetime
    valid_until: date
    annulled_at: datetime | None


@dataclass(frozen=True)
class Annulled:
    """A permit that a later one annulled; `here` says whether it was one of ours."""

    number: str
    place: str
    at: datetime
    here: bool


def issue(
    conn: Connection,
    keyring: Keyring,
    county: str,
    case_id: str,
    key: DataKey,
    id_number: str,
    code: str,
    shown: Shown,
    at: datetime,
    valid_until: date,
) -> list[StoredPermit]:
    """Record a permit; every earlier one of the same person is annulled. Returns those annulled now."""
    permit_id, holder = new_id(), keyring.index.id_number(id_number)
    earlier = _opened_all(conn, keyring, (permits.c.holder_index == holder) & permits.c.annulled_at.is_(None))
    conn.execute(
        update(permits).where(permits.c.holder_index == holder, permits.c.annulled_at.is_(None)).values(annulled_at=at)
    )
    conn.execute(
        insert(permits).values(
            permit_id=permit_id,
            county=county,
            case_id=case_id,
            code_sha256=code_hash(code),
            holder_index=holder,
            shown_sealed=key.seal(to_bytes(shown), "permits", permit_id, "shown_sealed"),
            issued_at=at,
            valid_until=valid_until,
        )
    )
    return earlier


def annul(
    conn: Connection, county: str, case_id: str, key: DataKey, annulled: Annulled, permit_id: str | None = None
) -> None:
    """Write down in a case which permit its new one annulled."""
    annulment_id = new_id()
    conn.execute(
        insert(annulments).values(
            annulment_id=annulment_id,
            county=county,
            case_id=case_id,
            permit_id=permit_id,
            permit_sealed=key.seal(to_bytes(annulled), "annulments", annulment_id, "permit_sealed"),
            at=annulled.at,
        )
    )


def annulled_by(conn: Connection, case_id: str, key: DataKey) -> list[Annulled]:
    """What a case's permit annulled, in a fixed order."""
    mine = annulments.c.case_id == case_id
    rows = conn.execute(select(annulments).where(mine).order_by(annulments.c.at, annulments.c.annulment_id))
    return [
        from_bytes(key.open(r.permit_sealed, "annulments", r.annulment_id, "permit_sealed"), Annulled) for r in rows
    ]


def by_code(conn: Connection, keyring: Keyring, code: str) -> StoredPermit | None:
    """The permit whose page has this code."""
    return next(iter(_opened_all(conn, keyring, permits.c.code_sha256 == code_hash(code))), None)


def of_case(conn: Connection, keyring: Keyring, case_id: str) -> StoredPermit | None:
    """The permit a case ended with."""
    return next(iter(_opened_all(conn, keyring, permits.c.case_id == case_id)), None)


def code_hash(code: str) -> bytes:
    """What is stored of a code. It is long and random: a plain hash gives nothing away."""
    return sha256(code.encode()).digest()


def _opened_all(conn: Connection, keyring: Keyring, wanted: ColumnElement[bool]) -> list[StoredPermit]:
    rows = conn.execute(_select().where(wanted).order_by(permits.c.issued_at, permits.c.permit_id))
    return [_opened(keyring, row) for row in rows]


def _select() -> Select[tuple[object, ...]]:
    joined = permits.join(cases, cases.c.case_id == permits.c.case_id)
    joined = joined.join(applications, applications.c.application_id == cases.c.application_id)
    return select(*permits.c, cases.c.application_id, applications.c.data_key).select_from(joined)


def _opened(keyring: Keyring, row: Row[tuple[object, ...]]) -> StoredPermit:
    m = row._mapping
    key = keyring.data_key(m["application_id"], m["data_key"])
    shown = from_bytes(key.open(m["shown_sealed"], "permits", m["permit_id"], "shown_sealed"), Shown)
    return StoredPermit(m["permit_id"], m["case_id"], shown, m["issued_at"], m["valid_until"], m["annulled_at"])
