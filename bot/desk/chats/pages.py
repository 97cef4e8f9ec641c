"""坐席's pages: the list of chats, and one chat with its history and the application beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot import past
from bot.desk.chats import answers, room
from bot.desk.chats.masking import masked, masked_answer
from bot.desk.pages import HEADERS, render
from bot.desk.queue_page import names_of
from bot.desk.visit import Note, Visit
from bot.desk.words import moment, say
from bot.past import HistoryEntry
from dialogs import labels, materials, takeover
from dialogs.turn import Conversation
from state_machine.codes import Field
from state_machine.interview import InterviewRecord, progress, stage_of
from state_machine.officers import Role
from state_machine.verdicts import answers_on_path
from storage import audit, cases, chats, mutes, person_requests
from storage.cases import StoredCase
from storage.chats import OpenChat
from storage.errors import NotOurs
from storage.ids import new_id
from storage.mutes import Mute

#: So many entries of the history at once; what is older is asked for.
SHOWN = 200


@dataclass(frozen=True)
class Kept:
    """What the clerk had typed, and why it did not go."""

    reply: str = ""
    trouble: str = ""
    filled: str = ""
    field: str = ""
    fill_trouble: str = ""
    revealed: bool = False


@dataclass(frozen=True)
class Sight:
    """One chat as it stands. `chat` None: it is over."""

    account_id: str
    chat: OpenChat | None
    entries: Sequence[HistoryEntry]
    conversation: Conversation
    cases: Sequence[StoredCase]
    names: Mapping[str, str]


async def show_list(visit: Visit) -> web.StreamResponse:
    """Who waits: the unanswered too long first, then the longest wait; and who may not call for a while."""
    service, county = visit.service, visit.service.rules.county_code

    def job(conn: Connection) -> tuple[list[OpenChat], dict[str, str], dict[str, str], list[Mute]]:
        found = chats.waiting(conn, county)
        words = {one.request_id: chats.last_words(conn, service.archive.keyring, one.account_id) for one in found}
        return found, words, names_of(conn, county), mutes.every(conn, county, visit.now)

    found, words, names, muted = await service.archive.read(job)
    ordered = sorted(found, key=lambda one: _order(one, visit))
    count = _waiting(found, visit)
    values: dict[str, Any] = {
        "rows": [_row(one, words.get(one.request_id, ""), names, visit) for one in ordered],
        "waiting": say("chats.counts", waiting=count, late=sum(one.alerted_at is not None for one in found)),
        "count": count,
        "muted": [_muted(one, names, visit) for one in muted],
    }
    if visit.wants_part:
        html = render("chats_rows.html", **values, **visit.around())
        return web.Response(text=html, content_type="text/html", headers=HEADERS)
    return visit.page("chats.html", tabs=_tabs(visit, count), **values)


def _order(chat: OpenChat, visit: Visit) -> tuple[int, datetime]:
    mine = chat.taken_by == visit.officer.staff_id
    if chat.waiting_since is None:
        return (3 if mine else 4), chat.opened_at
    rank = 0 if chat.alerted_at is not None else 1 if mine or chat.taken_by is None else 2
    return rank, chat.waiting_since


def _waiting(found: Sequence[OpenChat], visit: Visit) -> int:
    """How many wait for this 坐席: nobody's, their own, and what a colleague left too long."""
    mine = (None, visit.officer.staff_id)
    return sum(one.waiting_since is not None and (one.taken_by in mine or one.alerted_at is not None) for one in found)


def _row(chat: OpenChat, words: str, names: Mapping[str, str], visit: Visit) -> dict[str, Any]:
    holder = say("chats.free")
    if chat.taken_by is not None:
        holder = say("chats.mine") if chat.taken_by == visit.officer.staff_id else names.get(chat.taken_by, "")
    return {
        "request_id": chat.request_id,
        "waited": waited(chat.waiting_since, visit.now) if chat.waiting_since else say("chats.answered"),
        "tone": "bad" if chat.alerted_at else "warn" if chat.waiting_since else "good",
        "late": chat.alerted_at is not None,
        "unread": say("chats.unread", n=chat.unread) if chat.unread else "",
        "words": masked(words)[:80] or say("chats.no_words"),
        "holder": holder,
    }


