"""What an administrator does with an account. Each is one transaction and one line of the trail."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.admin.layout import done, several
from bot.desk.admin.one_time import GOOD_FOR, new_password
from bot.desk.admin.staff_pages import list_page, login_subject, member_of, one_page, second_subject
from bot.desk.tokens import token_hash
from bot.desk.visit import Note, Visit
from bot.desk.words import say
from state_machine.officers import Role
from storage import audit, second_factor, staff
from storage.staff import LoginTaken, StaffMember

LOGIN = re.compile(r"[a-z0-9][a-z0-9_.-]{1,31}")
LONGEST_NAME = 30


class LastAdmin(Exception):
    """Nobody could administer any more."""


async def add(visit: Visit) -> web.StreamResponse:
    """A new account with a one-time password, shown on this answer and nowhere again."""
    login, name = visit.text("login", 40).strip().lower(), visit.text("name", 60).strip()
    roles = _roles(visit)
    typed = {"login": login, "name": name, "roles": roles}
    trouble = _wrong(login, name, roles)
    if trouble:
        return await list_page(visit, [Note(say(trouble), "bad")], 422, typed)
    password = new_password()
    hashed = await visit.service.desk.passwords.hashed(password)
    county, until = visit.service.rules.county_code, visit.now + GOOD_FOR

    def job(conn: Connection) -> StaffMember:
        member = staff.add(conn, county, login, name, roles, hashed, visit.now, one_time_until=until)
        _note(conn, visit, "staff_add", member, roles=sorted(roles))
        return member

    try:
        member = await visit.service.archive.write(job, key="staff")
    except LoginTaken:
        return await list_page(visit, [Note(say("admin.staff.taken"), "bad")], 409, typed)
    return await one_page(visit, [Note(say("admin.staff.added", name=name), "good")], password=password, member=member)


async def change(visit: Visit) -> web.StreamResponse:
    """One of the buttons of an account's page."""
    buttons: dict[str, Callable[[Visit, StaffMember], Awaitable[web.StreamResponse]]] = {
        "roles": _change_roles,
        "disable": _disable,
        "enable": _enable,
        "password": _reset_password,
        "unlock": _unlock,
        "factor": _remove_factor,
        "sessions": _end_sessions,
    }
    member = await member_of(visit)
    button = buttons.get(visit.text("do", 12))
    if button is None:
        return await one_page(visit)
    try:
        return await button(visit, member)
    except LastAdmin:
        return await one_page(visit, [Note(say("admin.staff.last_admin"), "bad")], 409)


async def end_all_sessions(visit: Visit) -> web.StreamResponse:
    """Everybody signs in again, but the administrator who pressed the button."""
    if visit.text("sure", 5) != "yes":
        return done("/desk/admin/sessions", "not_sure")
    county, mine = visit.service.rules.county_code, token_hash(visit.token)

    def job(conn: Connection) -> None:
        ended = staff.close_sessions(conn, county, but=mine)
        staff_id = visit.officer.staff_id
        audit.add(conn, county, "sessions_end_all", visit.now, staff_id=staff_id, details={"ended": ended})

    await visit.service.archive.write(job, key="staff")
    return done("/desk/admin/sessions", "sessions_all")


async def _change_roles(visit: Visit, member: StaffMember) -> web.StreamResponse:
    roles = _roles(visit)
    if not roles:
        return await one_page(visit, [Note(say("admin.staff.no_role"), "bad")], 422)

    def job(conn: Connection) -> None:
        staff.set_roles(conn, member.staff_id, roles)
        _keep_an_admin(conn, visit)
        _note(conn, visit, "staff_roles", member, roles=sorted(roles))

    return await _do(visit, member, job, "roles")


async def _disable(visit: Visit, member: StaffMember) -> web.StreamResponse:
    def job(conn: Connection) -> None:
        staff.disable(conn, member.staff_id, visit.now)
        _keep_an_admin(conn, visit)
        _note(conn, visit, "staff_disable", member)

    return await _do(visit, member, job, "disabled")


async def _enable(visit: Visit, member: StaffMember) -> web.StreamResponse:
    def job(conn: Connection) -> None:
        staff.enable(conn, member.staff_id)
        _note(conn, visit, "staff_enable", member)

    return await _do(visit, member, job, "enabled")


async def _reset_password(visit: Visit, member: StaffMember) -> web.StreamResponse:
    password = new_password()
    hashed = await visit.service.desk.passwords.hashed(password)

    def job(conn: Connection) -> None:
        staff.set_password(conn, member.staff_id, hashed, one_time_until=visit.now + GOOD_FOR)
        staff.forget_failures(conn, login_subject(visit, member.login))
        _note(conn, visit, "staff_password", member)

    await visit.service.archive.write(job, key="staff")
    return await one_page(visit, [Note(say("admin.staff.reset", name=member.name), "good")], password=password)


async def _unlock(visit: Visit, member: StaffMember) -> web.StreamResponse:
    def job(conn: Connection) -> None:
        for subject in (login_subject(visit, member.login), second_subject(visit, member.staff_id)):
            staff.forget_failures(conn, subject)
        _note(conn, visit, "staff_unlock", member)

    return await _do(visit, member, job, "unlocked")


async def _remove_factor(visit: Visit, member: StaffMember) -> web.StreamResponse:
    def job(conn: Connection) -> None:
        second_factor.remove(conn, member.staff_id)
        staff.close_sessions(conn, member.county, member.staff_id, but=token_hash(visit.token))
        _note(conn, visit, "staff_factor", member)

    return await _do(visit, member, job, "factor")


async def _end_sessions(visit: Visit, member: StaffMember) -> web.StreamResponse:
    def job(conn: Connection) -> None:
        staff.close_sessions(conn, member.county, member.staff_id, but=token_hash(visit.token))
        _note(conn, visit, "staff_sessions", member)

    return await _do(visit, member, job, "sessions")


async def _do(visit: Visit, member: StaffMember, job: Callable[[Connection], None], what: str) -> web.StreamResponse:
    await visit.service.archive.write(job, key="staff")
    return done(f"/desk/admin/staff/{member.staff_id}", what)


def _keep_an_admin(conn: Connection, visit: Visit) -> None:
    """Raise `LastAdmin` if the change just made leaves nobody who could take it back."""
    county = visit.service.rules.county_code
    if not any(Role.ADMIN in one.roles and one.disabled_at is None for one in staff.every(conn, county)):
        raise LastAdmin


def _roles(visit: Visit) -> frozenset[Role]:
    return frozenset(Role(value) for value in several(visit, "role") if value in set(Role))


def _wrong(login: str, name: str, roles: frozenset[Role]) -> str:
    if not LOGIN.fullmatch(login):
        return "admin.staff.bad_login"
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        return "admin.staff.bad_name"
    return "" if roles else "admin.staff.no_role"


def _note(conn: Connection, visit: Visit, action: str, member: StaffMember, **details: object) -> None:
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id
    audit.add(conn, county, action, visit.now, staff_id=staff_id, details={"staff": member.staff_id, **details})
