"""理由目录 and 知识库: the list, one entry with preview and versions, saving and undoing. Nothing is ever lost."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.admin.books import BOOKS, Knowledge, Parts, Reasons, item_choices, item_name
from bot.desk.admin.diff import pieces_between
from bot.desk.admin.layout import admin_page, done
from bot.desk.visit import Note, Visit
from bot.desk.words import moment, say
from dialogs import wording
from storage import audit, editions, staff
from storage.editions import EditedMeanwhile, TextVersion
from storage.errors import NotOurs

NEW = "new"
EMPTY: Parts = {"items": [], "text": "", "mend": "", "hidden": False, "retired": False}


async def show(visit: Visit) -> web.StreamResponse:
    """Every entry of a book, with who edited it last."""
    book = _book(visit)
    county = visit.service.rules.county_code
    versions = await visit.service.archive.read(lambda conn: editions.text_versions(conn, county, book.name))
    newest = {version.entry: version for version in versions}
    names = await _names(visit)
    rows = [
        {
            "entry": entry,
            "title": book.title(entry, parts),
            "about": book.about(entry, parts, visit.service.rules),
            "detail": parts.get("mend", ""),
            "by": _by(visit, newest[entry], names) if entry in newest else say("admin.as_shipped"),
            "is_edited": entry in newest and newest[entry].content is not None,
        }
        for entry, parts in book.entries().items()
    ]
    return admin_page(visit, "admin/texts.html", book.name, rows=rows, book=book.name, may_add=book.may_add)


async def show_entry(visit: Visit) -> web.StreamResponse:
    """One entry."""
    book, entry = _book(visit), _entry(visit)
    return await _page(visit, book, entry, _current(book, entry))


async def change_entry(visit: Visit) -> web.StreamResponse:
    """Preview, save, or go back to a version."""
    book, entry, step = _book(visit), _entry(visit), visit.text("step", 10)
    if step == "undo":
        return await _undo(visit, book, entry)
    parts = book.read(visit, _current(book, entry))
    troubles = book.troubles(parts, entry)
    if troubles or step != "save":
        notes = [Note(trouble, "bad") for trouble in troubles]
        return await _page(visit, book, entry, parts, notes, 422 if troubles else 200, offered=not troubles)
    return await _save(visit, book, entry, parts)


async def _save(visit: Visit, book: Reasons | Knowledge, entry: str, parts: Parts | None) -> web.StreamResponse:
    name = f"own_{secrets.token_hex(4)}" if entry == NEW else entry
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id

    def job(conn: Connection) -> None:
        saved = editions.save_text(
            conn, county, book.name, name, parts, seen=visit.number("seen"), staff_id=staff_id, at=visit.now
        )
        details = {"book": book.name, "entry": name, "version": saved.version}
        audit.add(conn, county, "text_saved", visit.now, staff_id=staff_id, details=details)

    try:
        await visit.service.archive.write(job, key="texts")
    except EditedMeanwhile:
        now = _current(book, entry) if parts is None else parts
        return await _page(visit, book, entry, now, [Note(say("admin.meanwhile"), "bad")], 409)
    await visit.service.desk.editions.refresh()
    return done(f"/desk/admin/texts/{book.name}/{name}", "saved")


async def _undo(visit: Visit, book: Reasons | Knowledge, entry: str) -> web.StreamResponse:
    """A new version that reads like an old one; an entry that was never shipped cannot go back to nothing."""
    wanted = visit.number("version")
    versions = await _versions_of(visit, book, entry)
    by_number: dict[int, Parts | None] = {version.version: version.content for version in versions}
    if entry in wording.texts(book.name):
        by_number[0] = None
    if wanted not in by_number:
        raise NotOurs("no such version")
    return await _save(visit, book, entry, by_number[wanted])


async def _page(
    visit: Visit,
    book: Reasons | Knowledge,
    entry: str,
    parts: Parts,
    notes: Sequence[Note] = (),
    status: int = 200,
    *,
    offered: bool = False,
) -> web.Response:
    versions = await _versions_of(visit, book, entry)
    shown = offered or (status == 200 and entry != NEW)
    letters = book.letters(entry, parts, visit.service.rules) if shown else []
    return admin_page(
        visit,
        "admin/text.html",
        book.name,
        status,
        notes,
        book=book.name,
        entry=entry,
        heading=book.title(entry, parts) or say("admin.texts.new"),
        fields=[_field(name, parts[name]) for name in book.parts],
        boxes=_boxes(parts) if "items" in parts else [],
        marks={name: bool(parts[name]) for name in ("hidden", "retired") if name in parts},
        seen=versions[0].version if versions else 0,
        letters=letters,
        offered=offered,
        versions=_lines(visit, book, entry, versions, await _names(visit)),
    )


def _field(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "label": say(f"admin.texts.parts.{name}"), "text": text, "rows": max(2, text.count("\n") + 2)}


def _boxes(parts: Parts) -> list[dict[str, Any]]:
    return [{"value": item, "label": item_name(item), "checked": item in parts["items"]} for item in item_choices()]


def _lines(
    visit: Visit,
    book: Reasons | Knowledge,
    entry: str,
    versions: Sequence[TextVersion],
    names: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The versions, newest first, each beside the one before; the last line is the text as shipped."""
    shipped = wording.texts(book.name).get(entry)
    texts = [_as_text(version.content or shipped) for version in versions] + [_as_text(shipped)]
    lines: list[dict[str, Any]] = [
        {
            "version": version.version,
            "by": _by(visit, version, names),
            "diff": pieces_between(texts[n + 1], texts[n]),
            "is_now": n == 0,
        }
        for n, version in enumerate(versions)
    ]
    if shipped is not None:
        diff = pieces_between(texts[-1], texts[-1])
        lines.append({"version": 0, "by": say("admin.as_shipped"), "diff": diff, "is_now": not versions})
    return lines


def _as_text(parts: Parts | None) -> str:
    """Every part on its line, so that two versions can be laid side by side."""
    if parts is None:
        return ""
    lines = [
        f"{say(f'admin.texts.parts.{name}')}：{parts[name].strip()}" for name in parts if isinstance(parts[name], str)
    ]
    if "items" in parts:
        lines.append(f"{say('admin.texts.parts.items')}：{'、'.join(item_name(item) for item in parts['items'])}")
    return "\n".join([*lines, *(say(f"admin.texts.{mark}") for mark in ("hidden", "retired") if parts.get(mark))])


async def _versions_of(visit: Visit, book: Reasons | Knowledge, entry: str) -> list[TextVersion]:
    county = visit.service.rules.county_code
    found = await visit.service.archive.read(lambda conn: editions.text_versions(conn, county, book.name, entry))
    return found[::-1]


def _current(book: Reasons | Knowledge, entry: str) -> Parts:
    return EMPTY if entry == NEW else book.entries()[entry]


def _by(visit: Visit, version: TextVersion, names: Mapping[str, str]) -> str:
    return say("admin.by", name=names.get(version.staff_id, ""), at=moment(version.at, visit.zone))


def _book(visit: Visit) -> Reasons | Knowledge:
    book = BOOKS.get(visit.request.match_info["book"])
    if book is None:
        raise NotOurs("no such book")
    return book


def _entry(visit: Visit) -> str:
    book, entry = _book(visit), visit.request.match_info["entry"]
    if entry not in book.entries() and not (entry == NEW and book.may_add):
        raise NotOurs("no such entry")
    return entry


async def _names(visit: Visit) -> dict[str, str]:
    county = visit.service.rules.county_code
    members = await visit.service.archive.read(lambda conn: staff.every(conn, county))
    return {member.staff_id: member.name for member in members}
