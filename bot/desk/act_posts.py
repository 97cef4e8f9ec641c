"""The act buttons: straight on, or by way of a preview where a notice with reasons goes out."""

from __future__ import annotations

import re

from aiohttp import web

from bot.desk.act_buttons import refusal_in_words
from bot.desk.acts import Order, PreviewStale, decide_and_wake, preview
from bot.desk.case_page import Kept, case_page, holds, look
from bot.desk.case_view import version_of
from bot.desk.pages import see_other
from bot.desk.visit import Note, Visit, with_note
from bot.desk.words import say
from state_machine.case_records import Act
from state_machine.case_table import NOTIFYING
from state_machine.verdicts import ActRefused
from storage.errors import ClaimLost

ACT_ID = re.compile(r"[0-9a-f-]{32,36}")
LONGEST_OPINION = 1000


async def act(visit: Visit) -> web.StreamResponse:
    """Do it, show the preview first, or say why not; what was typed stays."""
    order = _order(visit)
    if order is None:
        return await _sorry(visit, say("refused.unknown_act"))
    if len(order.opinion) > LONGEST_OPINION:
        return await _sorry(visit, say("refused.too_long", limit=LONGEST_OPINION))
    if order.act in NOTIFYING and not order.seen:
        return await _preview(visit, order)
    try:
        outcome = await decide_and_wake(visit.service, order)
    except ActRefused as refused:
        return await _sorry(visit, refusal_in_words(refused))
    except ClaimLost:
        return await _sorry(visit, say("claim.lapsed"))
    except PreviewStale:
        return await _preview(visit, order, [Note(say("refused.moved"), "warn")])
    return see_other(with_note(f"/desk/cases/{visit.case_id}", f"act.done.{outcome.act.value}"))


def _order(visit: Visit) -> Order | None:
    named, act_id = visit.text("act", 40), visit.text("act_id", 40)
    if named not in set(Act) or not ACT_ID.fullmatch(act_id):
        return None
    recommended = visit.text("recommends", 20)
    return Order(
        visit.case_id,
        act_id,
        visit.number("fence"),
        Act(named),
        visit.officer,
        visit.now,
        opinion=visit.text("opinion", LONGEST_OPINION + 1).strip(),
        recommends=Act(recommended) if named == Act.EXAMINE and recommended in set(Act) else None,
        seen=visit.text("version", 64) if visit.text("seen", 8) == "yes" else "",
    )


async def _preview(visit: Visit, order: Order, notes: list[Note] | None = None) -> web.StreamResponse:
    sight = await look(visit, "preview")
    record = sight.stored.record
    if not holds(visit, sight.stored) or sight.stored.fence != order.fence:
        return await _sorry(visit, say("claim.lapsed"))
    try:
        said = preview(record, order, visit.service.rules)
    except ActRefused as refused:
        return await _sorry(visit, refusal_in_words(refused))
    letters = [{"text": one.text, "choices": [choice.label for choice in one.choices]} for one in said]
    name = order.act.value
    return visit.page(
        "preview.html",
        200,
        notes or [],
        case={"case_id": record.case_id, "number": record.application_number, "version": version_of(record)},
        letters=letters,
        act=name,
        act_id=order.act_id,
        fence=order.fence,
        opinion=order.opinion,
        heading=say(f"act.preview.{name}"),
        explain=say("act.explain"),
        confirm=say(f"act.confirm.{name}"),
    )


async def _sorry(visit: Visit, trouble: str) -> web.StreamResponse:
    """The case as it stands now, with what was typed and why it did not go."""
    kept = Kept(visit.text("opinion"), visit.text("recommends", 20), trouble)
    return case_page(visit, await look(visit), kept, 409)
