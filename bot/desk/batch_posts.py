"""Several cases at once, only for what is safe: claim, put back, hand to a colleague. Never a decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from aiohttp import web
from multidict import MultiMapping
from sqlalchemy import Connection

from bot.desk.access import is_at_hand, opened_case
from bot.desk.pages import see_other
from bot.desk.queue_page import PAGE
from bot.desk.visit import Visit, with_note
from storage import audit, claims, staff
from storage.cases import StoredCase
from storage.claims import Claim
from storage.errors import NotOurs

#: Where a batch was chosen from: a queue of the desk, by codes alone.
PLACE = re.compile(r"/desk\?[a-z_=&0-9A-Za-z.-]{0,300}|/desk")
CASE_ID = re.compile(r"[0-9a-f-]{8,64}")


def chosen(visit: Visit) -> list[str]:
    """The ticked cases, at most a page of them."""
    ticked = visit.form.getall("case", []) if isinstance(visit.form, MultiMapping) else []
    return [one for one in dict.fromkeys(map(str, ticked)) if CASE_ID.fullmatch(one)][:PAGE]


async def claim(visit: Visit) -> web.StreamResponse:
    """领办 each of them that nobody holds."""
    return await _each(visit, _claim, "batch.claimed")


async def release(visit: Visit) -> web.StreamResponse:
    """放回 each of them that I hold."""
    return await _each(visit, _release, "batch.released")


async def hand_on(visit: Visit) -> web.StreamResponse:
    """转交 each of them that I hold to a colleague of the same office."""
    return await _each(visit, _hand_on, "batch.handed")


async def _each(visit: Visit, one: Callable[[Connection, Visit, StoredCase], bool], note: str) -> web.StreamResponse:
    """One transaction a case: one that cannot be had keeps none of the others."""
    case_ids, done = chosen(visit), 0
    for case_id in case_ids:
        done += await visit.service.archive.write(partial(_try, visit=visit, case_id=case_id, one=one), key=case_id)
    place = visit.text("here", 400)
    place = place if PLACE.fullmatch(place) else "/desk"
    if not case_ids:
        return see_other(with_note(place, "batch.nothing"))
    return see_other(with_note(place, note if done == len(case_ids) else f"{note}_some", n=done, of=len(case_ids)))


def _try(conn: Connection, visit: Visit, case_id: str, one: Callable[[Connection, Visit, StoredCase], bool]) -> bool:
    county, keyring = visit.service.rules.county_code, visit.service.archive.keyring
    try:
        stored = opened_case(conn, keyring, county, case_id, visit.officer, lock=True)
    except NotOurs:
        return False
    return one(conn, visit, stored)


def _claim(conn: Connection, visit: Visit, stored: StoredCase) -> bool:
    if not is_at_hand(stored.record, visit.officer):
        return False
    minutes = visit.service.settings.desk.claim_minutes
    held = claims.claim(conn, stored.case_id, visit.officer.staff_id, visit.now, minutes)
    if held is not None:
        _write_down(conn, visit, stored, "claim")
    return held is not None


def _release(conn: Connection, visit: Visit, stored: StoredCase) -> bool:
    held = _mine(visit, stored)
    if held is None:
        return False
    claims.release(conn, held, visit.now)
    _write_down(conn, visit, stored, "release")
    return True


def _hand_on(conn: Connection, visit: Visit, stored: StoredCase) -> bool:
    held = _mine(visit, stored)
    colleague = staff.by_id(conn, visit.text("to", 64))
    if held is None or colleague is None or not _may_have(visit, stored, colleague):
        return False
    minutes = visit.service.settings.desk.claim_minutes
    claims.release(conn, held, visit.now)
    if claims.claim(conn, stored.case_id, colleague.staff_id, visit.now, minutes) is None:
        raise NotOurs("the case is locked, so nobody else can have claimed it")
    _write_down(conn, visit, stored, "hand_on", to=colleague.staff_id)
    return True


def _may_have(visit: Visit, stored: StoredCase, colleague: staff.StaffMember) -> bool:
    """A colleague of this county and office who served the case in no other office."""
    return (
        colleague.county == visit.service.rules.county_code
        and colleague.disabled_at is None
        and colleague.staff_id != visit.officer.staff_id
        and is_at_hand(stored.record, colleague.as_officer())
    )


def _mine(visit: Visit, stored: StoredCase) -> Claim | None:
    """My running claim on it."""
    if stored.claimed_by != visit.officer.staff_id or stored.claim_until is None or stored.claim_until <= visit.now:
        return None
    return Claim(stored.case_id, stored.claimed_by, stored.fence, stored.claim_until)


def _write_down(conn: Connection, visit: Visit, stored: StoredCase, action: str, **details: object) -> None:
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id
    audit.add(conn, county, action, visit.now, staff_id=staff_id, case_id=stored.case_id, details=details or None)
