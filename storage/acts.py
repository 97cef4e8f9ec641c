"""Clerks' acts by id: pressing twice acts once. The id is recorded in the act's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.schema import acts


@dataclass(frozen=True)
class DoneAct:
    """An act done before: by whom, to which case, what, and what came of it (a code or JSON without personal data)."""

    act_id: str
    staff_id: str
    case_id: str | None
    kind: str
    outcome: str
    at: datetime


def done(conn: Connection, act_id: str) -> DoneAct | None:
    """The act with this id, if it was done already."""
    r = conn.execute(select(acts).where(acts.c.act_id == act_id)).first()
    return None if r is None else DoneAct(r.act_id, r.staff_id, r.case_id, r.kind, r.outcome, r.at)


def record(conn: Connection, county: str, act: DoneAct) -> None:
    """Record an act. A second one with the same id fails the transaction it is in (IntegrityError)."""
    conn.execute(
        insert(acts).values(
            act_id=act.act_id,
            county=county,
            staff_id=act.staff_id,
            case_id=act.case_id,
            kind=act.kind,
            outcome=act.outcome,
            at=act.at,
        )
    )