def _muted(mute: Mute, names: Mapping[str, str], visit: Visit) -> dict[str, str]:
    return {
        "account_id": mute.account_id,
        "reason": say(f"chats.mute.reasons.{mute.reason}"),
        "until": moment(mute.until, visit.zone),
        "who": names.get(mute.staff_id, ""),
    }


def waited(since: datetime, now: datetime) -> str:
    """等了 5 分钟."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    return say("chats.waited", minutes=minutes) if minutes < 120 else say("chats.waited_hours", hours=minutes // 60)


def _tabs(visit: Visit, count: int) -> list[dict[str, Any]]:
    tabs = visit.tabs(Role.AGENT.value)
    for tab in tabs:
        if tab["href"] == "/desk/chats" and count:
            tab["count"] = str(count)
    return tabs


async def show(visit: Visit) -> web.StreamResponse:
    """One chat; only its log where the page's script asks."""
    if visit.wants_part:
        sight = await _look(visit)
        values = {"chat": _values(visit, sight, Kept()), **visit.around()}
        return web.Response(text=render("chats_log.html", **values), content_type="text/html", headers=HEADERS)
    insert = answers.by_topic(visit.request.query.get("insert", "")[:60], visit.service.rules)
    return await chat_page(visit, Kept(reply=insert.text if insert else ""))


async def reveal(visit: Visit) -> web.StreamResponse:
    """The same page with every number in full; that somebody looked is written down."""
    return await chat_page(visit, Kept(reply=visit.text("text", 1000), revealed=True))


async def find_answer(visit: Visit) -> web.StreamResponse:
    """Ready answers for the words in the search box: a piece for the page's script, a page of its own without it."""
    request_id = visit.request.match_info["request_id"]
    wanted = visit.request.query.get("wanted", "")[:60]
    values: dict[str, Any] = {
        "request_id": request_id,
        "wanted": wanted,
        "ready": answers.search(wanted, visit.service.rules, visit.today),
    }
    if visit.wants_part:
        html = render("chats_answers.html", **values, **visit.around())
        return web.Response(text=html, content_type="text/html", headers=HEADERS)
    return visit.page("chats_answers_page.html", tabs=visit.tabs(Role.AGENT.value), **values)


async def chat_page(visit: Visit, kept: Kept | None = None, status: int = 200) -> web.Response:
    """The whole page, with what was typed where something did not go."""
    kept = kept or Kept()
    sight = await _look(visit)
    await _note_reading(visit, sight, "reveal_chat" if kept.revealed else "read_chat")
    notes = [Note(say("chats.over"), "warn")] if sight.chat is None else []
    return visit.page(
        "chat.html", status, notes, tabs=visit.tabs(Role.AGENT.value), chat=_values(visit, sight, kept),
        ready=answers.search("", visit.service.rules, visit.today), wanted="",
        request_id=visit.request.match_info["request_id"],
    )  # fmt: skip


async def _look(visit: Visit) -> Sight:
    """Read a chat; the newest entry is seen by its holder, or by anybody while it is nobody's. Raises `NotOurs`."""
    service, county, request_id = visit.service, visit.service.rules.county_code, visit.request.match_info["request_id"]
    keyring = service.archive.keyring

    def job(conn: Connection) -> Sight:
        found = person_requests.by_id(conn, keyring, county, request_id)
        if found is None:
            raise NotOurs("no such chat")
        account_id, chat = found[0].account_id, chats.one(conn, county, request_id)
        if chat is None:
            return Sight(account_id, None, (), Conversation(), (), {})
        entries = past.entries(conn, keyring, account_id, None, SHOWN)
        theirs = cases.of_account(conn, keyring, account_id)
        conversation = room.interview_of(conn, service, account_id)
        return Sight(account_id, chat, entries, conversation, theirs, names_of(conn, county))

    sight = await service.archive.read(job)
    chat = sight.chat
    if chat is not None and chat.unread and chat.taken_by in (None, visit.officer.staff_id) and sight.entries:
        position = sight.entries[-1].position
        await service.archive.write(lambda conn: chats.seen(conn, request_id, position), key=sight.account_id)
    return sight


async def _note_reading(visit: Visit, sight: Sight, action: str) -> None:
    if sight.chat is None:
        return
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id
    await visit.service.archive.write(
        lambda conn: audit.add(conn, county, action, visit.now, staff_id=staff_id, account_id=sight.account_id),
        key=staff_id,
    )


