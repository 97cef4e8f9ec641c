"""待办: the cases of my office, most urgent first, in pages that follow each other both ways; and 下一件."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.due import due_words
from bot.desk.offices import WAITING
from bot.desk.pages import see_other
from bot.desk.queue_sieve import Asked, asked_for, choices, everything, page_key, shown_key
from bot.desk.visit import Visit, with_note
from bot.desk.words import moment, say, texts
from state_machine.officers import Role
from storage import audit, claims, queue, staff
from storage.errors import NotOurs
from storage.queue import MOST_COUNTED, QueueRow, Waiting

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One page of the queue with what stands around it."""

    rows: Sequence[QueueRow]
    waiting: Mapping[Role, Waiting]
    names: Mapping[str, str]
    colleagues: Sequence[staff.StaffMember]
    has_before: bool
    has_after: bool


async def show(visit: Visit) -> web.StreamResponse:
    """One page of my office's queue. Without an office: the chats, or the manager's page."""
    office = _office(visit)
    if office is None:
        return see_other("/desk/chats" if visit.officer.holds(Role.AGENT) else "/desk/manage")
    asked = asked_for(visit, office)
    listed = await visit.service.archive.read(lambda conn: _listed(conn, visit, asked))
    await note_reading(visit, [row.case_id for row in listed.rows])
    return _page(visit, asked, listed)


def _listed(conn: Connection, visit: Visit, asked: Asked) -> Listed:
    county, keyring = visit.service.rules.county_code, visit.service.archive.keyring
    after, before = (page_key(visit.request.query.get(name, "")) for name in ("after", "before"))
    if before is not None:
        after = None
    rows = queue.page(
        conn,
        keyring,
        county,
        asked.states,
        after=after,
        before=before,
        limit=PAGE + 1,
        sieve=asked.sieve(visit),
    )
    more = len(rows) > PAGE
    shown = rows[:PAGE] if before is None else rows[-PAGE:]
    return Listed(
        shown,
        {role: queue.waiting(conn, county, WAITING[role], visit.today) for role in visit.offices()},
        names_of(conn, county),
        colleagues_of(conn, county, asked.office, visit.officer.staff_id),
        has_before=after is not None or (before is not None and more),
        has_after=before is not None or more,
    )


def _page(visit: Visit, asked: Asked, listed: Listed) -> web.Response:
    office, rows = asked.office, listed.rows
    counts = {role: counted(waiting.count) for role, waiting in listed.waiting.items()}
    first, last = (shown_key(rows[0].key), shown_key(rows[-1].key)) if rows else ("", "")
    return visit.page(
        "queue.html",
        tabs=visit.tabs(office.value, counts),
        heading=say("queue.heading", office=say(f"offices_short.{office.value}")),
        counts=say("queue.counts", all=counts[office], late=counted(listed.waiting[office].late)),
        late=listed.waiting[office].late > 0,
        office=office.value,
        filters=choices(asked),
        everything=everything(asked).address() if asked.is_narrowed else "",
        rows=[queue_line(visit, row, listed.names) for row in rows],
        nothing=say("queue.nothing_so" if asked.is_narrowed else "queue.nothing"),
        here=asked.address(),
        colleagues=[{"staff_id": one.staff_id, "name": one.name} for one in listed.colleagues],
        previous_page=asked.address(before=first) if rows and listed.has_before else "",
        next_page=asked.address(after=last) if rows and listed.has_after else "",
        first_page=asked.address() if listed.has_before or not rows else "",
    )


def counted(number: int) -> str:
    """A count as it is shown; there is a number beyond which nobody counts."""
    return f"{MOST_COUNTED}+" if number >= MOST_COUNTED else str(number)


def queue_line(visit: Visit, row: QueueRow, names: Mapping[str, str]) -> dict[str, Any]:
    """One line of a list, in words."""
    held = row.claimed_by is not None and row.claim_until is not None and row.claim_until > visit.now
    mine = row.claimed_by == visit.officer.staff_id
    holder = say("claim.free")
    if held:
        holder = say("queue.mine_now") if mine else names.get(row.claimed_by or "", "")
    return {
        "case_id": row.case_id,
        "number": row.application_number,
        "name": row.name,
        "state": say(f"states.{row.state.value}"),
        "due": due_words(
            row.state,
            row.due_on,
            row.due_unknown,
            row.submitted_at,
            visit.now,
            visit.zone,
            visit.service.rules,
            visit.hours,
        ),
        "flags": flags_in_words(row.flags),
        "submitted": moment(row.submitted_at, visit.zone),
        "holder": holder,
        "is_mine": held and mine,
        "may_claim": not held,
    }


def flags_in_words(flags: Sequence[str]) -> list[str]:
    """The case's flags as clerks read them."""
    known = texts()["flags"]
    return [known.get(flag, flag) for flag in flags]


async def take_next(visit: Visit) -> web.StreamResponse:
    """下一件: claim the most urgent case nobody holds, and open it."""
    office = _office(visit, visit.text("office", 20))
    if office is None:
        raise NotOurs("no office")
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id
    minutes = visit.service.settings.desk.claim_minutes

    def job(conn: Connection) -> str | None:
        case_id = claims.next_unclaimed(conn, county, WAITING[office], office, staff_id, visit.now)
        if case_id is None or claims.claim(conn, case_id, staff_id, visit.now, minutes) is None:
            return None
        audit.add(conn, county, "claim", visit.now, staff_id=staff_id, case_id=case_id)
        return case_id

    case_id = await visit.service.archive.write(job, key="queue")
    if case_id is None:
        return see_other(with_note(f"/desk?{urlencode({'office': office.value})}", "queue.none_left"))
    return see_other(with_note(f"/desk/cases/{case_id}", "claim.got"))


def names_of(conn: Connection, county: str) -> dict[str, str]:
    """The staff's names by id."""
    return {member.staff_id: member.name for member in staff.every(conn, county)}


def colleagues_of(conn: Connection, county: str, office: Role, staff_id: str) -> list[staff.StaffMember]:
    """Who else works in this office."""
    return [
        member
        for member in staff.every(conn, county)
        if office in member.roles and member.disabled_at is None and member.staff_id != staff_id
    ]


async def note_reading(visit: Visit, case_ids: Sequence[str], action: str = "list") -> None:
    """Reading names is reading personal data: one line in the trail for each list shown."""
    if not case_ids:
        return
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id
    details = {"cases": list(case_ids)}
    await visit.service.archive.write(
        lambda conn: audit.add(conn, county, action, visit.now, staff_id=staff_id, details=details), key=staff_id
    )


def _office(visit: Visit, asked: str | None = None) -> Role | None:
    held = visit.offices()
    wanted = visit.request.query.get("office", "") if asked is None else asked
    return next((role for role in held if role.value == wanted), held[0] if held and not wanted else None)
