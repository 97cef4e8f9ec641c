"""The call list: notices about cases that reached nobody by themselves, and every try to reach somebody after all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, literal, or_, select, tuple_

from state_machine.notice_states import ENDED, NoticeState, state_of
from storage.desk_schema import call_tries, calls, counter_accounts
from storage.dialect import insert_or
from storage.ids import new_id
from storage.keys import Keyring
from storage.outbox import account_key
from storage.schema import Moment, cases, outbox

#: (when it was written, account, event id) of the last line shown.
Place = tuple[datetime, str, int]


@dataclass(frozen=True)
class Unreached:
    """One notice on the list."""

    account_id: str
    position: int
    case_id: str
    application_number: str
    kind: str
    at: datetime
    state: NoticeState
    tries: int
    next_at: datetime | None
    has_no_channel: bool

    @property
    def place(self) -> Place:
        """Where the next page begins."""
        return self.at, self.account_id, self.position


@dataclass(frozen=True)
class Try:
    """One try to reach somebody."""

    at: datetime
    staff_id: str
    outcome: str
    next_at: datetime | None
    note: str


def _joined() -> Select[Any]:
    return (
        select(
            outbox.c.account_id,
            outbox.c.position,
            outbox.c.case_id,
            outbox.c.kind,
            outbox.c.at,
            outbox.c.delivered_at,
            cases.c.application_number,
            calls.c.state,
            calls.c.tries,
            calls.c.next_at,
            counter_accounts.c.account_id.is_not(None).label("has_no_channel"),
        )
        .join(cases, cases.c.case_id == outbox.c.case_id)
        .outerjoin(calls, and_(calls.c.account_id == outbox.c.account_id, calls.c.position == outbox.c.position))
        .outerjoin(counter_accounts, counter_accounts.c.account_id == outbox.c.account_id)
    )


def _listed(county: str, lain_since: datetime) -> ColumnElement[bool]:
    """Not opened, not ended by hand; and old enough, or without any channel, or given up by its channel."""
    given_up = calls.c.state == NoticeState.FAILED.value
    return and_(
        outbox.c.county == county,
        outbox.c.delivered_at.is_(None),
        or_(calls.c.state.is_(None), calls.c.state.not_in([state.value for state in ENDED])),
        or_(outbox.c.at <= lain_since, counter_accounts.c.account_id.is_not(None), given_up, calls.c.tries > 0),
    )


def unreached(
    conn: Connection,
    county: str,
    lain_since: datetime,
    now: datetime,
    *,
    later: bool = False,
    after: Place | None = None,
    limit: int = 50,
) -> list[Unreached]:
    """What to telephone about now, the oldest first; with `later`, what is put off."""
    wanted = _joined().where(_listed(county, lain_since), _put_off(now) if later else ~_put_off(now))
    if after is not None:
        wanted = wanted.where(tuple_(outbox.c.at, outbox.c.account_id, outbox.c.position) > _bound(after))
    order = (outbox.c.at, outbox.c.account_id, outbox.c.position)
    return [_unreached(row) for row in conn.execute(wanted.order_by(*order).limit(limit))]


def counts(conn: Connection, county: str, lain_since: datetime, now: datetime) -> tuple[int, int]:
    """(how many notices wait for a call now, how many are put off)."""
    listed = _joined().where(_listed(county, lain_since))
    due, put_off = (
        int(conn.execute(select(func.count()).select_from(listed.where(condition).subquery())).scalar_one())
        for condition in (~_put_off(now), _put_off(now))
    )
    return due, put_off


def of_account(conn: Connection, county: str, account_id: str) -> list[Unreached]:
    """Every notice of an account that has not ended, however young: one call settles them all."""
    still_open = and_(
        outbox.c.county == county,
        outbox.c.account_id == account_id,
        outbox.c.delivered_at.is_(None),
        or_(calls.c.state.is_(None), calls.c.state.not_in([state.value for state in ENDED])),
    )
    return [_unreached(row) for row in conn.execute(_joined().where(still_open).order_by(outbox.c.position))]


def record(
    conn: Connection,
    keyring: Keyring,
    county: str,
    account_id: str,
    positions: Sequence[int],
    outcome: NoticeState,
    staff_id: str,
    at: datetime,
    *,
    next_at: datetime | None = None,
    note: str = "",
) -> None:
    """Write down a try, and where each of these notices stands now. Raises `NotOurs`."""
    try_id, key = new_id(), account_key(conn, keyring, account_id)
    sealed = key.seal(note.encode(), "call_tries", try_id, "note_sealed") if note else None
    conn.execute(
        insert(call_tries).values(
            try_id=try_id,
            county=county,
            account_id=account_id,
            staff_id=staff_id,
            at=at,
            outcome=outcome.value,
            next_at=next_at,
            positions=json.dumps(list(positions)),
            note_sealed=sealed,
        )
    )
    for position in positions:
        _set(conn, county, account_id, position, outcome, at, next_at, 1)


def mark_failed(conn: Connection, county: str, account_id: str, position: int, at: datetime) -> None:
    """A channel gave this notice up: it is to be telephoned at once."""
    _set(conn, county, account_id, position, NoticeState.FAILED, at, None, 0)


def tries(conn: Connection, keyring: Keyring, account_id: str, limit: int = 50) -> list[Try]:
    """What was tried, the newest first."""
    wanted = select(call_tries).where(call_tries.c.account_id == account_id)
    rows = conn.execute(wanted.order_by(call_tries.c.at.desc(), call_tries.c.try_id.desc()).limit(limit)).all()
    if not rows:
        return []
    key = account_key(conn, keyring, account_id)
    found = []
    for row in rows:
        sealed = row.note_sealed
        note = key.open(sealed, "call_tries", row.try_id, "note_sealed").decode() if sealed else ""
        found.append(Try(row.at, row.staff_id, row.outcome, row.next_at, note))
    return found


def states(conn: Connection, account_id: str, case_id: str) -> dict[int, NoticeState]:
    """Where every notice of one case stands, by event id."""
    rows = conn.execute(
        select(outbox.c.position, outbox.c.delivered_at, calls.c.state)
        .outerjoin(calls, and_(calls.c.account_id == outbox.c.account_id, calls.c.position == outbox.c.position))
        .where(outbox.c.account_id == account_id, outbox.c.case_id == case_id)
    )
    return {row.position: state_of(row.delivered_at, row.state) for row in rows}


def _set(
    conn: Connection,
    county: str,
    account_id: str,
    position: int,
    state: NoticeState,
    at: datetime,
    next_at: datetime | None,
    tried: int,
) -> None:
    values = {"state": state.value, "next_at": next_at, "changed_at": at}
    statement = insert_or(conn, calls).values(
        account_id=account_id, position=position, county=county, tries=tried, **values
    )
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[calls.c.account_id, calls.c.position], set_={**values, "tries": calls.c.tries + tried}
        )
    )


def _put_off(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(calls.c.next_at, 0) > now


def _bound(after: Place) -> ColumnElement[Any]:
    at, account_id, position = after
    return tuple_(literal(at, Moment), literal(account_id), literal(position))


def _unreached(row: Any) -> Unreached:
    return Unreached(
        row.account_id,
        row.position,
        row.case_id,
        row.application_number,
        row.kind,
        row.at,
        state_of(row.delivered_at, row.state),
        row.tries or 0,
        row.next_at,
        bool(row.has_no_channel),
    )
