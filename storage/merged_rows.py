"""The rows of one account given to another: sealed anew, their positions moved. See `merging`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, and_, delete, insert, select, update

from storage.channel_schema import (
    buttons,
    dispatches,
    join_codes,
    phone_codes,
    proved_phones,
    step_links,
    waiting_updates,
)
from storage.desk_schema import call_tries, calls, chat_marks, mutes, upload_links
from storage.dispatches import Source
from storage.ids import new_id
from storage.reading_schema import readings
from storage.schema import applications, cases, outbox, person_requests, sessions, turns
from storage.sealing import DataKey

#: (account, position) of a notice → its position in the chat that stays.
Places = Mapping[tuple[str, int], int]
#: Rows that only change hands: nothing in them is sealed under the account's key.
ONLY_OWNED: tuple[Table, ...] = (applications, cases, sessions, mutes, upload_links, join_codes, step_links, readings)
AT_ONCE = 500
#: How a number was proved that a code was sent to.
BY_CODE = "sms"


@dataclass(frozen=True)
class Two:
    """The account that stays and the one that goes, with their keys."""

    kept: str
    gone: str
    kept_key: DataKey
    gone_key: DataKey

    def key_of(self, account_id: str) -> DataKey:
        """The key of either."""
        return self.kept_key if account_id == self.kept else self.gone_key

    def anew(self, sealed: bytes | None, table: str, row: str, column: str) -> bytes | None:
        """What the account that goes had sealed in a place, sealed by the one that stays for the same place."""
        if sealed is None:
            return None
        return self.kept_key.seal(self.gone_key.open(sealed, table, row, column), table, row, column)


def move_notices(conn: Connection, two: Two, places: Places) -> Places:
    """Every notice to its new place, with what is known of calls about it. Returns the places."""
    for (account_id, position), place in places.items():
        was = (outbox.c.account_id == account_id) & (outbox.c.position == position)
        row = dict(conn.execute(select(outbox).where(was)).one()._mapping)
        payload = two.key_of(account_id).open(
            row["payload_sealed"], "outbox", f"{account_id}:{position}", "payload_sealed"
        )
        sealed = two.kept_key.seal(payload, "outbox", f"{two.kept}:{place}", "payload_sealed")
        row |= {"account_id": two.kept, "position": place, "payload_sealed": sealed}
        conn.execute(insert(outbox).values(**row))
        called = (calls.c.account_id == account_id) & (calls.c.position == position)
        conn.execute(update(calls).where(called).values(account_id=two.kept, position=place))
        conn.execute(delete(outbox).where(was))
    return places


def move_turns(conn: Connection, two: Two, base: int) -> None:
    """What was said, behind what the other had said."""
    known = set(conn.execute(select(turns.c.turn_id).where(turns.c.account_id == two.kept)).scalars())
    mine = turns.c.account_id == two.gone
    while rows := conn.execute(select(turns).where(mine).order_by(turns.c.position).limit(AT_ONCE)).all():
        for row in rows:
            exchange = two.gone_key.open(row.exchange_sealed, "turns", f"{two.gone}:{row.position}", "exchange_sealed")
            place = base + row.position
            conn.execute(
                update(turns)
                .where(mine, turns.c.position == row.position)
                .values(
                    account_id=two.kept,
                    position=place,
                    turn_id=new_id() if row.turn_id in known else row.turn_id,
                    exchange_sealed=two.kept_key.seal(exchange, "turns", f"{two.kept}:{place}", "exchange_sealed"),
                )
            )


def move_dispatches(conn: Connection, two: Two, base: int, places: Places) -> None:
    """What is to be sent, and the receipts of what was: each lane keeps its order, which no position tells."""
    for row in conn.execute(select(dispatches).where(dispatches.c.account_id == two.gone)).all():
        place = _place_of(row, two.gone, base, places)
        sealed = two.anew(row.message_sealed, "dispatches", row.dispatch_id, "message_sealed")
        _change(conn, dispatches, row, account_id=two.kept, position=place, message_sealed=sealed)
    for (account_id, position), place in places.items():
        if account_id == two.kept:
            mine = (
                (dispatches.c.account_id == two.kept)
                & (dispatches.c.position == position)
                & (dispatches.c.source == Source.NOTICE.value)
            )
            conn.execute(update(dispatches).where(mine).values(position=place))


def _place_of(row: Row[Any], account_id: str, base: int, places: Places) -> int:
    if row.source == Source.CODE.value:
        return int(row.position)
    return places.get((account_id, row.position), base + row.position)


def move_call_tries(conn: Connection, two: Two, places: Places) -> None:
    """Tries to reach either by telephone name the notices by their new places."""
    for row in conn.execute(select(call_tries).where(call_tries.c.account_id.in_([two.kept, two.gone]))).all():
        positions = [places.get((row.account_id, position), position) for position in json.loads(row.positions)]
        note = row.note_sealed
        if row.account_id == two.gone:
            note = two.anew(note, "call_tries", row.try_id, "note_sealed")
        _change(conn, call_tries, row, account_id=two.kept, positions=json.dumps(positions), note_sealed=note)


def move_requests(conn: Connection, two: Two, base: int, at: datetime) -> None:
    """Calls for a person. Where both wait for one, the one chat waits once: the one that goes is closed."""
    is_open = person_requests.c.closed_at.is_(None)
    kept_waits = select(person_requests.c.request_id).where(person_requests.c.account_id == two.kept, is_open)
    waits_already = conn.execute(kept_waits.limit(1)).first() is not None
    for row in conn.execute(select(person_requests).where(person_requests.c.account_id == two.gone)).all():
        closed_at = at if row.closed_at is None and waits_already else row.closed_at
        why = two.anew(row.why_sealed, "person_requests", row.request_id, "why_sealed")
        _change(conn, person_requests, row, account_id=two.kept, why_sealed=why, closed_at=closed_at)
        marks = chat_marks.c.request_id == row.request_id
        conn.execute(update(chat_marks).where(marks).values(seen_position=chat_marks.c.seen_position + base))
        answered = marks & (chat_marks.c.replied_position > 0)
        conn.execute(update(chat_marks).where(answered).values(replied_position=chat_marks.c.replied_position + base))


def move_waiting(conn: Connection, two: Two, channel_id: str) -> None:
    """Updates of a chat that wait for its files."""
    mine = waiting_updates.c.channel_id == channel_id
    for row in conn.execute(select(waiting_updates).where(mine)).all():
        sealed = two.anew(row.update_sealed, "waiting_updates", f"{row.bot}:{row.update_id}", "update_sealed")
        _change(conn, waiting_updates, row, update_sealed=sealed)


def _keep_better_proofs(conn: Connection, two: Two) -> None:
    """Of two proofs of one number a code's stays, otherwise that of the account that stays."""
    number, owner, by_code = proved_phones.c.phone_index, proved_phones.c.account_id, proved_phones.c.how == BY_CODE
    better = select(number).where(owner == two.gone, by_code)
    conn.execute(delete(proved_phones).where(owner == two.kept, ~by_code, number.in_(better)))
    both = select(number).where(owner == two.kept)
    conn.execute(delete(proved_phones).where(owner == two.gone, number.in_(both)))


