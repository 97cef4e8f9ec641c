"""办件: the whole of one case on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.desk.access import is_at_hand, may_open, opened_case
from bot.desk.act_buttons import buttons
from bot.desk.case_timeline import Letter, opinions_of, timeline_of
from bot.desk.case_view import (
    Reader,
    Typed,
    changed_of,
    parts_of,
    proof_rows,
    row_of,
    tally_of,
    version_of,
)
from bot.desk.due import due_words
from bot.desk.hints import Hint, hints_of
from bot.desk.offices import office_of
from bot.desk.pages import HEADERS, render
from bot.desk.paper_hints import paper_hints
from bot.desk.queue_page import colleagues_of, flags_in_words, names_of
from bot.desk.visit import Note, Visit
from bot.desk.words import Words, clock, say
from bot.papers.case_rows import rows_of
from state_machine.case_records import CaseRecord, CaseState
from state_machine.case_table import ENDED, JUDGE_IN
from state_machine.codes import Field
from state_machine.officers import Role
from state_machine.verdicts import answer_key
from storage import audit, calls, outbox, papers, queue, readings, receipts
from storage.cases import StoredCase
from storage.ids import new_id
from storage.keys import Keyring
from storage.papers import StoredPaper
from storage.queue import QueueRow
from storage.readings import Said
from storage.staff import StaffMember


@dataclass(frozen=True)
class Sight:
    """Everything the case page is made of, read in one go."""

    stored: StoredCase
    names: Mapping[str, str]
    same_person: Sequence[QueueRow] = ()
    letters: Sequence[Letter] = ()
    colleagues: Sequence[StaffMember] = ()
    #: What the photographs of its proofs were found to say.
    said: Sequence[Said] = ()
    papers: Sequence[StoredPaper] = ()


@dataclass(frozen=True)
class Kept:
    """What the clerk had typed, to stand on the page again."""

    opinion: str = ""
    recommends: str = ""
    trouble: str = ""
    item: Typed | None = None
    notes: Sequence[Note] = field(default_factory=tuple)
    act_id: str = ""


async def look(visit: Visit, action: str = "read_case") -> Sight:
    """Read a case and write down that it was read. Raises `NotOurs`."""
    county, keyring, officer = visit.service.rules.county_code, visit.service.archive.keyring, visit.officer

    def job(conn: Connection) -> Sight:
        stored = opened_case(conn, keyring, county, visit.case_id, officer)
        number = str(stored.record.answers.get(Field.ID_NUMBER, ""))
        same = queue.same_person(conn, keyring, county, number, stored.case_id) if number else []
        letters = _letters(conn, keyring, stored)
        office = office_of(stored.record.state)
        others = colleagues_of(conn, county, office, officer.staff_id) if office else []
        said = readings.of_application(conn, keyring, stored.record.application_id)
        printed = papers.of_case(conn, keyring, stored.case_id)
        return Sight(stored, names_of(conn, county), same, letters, others, said, printed)

    sight = await visit.service.archive.read(job)
    staff_id = officer.staff_id
    await visit.service.archive.write(
        lambda conn: audit.add(conn, county, action, visit.now, staff_id=staff_id, case_id=visit.case_id), key=staff_id
    )
    return sight


def _letters(conn: Connection, keyring: Keyring, stored: StoredCase) -> list[Letter]:
    """What the applicant was told about this case."""
    if stored.account_id is None:
        return []
    entries = outbox.after(conn, keyring, stored.account_id, 0, limit=1000)
    states = calls.states(conn, stored.account_id, stored.case_id)
    messages = receipts.of_case(conn, stored.case_id)
    return [
        Letter(
            entry.at,
            text_of(entry.payload),
            states[entry.position],
            entry.delivered_at,
            [one for one in messages if one.position == entry.position],
        )
        for entry in entries
        if entry.case_id == stored.case_id
    ]


def text_of(payload: bytes) -> str:
    """The words of a stored notice."""
    return "\n\n".join(str(said.get("text", "")) for said in msgspec.json.decode(payload).get("says", ()))


async def show(visit: Visit) -> web.StreamResponse:
    """The case page."""
    return case_page(visit, await look(visit))


def case_page(visit: Visit, sight: Sight, kept: Kept | None = None, status: int = 200) -> web.Response:
    """The page, with what was typed where something could not be saved."""
    kept = kept or Kept()
    case = case_values(visit, sight, kept)
    current = office_of(sight.stored.record.state)
    tabs = visit.tabs(current.value if current else "")
    return visit.page("case.html", status, tabs=tabs, notes=kept.notes, case=case, act_trouble=kept.trouble)


def item_part(visit: Visit, sight: Sight, item: str, kept: Kept | None = None, status: int = 200) -> web.Response:
    """Only one item with the tally and the acts, for the page's script to put in place."""
    kept = kept or Kept()
    row = row_of(sight.stored.record, item, reader_of(visit, sight, kept))
    if row is None:
        return case_page(visit, sight, kept, status)
    values = {"row": row, "case": case_values(visit, sight, kept), "act_trouble": "", **visit.around()}
    return web.Response(text=render("item.html", **values), status=status, content_type="text/html", headers=HEADERS)