def _values(visit: Visit, sight: Sight, kept: Kept) -> dict[str, Any]:
    chat, staff_id = sight.chat, visit.officer.staff_id
    holder = chat.taken_by if chat else None
    return {
        "request_id": visit.request.match_info["request_id"],
        "is_open": chat is not None,
        "is_mine": holder == staff_id,
        "is_free": chat is not None and holder is None,
        "may_take_over": chat is not None and holder not in (None, staff_id) and chat.alerted_at is not None,
        "state": _state(chat, sight.names, visit),
        "waited": waited(chat.waiting_since, visit.now) if chat and chat.waiting_since else "",
        "late": chat is not None and chat.alerted_at is not None,
        "entries": [line for entry in sight.entries for line in _lines(entry, visit)],
        "facts": _facts(sight.conversation.interview, revealed=kept.revealed),
        "where": _where(sight.conversation.interview),
        "cases": [_case(one) for one in sight.cases],
        "fields": _fields(sight.conversation.interview, kept.field),
        "reasons": [{"code": code, "label": say(f"chats.mute.reasons.{code}")} for code in room.REASONS],
        "hours": [{"hours": hours, "label": say(f"chats.mute.spans.{hours}")} for hours in room.HOURS],
        "act_id": new_id(),
        "kept": kept,
    }


def _state(chat: OpenChat | None, names: Mapping[str, str], visit: Visit) -> str:
    if chat is None:
        return ""
    if chat.taken_by is None:
        return say("chats.state.free")
    if chat.taken_by == visit.officer.staff_id:
        return say("chats.state.mine")
    return say("chats.state.theirs", name=names.get(chat.taken_by, ""))


def _lines(entry: HistoryEntry, visit: Visit) -> list[dict[str, Any]]:
    """One turn is two lines: what was said, and the answer; a silent answer is none."""
    at = moment(entry.at, visit.zone)
    told = entry.text or (say("chats.pressed", value=_pressed(entry.choice)) if entry.choice else "")
    if entry.files:
        told = say("chats.files", n=len(entry.files))
    lines = [{"theirs": True, "who": say("chats.applicant"), "at": at, "text": masked(told)}] if told else []
    says = msgspec.json.decode(entry.payload).get("says", ()) if entry.payload else ()
    if words := "\n\n".join(str(said.get("text", "")) for said in says if said.get("text")):
        who = say("chats.person" if entry.kind == "person_message" else "chats.bot")
        lines.append({"theirs": False, "who": who, "at": at, "text": masked(words)})
    return lines


def _pressed(value: str) -> str:
    """A pressed button in words, where it is one of those that have some."""
    name = value.partition(":")[0]
    try:
        return labels.button(name)
    except LookupError:
        return next(
            (labels.value_label(field, value) for field in Field if labels.value_label(field, value) != value), ""
        )


def _facts(record: InterviewRecord | None, *, revealed: bool) -> list[dict[str, str]]:
    """Every answer of the application in hand; numbers masked unless somebody asked to see them."""
    if record is None:
        return []
    given = answers_on_path(record.answers)
    facts = []
    for name in Field:
        if name not in given or name in (Field.PLEDGE, Field.MATERIALS, Field.REVIEW):
            continue
        shown = labels.show(name, given[name])
        facts.append({"label": labels.label_of(name), "value": shown if revealed else masked_answer(name, shown)})
    for proof in materials.ticked(record):
        pages = say("chats.pages", n=len(materials.pages_of(record, proof)))
        facts.append({"label": labels.item_label(f"material:{proof.value}"), "value": pages})
    return facts


def _where(record: InterviewRecord | None) -> str:
    if record is None:
        return ""
    done, of = progress(record)
    state = record.state.value
    field = Field.PLEDGE if state.startswith("pledge") else state
    asked = labels.label_of(field) if field in labels.FIELDS else ""
    return say("chats.where", done=done, of=of, stage=stage_of(record.state).value, asked=asked)


def _case(stored: StoredCase) -> dict[str, str]:
    return {"number": stored.record.application_number, "state": say(f"states.{stored.record.state.value}")}


def _fields(record: InterviewRecord | None, chosen: str) -> list[dict[str, Any]]:
    chosen = chosen or (record.state.value if record is not None else "")
    return [
        {"code": field.value, "label": labels.label_of(field), "chosen": field.value == chosen}
        for field in takeover.fillable(record)
    ]