def move_numbers(conn: Connection, two: Two) -> None:
    """Proved numbers, codes under way, and the values of buttons."""
    _keep_better_proofs(conn, two)
    for row in conn.execute(select(proved_phones).where(proved_phones.c.account_id == two.gone)).all():
        phone = two.gone_key.open(
            row.phone_sealed, "proved_phones", proved_place(two.gone, row.phone_index), "phone_sealed"
        )
        sealed = two.kept_key.seal(phone, "proved_phones", proved_place(two.kept, row.phone_index), "phone_sealed")
        _change(conn, proved_phones, row, account_id=two.kept, phone_sealed=sealed)
    for row in conn.execute(select(phone_codes).where(phone_codes.c.account_id == two.gone)).all():
        number = two.anew(row.phone_sealed, "phone_codes", row.proof_id, "phone_sealed")
        _change(conn, phone_codes, row, account_id=two.kept, phone_sealed=number)
    for row in conn.execute(select(buttons).where(buttons.c.account_id == two.gone)).all():
        value = two.anew(row.value_sealed, "buttons", row.button, "value_sealed")
        _change(conn, buttons, row, account_id=two.kept, value_sealed=value)


def move_the_rest(conn: Connection, two: Two) -> None:
    """What only changes hands."""
    for table in ONLY_OWNED:
        conn.execute(update(table).where(table.c.account_id == two.gone).values(account_id=two.kept))


def proved_place(account_id: str, phone_index: bytes) -> str:
    """The row of a proved number, as its seal names it."""
    return f"{account_id}:{phone_index.hex()}"


def _change(conn: Connection, table: Table, row: Row[Any], **values: Any) -> None:
    keys: Sequence[Column[Any]] = list(table.primary_key.columns)
    mine = and_(*(key == row._mapping[key.name] for key in keys))
    conn.execute(update(table).where(mine).values(**values))
