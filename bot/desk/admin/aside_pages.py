"""收不下的消息: updates of a bot that nobody could take, put aside; read one by one, closed with a note.

What such an update holds may be anything somebody wrote: it is opened only on its own page, every look is written
down, and closing it erases it.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.admin.layout import admin_page, done
from bot.desk.visit import Note, Visit
from bot.desk.words import moment, say
from storage import audit, updates
from storage.errors import NotOurs
from storage.updates import SetAside

LIST = "/desk/admin/aside"
SHOWN = 100
LONGEST_NOTE = 500


async def show(visit: Visit) -> web.StreamResponse:
    """What lies aside, and what was dealt with lately; nothing of it is opened."""
    county = visit.service.rules.county_code

    def job(conn: Connection) -> tuple[list[SetAside], list[SetAside]]:
        return updates.aside(conn, county, limit=SHOWN), updates.aside(conn, county, closed=True, limit=20)

    waiting, closed = await visit.service.archive.read(job)
    return admin_page(
        visit,
        "admin/aside.html",
        "aside",
        rows=[_row(visit, one) for one in waiting],
        closed=[_row(visit, one) for one in closed],
    )


async def show_one(visit: Visit) -> web.StreamResponse:
    """One update as it came."""
    return await _one(visit)


async def close(visit: Visit) -> web.StreamResponse:
    """It was dealt with: the note stays, what it held is erased."""
    note = visit.text("note", LONGEST_NOTE).strip()
    if not note:
        return await _one(visit, [Note(say("aside.needs_note"), "bad")], 422)
    bot, number = _named(visit)
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id

    def job(conn: Connection) -> None:
        if updates.close_aside(conn, county, bot, number, staff_id, note, visit.now):
            details = {"update": f"{bot}-{number}"}
            audit.add(conn, county, "aside_close", visit.now, staff_id=staff_id, details=details)

    await visit.service.archive.write(job, key="set aside")
    return done(LIST, "aside")


async def _one(visit: Visit, notes: list[Note] | None = None, status: int = 200) -> web.StreamResponse:
    """The page of one update; looking is written down. Raises `NotOurs`."""
    bot, number = _named(visit)
    county, keyring = visit.service.rules.county_code, visit.service.archive.keyring

    def job(conn: Connection) -> tuple[SetAside, bytes | None]:
        found = updates.one_aside(conn, county, bot, number)
        if found is None:
            raise NotOurs("nothing lies aside there")
        content = updates.aside_content(conn, keyring, county, bot, number)
        if content is not None:
            details = {"update": f"{bot}-{number}"}
            audit.add(conn, county, "aside_read", visit.now, staff_id=visit.officer.staff_id, details=details)
        return found, content

    found, content = await visit.service.archive.write(job, key="set aside")
    return admin_page(
        visit, "admin/aside_one.html", "aside", status, notes or [], one=_row(visit, found), content=_readable(content)
    )


def _named(visit: Visit) -> tuple[str, int]:
    bot, _, number = visit.request.match_info["update"].partition("-")
    try:
        return bot, int(number)
    except ValueError:
        raise NotOurs("no such update") from None


def _row(visit: Visit, one: SetAside) -> dict[str, Any]:
    zone = visit.service.settings.zone()
    kind, _, fault = one.why.partition(" ")
    return {
        "which": f"{one.bot}-{one.update_id}",
        "number": one.update_id,
        "at": moment(one.at, zone),
        "why": say(f"aside.why.{kind}" if kind in ("unreadable", "failed") else "aside.why.other"),
        "fault": fault,
        "closed_at": moment(one.closed_at, zone) if one.closed_at else "",
        "note": one.note or "",
    }


def _readable(content: bytes | None) -> str:
    """The bytes as a person can read them: indented where they are JSON."""
    if content is None:
        return ""
    try:
        return json.dumps(json.loads(content), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "backslashreplace")
