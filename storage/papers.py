"""文书 and signatures: what is to be printed is written with the act, the printed bytes are a sealed object.

A paper's sheet and its object are sealed with the data key of the application its case came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, or_, select, update

from state_machine.case_records import EventKind
from state_machine.signature import Signature
from storage.blobs import from_bytes, to_bytes
from storage.ids import new_id
from storage.keys import Keyring
from storage.paper_schema import papers, signatures
from storage.schema import applications, case_events, cases
from storage.sealing import DataKey

SEALED = ("papers", "sheet_sealed")
#: What ends a case, for the archive by months.
ENDING = tuple(
    kind.value for kind in (EventKind.ISSUED, EventKind.DECLINED, EventKind.NOT_ACCEPTED, EventKind.WITHDRAWN)
)
PAGE = 200


@dataclass(frozen=True)
class StoredPaper:
    """One paper: which, whose, and where its printed bytes lie (`object_id` None: not printed yet)."""

    paper_id: str
    case_id: str
    application_id: str
    county: str
    sequence: int
    kind: str
    number: str
    made_at: datetime
    object_id: str | None
    trouble: str | None
    key: DataKey
    sheet_sealed: bytes

    def sheet(self) -> bytes:
        """What is to stand on it, as JSON. Raises `Sealed`."""
        return self.key.open(self.sheet_sealed, SEALED[0], self.paper_id, SEALED[1])


def add(
    conn: Connection, county: str, case_id: str, key: DataKey, kind: str, number: str, sheet: bytes, at: datetime
) -> str:
    """Write down a paper that is to be printed, in the act's transaction. The case is locked. Returns its id."""
    paper_id = new_id()
    last = conn.execute(select(func.max(papers.c.sequence)).where(papers.c.case_id == case_id)).scalar()
    conn.execute(
        insert(papers).values(
            paper_id=paper_id,
            county=county,
            case_id=case_id,
            sequence=(last or 0) + 1,
            kind=kind,
            number=number,
            made_at=at,
            sheet_sealed=key.seal(sheet, SEALED[0], paper_id, SEALED[1]),
        )
    )
    return paper_id


def how_many(conn: Connection, case_id: str, kind: str) -> int:
    """How many papers of a kind a case has."""
    mine = (papers.c.case_id == case_id) & (papers.c.kind == kind)
    return int(conn.execute(select(func.count()).select_from(papers).where(mine)).scalar_one())


def of_case(conn: Connection, keyring: Keyring, case_id: str) -> list[StoredPaper]:
    """A case's papers in the order in which they were made."""
    rows = conn.execute(_select().where(papers.c.case_id == case_id).order_by(papers.c.sequence))
    return [_opened(keyring, row) for row in rows]


def load(conn: Connection, keyring: Keyring, paper_id: str) -> StoredPaper | None:
    """A paper by id."""
    return _first(conn, keyring, papers.c.paper_id == paper_id)


def of_account(conn: Connection, keyring: Keyring, account_id: str, paper_id: str) -> StoredPaper | None:
    """A paper by the account whose case it belongs to; None if it is not theirs. The only way of an applicant."""
    return _first(conn, keyring, (papers.c.paper_id == paper_id) & (cases.c.account_id == account_id))


def unprinted(conn: Connection, limit: int = 50, *, in_trouble: bool = False) -> list[str]:
    """What waits to be printed, oldest first; with `in_trouble`, what could not be."""
    which = papers.c.trouble.is_not(None) if in_trouble else papers.c.trouble.is_(None)
    wanted = select(papers.c.paper_id).where(papers.c.object_id.is_(None), which)
    return list(conn.execute(wanted.order_by(papers.c.made_at).limit(limit)).scalars())


def mark_printed(conn: Connection, paper_id: str, object_id: str, at: datetime) -> bool:
    """The bytes lie in the store. False if another process was first: its bytes are the paper."""
    first = (papers.c.paper_id == paper_id) & papers.c.object_id.is_(None)
    changed = conn.execute(update(papers).where(first).values(object_id=object_id, printed_at=at, trouble=None))
    return changed.rowcount == 1


def mark_trouble(conn: Connection, paper_id: str, trouble: str) -> None:
    """It cannot be printed as things are: a clerk has to look."""
    waits = (papers.c.paper_id == paper_id) & papers.c.object_id.is_(None)
    conn.execute(update(papers).where(waits).values(trouble=trouble))


def is_troubled(conn: Connection, case_id: str, trouble: str) -> bool:
    """Whether a paper of the case waits for this reason."""
    waits = (papers.c.case_id == case_id) & papers.c.object_id.is_(None) & (papers.c.trouble == trouble)
    return conn.execute(select(papers.c.paper_id).where(waits).limit(1)).first() is not None


