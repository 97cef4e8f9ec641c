"""坐席: the chats that asked for a person, with their history, and the answer."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot import past
from bot.desk import chat_room
from bot.desk.act_posts import ACT_ID
from bot.desk.chat_room import Over, Taken
from bot.desk.pages import HEADERS, render, see_other
from bot.desk.queue_page import names_of
from bot.desk.visit import Visit, with_note
from bot.desk.words import moment, say
from bot.past import HistoryEntry
from dialogs import labels
from state_machine.codes import Field
from state_machine.officers import Role
from state_machine.verdicts import answers_on_path
from storage import applications, audit, conversations, person_requests
from storage.errors import NotOurs
from storage.ids import new_id
from storage.person_requests import PersonRequest

SHOWN = 200
LONGEST_REPLY = 1000
NUMBERS = re.compile(r"(?<!\d)(?:(\d{6})\d{8}(\d{3}[\dXx])|(1\d{2})\d{4}(\d{4}))(?!\d)")
#: What the 坐席 sees of the application; numbers are masked.
BESIDE = (Field.RECOGNITION, Field.GROUND, Field.HUKOU_COUNTY, Field.CURRENT_ADDRESS, Field.PHONE, Field.PROOFS)


def masked(text: str) -> str:
    """ID numbers and phones with their middle hidden: answering a chat does not need them."""
    return NUMBERS.sub(lambda m: f"{m[1]}********{m[2]}" if m[1] else f"{m[3]}****{m[4]}", text)


async def show_list(visit: Visit) -> web.StreamResponse:
    """Who is waiting, longest first."""
    service, county = visit.service, visit.service.rules.county_code

    def job(conn: Connection) -> tuple[list[PersonRequest], dict[str, str]]:
        return person_requests.waiting(conn, service.archive.keyring, county), names_of(conn, county)

    requests, names = await service.archive.read(job)
    rows = [
        {
            "request_id": one.request_id,
            "waited": waited(one.opened_at, visit.now),
            "tone": "" if one.taken_by else "warn",
            "why": masked(one.why),
            "holder": names.get(one.taken_by, "") if one.taken_by else say("chat.free"),
        }
        for one in requests
    ]
    return visit.page("chats.html", tabs=visit.tabs(Role.AGENT.value), rows=rows)


async def show(visit: Visit) -> web.StreamResponse:
    """One chat; only its log where the page's script asks."""
    if not visit.wants_part:
        return await _page(visit)
    values = {"chat": await _chat(visit), **visit.around()}
    return web.Response(text=render("chat_log.html", **values), content_type="text/html", headers=HEADERS)


async def reply(visit: Visit) -> web.StreamResponse:
    """Send an answer; what could not be sent stays typed."""
    text, act_id = visit.text("text", LONGEST_REPLY + 1).strip(), visit.text("act_id", 40)
    if not text or not ACT_ID.fullmatch(act_id):
        return await _page(visit, text, say("chat.needs_text"), 409)
    if len(text) > LONGEST_REPLY:
        return await _page(visit, text, say("refused.too_long", limit=LONGEST_REPLY), 409)
    request_id = visit.request.match_info["request_id"]
    try:
        account_id = await visit.service.archive.write(
            lambda conn: chat_room.answer(conn, visit.service, visit.officer, request_id, act_id, text, visit.now),
            key=request_id,
        )
    except (Taken, Over) as trouble:
        return await _page(visit, text, _in_words(trouble), 409)
    visit.service.delivery.wake(account_id)
    return see_other(with_note(f"/desk/chats/{request_id}", "chat.sent"))


async def hand_back(visit: Visit) -> web.StreamResponse:
    """Give the chat back to the bot."""
    request_id = visit.request.match_info["request_id"]
    try:
        account_id = await visit.service.archive.write(
            lambda conn: chat_room.hand_back(conn, visit.service, visit.officer, request_id, visit.now),
            key=request_id,
        )
    except (Taken, Over) as trouble:
        return await _page(visit, "", _in_words(trouble), 409)
    visit.service.delivery.wake(account_id)
    return see_other(with_note("/desk/chats", "chat.handed_back"))


def waited(since: datetime, now: datetime) -> str:
    """等了 5 分钟."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    return say("chat.waited", minutes=minutes) if minutes < 120 else say("chat.waited_hours", hours=minutes // 60)


def _in_words(trouble: Exception) -> str:
    return say("chat.taken" if isinstance(trouble, Taken) else "chat.over")


async def _page(visit: Visit, typed: str = "", trouble: str = "", status: int = 200) -> web.Response:
    chat = await _chat(visit) | {"typed": typed, "trouble": trouble}
    return visit.page("chat.html", status, tabs=visit.tabs(Role.AGENT.value), chat=chat)


async def _chat(visit: Visit) -> dict[str, Any]:
    """The chat with its history, and the note in the trail that it was read."""
    service, county, request_id = visit.service, visit.service.rules.county_code, visit.request.match_info["request_id"]
    keyring, staff_id = service.archive.keyring, visit.officer.staff_id

    def job(conn: Connection) -> tuple[PersonRequest, bool, list[HistoryEntry], list[dict[str, str]]]:
        found = person_requests.by_id(conn, keyring, county, request_id)
        if found is None:
            raise NotOurs("no such chat")
        entries = past.entries(conn, keyring, found[0].account_id, None, SHOWN) if found[1] else []
        return found[0], found[1], entries, _facts(conn, visit, found[0].account_id) if found[1] else []

    request, is_open, entries, facts = await service.archive.read(job)
    if not visit.wants_part:
        await service.archive.write(
            lambda conn: audit.add(
                conn, county, "read_chat", visit.now, staff_id=staff_id, account_id=request.account_id
            ),
            key=staff_id,
        )
    return {
        "request_id": request_id,
        "is_open": is_open,
        "waited": waited(request.opened_at, visit.now),
        "why": masked(request.why),
        "entries": [line for entry in entries for line in _lines(entry, visit)],
        "facts": facts,
        "act_id": new_id(),
        "typed": "",
        "trouble": "",
    }


def _lines(entry: HistoryEntry, visit: Visit) -> list[dict[str, Any]]:
    """One turn is two lines: what was said, and the answer."""
    at = moment(entry.at, visit.zone)
    told = entry.text or entry.choice or (say("chat.file") if entry.files else "")
    lines = [{"theirs": True, "who": say("chat.applicant"), "at": at, "text": masked(told)}] if told else []
    says = msgspec.json.decode(entry.payload).get("says", ()) if entry.payload else ()
    if words := "\n\n".join(str(said.get("text", "")) for said in says):
        who = say("chat.person" if entry.kind == "person_message" else "chat.bot")
        lines.append({"theirs": False, "who": who, "at": at, "text": masked(words)})
    return lines


def _facts(conn: Connection, visit: Visit, account_id: str) -> list[dict[str, str]]:
    """A few answers of the application in hand."""
    keyring = visit.service.archive.keyring
    in_hand = conversations.load(conn, keyring, account_id).in_hand
    application = applications.load(conn, keyring, in_hand, account_id) if in_hand else None
    if application is None:
        return []
    answers = answers_on_path(application.interview.answers)
    return [
        {"label": labels.label_of(name), "value": masked(labels.show(name, answers[name]))}
        for name in BESIDE
        if name in answers
    ]
