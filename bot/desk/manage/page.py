"""总览: today, on time, what lies where, why things are returned, where applicants stop, how long chats wait."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.desk.admin.layout import admin_page
from bot.desk.manage import charts, figures, files
from bot.desk.manage.figures import PERIODS, Figures
from bot.desk.manage.tables import KINDS, percent, span_in_words
from bot.desk.pages import HEADERS
from bot.desk.visit import Visit
from bot.desk.words import moment, say, texts
from storage import audit
from storage.errors import NotOurs


async def show(visit: Visit) -> web.StreamResponse:
    """The page for the last 7, 30 or 90 days."""
    days = figures.period(visit)
    found = await figures.read(visit, days)
    decided = found.on_time.in_time + found.on_time.late
    return admin_page(
        visit,
        "manage/page.html",
        "manage",
        m=texts()["manage"],
        days=days,
        periods=[{"days": n, "label": say("manage.period", days=n), "current": n == days} for n in PERIODS],
        span=say("manage.span_of", since=found.since.isoformat(), until=found.until.isoformat()),
        today=[_tile(found, kind) for kind in KINDS],
        rate=percent(found.on_time.in_time, decided),
        rate_words=say("manage.on_time.words", count=decided, late=found.on_time.late),
        begun=say(
            "manage.steps.begun", started=found.begun[0], submitted=found.begun[1], share=percent(*found.begun[::-1])
        ),
        waits=_waits(visit, found),
        parts=_parts(found),
    )


async def table_file(visit: Visit) -> web.StreamResponse:
    """One table as CSV."""
    days = figures.period(visit)
    table = (await figures.read(visit, days)).tables.get(visit.request.match_info["table"])
    if table is None:
        raise NotOurs("no such table")
    return await _file(visit, files.as_csv(table), "text/csv", f"{table.key}-{visit.today.isoformat()}.csv")


async def book_file(visit: Visit) -> web.StreamResponse:
    """Every table as one XLSX."""
    tables = (await figures.read(visit, figures.period(visit))).tables
    return await _file(
        visit, files.as_xlsx(list(tables.values())), files.XLSX, f"hurentong-{visit.today.isoformat()}.xlsx"
    )


async def _file(visit: Visit, content: bytes, kind: str, name: str) -> web.Response:
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id
    details = {"file": name}
    await visit.service.archive.write(
        lambda conn: audit.add(conn, county, "figures_export", visit.now, staff_id=staff_id, details=details),
        key=staff_id,
    )
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=content, content_type=kind, charset=charset, headers=headers)


def _tile(found: Figures, kind: Any) -> dict[str, Any]:
    return {
        "label": say(f"manage.kinds.{kind.value}"),
        "count": found.today[kind],
        "before": say("manage.yesterday", count=found.yesterday[kind]),
    }


def _waits(visit: Visit, found: Figures) -> str:
    told = say(
        "manage.waits.words", average=span_in_words(found.waits.average), longest=span_in_words(found.waits.longest)
    )
    if not found.waits.waiting or found.waits.oldest is None:
        return f"{told}{say('manage.waits.nobody')}"
    since = moment(found.waits.oldest, visit.zone)
    return f"{told}{say('manage.waits.now', count=found.waits.waiting, since=since)}"


def _parts(found: Figures) -> list[dict[str, Any]]:
    """Each chart with its table, in the order of the page."""
    drawn = {
        "days": charts.days_chart(found.tables["days"], (1, 4)),
        "on_time": charts.rows_chart(found.tables["on_time"], (1,)),
        "ages": charts.rows_chart(found.tables["ages"], (1, 2, 3, 4, 5)),
        "reasons": charts.rows_chart(found.tables["reasons"], (1, 2, 3)),
        "waits": charts.rows_chart(found.tables["waits"], (1,)),
        "steps": charts.rows_chart(found.tables["steps"], (4, 5), most=30),
    }
    return [
        {"chart": chart, "table": found.tables[key], "explain": say(f"manage.{key}.explain"), "key": key}
        for key, chart in drawn.items()
    ]
