"""放假安排: enter or replace a year's days, see what it does to open cases, save, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.admin import holidays
from bot.desk.admin.diff import lines_between
from bot.desk.admin.due_again import changing, recompute
from bot.desk.admin.editions import calendar_with
from bot.desk.admin.holidays import Trouble
from bot.desk.admin.layout import admin_page, done, several
from bot.desk.visit import Note, Visit
from bot.desk.words import moment, say
from dialogs.rules import Rules
from state_machine.working_days import Calendar
from storage import audit, editions, staff
from storage.editions import EditedMeanwhile, YearVersion
from storage.errors import NotOurs

Days = Mapping[date, bool]


async def show(visit: Visit) -> web.StreamResponse:
    """The years: which are known, from where, and which comes next."""
    county = visit.service.rules.county_code
    versions = await visit.service.archive.read(lambda conn: editions.year_versions(conn, county))
    newest = {year: next(of_year) for year, of_year in groupby(versions, key=lambda v: v.year)}
    through = visit.service.rules.calendar.published_through
    names = await _names(visit)
    rows = [_year_row(visit, year, newest.get(year), through, names) for year in holidays.open_years(through)]
    missing = [row["year"] for row in rows if not row["known"] and row["year"] <= visit.today.year + 1]
    notes = [Note(say("admin.holidays.missing", year=missing[0]), "warn")] if missing else []
    return admin_page(visit, "admin/holidays.html", "holidays", 200, notes, rows=rows)


def _year_row(
    visit: Visit, year: int, version: YearVersion | None, through: int, names: Mapping[str, str]
) -> dict[str, Any]:
    entered = version is not None and version.days is not None
    known = "admin.holidays.source.package" if year <= through else "admin.holidays.none"
    source = "admin.holidays.source.desk" if entered else known
    by = (
        ""
        if version is None
        else say("admin.by", name=names.get(version.staff_id, ""), at=moment(version.at, visit.zone))
    )
    return {"year": year, "known": year <= through, "source": say(source), "by": by}


async def show_year(visit: Visit) -> web.StreamResponse:
    """One year: the list, the calendar to tick, and the versions."""
    return await _year_page(visit, _year(visit))


async def change_year(visit: Visit) -> web.StreamResponse:
    """Preview a list, save it, or go back to an earlier version."""
    year, step = _year(visit), visit.text("step", 10)
    if step == "undo":
        return await _undo(visit, year)
    days, troubles = _given(visit, year)
    base, through = visit.service.desk.editions.base, visit.service.rules.calendar.published_through
    troubles += holidays.troubles_of(days, year, base, through) if not troubles else []
    if troubles or step != "save":
        notes = [Note(say(f"admin.holidays.trouble.{t.code}", **t.details), "bad") for t in _few(troubles)]
        return await _year_page(visit, year, notes, 422 if troubles else 200, days, offered=not troubles)
    return await _save(visit, year, days)


async def _save(visit: Visit, year: int, days: Days | None) -> web.StreamResponse:
    """A new version and every open case's due day by it, in ONE transaction; then it is in force everywhere."""
    service, staff_id, seen = visit.service, visit.officer.staff_id, visit.number("seen")

    def job(conn: Connection) -> list[str]:
        county = service.rules.county_code
        editions.save_year(conn, county, year, days, seen=seen, staff_id=staff_id, at=visit.now)
        details = {"year": year, "version": seen + 1}
        audit.add(conn, county, "calendar_saved", visit.now, staff_id=staff_id, details=details)
        return recompute(conn, service.archive.keyring, _rules_with(visit, conn), visit.now)

    try:
        told = await service.archive.write(job, key="calendar")
    except EditedMeanwhile:
        return await _year_page(visit, year, [Note(say("admin.meanwhile"), "bad")], 409, days)
    for account_id in told:
        service.delivery.wake(account_id)
    await service.desk.editions.refresh()
    return done(f"/desk/admin/holidays/{year}", "saved")


async def _undo(visit: Visit, year: int) -> web.StreamResponse:
    county, wanted = visit.service.rules.county_code, visit.number("version")
    versions = await visit.service.archive.read(lambda conn: editions.year_versions(conn, county, year))
    by_number: dict[int, Days | None] = {version.version: version.days for version in versions}
    by_number[0] = None
    if wanted not in by_number:
        raise NotOurs("no such version")
    return await _save(visit, year, by_number[wanted])


