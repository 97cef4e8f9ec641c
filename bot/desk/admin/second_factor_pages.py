"""The second factor: giving it after the password, setting it up, renewing the recovery codes, taking it away."""

from __future__ import annotations

from typing import Any

import segno
from aiohttp import web
from markupsafe import Markup
from sqlalchemy import Connection

from bot.desk import lockout, totp
from bot.desk.owed import must_have_factor
from bot.desk.pages import see_other
from bot.desk.sessions import in_words, safe_target
from bot.desk.tokens import token_hash
from bot.desk.visit import Note, Visit
from bot.desk.words import say, texts
from storage import audit, second_factor, staff
from storage.errors import NotOurs
from storage.second_factor import SecondFactor
from storage.staff import StaffMember

ISSUER = "互认通"


async def ask(visit: Visit) -> web.StreamResponse:
    """The page that asks for the code."""
    found = await _factor(visit)
    if found is None or found.confirmed_at is None:
        return see_other("/desk")
    return _asking(visit, safe_target(visit.request.query.get("next", "")))


async def give(visit: Visit) -> web.StreamResponse:
    """A code of the authenticator, or a recovery code; both count once. Failures wait longer and longer."""
    keyring, county, staff_id = visit.service.archive.keyring, visit.service.rules.county_code, visit.officer.staff_id
    subject, code, target = _subject(visit), visit.text("code", 40), safe_target(visit.text("next", 300))

    def job(conn: Connection) -> str:
        found = second_factor.of(conn, keyring, staff_id)
        if found is None or found.confirmed_at is None:
            raise NotOurs("no second factor")
        failed = staff.failures(conn, subject)
        if failed is not None:
            wait = lockout.still_waits(failed.count, failed.last_at, visit.now, lockout.FREE_FOR_ACCOUNT)
            if wait:
                return say("admin.factor.wait", wait=in_words(wait))
        if not _taken(conn, visit, found, code):
            staff.count_failure(conn, county, subject, visit.now)
            audit.add(conn, county, "factor_wrong", visit.now, staff_id=staff_id)
            return say("admin.factor.wrong")
        staff.forget_failures(conn, subject)
        second_factor.prove(conn, token_hash(visit.token), visit.now)
        audit.add(conn, county, "factor_given", visit.now, staff_id=staff_id)
        return ""

    trouble = await visit.service.archive.write(job, key=staff_id)
    if trouble:
        return _asking(visit, target, [Note(trouble, "bad")], 401)
    return see_other(target or "/desk")


async def setup(visit: Visit) -> web.StreamResponse:
    """Where a second factor stands, and the next step."""
    return await _setup_page(visit)


async def change(visit: Visit) -> web.StreamResponse:
    """A step of setting up: begin, confirm with the first code, renew recovery codes, or take it away."""
    steps = {"begin": _begin, "confirm": _confirm, "codes": _renew, "remove": _remove}
    step = steps.get(visit.text("step", 10))
    return await (step(visit) if step else _setup_page(visit))


async def _begin(visit: Visit) -> web.StreamResponse:
    keyring, member = visit.service.archive.keyring, await _member(visit)

    def job(conn: Connection) -> None:
        found = second_factor.of(conn, keyring, member.staff_id)
        if found is None or found.confirmed_at is None:
            second_factor.begin(conn, keyring, member, totp.new_secret())

    await visit.service.archive.write(job, key=member.staff_id)
    return see_other("/desk/second-factor/setup")


async def _confirm(visit: Visit) -> web.StreamResponse:
    keyring, member, codes = visit.service.archive.keyring, await _member(visit), totp.recovery_codes()

    def job(conn: Connection) -> bool:
        found = second_factor.of(conn, keyring, member.staff_id)
        if found is None or found.confirmed_at is not None:
            return False
        step = totp.matching_step(found.secret, visit.text("code", 40), visit.now)
        if step is None:
            return False
        second_factor.confirm(conn, member.staff_id, step, visit.now)
        second_factor.renew_recovery(conn, keyring, member, codes)
        second_factor.prove(conn, token_hash(visit.token), visit.now)
        staff.close_sessions(conn, member.county, member.staff_id, but=token_hash(visit.token))
        audit.add(conn, member.county, "factor_set_up", visit.now, staff_id=member.staff_id)
        return True

    if await visit.service.archive.write(job, key=member.staff_id):
        return await _setup_page(visit, [Note(say("admin.factor.set_up"), "good")], codes=codes)
    return await _setup_page(visit, [Note(say("admin.factor.wrong"), "bad")], 401)


