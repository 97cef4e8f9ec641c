"""待办: the cases of my office, most urgent first; filters, counts, search and 下一件."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.access import may_open
from bot.desk.due import due_words
from bot.desk.offices import WAITING
from bot.desk.pages import see_other
from bot.desk.visit import Visit, with_note
from bot.desk.words import moment, say, texts
from state_machine.case_records import CaseState
from state_machine.officers import OFFICES, Role
from storage import audit, claims, queue, staff
from storage.errors import NotOurs
from storage.queue import PageKey, QueueRow

PAGE = 50
Counts = Mapping[CaseState, tuple[int, int]]


async def show(visit: Visit) -> web.StreamResponse:
    """One page of my office's queue. Without an office: the chats, or the overview."""
    office = _office(visit)
    if office is None:
        return see_other("/desk/chats" if visit.officer.holds(Role.AGENT) else "/desk/overview")
    which = visit.request.query.get("which", "all")
    states = _states(visit, office)
    after = _page_key(visit.request.query.get("after", ""))
    county, keyring = visit.service.rules.county_code, visit.service.archive.keyring

    def job(conn: Connection) -> tuple[list[QueueRow], Counts, dict[str, str]]:
        rows = queue.page(
            conn,
            keyring,
            county,
            states,
            after=after,
            limit=PAGE + 1,
            held_by=visit.officer.staff_id if which == "mine" else None,
            free_at=visit.now if which == "unclaimed" else None,
        )
        return rows, queue.counts(conn, county, visit.today), names_of(conn, county)

    rows, counts, names = await visit.service.archive.read(job)
    await _note_reading(visit, [row.case_id for row in rows[:PAGE]])
    return _page(visit, office, which, rows, counts, names)


def _page(
    visit: Visit, office: Role, which: str, rows: Sequence[QueueRow], counts: Counts, names: Mapping[str, str]
) -> web.Response:
    waiting = {role: sum(counts.get(s, (0, 0))[0] for s in states) for role, states in WAITING.items()}
    late = sum(counts.get(s, (0, 0))[1] for s in WAITING[office])
    more = rows[PAGE - 1].key if len(rows) > PAGE else None
    query = {"office": office.value, "which": which, "state": visit.request.query.get("state", "")}
    return visit.page(
        "queue.html",
        tabs=visit.tabs(office.value, waiting),
        heading=say("queue.heading", office=say(f"offices_short.{office.value}")),
        counts=say("queue.counts", all=waiting[office], late=late),
        office=office.value,
        may_take=True,
        filters=_filters(visit, office, which),
        rows=[queue_line(visit, row, names) for row in rows[:PAGE]],
        nothing=say("queue.nothing"),
        next_page=f"/desk?{urlencode({**query, 'after': _shown_key(more)})}" if more else "",
    )


def queue_line(visit: Visit, row: QueueRow, names: Mapping[str, str]) -> dict[str, Any]:
    """One line of a list, in words."""
    held = row.claimed_by is not None and row.claim_until is not None and row.claim_until > visit.now
    holder = say("claim.free")
    if held:
        mine = row.claimed_by == visit.officer.staff_id
        holder = say("queue.mine_now") if mine else names.get(row.claimed_by or "", "")
    return {
        "case_id": row.case_id,
        "number": row.application_number,
        "name": row.name,
        "state": say(f"states.{row.state.value}"),
        "due": due_words(
            row.state, row.due_on, row.due_unknown, row.submitted_at, visit.now, visit.zone, visit.service.rules
        ),
        "flags": flags_in_words(row.flags),
        "submitted": moment(row.submitted_at, visit.zone),
        "holder": holder,
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


async def search(visit: Visit) -> web.StreamResponse:
    """By application number, ID number or phone, exactly. A POST: no number ever stands in an address."""
    wanted = "".join(visit.text("wanted", 64).split())
    county, keyring, officer = visit.service.rules.county_code, visit.service.archive.keyring, visit.officer

    def job(conn: Connection) -> list[QueueRow]:
        found: dict[str, QueueRow] = {}
        for look in (queue.by_number, queue.by_id_number, queue.by_phone):
            found |= {row.case_id: row for row in look(conn, keyring, county, wanted)}
        return [row for row in found.values() if may_open(row.state, officer.staff_id in row.offices, officer)]

    rows = await visit.service.archive.read(job) if wanted else []
    await _note_reading(visit, [row.case_id for row in rows], "search")
    if len(rows) == 1:
        return see_other(f"/desk/cases/{rows[0].case_id}")
    return visit.page("found.html", rows=[queue_line(visit, row, {}) for row in rows])


async def overview(visit: Visit) -> web.StreamResponse:
    """管理员: how many cases wait where. Numbers only."""
    county = visit.service.rules.county_code
    counts = await visit.service.archive.read(lambda conn: queue.counts(conn, county, visit.today))
    rows = [
        {
            "office": say(f"offices_short.{office.value}"),
            "count": sum(counts.get(s, (0, 0))[0] for s in WAITING[office]),
            "late": sum(counts.get(s, (0, 0))[1] for s in WAITING[office]),
        }
        for office in OFFICES
    ]
    return visit.page("overview.html", tabs=visit.tabs(Role.ADMIN.value), rows=rows)


def names_of(conn: Connection, county: str) -> dict[str, str]:
    """The staff's names by id."""
    return {member.staff_id: member.name for member in staff.every(conn, county)}


async def _note_reading(visit: Visit, case_ids: Sequence[str], action: str = "list") -> None:
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


def _states(visit: Visit, office: Role) -> Sequence[CaseState]:
    """The office's states, or the one asked for; 受理 may also look at what waits for applicants."""
    asked = visit.request.query.get("state", "")
    allowed = [*WAITING[office], *([CaseState.RETURNED] if office is Role.INTAKE else [])]
    return [state for state in allowed if state.value == asked] or WAITING[office]


def _filters(visit: Visit, office: Role, which: str) -> list[dict[str, Any]]:
    state = visit.request.query.get("state", "")
    found = []
    for name in ("all", "unclaimed", "mine"):
        href = f"/desk?{urlencode({'office': office.value, 'which': name})}"
        found.append({"href": href, "label": say(f"queue.{name}"), "current": which == name and not state})
    allowed = [*WAITING[office], *([CaseState.RETURNED] if office is Role.INTAKE else [])]
    for one in allowed if len(allowed) > 1 else ():
        href = f"/desk?{urlencode({'office': office.value, 'state': one.value})}"
        found.append({"href": href, "label": say(f"states.{one.value}"), "current": state == one.value})
    return found


def _shown_key(key: PageKey) -> str:
    return f"{key[0]}.{key[1]}.{key[2]}"


def _page_key(shown: str) -> PageKey | None:
    """Where the page before ended; anything that is no such place starts from the top."""
    day, _, rest = shown.partition(".")
    submitted, _, case_id = rest.partition(".")
    numbers = all(part.isascii() and part.isdigit() and len(part) < 18 for part in (day, submitted))
    return (int(day), int(submitted), case_id[:64]) if numbers and case_id else None
