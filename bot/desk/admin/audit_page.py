"""操作记录: the trail by case, person and day. Read only, and reading it is written down too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.admin.layout import admin_page
from bot.desk.visit import Note, Visit
from bot.desk.words import moment, say, texts
from storage import audit, figures, staff
from storage.audit import AuditEntry

PAGE = 100


@dataclass(frozen=True)
class Wanted:
    """What the form asks for, as typed."""

    number: str
    staff_id: str
    day: str
    before: str

    def query(self, before: int) -> str:
        """The address of the page below."""
        given = {"number": self.number, "staff": self.staff_id, "day": self.day, "before": str(before)}
        return urlencode({name: value for name, value in given.items() if value})


async def show(visit: Visit) -> web.StreamResponse:
    """The trail as asked for, newest first."""
    query = visit.request.query
    wanted = Wanted(query.get("number", "")[:40].strip(), query.get("staff", "")[:64], query.get("day", ""), "")
    before = query.get("before", "")
    span = _day(visit, wanted.day)
    notes = [Note(say("admin.audit.no_such_day"), "bad")] if wanted.day and span is None else []
    county = visit.service.rules.county_code

    def job(conn: Connection) -> tuple[list[AuditEntry], dict[str, str], dict[str, str]] | None:
        case_id = figures.case_of_number(conn, county, wanted.number) if wanted.number else None
        if wanted.number and case_id is None:
            return None
        found = audit.entries(
            conn,
            county,
            case_id=case_id,
            staff_id=wanted.staff_id or None,
            since=span[0] if span else None,
            until=span[1] if span else None,
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
            limit=PAGE + 1,
        )
        numbers = figures.numbers_of(conn, sorted({entry.case_id for entry in found if entry.case_id}))
        return found, numbers, {member.staff_id: member.name for member in staff.every(conn, county)}

    read = await visit.service.archive.read(job)
    if read is None:
        notes.append(Note(say("admin.audit.no_such_case"), "bad"))
    found, numbers, names = read or ([], {}, await _names(visit))
    await _note_reading(visit, wanted)
    more = wanted.query(found[PAGE - 1].entry) if len(found) > PAGE else ""
    rows = [_row(visit, entry, numbers, names) for entry in found[:PAGE]]
    return admin_page(
        visit, "admin/audit.html", "audit", 200, notes, rows=rows, wanted=wanted, names=names, next_page=more
    )


async def _names(visit: Visit) -> dict[str, str]:
    county = visit.service.rules.county_code
    members = await visit.service.archive.read(lambda conn: staff.every(conn, county))
    return {member.staff_id: member.name for member in members}


async def _note_reading(visit: Visit, wanted: Wanted) -> None:
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id
    details = {"staff": wanted.staff_id, "day": wanted.day[:10]}
    await visit.service.archive.write(
        lambda conn: audit.add(conn, county, "read_audit", visit.now, staff_id=staff_id, details=details),
        key=staff_id,
    )


def _day(visit: Visit, text: str) -> tuple[datetime, datetime] | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    start = datetime.combine(day, time(0), visit.zone)
    return start, start + timedelta(days=1)


def _row(visit: Visit, entry: AuditEntry, numbers: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    actions = texts()["admin"]["actions"]
    who = names.get(entry.staff_id or "", "") or say(
        "admin.audit.applicant" if entry.account_id else "admin.audit.system"
    )
    return {
        "at": moment(entry.at, visit.zone),
        "who": who,
        "action": actions.get(entry.action, entry.action),
        "number": numbers.get(entry.case_id or "", ""),
        "details": _details(entry.details, names),
    }


def _details(details: dict[str, Any], names: dict[str, str]) -> str:
    """Codes and ids as they stand; a member of staff by name."""
    parts = []
    for name, value in details.items():
        if name in ("staff", "from"):
            value = names.get(str(value), value)
        if name == "roles" and isinstance(value, list):
            value = [say(f"roles.{role}") for role in value]
        if name == "book":
            value = texts()["admin"]["sections"].get(value, value)
        if isinstance(value, list):
            value = (
                "、".join(str(one) for one in value) if len(value) <= 6 else say("admin.audit.many", count=len(value))
            )
        if value not in (None, ""):
            parts.append(f"{texts()['admin']['details'].get(name, name)}：{value}")
    return "；".join(parts)
