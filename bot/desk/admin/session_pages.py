"""登录情况: who is signed in now, and one button that signs everybody out."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.admin.layout import admin_page
from bot.desk.admin.staff_pages import session_line
from bot.desk.tokens import token_hash
from bot.desk.visit import Visit
from storage import staff


async def show(visit: Visit) -> web.StreamResponse:
    """The open sessions, last seen first."""
    county = visit.service.rules.county_code

    def job(conn: Connection) -> list[dict[str, Any]]:
        members = {member.staff_id: member for member in staff.every(conn, county)}
        mine = token_hash(visit.token)
        return [
            {
                "name": members[one.staff_id].name,
                "login": members[one.staff_id].login,
                "staff_id": one.staff_id,
                "is_mine": one.token_sha256 == mine,
                **session_line(visit, one),
            }
            for one in staff.open_sessions(conn, county, visit.now)
        ]

    return admin_page(visit, "admin/sessions.html", "sessions", rows=await visit.service.archive.read(job))
