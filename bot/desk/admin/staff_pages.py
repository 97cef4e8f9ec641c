"""账号: who works here, in which offices, and how their accounts stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.desk import lockout
from bot.desk import words as desk_words
from bot.desk.admin.layout import admin_page
from bot.desk.sessions import in_words
from bot.desk.visit import Note, Visit
from bot.desk.words import moment, say
from state_machine.officers import Role
from storage import second_factor, staff
from storage.errors import NotOurs
from storage.staff import OpenSession, StaffMember


@dataclass(frozen=True)
class Standing:
    """How one account stands now."""

    member: StaffMember
    has_factor: bool
    wait: timedelta
    sessions: Sequence[OpenSession]


def login_subject(visit: Visit, login: str) -> bytes:
    """What failed logins of this account are counted by."""
    return visit.service.archive.keyring.index.subject("login", login.lower())


def second_subject(visit: Visit, staff_id: str) -> bytes:
    """What failed second factors of this account are counted by."""
    return visit.service.archive.keyring.index.subject("second factor", staff_id)


def standing(conn: Connection, visit: Visit, member: StaffMember, open_now: Sequence[OpenSession]) -> Standing:
    """How this account stands."""
    factor = second_factor.of(conn, visit.service.archive.keyring, member.staff_id)
    waits = [timedelta(0)]
    for subject in (login_subject(visit, member.login), second_subject(visit, member.staff_id)):
        failed = staff.failures(conn, subject)
        if failed is not None:
            waits.append(lockout.still_waits(failed.count, failed.last_at, visit.now, lockout.FREE_FOR_ACCOUNT))
    mine = [session for session in open_now if session.staff_id == member.staff_id]
    return Standing(member, factor is not None and factor.confirmed_at is not None, max(waits), mine)


async def show(visit: Visit) -> web.StreamResponse:
    """The list, and the form for a new account."""
    return await list_page(visit)


async def list_page(
    visit: Visit, notes: Sequence[Note] = (), status: int = 200, typed: dict[str, Any] | None = None
) -> web.Response:
    """The list with what a refused form held."""
    county = visit.service.rules.county_code

    def job(conn: Connection) -> list[Standing]:
        open_now = staff.open_sessions(conn, county, visit.now)
        return [standing(conn, visit, member, open_now) for member in staff.every(conn, county)]

    rows = [_row(visit, one) for one in await visit.service.archive.read(job)]
    typed = typed or {"login": "", "name": "", "roles": frozenset()}
    return admin_page(
        visit, "admin/staff.html", "staff", status, notes, rows=rows, typed=typed, roles=role_boxes(typed["roles"])
    )


async def show_one(visit: Visit) -> web.StreamResponse:
    """One account and what can be done with it."""
    return await one_page(visit)


async def one_page(
    visit: Visit,
    notes: Sequence[Note] = (),
    status: int = 200,
    password: str = "",
    member: StaffMember | None = None,
) -> web.Response:
    """One account; `password` is a one-time password just made, shown this once."""
    member = member or await member_of(visit)
    county = visit.service.rules.county_code

    def job(conn: Connection) -> Standing:
        return standing(conn, visit, member, staff.open_sessions(conn, county, visit.now))

    one = await visit.service.archive.read(job)
    return admin_page(
        visit,
        "admin/staff_one.html",
        "staff",
        status,
        notes,
        one=_row(visit, one),
        roles=role_boxes(member.roles),
        password=password,
        sessions=[session_line(visit, session) for session in one.sessions],
        is_me=member.staff_id == visit.officer.staff_id,
    )


async def member_of(visit: Visit) -> StaffMember:
    """The member of staff in the address. Raises `NotOurs`."""
    staff_id, county = visit.request.match_info["staff_id"], visit.service.rules.county_code
    member = await visit.service.archive.read(lambda conn: staff.by_id(conn, staff_id))
    if member is None or member.county != county:
        raise NotOurs("no such member of staff")
    return member


def role_boxes(held: frozenset[Role]) -> list[dict[str, Any]]:
    """A box for every role."""
    return [
        {"value": role.value, "label": desk_words.say(f"roles.{role.value}"), "checked": role in held} for role in Role
    ]


def session_line(visit: Visit, session: OpenSession) -> dict[str, str]:
    """A session in words."""
    return {
        "opened": moment(session.opened_at, visit.zone),
        "seen": moment(session.seen_at, visit.zone),
        "until": moment(session.expires_at, visit.zone),
    }


def _row(visit: Visit, one: Standing) -> dict[str, Any]:
    member = one.member
    states = [("admin.staff.state.disabled", "bad")] if member.disabled_at else [("admin.staff.state.active", "good")]
    if member.one_time_until is not None and not member.disabled_at:
        late = member.one_time_until <= visit.now
        states.append(("admin.staff.state.one_time_over", "bad") if late else ("admin.staff.state.one_time", "warn"))
    chips = [{"text": say(name), "tone": tone} for name, tone in states]
    if one.wait:
        chips.append({"text": say("admin.staff.state.locked", wait=in_words(one.wait)), "tone": "bad"})
    return {
        "staff_id": member.staff_id,
        "login": member.login,
        "name": member.name,
        "roles": "、".join(desk_words.say(f"roles.{role.value}") for role in Role if role in member.roles),
        "chips": chips,
        "factor": say("admin.staff.factor.yes" if one.has_factor else "admin.staff.factor.no"),
        "has_factor": one.has_factor,
        "sessions": len(one.sessions),
        "created": moment(member.created_at, visit.zone),
        "is_disabled": member.disabled_at is not None,
        "is_locked": bool(one.wait),
    }
