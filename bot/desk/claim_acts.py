"""领办: claim, release, take over. Who holds a case is decided by one compare-and-set in the archive."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.access import is_at_hand, opened_case
from bot.desk.case_page import Kept, case_page, is_claimed, look
from bot.desk.pages import see_other
from bot.desk.visit import Note, Visit, with_note
from bot.desk.words import clock, say
from storage import audit, claims
from storage.claims import Claim
from storage.errors import NotOurs


def take(conn: Connection, visit: Visit) -> Claim | None:
    """Claim the case of this visit, inside the caller's transaction; None if another clerk holds it."""
    service, staff_id = visit.service, visit.officer.staff_id
    county = service.rules.county_code
    stored = opened_case(conn, service.archive.keyring, county, visit.case_id, visit.officer, lock=True)
    if not is_at_hand(stored.record, visit.officer):
        raise NotOurs("not at hand")
    held = claims.claim(conn, visit.case_id, staff_id, visit.now, service.settings.desk.claim_minutes)
    if held is not None:
        audit.add(conn, county, "claim", visit.now, staff_id=staff_id, case_id=visit.case_id)
    return held


async def claim(visit: Visit) -> web.StreamResponse:
    """领办. What was typed before a claim lapsed is brought along."""
    held = await visit.service.archive.write(lambda conn: take(conn, visit), key=visit.case_id)
    sight = await look(visit)
    kept = Kept(opinion=visit.text("opinion"), recommends=visit.text("recommends", 20))
    if held is None:
        name = sight.names.get(sight.stored.claimed_by or "", "")
        note = Note(say("claim.just_gone", name=name), "bad")
        return case_page(visit, sight, Kept(kept.opinion, kept.recommends, notes=[note]), 409)
    if kept.opinion:
        note = Note(say("claim.got"), "good")
        return case_page(visit, sight, Kept(kept.opinion, kept.recommends, notes=[note]))
    return see_other(with_note(f"/desk/cases/{visit.case_id}", "claim.got"))


async def release(visit: Visit) -> web.StreamResponse:
    """放回待办."""
    service, staff_id = visit.service, visit.officer.staff_id
    county = service.rules.county_code

    def job(conn: Connection) -> None:
        stored = opened_case(conn, service.archive.keyring, county, visit.case_id, visit.officer, lock=True)
        if stored.claimed_by == staff_id and stored.claim_until is not None:
            claims.release(conn, Claim(stored.case_id, staff_id, stored.fence, stored.claim_until), visit.now)
            audit.add(conn, county, "release", visit.now, staff_id=staff_id, case_id=stored.case_id)

    await service.archive.write(job, key=visit.case_id)
    return see_other(with_note("/desk", "claim.released"))


async def confirm_takeover(visit: Visit) -> web.StreamResponse:
    """接办: who holds it, and what it means for them."""
    sight = await look(visit)
    stored = sight.stored
    if not is_at_hand(stored.record, visit.officer):
        raise NotOurs("not at hand")
    if not is_claimed(visit, stored) or stored.claimed_by == visit.officer.staff_id or stored.claim_until is None:
        return see_other(f"/desk/cases/{visit.case_id}")
    name = sight.names.get(stored.claimed_by or "", "")
    until = clock(stored.claim_until, visit.zone)
    case = {"case_id": visit.case_id, "number": stored.record.application_number, "fence": stored.fence}
    return visit.page("takeover.html", case=case, explain=say("claim.explain", name=name, until=until))


async def takeover(visit: Visit) -> web.StreamResponse:
    """接办, confirmed. If the claim passed on meanwhile, the confirmation was about somebody else: ask again."""
    service, staff_id = visit.service, visit.officer.staff_id
    county = service.rules.county_code

    def job(conn: Connection) -> bool:
        stored = opened_case(conn, service.archive.keyring, county, visit.case_id, visit.officer, lock=True)
        if not is_at_hand(stored.record, visit.officer):
            raise NotOurs("not at hand")
        if stored.fence != visit.number("fence"):
            return False
        claims.takeover(conn, stored.case_id, staff_id, visit.now, service.settings.desk.claim_minutes)
        details = {"from": stored.claimed_by}
        audit.add(conn, county, "takeover", visit.now, staff_id=staff_id, case_id=stored.case_id, details=details)
        return True

    if await service.archive.write(job, key=visit.case_id):
        return see_other(with_note(f"/desk/cases/{visit.case_id}", "claim.taken"))
    return await confirm_takeover(visit)