def reader_of(visit: Visit, sight: Sight, kept: Kept) -> Reader:
    """How this clerk may read the items: the holder judges, and only in the office whose turn it is."""
    record = sight.stored.record
    hints = hints_of(record, visit.service.rules, visit.today)
    hints.setdefault(answer_key(Field.ID_NUMBER), []).extend(_duplicates(visit, sight))
    for item, more in paper_hints(record, sight.said, visit.today).items():
        hints.setdefault(item, []).extend(more)
    may_judge = holds(visit, sight.stored) and record.state in JUDGE_IN and is_at_hand(record, visit.officer)
    may_claim = is_at_hand(record, visit.officer) and not is_claimed(visit, sight.stored)
    staff_id = visit.officer.staff_id
    return Reader(may_judge, visit.zone, hints, sight.names, kept.item, may_claim, staff_id)


def holds(visit: Visit, stored: StoredCase) -> bool:
    """This clerk's claim on the case is running."""
    return stored.claimed_by == visit.officer.staff_id and is_claimed(visit, stored)


def is_claimed(visit: Visit, stored: StoredCase) -> bool:
    """Somebody's claim is running."""
    return stored.claimed_by is not None and stored.claim_until is not None and stored.claim_until > visit.now


def case_values(visit: Visit, sight: Sight, kept: Kept) -> dict[str, Any]:
    """Everything the case's templates show."""
    stored, record = sight.stored, sight.stored.record
    reader = reader_of(visit, sight, kept)
    mine, at_hand = holds(visit, stored), is_at_hand(record, visit.officer)
    return {
        "case_id": record.case_id,
        "number": record.application_number,
        "state": say(f"states.{record.state.value}"),
        "due": _due(visit, stored),
        "flags": flags_in_words(record.flags),
        "fence": stored.fence,
        "version": version_of(record),
        "mine": mine,
        "claim_text": _claim_text(visit, sight) if record.state not in ENDED else "",
        "may_claim": at_hand and not is_claimed(visit, stored),
        "may_take_over": at_hand and is_claimed(visit, stored) and not mine,
        "may_judge": reader.may_judge,
        "is_ended": record.state in ENDED,
        "parts": parts_of(record, reader),
        "proofs": proof_rows(record, reader),
        "tally": tally_of(record),
        "acts": buttons(record, visit.officer) if mine else [],
        "no_acts": _why_no_acts(visit, stored),
        "asks_recommendation": mine and record.state is CaseState.ACCEPTED,
        "recommends": kept.recommends,
        "opinion": kept.opinion,
        "act_id": kept.act_id or new_id(),
        "opinions": opinions_of(record, visit.zone),
        "signed_as": _signed_as(visit, record),
        "changed": changed_of(record),
        "colleagues": _colleagues(record, sight.colleagues),
        "next_office": next((office.value for office in _own_offices(visit, record)), ""),
        "papers": rows_of(visit, record.case_id, sight.papers),
        "timeline": timeline_of(record, visit.zone, sight.letters),
    }


def _own_offices(visit: Visit, record: CaseRecord) -> list[Role]:
    """The clerk's offices, that of this case first: whose next case a key takes."""
    return sorted(visit.offices(), key=lambda office: office is not office_of(record.state))


def _colleagues(record: CaseRecord, members: Sequence[StaffMember]) -> list[dict[str, str]]:
    """Who of the same office may have it."""
    return [{"staff_id": one.staff_id, "name": one.name} for one in members if is_at_hand(record, one.as_officer())]


def _signed_as(visit: Visit, record: CaseRecord) -> str:
    """How the opinion will stand on the form: office, name and date."""
    office = office_of(record.state)
    if office is None:
        return ""
    return say("act.signed_as", office=say(f"roles.{office.value}"), name=visit.officer.name, date=visit.today)


def _due(visit: Visit, stored: StoredCase) -> Words:
    state, rules = stored.record.state, visit.service.rules
    return due_words(
        state, stored.due_on, stored.due_unknown, stored.submitted_at, visit.now, visit.zone, rules, visit.hours
    )


def _claim_text(visit: Visit, sight: Sight) -> str:
    stored = sight.stored
    if not is_claimed(visit, stored) or stored.claim_until is None:
        return say("claim.free")
    until = clock(stored.claim_until, visit.zone)
    if holds(visit, stored):
        return say("claim.yours", until=until)
    return say("claim.theirs", name=sight.names.get(stored.claimed_by or "", ""), until=until)


def _why_no_acts(visit: Visit, stored: StoredCase) -> str:
    record = stored.record
    if record.state in ENDED:
        return say("act.none.over")
    if record.state is CaseState.RETURNED:
        return say("act.none.waiting")
    office = office_of(record.state)
    if office is None or not visit.officer.holds(office):
        return say("act.none.office")
    return say("act.none.claim") if is_at_hand(record, visit.officer) else say("claim.same_person")


def _duplicates(visit: Visit, sight: Sight) -> list[Hint]:
    """Other cases under the same number: a choice for the clerk."""
    found = []
    for row in sight.same_person:
        state = say(f"states.{row.state.value}")
        if may_open(row.state, visit.officer.staff_id in row.offices, visit.officer):
            text = say("hints.duplicate", number=row.application_number, state=state)
            found.append(Hint(text, "warn", f"/desk/cases/{row.case_id}", say("hints.duplicate_open")))
        else:
            text = say("hints.duplicate_elsewhere", number=row.application_number, state=state)
            found.append(Hint(text, "warn"))
    return found