def try_again(conn: Connection) -> None:
    """After a start: what could not be printed is tried once more; a font may have been installed."""
    conn.execute(update(papers).where(papers.c.object_id.is_(None), papers.c.trouble.is_not(None)).values(trouble=None))


def known_objects(conn: Connection, object_ids: Iterable[str]) -> set[str]:
    """Which of these objects belong to a paper; all others are orphans."""
    wanted, found = list(object_ids), set[str]()
    for at in range(0, len(wanted), 500):
        chosen = papers.c.object_id.in_(wanted[at : at + 500])
        found.update(name for name in conn.execute(select(papers.c.object_id).where(chosen)).scalars() if name)
    return found


def keep_signature(conn: Connection, county: str, application_id: str, key: DataKey, signature: Signature) -> None:
    """Store how an application was signed; what was signed before stays beside it."""
    signature_id = new_id()
    conn.execute(
        insert(signatures).values(
            signature_id=signature_id,
            county=county,
            application_id=application_id,
            kind=signature.kind.value,
            signature_sealed=key.seal(to_bytes(signature), "signatures", signature_id, "signature_sealed"),
            signed_at=signature.at,
        )
    )


def signatures_of(conn: Connection, application_id: str, key: DataKey) -> Sequence[Signature]:
    """Every signature under an application, oldest first."""
    mine = signatures.c.application_id == application_id
    rows = conn.execute(select(signatures).where(mine).order_by(signatures.c.signed_at, signatures.c.signature_id))
    return [
        from_bytes(key.open(r.signature_sealed, "signatures", r.signature_id, "signature_sealed"), Signature)
        for r in rows
    ]


def _first(conn: Connection, keyring: Keyring, wanted: ColumnElement[bool]) -> StoredPaper | None:
    row = conn.execute(_select().where(wanted)).first()
    return None if row is None else _opened(keyring, row)


def _select() -> Select[tuple[object, ...]]:
    joined = papers.join(cases, cases.c.case_id == papers.c.case_id)
    joined = joined.join(applications, applications.c.application_id == cases.c.application_id)
    return select(*papers.c, cases.c.application_id, applications.c.data_key).select_from(joined)


def _opened(keyring: Keyring, row: Row[tuple[object, ...]]) -> StoredPaper:
    m = row._mapping
    return StoredPaper(
        m["paper_id"],
        m["case_id"],
        m["application_id"],
        m["county"],
        m["sequence"],
        m["kind"],
        m["number"],
        m["made_at"],
        m["object_id"],
        m["trouble"],
        keyring.data_key(m["application_id"], m["data_key"]),
        m["sheet_sealed"],
    )


def ended_between(
    conn: Connection,
    county: str,
    since: datetime,
    until: datetime,
    after: tuple[datetime, str] | None = None,
    limit: int = PAGE,
) -> list[tuple[datetime, str]]:
    """Cases that ended in a span, oldest end first, a page at a time: (when, case id), after the last one known."""
    at, case_id = case_events.c.at, case_events.c.case_id
    wanted = select(at, case_id).where(
        case_events.c.kind.in_(ENDING), case_events.c.county == county, at >= since, at < until
    )
    if after is not None:
        wanted = wanted.where(or_(at > after[0], and_(at == after[0], case_id > after[1])))
    return [(row[0], row[1]) for row in conn.execute(wanted.order_by(at, case_id).limit(limit))]


def of_person(conn: Connection, keyring: Keyring, county: str, id_number: str) -> list[str]:
    """The cases under a number, oldest first."""
    mine = (cases.c.id_number_index == keyring.index.id_number(id_number)) & (cases.c.county == county)
    wanted = select(cases.c.case_id).where(mine).order_by(cases.c.submitted_at, cases.c.case_id)
    return list(conn.execute(wanted).scalars())


def first_end(conn: Connection, county: str) -> datetime | None:
    """When the first case ended; None if none has."""
    ended = case_events.c.kind.in_(ENDING) & (case_events.c.county == county)
    found: datetime | None = conn.execute(select(func.min(case_events.c.at)).where(ended)).scalar()
    return found


def how_many_ended(conn: Connection, county: str, since: datetime, until: datetime) -> int:
    """How many cases ended in a span."""
    ended = case_events.c.kind.in_(ENDING) & (case_events.c.county == county)
    within = (case_events.c.at >= since) & (case_events.c.at < until)
    return int(conn.execute(select(func.count()).select_from(case_events).where(ended, within)).scalar_one())
