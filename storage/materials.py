"""证明材料: which pages belong to which application. The files themselves are in `files`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from state_machine.interview import Page
from storage.keys import Keyring
from storage.schema import applications, cases, materials
from storage.sealing import DataKey


@dataclass(frozen=True)
class StoredPage:
    """One page, whose it is, and the key its file is sealed with."""

    page_id: str
    application_id: str
    case_id: str | None
    county: str
    proof: str
    media_type: str
    key: DataKey


def change(
    conn: Connection, county: str, application_id: str, old: Sequence[Page], new: Sequence[Page], at: datetime
) -> None:
    """Record which pages came and went. A page that a case's record may still show is only marked as removed."""
    before, now = {p.page_id: p for p in old}, {p.page_id: p for p in new}
    if gone := [page_id for page_id in before if page_id not in now]:
        mine = materials.c.page_id.in_(gone) & (materials.c.application_id == application_id)
        conn.execute(update(materials).where(mine, materials.c.case_id.is_not(None)).values(removed_at=at))
        conn.execute(delete(materials).where(mine, materials.c.case_id.is_(None)))
    if fresh := [page for page in now.values() if page.page_id not in before]:
        conn.execute(
            insert(materials),
            [
                {
                    "page_id": page.page_id,
                    "county": county,
                    "application_id": application_id,
                    "proof": page.proof.value,
                    "media_type": page.media_type,
                    "digest": page.digest,
                    "sheets": page.sheets,
                    "added_at": at,
                }
                for page in fresh
            ],
        )


def give_to_case(conn: Connection, application_id: str, case_id: str) -> None:
    """The application's pages belong to its case from now on: they are kept as long as it is."""
    mine = (materials.c.application_id == application_id) & materials.c.removed_at.is_(None)
    conn.execute(update(materials).where(mine).values(case_id=case_id))


def of_case(conn: Connection, keyring: Keyring, case_id: str, page_id: str) -> StoredPage | None:
    """A page by the case it belongs to; None if it is not this case's. The only way a clerk reaches a file."""
    return _page(
        conn,
        keyring,
        (materials.c.page_id == page_id)
        & (
            materials.c.application_id
            == select(cases.c.application_id).where(cases.c.case_id == case_id).scalar_subquery()
        ),
    )


def of_account(conn: Connection, keyring: Keyring, account_id: str, page_id: str) -> StoredPage | None:
    """A page by the account it belongs to; None if it is not theirs. The only way an applicant reaches a file."""
    return _page(conn, keyring, (materials.c.page_id == page_id) & (applications.c.account_id == account_id))


def _page(conn: Connection, keyring: Keyring, wanted: ColumnElement[bool]) -> StoredPage | None:
    joined = materials.join(applications, applications.c.application_id == materials.c.application_id)
    r = conn.execute(select(*materials.c, applications.c.data_key).select_from(joined).where(wanted)).first()
    if r is None:
        return None
    key = keyring.data_key(r.application_id, r.data_key)
    return StoredPage(r.page_id, r.application_id, r.case_id, r.county, r.proof, r.media_type, key)


def known(conn: Connection, page_ids: Iterable[str]) -> set[str]:
    """Which of these pages are recorded; the files of all others are orphans."""
    wanted, found = list(page_ids), set[str]()
    for at in range(0, len(wanted), 500):
        chosen = materials.c.page_id.in_(wanted[at : at + 500])
        found.update(conn.execute(select(materials.c.page_id).where(chosen)).scalars())
    return found
