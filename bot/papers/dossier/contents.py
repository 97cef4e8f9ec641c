"""What belongs into the dossier of one case, read in one go, and each file of it in its order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from bot.papers.desk_of_papers import Papers
from bot.papers.form_sheet import case_form
from bot.papers.glyphs import NotInTheFonts
from bot.papers.kinds import PaperKind, ending
from bot.papers.words import say, texts
from bot.uploads.places import page_object
from dialogs import labels
from dialogs.rules import Rules
from state_machine.codes import Proof
from state_machine.signature import Signature
from state_machine.verdicts import pages_of
from storage import calls, cases, outbox, papers, permits, person_requests, turns
from storage.blobs import to_bytes
from storage.cases import StoredCase
from storage.errors import NotOurs
from storage.keys import Keyring
from storage.papers import StoredPaper

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


@dataclass(frozen=True)
class File:
    """One file of a dossier; `content` None: its page is not in the store any more."""

    name: str
    content: bytes | None


@dataclass(frozen=True)
class Held:
    """Everything the tables hold about a case."""

    stored: StoredCase
    papers: list[StoredPaper]
    signatures: list[Signature]
    plain: dict[str, bytes]


def read(conn: Connection, house: Papers, case_id: str) -> Held:
    """Read a case. Raises `NotOurs`."""
    keyring = house.archive.keyring
    stored = cases.load(conn, keyring, case_id)
    if stored is None:
        raise NotOurs("no such case")
    record = stored.record
    signed = list(papers.signatures_of(conn, record.application_id, stored.key))
    plain = {
        "办件": _json(record),
        "办理经过": _json(record.events),
        "签名": _json(signed),
        "往来": _json(_letters(conn, house, stored)),
        "证件": _json(
            {
                "issued": permits.of_case(conn, keyring, case_id),
                "annulled": permits.annulled_by(conn, case_id, stored.key),
            }
        ),
    }
    return Held(stored, papers.of_case(conn, keyring, case_id), signed, plain)


async def files_of(house: Papers, held: Held, rules: Rules) -> AsyncIterator[File]:
    """Every file in the order of its name, one at a time in memory."""
    record = held.stored.record
    for name in sorted(held.plain):
        yield File(f"{name}.json", held.plain[name])
    yield File("申请表.pdf", await _form(house, held, rules))
    for paper in held.papers:
        yield File(_paper_name(paper), await _printed(house, paper))
    for number, proof in enumerate((one for one in Proof if pages_of(record.pages, one)), 1):
        for page_number, page in enumerate(pages_of(record.pages, proof), 1):
            label = labels.proof_label(proof).replace("：", " ")
            name = f"材料/{number:02d} {label}/{page_number:03d}.{ENDINGS.get(page.media_type, 'bin')}"
            place = page_object(record.application_id, page.page_id)
            yield File(name, await _page(house, place, held.stored.key.secret))


async def _form(house: Papers, held: Held, rules: Rules) -> bytes:
    """附件 1 as the case stands: the same bytes as long as it stands so."""
    record = held.stored.record
    signed = held.signatures[-1] if held.signatures else None
    sheet = case_form(rules.county_name, record, signed, house.settings.zone())
    at = record.events[-1].at
    try:
        return await house.typesetter.set(sheet, at)
    except NotInTheFonts as missing:
        return await house.typesetter.set(house.by_hand(sheet, missing), at)


async def _printed(house: Papers, paper: StoredPaper) -> bytes | None:
    ready = await house.printer.printed(paper)
    if ready.object_id is None:
        return None
    return b"".join([piece async for piece in await house.printer.content(ready)])


async def _page(house: Papers, place: str, secret: bytes) -> bytes | None:
    try:
        return await asyncio.to_thread(house.files.open_sealed_bytes, place, secret)
    except NotOurs:
        return None


def _paper_name(paper: StoredPaper) -> str:
    kind = PaperKind(paper.kind)
    title = texts()["links"][kind.value].partition("（")[0]
    return say("dossier.paper", sequence=paper.sequence, title=title, ending=ending(kind))


def _letters(conn: Connection, house: Papers, stored: StoredCase) -> dict[str, Any]:
    """What the applicant was told about the case, what they wrote to a clerk, and what was tried to reach them."""
    if stored.account_id is None:
        return {"notices": [], "written": [], "calls": []}
    keyring, account_id = house.archive.keyring, stored.account_id
    entries = outbox.after(conn, keyring, account_id, 0, 100_000)
    notices = [
        {"at": one.at, "kind": one.kind, "delivered_at": one.delivered_at, "notice": msgspec.json.decode(one.payload)}
        for one in entries
        if one.case_id == stored.case_id or (one.kind in FROM_CLERKS and one.at >= stored.submitted_at)
    ]
    tried = calls.tries(conn, keyring, account_id, 10_000)
    return {
        "notices": notices,
        "written": _written(conn, keyring, stored),
        "calls": [one for one in reversed(tried) if one.at >= stored.submitted_at],
    }


def _written(conn: Connection, keyring: Keyring, stored: StoredCase) -> list[dict[str, Any]]:
    """What the applicant typed or sent while a person was asked for or answered; the talk with the program is not."""
    account_id = stored.account_id or ""
    spans = [one for one in person_requests.spans(conn, account_id) if one[1] is None or one[1] >= stored.submitted_at]
    if not spans:
        return []
    return [
        {"at": one.at, "text": one.exchange.text, "files": len(one.exchange.files)}
        for one in turns.past(conn, keyring, account_id, limit=None)
        if one.at >= stored.submitted_at
        and (one.exchange.text or one.exchange.files)
        and any(opened <= one.at and (closed is None or one.at <= closed) for opened, closed in spans)
    ]


#: What a clerk wrote in the chat has no case of its own.
FROM_CLERKS = frozenset({"person_message"})


def _json(value: object) -> bytes:
    """Plain JSON, the same for the same value, readable by a person."""
    plain = json.loads(to_bytes(value))
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