async def _renew(visit: Visit) -> web.StreamResponse:
    codes = totp.recovery_codes()

    def job(conn: Connection, member: StaffMember) -> None:
        second_factor.renew_recovery(conn, visit.service.archive.keyring, member, codes)
        audit.add(conn, member.county, "factor_codes", visit.now, staff_id=member.staff_id)

    if await _with_code(visit, job):
        return await _setup_page(visit, [Note(say("admin.factor.renewed"), "good")], codes=codes)
    return await _setup_page(visit, [Note(say("admin.factor.wrong"), "bad")], 401)


async def _remove(visit: Visit) -> web.StreamResponse:
    member = await _member(visit)
    if must_have_factor(member, visit.service.settings.desk.require_totp):
        return await _setup_page(visit, [Note(say("admin.factor.required"), "bad")], 403)

    def job(conn: Connection, member: StaffMember) -> None:
        second_factor.remove(conn, member.staff_id)
        audit.add(conn, member.county, "factor_removed", visit.now, staff_id=member.staff_id)

    if await _with_code(visit, job):
        return await _setup_page(visit, [Note(say("admin.factor.removed"), "good")])
    return await _setup_page(visit, [Note(say("admin.factor.wrong"), "bad")], 401)


async def _with_code(visit: Visit, change: Any) -> bool:
    """Do `change` in the transaction that takes a fresh code; False if the code is wrong or must wait."""
    keyring, member, subject = visit.service.archive.keyring, await _member(visit), _subject(visit)

    def job(conn: Connection) -> bool:
        found = second_factor.of(conn, keyring, member.staff_id)
        failed = staff.failures(conn, subject)
        waits = failed and lockout.still_waits(failed.count, failed.last_at, visit.now, lockout.FREE_FOR_ACCOUNT)
        if found is None or waits or not _taken(conn, visit, found, visit.text("code", 40)):
            staff.count_failure(conn, member.county, subject, visit.now)
            return False
        staff.forget_failures(conn, subject)
        change(conn, member)
        return True

    return await visit.service.archive.write(job, key=member.staff_id)


def _taken(conn: Connection, visit: Visit, found: SecondFactor, code: str) -> bool:
    """Take a code, once: six digits of now, or one of the recovery codes."""
    step = totp.matching_step(found.secret, code, visit.now)
    if step is not None:
        return second_factor.take_step(conn, found.staff_id, step)
    return second_factor.use_recovery(conn, visit.service.archive.keyring, found.staff_id, code)


def _subject(visit: Visit) -> bytes:
    return visit.service.archive.keyring.index.subject("second factor", visit.officer.staff_id)


async def _factor(visit: Visit) -> SecondFactor | None:
    keyring, staff_id = visit.service.archive.keyring, visit.officer.staff_id
    return await visit.service.archive.read(lambda conn: second_factor.of(conn, keyring, staff_id))


async def _member(visit: Visit) -> StaffMember:
    member = await visit.service.archive.read(lambda conn: staff.by_id(conn, visit.officer.staff_id))
    if member is None:
        raise NotOurs("no such member of staff")
    return member


def _asking(visit: Visit, target: str, notes: list[Note] | None = None, status: int = 200) -> web.Response:
    return visit.page("admin/second_factor.html", status, notes or [], tabs=[], a=texts()["admin"], next=target)


async def _setup_page(
    visit: Visit, notes: list[Note] | None = None, status: int = 200, codes: list[str] | None = None
) -> web.Response:
    found, member = await _factor(visit), await _member(visit)
    pending = found is not None and found.confirmed_at is None
    left = await visit.service.archive.read(lambda conn: second_factor.recovery_left(conn, member.staff_id))
    return visit.page(
        "admin/second_factor_setup.html",
        status,
        notes or [],
        a=texts()["admin"],
        stage="none" if found is None else "pending" if pending else "set",
        required=must_have_factor(member, visit.service.settings.desk.require_totp),
        secret=_in_groups(totp.in_base32(found.secret)) if found is not None and pending else "",
        picture=_picture(found.secret, member.login) if found is not None and pending else "",
        left=say("admin.factor.left", left=left),
        codes=codes or [],
    )


def _in_groups(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _picture(secret: bytes, login: str) -> Markup:
    """The QR code as SVG of attributes only: the policy lets no style stand in a page."""
    code = segno.make(totp.address_of(secret, login, ISSUER), error="m", micro=False)
    svg = code.svg_inline(
        scale=5, border=3, svgclass="qr", lineclass=None, title=say("admin.factor.qr"), omitsize=False
    )
    return Markup(svg.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - segno's own output; the title is ours
