"""What a 坐席 does: take, answer, fill in, hand back, mute. What could not be done says why; what was typed stays."""

from __future__ import annotations

import re
from collections.abc import Callable

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.act_posts import ACT_ID
from bot.desk.chats import room
from bot.desk.chats.pages import Kept, chat_page
from bot.desk.chats.room import Over, Taken, Unreadable
from bot.desk.pages import see_other
from bot.desk.visit import Visit, with_note
from bot.desk.words import say
from state_machine.codes import Field
from storage.errors import NotOurs

LONGEST_REPLY = 1000
ACCOUNT = re.compile(r"[0-9a-f]{32}")


async def take(visit: Visit) -> web.StreamResponse:
    """接手."""
    return await _do(visit, lambda conn: room.take(conn, visit.service, visit.officer, _request(visit), visit.now))


async def take_over(visit: Visit) -> web.StreamResponse:
    """接过来: what a colleague left unanswered."""
    return await _do(visit, lambda conn: room.take_over(conn, visit.service, visit.officer, _request(visit), visit.now))


async def reply(visit: Visit) -> web.StreamResponse:
    """Send an answer; what could not be sent stays typed."""
    text, act_id = visit.text("text", LONGEST_REPLY + 1).strip(), visit.text("act_id", 40)
    if not text or not ACT_ID.fullmatch(act_id):
        return await chat_page(visit, Kept(text, say("chats.needs_text")), 409)
    if len(text) > LONGEST_REPLY:
        return await chat_page(visit, Kept(text, say("refused.too_long", limit=LONGEST_REPLY)), 409)
    return await _do(
        visit,
        lambda conn: room.answer(conn, visit.service, visit.officer, _request(visit), act_id, text, visit.now),
        "chats.sent",
        Kept(text),
    )


async def fill_in(visit: Visit) -> web.StreamResponse:
    """Put a card before the applicant."""
    named, text = visit.text("field", 40), visit.text("value", 500).strip()
    if named not in set(Field) or not text:
        return await chat_page(visit, Kept(filled=text, field=named, fill_trouble=say("chats.fill.nothing")), 409)
    try:
        return await _do(
            visit,
            lambda conn: room.fill_in(
                conn, visit.service, visit.officer, _request(visit), Field(named), text, visit.now
            ),
            "chats.card_sent",
            Kept(filled=text, field=named),
        )
    except Unreadable as trouble:
        return await chat_page(visit, Kept(filled=text, field=named, fill_trouble=str(trouble)), 409)


async def hand_back(visit: Visit) -> web.StreamResponse:
    """Give the chat back to the bot."""
    return await _do(
        visit,
        lambda conn: room.hand_back(conn, visit.service, visit.officer, _request(visit), visit.now),
        "chats.handed_back",
        place="/desk/chats",
    )


async def mute(visit: Visit) -> web.StreamResponse:
    """Nobody answers this applicant here for a while; with a reason, for a time."""
    reason, hours = visit.text("reason", 20), visit.number("hours")
    if reason not in room.REASONS or hours not in room.HOURS:
        return await chat_page(visit, Kept(trouble=say("chats.mute.choose")), 409)
    return await _do(
        visit,
        lambda conn: room.mute(conn, visit.service, visit.officer, _request(visit), reason, hours, visit.now),
        "chats.mute.done",
        place="/desk/chats",
    )


async def unmute(visit: Visit) -> web.StreamResponse:
    """They may call a person again."""
    account_id = visit.text("account", 64)
    if not ACCOUNT.fullmatch(account_id):
        raise NotOurs("no such account")
    await visit.service.archive.write(
        lambda conn: room.unmute(conn, visit.service, visit.officer, account_id, visit.now), key=account_id
    )
    visit.service.delivery.wake(account_id)
    return see_other(with_note("/desk/chats", "chats.mute.lifted"))


def _request(visit: Visit) -> str:
    return visit.request.match_info["request_id"]


async def _do(
    visit: Visit, job: Callable[[Connection], str], note: str = "", kept: Kept | None = None, place: str = ""
) -> web.StreamResponse:
    """One transaction; then the applicant's chat is woken. A lost race is said on the page, with what was typed."""
    try:
        account_id = await visit.service.archive.write(job, key=_request(visit))
    except (Taken, Over) as trouble:
        words = say("chats.taken" if isinstance(trouble, Taken) else "chats.over")
        kept = kept or Kept()
        return await chat_page(visit, Kept(kept.reply, words, kept.filled, kept.field), 409)
    visit.service.delivery.wake(account_id)
    place = place or f"/desk/chats/{_request(visit)}"
    return see_other(with_note(place, note) if note else place)
