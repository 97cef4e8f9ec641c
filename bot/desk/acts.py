"""A clerk's act: verdicts checked, case moved, notices written, all in ONE transaction. The same act id acts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from bot.desk.access import opened_case
from bot.desk.case_view import version_of
from bot.papers.making import Made, papers_of, with_papers
from dialogs import notices, reasons
from dialogs.rules import Rules
from dialogs.turn import Say
from state_machine.case import acts_open, perform
from state_machine.case_history import due_date
from state_machine.case_records import Act, CaseEvent, CaseRecord
from state_machine.case_table import NOTIFYING
from state_machine.officers import Officer
from state_machine.working_days import YearNotPublished
from storage import acts, audit, cases, claims, outbox, tallies
from storage.acts import DoneAct
from storage.cases import StoredCase
from storage.claims import Claim
from storage.dialect import lock_account
from storage.errors import NotOurs
from storage.tallies import Count

if TYPE_CHECKING:
    from bot.wiring import Service


#: The tally of the reasons of notices.
REASONS = "reasons"


class PreviewStale(Exception):
    """The notice that would go out is not the one the clerk has read."""


@dataclass(frozen=True)
class Order:
    """What a clerk wants done, as the form said it. `seen` is the version of the case a preview showed."""

    case_id: str
    act_id: str
    fence: int
    act: Act
    officer: Officer
    at: datetime
    opinion: str = ""
    recommends: Act | None = None
    seen: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of it: the act, and whose chat has something new. The same for every press of one button."""

    act: Act
    account_id: str | None


def decide(conn: Connection, service: Service, order: Order) -> Outcome:
    """Do it inside the caller's transaction.

    Raises `NotOurs`, `ClaimLost`, `ActRefused` or `PreviewStale`; then nothing has changed.
    """
    stored = _locked(conn, service, order)
    done = acts.done(conn, order.act_id)
    if done is not None:
        if (done.staff_id, done.case_id) != (order.officer.staff_id, order.case_id):
            raise NotOurs("another's act id")
        return Outcome(Act(done.outcome), stored.account_id)
    claims.check(stored, order.officer.staff_id, order.fence, order.at)
    if order.act in NOTIFYING and order.seen != version_of(stored.record):
        raise PreviewStale
    events = _perform(stored.record, order, service.rules)
    due_on, unknown = due_of(stored.record, service.rules)
    cases.save(conn, service.archive.keyring, stored, due_on=due_on, due_unknown=unknown)
    made = papers_of(conn, service.papers.facts(service.rules), stored, events)
    _tell(conn, service, stored, events, made, order.at)
    _write_down(conn, service, stored, order)
    _let_go(conn, service, stored, order)
    return Outcome(order.act, stored.account_id)


async def decide_and_wake(service: Service, order: Order) -> Outcome:
    """`decide` in a transaction of its own; after the commit the applicant's chat is woken."""
    outcome = await service.archive.write(lambda conn: decide(conn, service, order), key=order.case_id)
    service.papers.printer.wake()
    if outcome.account_id is not None:
        service.delivery.wake(outcome.account_id)
    return outcome


def preview(record: CaseRecord, order: Order, rules: Rules) -> list[Say]:
    """What the applicant would read, composed from a copy. Raises `ActRefused` like the act itself."""
    copy = deepcopy(record)
    events = _perform(copy, order, rules)
    return letters(copy, events, rules)


def letters(record: CaseRecord, events: Sequence[CaseEvent], rules: Rules) -> list[Say]:
    """The notices of these events; some events say nothing to the applicant."""
    return [said for event in events if (said := notices.compose(record, event, rules)) is not None]


def due_of(record: CaseRecord, rules: Rules) -> tuple[date | None, bool]:
    """(办结期限, is it waiting for a year's holiday arrangement)."""
    try:
        return due_date(record, rules.calendar, rules.due_days), False
    except YearNotPublished:
        return None, True


def payload_of(said: Say | Sequence[Say], at: datetime) -> bytes:
    """A notice as the event stream and the history carry it."""
    return msgspec.json.encode({"says": [said] if isinstance(said, Say) else said, "at": at})


def _perform(record: CaseRecord, order: Order, rules: Rules) -> list[CaseEvent]:
    known = len(record.notices)
    events = perform(
        record,
        order.act,
        order.officer,
        order.at,
        opinion=order.opinion,
        recommends=order.recommends,
        calendar=rules.calendar,
        days=rules.due_days,
    )
    record.notices[known:] = [replace(notice, wording=reasons.edition()) for notice in record.notices[known:]]
    return events


def _locked(conn: Connection, service: Service, order: Order) -> StoredCase:
    """The case under lock. The chat is locked before the case, in the order in which turns do it."""
    keyring, county = service.archive.keyring, service.rules.county_code
    seen = opened_case(conn, keyring, county, order.case_id, order.officer)
    if seen.account_id is not None:
        lock_account(conn, seen.account_id)
    return opened_case(conn, keyring, county, order.case_id, order.officer, lock=True)


def _tell(
    conn: Connection,
    service: Service,
    stored: StoredCase,
    events: Sequence[CaseEvent],
    made: Sequence[Made],
    at: datetime,
) -> None:
    """Put the notices into the applicant's chat, the act's papers with the first; a walk-in has none."""
    if stored.account_id is None:
        return
    for event in events:
        said = notices.compose(stored.record, event, service.rules)
        if said is not None:
            keyring, kind = service.archive.keyring, event.kind.value
            payload = payload_of(with_papers(said, made), at)
            outbox.add(conn, keyring, stored.account_id, stored.case_id, kind, payload, at)
            made = ()


def _write_down(conn: Connection, service: Service, stored: StoredCase, order: Order) -> None:
    county, staff_id, act = service.rules.county_code, order.officer.staff_id, order.act.value
    acts.record(conn, county, DoneAct(order.act_id, staff_id, order.case_id, act, act, order.at))
    tallies.add(conn, county, _reasons_of(stored.record, order.at, order.at.astimezone(service.settings.zone()).date()))
    audit.add(conn, county, f"act_{act}", order.at, staff_id=staff_id, case_id=stored.case_id)


def _reasons_of(record: CaseRecord, at: datetime, day: date) -> Counter[Count]:
    """How often each reason stands in the notice just written, for the manager's page: codes only."""
    written = [notice for notice in record.notices if notice.at == at]
    return Counter(
        Count(REASONS, day, notice.kind.value, code)
        for notice in written
        for item in notice.items
        for code in item.reasons
    )


def _let_go(conn: Connection, service: Service, stored: StoredCase, order: Order) -> None:
    """The claim ends with the last act of this office; who may act on (issue after approve) keeps it."""
    held = Claim(stored.case_id, order.officer.staff_id, stored.fence, stored.claim_until or order.at)
    if acts_open(stored.record, order.officer):
        claims.renew(conn, held, order.at, service.settings.desk.claim_minutes)
    else:
        claims.release(conn, held, order.at)