def _rules_with(visit: Visit, conn: Connection, given: Mapping[int, Days] | None = None) -> Rules:
    """The rules as they would be with the years stored, and those given."""
    rules = visit.service.rules
    years = editions.years_in_force(conn, rules.county_code) | dict(given or {})
    return replace(rules, calendar=calendar_with(visit.service.desk.editions.base, years))


async def _year_page(
    visit: Visit,
    year: int,
    notes: Sequence[Note] = (),
    status: int = 200,
    given: Days | None = None,
    *,
    offered: bool = False,
) -> web.Response:
    county, keyring = visit.service.rules.county_code, visit.service.archive.keyring

    def job(conn: Connection) -> tuple[list[YearVersion], int]:
        effect = changing(conn, keyring, _rules_with(visit, conn, {year: given})) if offered and given else 0
        return editions.year_versions(conn, county, year), effect

    versions, effect = await visit.service.archive.read(job)
    now = versions[0].days if versions and versions[0].days is not None else {}
    days = now if given is None else given
    text = visit.text("paste", 20_000) if status != 200 and visit.text("how", 6) == "paste" else holidays.as_text(days)
    return admin_page(
        visit,
        "admin/holiday_year.html",
        "holidays",
        status,
        notes,
        year=year,
        seen=versions[0].version if versions else 0,
        text=text,
        months=_months(year, days, visit.service.desk.editions.base),
        preview=_preview(days, now, effect) if offered else None,
        versions=_versions(visit, versions, await _names(visit)),
    )


def _preview(days: Days, now: Days, effect: int) -> dict[str, Any]:
    """What saving would do, before it is done."""
    off = sum(not worked for worked in days.values())
    return {
        "text": holidays.as_text(days),
        "counts": say("admin.holidays.counts", off=off, worked=len(days) - off),
        "effect": say("admin.holidays.effect", count=effect),
        "diff": lines_between(holidays.as_text(now), holidays.as_text(days)),
    }


def _months(year: int, days: Days, base: Calendar) -> list[dict[str, Any]]:
    """Twelve months of boxes, each month filled up to its first Monday."""
    months = []
    for month, of_month in groupby(holidays.days_of(year), key=lambda day: day.month):
        boxes = [
            {
                "value": day.isoformat(),
                "number": day.day,
                "label": say("admin.holidays.box", month=month, day=day.day, weekday="一二三四五六日"[day.weekday()]),
                "worked": days.get(day, holidays.ordinary(day, base)),
                "is_entered": day in days,
            }
            for day in of_month
        ]
        empty = [None] * date(year, month, 1).weekday()
        cells = [*empty, *boxes, *([None] * (-(len(empty) + len(boxes)) % 7))]
        weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
        months.append({"name": say("admin.holidays.month", month=month), "weeks": weeks})
    return months


def _versions(visit: Visit, versions: Sequence[YearVersion], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The versions, newest first, each with what it changed; the last line is the year as shipped."""
    texts = [holidays.as_text(version.days or {}) for version in versions] + [""]
    shown: list[dict[str, Any]] = [
        {
            "version": version.version,
            "by": say("admin.by", name=names.get(version.staff_id, ""), at=moment(version.at, visit.zone)),
            "diff": lines_between(texts[n + 1], texts[n]),
            "is_now": n == 0,
            "empty": version.days is None,
        }
        for n, version in enumerate(versions)
    ]
    return [
        *shown,
        {"version": 0, "by": say("admin.holidays.not_entered"), "diff": [], "is_now": not versions, "empty": True},
    ]


def _given(visit: Visit, year: int) -> tuple[dict[date, bool], list[Trouble]]:
    if visit.text("how", 6) == "ticks":
        return holidays.from_ticks(several(visit, "work"), year, visit.service.desk.editions.base), []
    return holidays.read_days(visit.text("paste", 20_000), year)


def _few(troubles: Sequence[Trouble]) -> Sequence[Trouble]:
    return troubles[:8]


def _year(visit: Visit) -> int:
    """The year in the address, if it may be entered. Raises `NotOurs`."""
    text = visit.request.match_info["year"]
    year = int(text) if text.isdigit() and len(text) == 4 else 0
    if year not in holidays.open_years(visit.service.rules.calendar.published_through):
        raise NotOurs("no such year")
    return year


async def _names(visit: Visit) -> dict[str, str]:
    county = visit.service.rules.county_code
    members = await visit.service.archive.read(lambda conn: staff.every(conn, county))
    return {member.staff_id: member.name for member in members}
