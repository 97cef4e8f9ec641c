"""What a case's history tells: when it must be decided, the opinions in force, what a correction changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from state_machine.case_records import CaseEvent, CaseRecord, Change, EventKind
from state_machine.interview import Page
from state_machine.verdicts import answer_key, answers_on_path, items_of, material_key, pages_of, ticked
from state_machine.working_days import Calendar, due_on

#: Dates of the law are dates here.
SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Whose opinion stands in which line of 审核部门意见 (附件 1), and the events that may hold it.
OPINIONS: tuple[tuple[str, tuple[EventKind, ...]], ...] = (
    ("intake", (EventKind.ACCEPTED, EventKind.NOT_ACCEPTED)),
    ("reviewer", (EventKind.EXAMINED,)),
    ("approver", (EventKind.APPROVED, EventKind.DECLINED)),
)


def accepted_on(case: CaseRecord) -> date | None:
    """The day of acceptance in Asia/Shanghai; None before it."""
    for event in case.events:
        if event.kind is EventKind.ACCEPTED:
            return event.at.astimezone(SHANGHAI).date()
    return None


def due_date(case: CaseRecord, calendar: Calendar, days: int = 2) -> date | None:
    """办结期限, from the history alone; None before acceptance. Raises YearNotPublished: show 待放假安排公布."""
    accepted = accepted_on(case)
    return None if accepted is None else due_on(accepted, days, calendar)


def in_force(case: CaseRecord, kind: EventKind) -> CaseEvent | None:
    """The last event of this kind that still stands (an examination sent back does not), for the form's opinions."""
    found: CaseEvent | None = None
    for event in case.events:
        if event.kind is kind:
            found = event
        elif event.kind is EventKind.SENT_BACK and kind is EventKind.EXAMINED:
            found = None
    return found


def changes_between(
    answers: Mapping[str, Any], pages: Sequence[Page], new_answers: Mapping[str, Any], new_pages: Sequence[Page]
) -> list[Change]:
    """Every item that differs, in the order of the form: the new one's items, then those that are gone."""
    old, new = _values(answers, pages), _values(new_answers, new_pages)
    before = {item.key: item.fingerprint for item in items_of(answers, pages)}
    after = {item.key: item.fingerprint for item in items_of(new_answers, new_pages)}
    keys = [*after, *(key for key in before if key not in after)]
    return [Change(k, old.get(k), new.get(k)) for k in keys if before.get(k) != after.get(k)]


def _values(answers: Mapping[str, Any], pages: Sequence[Page]) -> dict[str, Any]:
    told = {answer_key(f): value for f, value in answers_on_path(answers).items()}
    shown = {material_key(p): [page.page_id for page in pages_of(pages, p)] for p in ticked(answers)}
    return told | shown
