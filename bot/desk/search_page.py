"""查找: by application number, name, ID number or phone, exactly. A POST: nothing of anybody stands in an address."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.access import may_open
from bot.desk.pages import see_other
from bot.desk.queue_page import names_of, note_reading, queue_line
from bot.desk.visit import Visit
from storage import queue
from storage.queue import QueueRow

LONGEST = 64


async def search(visit: Visit) -> web.StreamResponse:
    """One case found opens at once; several, or none, are a list. Other offices' cases are not found."""
    wanted = "".join(visit.text("wanted", LONGEST).split())
    county, keyring, officer = visit.service.rules.county_code, visit.service.archive.keyring, visit.officer

    def job(conn: Connection) -> tuple[list[QueueRow], dict[str, str]]:
        found: dict[str, QueueRow] = {}
        for look in (queue.by_number, queue.by_id_number, queue.by_phone, queue.by_name):
            found |= {row.case_id: row for row in look(conn, keyring, county, wanted)}
        mine = [row for row in found.values() if may_open(row.state, officer.staff_id in row.offices, officer)]
        return mine, names_of(conn, county)

    rows, names = await visit.service.archive.read(job) if wanted else ([], {})
    await note_reading(visit, [row.case_id for row in rows], "search")
    if len(rows) == 1:
        return see_other(f"/desk/cases/{rows[0].case_id}")
    return visit.page("found.html", rows=[queue_line(visit, row, names) for row in rows])
