"""The frame of every administration page: the sections, and what a redirect may say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiMapping

from bot.desk.pages import see_other
from bot.desk.visit import Note, Visit
from bot.desk.words import say, texts
from state_machine.officers import Role

#: The sections in their order, by address.
SECTIONS = {
    "manage": "/desk/manage",
    "staff": "/desk/admin/staff",
    "sessions": "/desk/admin/sessions",
    "holidays": "/desk/admin/holidays",
    "reasons": "/desk/admin/texts/reasons",
    "knowledge": "/desk/admin/texts/knowledge",
    "dossiers": "/desk/admin/dossiers",
    "aside": "/desk/admin/aside",
    "audit": "/desk/admin/audit",
}
DONE = "done"


def admin_page(
    visit: Visit, template: str, section: str, /, status: int = 200, notes: Sequence[Note] = (), **values: Any
) -> web.Response:
    """A page of the administration with its sections."""
    done = visit.request.query.get(DONE, "")
    said = [Note(say(f"admin.done.{done}"), "good")] if done in texts()["admin"]["done"] else []
    sections = [
        {"href": href, "label": say(f"admin.sections.{name}"), "current": name == section}
        for name, href in SECTIONS.items()
    ]
    tabs = visit.tabs(Role.ADMIN.value)
    return visit.page(template, status, [*said, *notes], tabs, a=texts()["admin"], sections=sections, **values)


def several(visit: Visit, name: str) -> list[str]:
    """Every value of a field that may be sent several times."""
    values = visit.form.getall(name, []) if isinstance(visit.form, MultiMapping) else []
    return [value for value in values if isinstance(value, str)]


def done(place: str, what: str) -> web.Response:
    """Look there, and read what was done."""
    return see_other(f"{place}?{urlencode({DONE: what})}")
