"""What was said in a chat, for a page that reloads and for the copy of one's own data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from bot.corrections import is_buffer
from storage import (
    applications,
    calls,
    cases,
    channels,
    conversations,
    mutes,
    outbox,
    papers,
    permits,
    person_requests,
    phone_proofs,
    readings,
    receipts,
    turns,
)
from storage.blobs import to_bytes
from storage.keys import Keyring
from storage.receipts import Receipt


@dataclass(frozen=True)
class HistoryEntry:
    """One entry of a chat. `position` is the order, and a notice's event id. `payload` is the reply, or the notice."""

    position: int
    at: datetime
    kind: str  #: `turn`, or the notice's kind
    text: str | None = None  #: what was typed
    choice: str | None = None  #: what was pressed
    files: tuple[str, ...] = ()
    payload: msgspec.Raw = field(default_factory=msgspec.Raw)


def entries(conn: Connection, keyring: Keyring, account_id: str, before: int | None, limit: int) -> list[HistoryEntry]:
    """The last entries before a position, turns and notices in their order, oldest first."""
    said = [
        HistoryEntry(t.position, t.at, "turn", t.exchange.text, t.exchange.choice, t.exchange.files, t.exchange.reply)
        for t in turns.past(conn, keyring, account_id, before, limit)
    ]
    sent = [
        HistoryEntry(n.position, n.at, n.kind, payload=msgspec.Raw(n.payload))
        for n in outbox.before(conn, keyring, account_id, before, limit)
    ]
    return sorted(said + sent, key=lambda entry: entry.position)[-limit:]


def export(conn: Connection, keyring: Keyring, account_id: str) -> bytes:
    """Everything held about an account as one JSON document.

    Drafts, corrections under way, cases, the whole chat and what it remembers, and what the desk wrote down about it.
    """
    drafts = applications.drafts(conn, keyring, account_id)
    chat = [
        {
            "at": t.at,
            "text": t.exchange.text,
            "choice": t.exchange.choice,
            "files": t.exchange.files,
            "reply": t.exchange.reply,
        }
        for t in turns.past(conn, keyring, account_id, limit=None)
    ]
    notices = [
        {"at": n.at, "kind": n.kind, "notice": msgspec.Raw(n.payload)}
        for n in outbox.after(conn, keyring, account_id, 0, 100_000)
    ]
    theirs = cases.of_account(conn, keyring, account_id)
    buffers = [applications.load(conn, keyring, one.record.application_id, account_id) for one in theirs]
    remembered = conversations.load(conn, keyring, account_id).conversation
    copied: dict[str, Any] = {
        "drafts": [d.interview for d in drafts],
        "corrections": [b.interview for b in buffers if b is not None and is_buffer(b.interview)],
        "cases": [_case(conn, keyring, one) for one in theirs],
        "read_in_proofs": _read(
            conn, keyring, [d.interview.application_id for d in drafts] + [one.record.application_id for one in theirs]
        ),
        "chat": chat,
        "remembered": None if remembered is None else msgspec.Raw(remembered),
        "notices": notices,
        "asked_for_a_person": [
            {"why": one.why, "at": one.opened_at} for one in person_requests.of_account(conn, keyring, account_id)
        ],
        "muted": [{"reason": m.reason, "at": m.at, "until": m.until} for m in mutes.of_account(conn, account_id)],
        "calls": [{"at": one.at, "outcome": one.outcome} for one in calls.tries(conn, keyring, account_id, 10_000)],
        "chats_elsewhere": [
            {"kind": one.kind, "address": one.address, "last_heard": one.heard_at, "gone": one.gone_at}
            for one in channels.of_account(conn, keyring, account_id)
        ],
        "proved_numbers": phone_proofs.numbers_of(conn, keyring, account_id),
        "notices_sent": [_sent(message) for one in theirs for message in receipts.of_case(conn, one.case_id)],
    }
    return msgspec.json.format(to_bytes(copied), indent=2)


def _sent(message: Receipt) -> dict[str, Any]:
    """One message that told a notice."""
    return {"notice": message.notice, "by": message.kind, "state": message.state.value, "at": message.sent_at}


def _read(conn: Connection, keyring: Keyring, application_ids: Iterable[str]) -> list[dict[str, Any]]:
    """What a machine read in the photographs of proofs, for the clerks' hints."""
    return [
        {"page": said.page_id, "said": msgspec.Raw(said.content)}
        for application_id in application_ids
        for said in readings.of_application(conn, keyring, application_id)
        if said.content is not None
    ]


def _case(conn: Connection, keyring: Keyring, stored: cases.StoredCase) -> dict[str, Any]:
    """What the applicant gave and was told; the clerks' working notes are not about the applicant's data."""
    record = stored.record
    return {
        "application_number": record.application_number,
        "state": record.state,
        "answers": record.answers,
        "acknowledgements": record.acknowledgements,
        "materials": record.pages,
        "events": [{"kind": event.kind, "at": event.at} for event in record.events],
        "notices": record.notices,
        "signatures": papers.signatures_of(conn, record.application_id, stored.key),
        "papers": [
            {"kind": one.kind, "number": one.number, "at": one.made_at, "href": f"/chat/papers/{one.paper_id}"}
            for one in papers.of_case(conn, keyring, stored.case_id)
        ],
        "permit": permits.of_case(conn, keyring, stored.case_id),
    }
