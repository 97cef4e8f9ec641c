"""坐席's list: open chats with how long somebody waits for an answer and what nobody has looked at yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, update

from storage.desk_schema import chat_marks
from storage.keys import Keyring
from storage.positions import LAST_NOTICE, LAST_TURN, next_position
from storage.schema import accounts, person_requests, turns
from storage.turns import past


@dataclass(frozen=True)
class OpenChat:
    """One chat that asked for a person. `waiting_since` None: the last word was a person's."""

    request_id: str
    account_id: str
    opened_at: datetime
    taken_by: str | None
    waiting_since: datetime | None
    unread: int
    alerted_at: datetime | None
    replied: bool


#: What a chat's line is made of; whoever watches compares it with what it was.
Stamp = tuple[object, ...]


def begin(conn: Connection, county: str, account_id: str, request_id: str) -> None:
    """Marks for a new request: whatever the applicant says from here on is unread."""
    seen = next_position(conn, account_id) - 1
    conn.execute(
        insert(chat_marks).values(request_id=request_id, county=county, replied_position=0, seen_position=seen)
    )


def replied(conn: Connection, request_id: str, position: int) -> None:
    """A person has answered; the wait is over."""
    mine = chat_marks.c.request_id == request_id
    conn.execute(
        update(chat_marks).where(mine).values(replied_position=position, seen_position=position, alerted_at=None)
    )


def seen(conn: Connection, request_id: str, position: int) -> bool:
    """A person has looked at everything up to here. Returns whether anything was new."""
    mine = (chat_marks.c.request_id == request_id) & (chat_marks.c.seen_position < position)
    return conn.execute(update(chat_marks).where(mine).values(seen_position=position)).rowcount == 1


def alert(conn: Connection, request_id: str, at: datetime) -> bool:
    """Mark a wait as too long; False if it was marked before."""
    mine = (chat_marks.c.request_id == request_id) & chat_marks.c.alerted_at.is_(None)
    return conn.execute(update(chat_marks).where(mine).values(alerted_at=at)).rowcount == 1


def _after(column: ColumnElement[Any], position: ColumnElement[Any]) -> ColumnElement[Any]:
    """An aggregate over an account's turns after a position."""
    theirs = (turns.c.account_id == person_requests.c.account_id) & (turns.c.position > position)
    return select(column).where(theirs).correlate(person_requests, chat_marks).scalar_subquery()


_FIRST_OPEN = _after(func.min(turns.c.at), chat_marks.c.replied_position)
_UNREAD = _after(func.count(), chat_marks.c.seen_position)


def _open(county: str) -> Select[Any]:
    return (
        select(person_requests, chat_marks.c.replied_position, chat_marks.c.alerted_at)
        .add_columns(_FIRST_OPEN.label("first_open"), _UNREAD.label("unread"))
        .join(chat_marks, chat_marks.c.request_id == person_requests.c.request_id)
        .where(person_requests.c.county == county, person_requests.c.closed_at.is_(None))
        .order_by(person_requests.c.opened_at)
    )


def waiting(conn: Connection, county: str, limit: int = 200) -> list[OpenChat]:
    """The open chats, the one that asked first before the others."""
    return [_chat(row) for row in conn.execute(_open(county).limit(limit))]


def one(conn: Connection, county: str, request_id: str) -> OpenChat | None:
    """One open chat; None once it is closed."""
    row = conn.execute(_open(county).where(person_requests.c.request_id == request_id)).first()
    return None if row is None else _chat(row)


def _chat(row: Row[Any]) -> OpenChat:
    since = row.first_open if row.replied_position else row.opened_at
    return OpenChat(
        row.request_id,
        row.account_id,
        row.opened_at,
        row.taken_by,
        since,
        row.unread,
        row.alerted_at,
        bool(row.replied_position),
    )


def take_over(conn: Connection, request_id: str, staff_id: str, at: datetime) -> bool:
    """Another member of staff goes on with a chat left unanswered; False if it is closed."""
    still_open = (person_requests.c.request_id == request_id) & person_requests.c.closed_at.is_(None)
    return conn.execute(update(person_requests).where(still_open).values(taken_by=staff_id, taken_at=at)).rowcount == 1


def stamps(conn: Connection, county: str, limit: int = 200) -> dict[str, Stamp]:
    """What stands in each open chat's line and log, by request: two index seeks a chat."""
    rows = conn.execute(
        select(
            person_requests.c.request_id,
            person_requests.c.taken_by,
            chat_marks.c.replied_position,
            chat_marks.c.seen_position,
            chat_marks.c.alerted_at,
            LAST_TURN.label("last_turn"),
            LAST_NOTICE.label("last_notice"),
        )
        .join(chat_marks, chat_marks.c.request_id == person_requests.c.request_id)
        .join(accounts, accounts.c.account_id == person_requests.c.account_id)
        .where(person_requests.c.county == county, person_requests.c.closed_at.is_(None))
        .order_by(person_requests.c.opened_at)
        .limit(limit)
    )
    return {row.request_id: tuple(row)[1:] for row in rows}


def last_words(conn: Connection, keyring: Keyring, account_id: str, count: int = 6) -> str:
    """The last thing the applicant typed, for the line in the list; empty if they only pressed."""
    said = (turn.exchange.text for turn in reversed(past(conn, keyring, account_id, None, count)))
    return next((text for text in said if text and text.strip()), "")
