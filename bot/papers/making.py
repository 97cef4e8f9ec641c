"""Which papers an event brings, written in the event's own transaction. Printing comes afterwards (`printer.py`).

What stands on a paper is fixed here, in its final words: a text edited later changes no paper made before.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from sqlalchemy import Connection

from bot.papers.form_sheet import case_form
from bot.papers.kinds import ENDS, LETTER_OF, PaperKind
from bot.papers.letter_sheets import Issued, Letter, letter_sheet
from bot.papers.permit_sheet import PermitFacts, a_year_later, last_four, masked_name, permit_picture, permit_sheet
from bot.papers.typesetting import Sheet
from bot.papers.words import say
from dialogs.rules import Rules
from dialogs.turn import Document, Say
from state_machine.case_records import CaseEvent, CaseRecord, EventKind
from state_machine.codes import Field, Recognition
from storage import applications, papers, permits
from storage.blobs import to_bytes
from storage.cases import StoredCase
from storage.keys import Keyring
from storage.permits import Annulled, Shown

#: 144 bits: nobody guesses the address of a permit's page.
CODE_BYTES = 18
#: What comes after the notice of the permit, in this order.
HANDED_OVER = (PaperKind.PERMIT, PaperKind.PERMIT_PICTURE, PaperKind.FORM)


@dataclass(frozen=True)
class Facts:
    """What making papers needs to know of the house."""

    keyring: Keyring
    rules: Rules
    zone: tzinfo
    #: Where people reach the service; a permit's public page lies under it.
    base_url: str = ""
    #: No provincial platform stands behind the permits.
    is_sample: bool = True


@dataclass(frozen=True)
class Made:
    """A paper that will be printed."""

    paper_id: str
    kind: PaperKind

    def document(self) -> Document:
        """Where the applicant finds it."""
        return Document(f"/chat/papers/{self.paper_id}", say(f"links.{self.kind.value}"))


def form_as_signed(conn: Connection, facts: Facts, stored: StoredCase, at: datetime) -> Made:
    """The form as it was just signed and handed in. Call it after the case is stored."""
    return _add_form(conn, facts, stored, at)


def papers_of(conn: Connection, facts: Facts, stored: StoredCase, events: Sequence[CaseEvent]) -> list[Made]:
    """The papers of these events of one act. Call it after the case is stored, with the case locked."""
    made: list[Made] = []
    for event in events:
        kind, issued = LETTER_OF.get(event.kind), None
        permit: list[Made] = []
        if event.kind is EventKind.ISSUED:
            issued, permit = _issue(conn, facts, stored, event)
        if kind is not None:
            number = _number(conn, facts, kind, event.at)
            letter = Letter(kind, number, stored.record, event, facts.rules, facts.zone, issued)
            made.append(_add(conn, stored, kind, number, letter_sheet(letter), event.at))
        made += permit
        if event.kind in ENDS:
            made.append(_add_form(conn, facts, stored, event.at))
    return made


def with_papers(said: Say, made: Sequence[Made]) -> list[Say]:
    """A notice with its letter; with the permit come its picture and the form, each in a message of its own."""
    letter = next((paper for paper in made if paper.kind not in HANDED_OVER), None)
    says = [said if letter is None else replace(said, document=letter.document())]
    if any(paper.kind is PaperKind.PERMIT for paper in made):
        for kind in HANDED_OVER:
            says += [Say(say(f"beside.{kind.value}"), document=one.document()) for one in made if one.kind is kind]
    return says


def _issue(conn: Connection, facts: Facts, stored: StoredCase, event: CaseEvent) -> tuple[Issued, list[Made]]:
    """The permit itself; what the person held before is annulled (重要提示: 原证自动注销)."""
    record, county = stored.record, stored.county
    answers = record.answers
    id_number, name = str(answers.get(Field.ID_NUMBER) or ""), str(answers.get(Field.NAME) or "")
    day = event.at.astimezone(facts.zone).date()
    year = day.year
    serial = applications.next_serial(conn, county, f"{county}:permit", date(year, 1, 1))
    number = say("permit.number", code=facts.rules.county_code, year=year, serial=serial)
    code = secrets.token_urlsafe(CODE_BYTES)
    permit = PermitFacts(number, event.at, a_year_later(day), f"{facts.base_url}/permits/{code}", facts.is_sample)
    shown = Shown(masked_name(name), last_four(id_number), number)
    earlier = permits.issue(
        conn,
        facts.keyring,
        county,
        record.case_id,
        stored.key,
        id_number,
        code,
        shown,
        event.at,
        permit.valid_until,
    )
    for one in earlier:
        annulled = Annulled(one.shown.permit_number, facts.rules.county_name, event.at, here=True)
        permits.annul(conn, county, record.case_id, stored.key, annulled, one.permit_id)
    held = _held_elsewhere(record, event.at)
    if held is not None:
        permits.annul(conn, county, record.case_id, stored.key, held)
    named = [one.shown.permit_number for one in earlier] + ([held.number] if held and held.number else [])
    issued = Issued(number, permit.valid_until, bool(earlier) or held is not None, "、".join(named))
    sheet = permit_sheet(answers, permit, facts.rules, facts.zone)
    sheets = {PaperKind.PERMIT: sheet, PaperKind.PERMIT_PICTURE: permit_picture(sheet)}
    return issued, [_add(conn, stored, kind, number, one, event.at) for kind, one in sheets.items()]


def _held_elsewhere(record: CaseRecord, at: datetime) -> Annulled | None:
    """Route 互认一: the permit the applicant came with."""
    answers = record.answers
    if answers.get(Field.RECOGNITION) != Recognition.HELD_PERMIT:
        return None
    number, place = answers.get(Field.PERMIT_NUMBER), answers.get(Field.PERMIT_PLACE)
    return Annulled(str(number or ""), str(place or ""), at, here=False)


def _add_form(conn: Connection, facts: Facts, stored: StoredCase, at: datetime) -> Made:
    record = stored.record
    signed = papers.signatures_of(conn, record.application_id, stored.key)
    edition = papers.how_many(conn, record.case_id, PaperKind.FORM.value) + 1
    number = f"{record.application_number}-{edition}"
    sheet = case_form(facts.rules.county_name, record, signed[-1] if signed else None, facts.zone)
    return _add(conn, stored, PaperKind.FORM, number, sheet, at)


def _add(conn: Connection, stored: StoredCase, kind: PaperKind, number: str, sheet: Sheet, at: datetime) -> Made:
    content = to_bytes(sheet)
    paper_id = papers.add(conn, stored.county, stored.case_id, stored.key, kind.value, number, content, at)
    return Made(paper_id, kind)


def _number(conn: Connection, facts: Facts, kind: PaperKind, at: datetime) -> str:
    """庆元居互受〔2026〕00012号: a running number a year for each kind, without gaps."""
    county, year = facts.rules.county_code, at.astimezone(facts.zone).year
    serial = applications.next_serial(conn, county, f"{county}:paper:{kind.value}", date(year, 1, 1))
    place = facts.rules.county_name.removesuffix("县").removesuffix("市").removesuffix("区")
    return say(f"{kind.value}.number", place=place, year=year, serial=serial)
