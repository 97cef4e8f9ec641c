"""审查意见: one POST an item, saved at once; 其余都符合."""

from __future__ import annotations

from aiohttp import web
from multidict import MultiMapping
from sqlalchemy import Connection

from bot.desk.access import opened_case
from bot.desk.act_buttons import refusal_in_words
from bot.desk.case_page import Kept, case_page, item_part, look
from bot.desk.case_view import Typed
from bot.desk.claim_acts import take
from bot.desk.pages import HEADERS, see_other
from bot.desk.visit import Note, Visit
from bot.desk.words import say
from dialogs import reasons
from state_machine.case import judge, judge_rest_met
from state_machine.verdicts import ActRefused
from storage import audit, cases, claims
from storage.cases import StoredCase
from storage.claims import Claim
from storage.errors import ClaimLost

LONGEST_NOTE = 500


class ItemChanged(Exception):
    """The item is not what the clerk saw."""


def typed_of(visit: Visit, trouble: str = "") -> Typed:
    """What the form holds."""
    met = {"yes": True, "no": False}.get(visit.text("met", 8))
    form = visit.form
    chosen = form.getall("reason", []) if isinstance(form, MultiMapping) else []
    told = () if met else tuple(str(code)[:64] for code in chosen[:40])
    note = "" if met else visit.text("note", LONGEST_NOTE + 1)
    return Typed(visit.text("item", 64), met, told, note, trouble)


async def give(visit: Visit) -> web.StreamResponse:
    """One verdict. With `claim=1` in the address a lapsed claim is taken anew first, if nobody has it."""
    typed = typed_of(visit)
    trouble = ""
    reclaims = visit.request.query.get("claim") == "1"
    if typed.met is None:
        trouble = say("verdict.choose")
    elif len(typed.note) > LONGEST_NOTE:
        trouble = say("refused.too_long", limit=LONGEST_NOTE)
    else:
        try:
            await visit.service.archive.write(lambda conn: _judge(conn, visit, typed, reclaims), key=visit.case_id)
        except ActRefused as refused:
            trouble = refusal_in_words(refused)
        except ItemChanged:
            trouble = say("verdict.changed")
        except ClaimLost:
            trouble = say("claim.lapsed")
    return await _answer(visit, typed, trouble, reclaims)


async def _answer(visit: Visit, typed: Typed, trouble: str, reclaims: bool) -> web.StreamResponse:
    if not trouble and reclaims and visit.wants_part:
        return web.Response(status=204, headers={**HEADERS, "X-Reload": "1"})
    if not trouble and not visit.wants_part:
        return see_other(f"/desk/cases/{visit.case_id}#v-{typed.item.replace(':', '-')}")
    sight = await look(visit, "read_item")
    kept = Kept(item=typed_of(visit, trouble) if trouble else None)
    answer = item_part if visit.wants_part else None
    if answer is None:
        note = Note(trouble, "bad")
        return case_page(visit, sight, Kept(item=kept.item, notes=[note]), 409)
    return item_part(visit, sight, typed.item, kept, 409 if trouble else 200)


def _judge(conn: Connection, visit: Visit, typed: Typed, reclaims: bool) -> None:
    fence = visit.number("fence")
    if reclaims:
        held = take(conn, visit)
        if held is None:
            raise ClaimLost("held by another")
        fence = held.fence
    stored = _held(conn, visit, fence)
    item = next((i for i in stored.record.sheet.items if i.key == typed.item), None)
    if item is not None and item.fingerprint != visit.text("fingerprint", 64):
        raise ItemChanged
    judge(
        stored.record,
        visit.officer,
        typed.item,
        bool(typed.met),
        typed.reasons,
        typed.note,
        visit.now,
        catalogue=reasons.reason_rules(),
    )
    _keep(conn, visit, stored, "judge", {"item": typed.item, "met": typed.met, "reasons": list(typed.reasons)})


async def rest(visit: Visit) -> web.StreamResponse:
    """其余都符合: everything not judged yet is met."""
    fence = visit.number("fence")

    def job(conn: Connection) -> int:
        stored = _held(conn, visit, fence)
        given = judge_rest_met(stored.record, visit.officer, visit.now)
        _keep(conn, visit, stored, "judge_rest", {"count": len(given)})
        return len(given)

    try:
        await visit.service.archive.write(job, key=visit.case_id)
    except ActRefused as refused:
        trouble = refusal_in_words(refused)
    except ClaimLost:
        trouble = say("claim.lapsed")
    else:
        return see_other(f"/desk/cases/{visit.case_id}#tally")
    return case_page(visit, await look(visit), Kept(notes=[Note(trouble, "bad")]), 409)


def _held(conn: Connection, visit: Visit, fence: int) -> StoredCase:
    """The case, locked, under this clerk's running claim. Raises `ClaimLost`, `NotOurs`."""
    service = visit.service
    stored = opened_case(
        conn, service.archive.keyring, service.rules.county_code, visit.case_id, visit.officer, lock=True
    )
    claims.check(stored, visit.officer.staff_id, fence, visit.now)
    return stored


def _keep(conn: Connection, visit: Visit, stored: StoredCase, action: str, details: dict[str, object]) -> None:
    """Save the sheet, prolong the claim, write down who did what."""
    service, staff_id = visit.service, visit.officer.staff_id
    cases.save(conn, service.archive.keyring, stored, due_on=stored.due_on, due_unknown=stored.due_unknown)
    held = Claim(stored.case_id, staff_id, stored.fence, stored.claim_until or visit.now)
    claims.renew(conn, held, visit.now, service.settings.desk.claim_minutes)
    county = service.rules.county_code
    audit.add(conn, county, action, visit.now, staff_id=staff_id, case_id=stored.case_id, details=details)
