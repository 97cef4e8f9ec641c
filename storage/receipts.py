"""What is known of every message that told a notice: proof that the one-time notice reached the applicant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.channel_schema import dispatches
from storage.dispatches import OPEN, DispatchState, Source


@dataclass(frozen=True)
class Receipt:
    """One message of one notice. `receipt` is the platform's own number of it; `why` a code if it did not go."""

    position: int
    part: int
    notice: str
    kind: str
    state: DispatchState
    written_at: datetime
    sent_at: datetime | None
    arrived_at: datetime | None
    receipt: str | None
    why: str | None
    tries: int
    #: Which chat it went to; None for an SMS.
    channel_id: str | None = None


def of_case(conn: Connection, case_id: str) -> Sequence[Receipt]:
    """Every message about a case, in the order of writing: for the desk's case page and the dossier."""
    mine = (dispatches.c.case_id == case_id) & (dispatches.c.source == Source.NOTICE.value)
    wanted = select(dispatches).where(mine).order_by(dispatches.c.created_at, dispatches.c.dispatch_id)
    return [
        Receipt(
            row.position,
            row.part,
            row.notice or "",
            row.kind,
            DispatchState(row.state),
            row.created_at,
            row.sent_at,
            row.arrived_at,
            row.receipt,
            row.why,
            row.tries,
            row.channel_id,
        )
        for row in conn.execute(wanted)
    ]


def prune(conn: Connection, county: str, written_before: datetime, most: int = 500) -> int:
    """Forget old answers and codes that have ended. What told a notice stays: it is the proof. Returns how many."""
    old = (
        (dispatches.c.county == county)
        & dispatches.c.source.in_([Source.ANSWER.value, Source.CODE.value])
        & dispatches.c.state.not_in(OPEN)
        & (dispatches.c.created_at < written_before)
    )
    names = conn.execute(select(dispatches.c.dispatch_id).where(old).limit(most)).scalars().all()
    return conn.execute(delete(dispatches).where(dispatches.c.dispatch_id.in_(names))).rowcount
