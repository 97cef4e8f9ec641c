"""A password of one's own: after a one-time password, or whenever one likes."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import Connection

from bot.desk import lockout
from bot.desk.pages import see_other
from bot.desk.passwords import SHORTEST, PasswordTooWeak, check_strength
from bot.desk.tokens import token_hash
from bot.desk.visit import Note, Visit
from bot.desk.words import say, texts
from storage import audit, staff
from storage.errors import NotOurs
from storage.staff import StaffMember


async def show(visit: Visit) -> web.StreamResponse:
    """The form."""
    return _page(visit, await _member(visit))


async def change(visit: Visit) -> web.StreamResponse:
    """The old password, the new one twice. Every other session of this person ends."""
    member = await _member(visit)
    old, new = visit.text("old", 200), visit.text("new", 201)
    trouble = _trouble(visit, member, old, new)
    if not trouble and not await _old_is_right(visit, member, old):
        trouble = say("admin.password.wrong")
    if trouble:
        return _page(visit, member, [Note(trouble, "bad")], 422)
    hashed = await visit.service.desk.passwords.hashed(new)

    def job(conn: Connection) -> None:
        staff.set_password(conn, member.staff_id, hashed, keep_token=token_hash(visit.token))
        audit.add(conn, member.county, "password_changed", visit.now, staff_id=member.staff_id)

    await visit.service.archive.write(job, key=member.staff_id)
    return see_other("/desk/password?done=1" if member.one_time_until is None else "/desk")


def _trouble(visit: Visit, member: StaffMember, old: str, new: str) -> str:
    if new != visit.text("again", 201):
        return say("admin.password.differ")
    if new == old:
        return say("admin.password.same")
    try:
        check_strength(new, member.login)
    except PasswordTooWeak:
        return say("admin.password.weak", shortest=SHORTEST)
    return ""


async def _old_is_right(visit: Visit, member: StaffMember, old: str) -> bool:
    """Guessing at an open screen waits like guessing at the door."""
    service, county = visit.service, member.county
    subject = service.archive.keyring.index.subject("password", member.staff_id)

    def count(conn: Connection) -> bool:
        failed = staff.failures(conn, subject)
        if failed and lockout.still_waits(failed.count, failed.last_at, visit.now, lockout.FREE_FOR_ACCOUNT):
            return False
        staff.count_failure(conn, county, subject, visit.now)
        return True

    if not await service.archive.write(count, key=member.staff_id):
        return False
    if not await service.desk.passwords.matches(member.password_hash, old):
        return False
    await service.archive.write(lambda conn: staff.forget_failures(conn, subject), key=member.staff_id)
    return True


async def _member(visit: Visit) -> StaffMember:
    member = await visit.service.archive.read(lambda conn: staff.by_id(conn, visit.officer.staff_id))
    if member is None:
        raise NotOurs("no such member of staff")
    return member


def _page(visit: Visit, member: StaffMember, notes: list[Note] | None = None, status: int = 200) -> web.Response:
    done = [Note(say("admin.password.done"), "good")] if visit.request.query.get("done") == "1" else []
    first = member.one_time_until is not None
    rules = say("admin.password.rules", shortest=SHORTEST)
    return visit.page(
        "admin/password.html",
        status,
        [*done, *(notes or [])],
        a=texts()["admin"],
        first=first,
        rules=rules,
        login=member.login,
    )
