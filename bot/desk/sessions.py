"""Signing in and out. Only a token's hash is stored; a new token with every login; idle and absolute limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web
from sqlalchemy import Connection

from bot.desk import lockout
from bot.desk.form_post import read_form
from bot.desk.pages import page, see_other
from bot.desk.tokens import (
    CSRF_FIELD,
    DOOR_COOKIE,
    SESSION_COOKIE,
    csrf_matches,
    csrf_of,
    new_token,
    token_hash,
)
from bot.desk.visit import Note, Visit
from bot.desk.words import say
from bot.web.guard import address_of
from storage import audit, staff
from storage.staff import StaffMember, StaffSession

if TYPE_CHECKING:
    from bot.wiring import Service

#: Signed out after this long without a request, however long the whole session may be.
IDLE = timedelta(minutes=60)
LONGEST_LOGIN = 64


def ends_at(service: Service, opened_at: datetime, now: datetime) -> datetime:
    """When a session seen now ends: after an idle hour, or at its absolute limit."""
    return min(now + IDLE, opened_at + timedelta(minutes=service.settings.desk.session_minutes))


async def session_of(service: Service, token: str, now: datetime) -> StaffSession | None:
    """The session of a cookie; seeing it keeps it alive."""
    key = token_hash(token)
    found = await service.archive.read(lambda conn: staff.session(conn, key, now))
    if found is not None and found.staff.county != service.rules.county_code:
        return None  # counties may share a database; a clerk of one is nobody in another
    if found is not None and now - found.seen_at >= staff.SEEN_EVERY:
        until = ends_at(service, found.opened_at, now)
        await service.archive.write(lambda conn: staff.touch_session(conn, key, now, until), key=key)
    return found


class Door:
    """The login page."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def show(self, request: web.Request) -> web.Response:
        """The empty form."""
        return self._form(request, request.query.get("next", ""), notes=self._notes(request))

    async def enter(self, request: web.Request) -> web.Response:
        """Check login and password; the answer and its time are the same for a wrong login and a wrong password."""
        form = await read_form(request)
        door = request.cookies.get(DOOR_COOKIE, "")
        if not door or not csrf_matches(door, str(form.get(CSRF_FIELD, ""))):
            return self._form(request, "", status=403, notes=[Note(say("login.again"), "warn")])
        login = str(form.get("login", ""))[:LONGEST_LOGIN].strip()
        target = safe_target(str(form.get("next", "")))
        now = self.service.now()
        wait = await self._admitted(request, login, now)
        if wait > timedelta(0):
            note = Note(say("login.wait", wait=in_words(wait)), "bad")
            return self._form(request, target, typed=login, status=429, notes=[note])
        member = await self._checked(login, str(form.get("password", "")))
        if member is None:
            note = Note(say("login.wrong"), "bad")
            return self._form(request, target, typed=login, status=401, notes=[note])
        return await self._opened(request, member, target, now)

    async def _checked(self, login: str, password: str) -> StaffMember | None:
        county = self.service.rules.county_code
        member = await self.service.archive.read(lambda conn: staff.by_login(conn, county, login))
        usable = member if member is not None and may_sign_in(member, self.service.now()) else None
        stored = usable.password_hash if usable else None
        return usable if await self.service.desk.passwords.matches(stored, password) else None

    async def _opened(self, request: web.Request, member: StaffMember, target: str, now: datetime) -> web.Response:
        token, old = new_token(), request.cookies.get(SESSION_COOKIE)
        until = ends_at(self.service, now, now)
        account, address = self._subjects(request, member.login)

        def job(conn: Connection) -> None:
            if old:
                staff.close_session(conn, token_hash(old))
            staff.open_session(conn, member, token_hash(token), now, until)
            staff.forget_failures(conn, account)
            staff.forget_failures(conn, address)
            audit.add(conn, member.county, "login", now, staff_id=member.staff_id)

        await self.service.archive.write(job, key=member.staff_id)
        response = see_other(target or "/desk")
        self._set(response, SESSION_COOKIE, token)
        response.del_cookie(DOOR_COOKIE, path="/desk")
        return response

    async def _admitted(self, request: web.Request, login: str, now: datetime) -> timedelta:
        """How long this try must wait; zero lets it in, and counts it as failed until the password proves right.

        Counting first, in one transaction, leaves no room for many guesses at the same moment.
        """
        county = self.service.rules.county_code
        account, address = self._subjects(request, login)
        kinds = ((account, lockout.FREE_FOR_ACCOUNT), (address, lockout.FREE_FOR_ADDRESS))

        def job(conn: Connection) -> timedelta:
            before = [(subject, staff.failures(conn, subject), free) for subject, free in kinds]
            waits = [lockout.still_waits(f.count, f.last_at, now, free) for _, f, free in before if f is not None]
            if (wait := max(waits, default=timedelta(0))) > timedelta(0):
                return wait
            for subject, failed, _ in before:
                anew = failed is not None and now - failed.last_at > lockout.FORGET_AFTER
                staff.count_failure(conn, county, subject, now, anew=anew)
            return timedelta(0)

        return await self.service.archive.write(job, key="login")

    def _subjects(self, request: web.Request, login: str) -> tuple[bytes, bytes]:
        index = self.service.archive.keyring.index
        address = address_of(request, self.service.settings.behind_proxy)
        return index.subject("login", login.lower()), index.subject("address", address)

    def _form(
        self, request: web.Request, target: str, *, typed: str = "", status: int = 200, notes: list[Note] | None = None
    ) -> web.Response:
        door = request.cookies.get(DOOR_COOKIE) or new_token()
        values = {"who": None, "csrf": csrf_of(door), "county": self.service.rules.county_name}
        target = safe_target(target)
        response = page("login.html", status, notes=notes or [], next=target, typed=typed, tabs=[], **values)
        self._set(response, DOOR_COOKIE, door)
        return response

    def _notes(self, request: web.Request) -> list[Note]:
        if "out" in request.query:
            return [Note(say("login.out"), "good")]
        return [Note(say("login.again"), "warn")] if "again" in request.query else []

    def _set(self, response: web.Response, name: str, value: str) -> None:
        secure = self.service.settings.secure_cookies
        response.set_cookie(name, value, path="/desk", httponly=True, samesite="Strict", secure=secure)


async def leave(visit: Visit) -> web.Response:
    """Sign out: the session is gone on the server too."""

    def job(conn: Connection) -> None:
        staff.close_session(conn, token_hash(visit.token))
        county = visit.service.rules.county_code
        audit.add(conn, county, "logout", visit.now, staff_id=visit.officer.staff_id)

    await visit.service.archive.write(job, key=visit.officer.staff_id)
    response = see_other("/desk/login?out=1")
    response.del_cookie(SESSION_COOKIE, path="/desk")
    return response


def safe_target(place: str) -> str:
    """Where to go after login: a page of the desk, nothing else."""
    own = place == "/desk" or place.startswith(("/desk/", "/desk?"))
    return place if own and place.isprintable() and "\\" not in place and len(place) < 300 else ""


def may_sign_in(member: StaffMember, now: datetime) -> bool:
    """Neither disabled, nor with a one-time password that nobody used in time."""
    return member.disabled_at is None and (member.one_time_until is None or now < member.one_time_until)


def in_words(wait: timedelta) -> str:
    """A wait as people say it."""
    seconds = max(1, round(wait.total_seconds()))
    return f"{seconds} 秒" if seconds < 90 else f"{-(-seconds // 60)} 分钟"
