"""What a clerk does at the counter: begin an entry, answer a question, send scans, open the way for a telephone."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from aiohttp import web
from sqlalchemy import Connection

from bot.desk.counter import entry
from bot.desk.counter.pages import account_of, entry_page, list_page
from bot.desk.counter.qr import qr_code
from bot.desk.counter.receive import receive_files, words_of
from bot.desk.pages import see_other
from bot.desk.visit import Note, Visit
from bot.desk.words import say
from bot.reception import Said
from bot.web.problems import Problem
from storage import audit, cases, counter, queue
from storage.counter import UploadLink
from storage.errors import NotOurs
from storage.ids import new_id

TURN_ID = re.compile(r"[0-9a-f]{32}")
LONGEST = 4000


async def begin(visit: Visit) -> web.StreamResponse:
    """Somebody new stands at the counter. The same press again leads to another entry only if the page was reloaded."""
    turn_id = visit.text("turn_id", 40)
    if not TURN_ID.fullmatch(turn_id):
        turn_id = new_id()
    account_id = await entry.begin(visit.service, visit.officer, turn_id, visit.now)
    return see_other(f"/desk/counter/{account_id}")


async def find(visit: Visit) -> web.StreamResponse:
    """Somebody comes back: by their application number."""
    number = "".join(visit.text("number", 40).split()).upper()
    service, county = visit.service, visit.service.rules.county_code

    def job(conn: Connection) -> str | None:
        for row in queue.by_number(conn, service.archive.keyring, county, number):
            stored = cases.load(conn, service.archive.keyring, row.case_id)
            account_id = stored.account_id if stored else None
            if account_id and counter.by_id(conn, county, account_id):
                return account_id
        return None

    account_id = await service.archive.read(job) if number else None
    if account_id is None:
        return await list_page(visit, [Note(say("counter.not_found"), "warn")], number, 404)
    return see_other(f"/desk/counter/{account_id}")


async def turn(visit: Visit) -> web.StreamResponse:
    """One answer: pressed or typed. The same turn id again changes nothing."""
    await _known(visit)
    turn_id, choice, text = visit.text("turn_id", 40), visit.text("choice", 200), visit.text("text", LONGEST + 1)
    if not TURN_ID.fullmatch(turn_id) or not (choice or text.strip()):
        return await entry_page(visit, text, say("counter.needs_answer"), status=409)
    if len(text) > LONGEST:
        return await entry_page(visit, text, say("refused.too_long", limit=LONGEST), status=409)
    said = Said(choice=choice) if choice else Said(text=text)
    await entry.take(visit.service, account_of(visit), turn_id, said, visit.now, visit.officer)
    return see_other(f"/desk/counter/{account_of(visit)}#asked")


async def send_files(visit: Visit) -> web.StreamResponse:
    """Scans, through the same check as everybody's photographs."""
    await _known(visit)
    if visit.parts is None:
        return await entry_page(visit, trouble=say("counter.needs_file"), status=409)
    service, account_id = visit.service, account_of(visit)
    target = await entry.upload_target(service, account_id, visit.now)
    try:
        received = await receive_files(service, visit.parts, target, visit.officer.staff_id)
    except Problem as problem:
        return await entry_page(visit, trouble=words_of(problem), status=409)
    if not received:
        return await entry_page(visit, trouble=say("counter.needs_file"), status=409)
    await entry.take(service, account_id, new_id(), Said(files=tuple(received)), visit.now, visit.officer)
    return see_other(f"/desk/counter/{account_id}#asked")


async def open_link(visit: Visit) -> web.StreamResponse:
    """A QR code for the applicant's telephone: one telephone, this application, a few minutes."""
    await _known(visit)
    service, account_id, now = visit.service, account_of(visit), visit.now
    target = await entry.upload_target(service, account_id, now)
    if target is None:
        return await entry_page(visit, trouble=say("counter.no_files_now"), status=409)
    token = secrets.token_urlsafe(24)
    until = now + timedelta(minutes=service.settings.desk.upload_link_minutes)
    link = UploadLink(account_id, target.application_id, visit.officer.staff_id, until)
    county, staff_id = service.rules.county_code, visit.officer.staff_id

    def job(conn: Connection) -> None:
        counter.open_link(conn, county, link, token, now)
        audit.add(conn, county, "open_upload_link", now, staff_id=staff_id, account_id=account_id)

    await service.archive.write(job, key=account_id)
    return await entry_page(visit, picture=qr_code(f"{_public_address(visit)}/upload/{token}"))


async def close_link(visit: Visit) -> web.StreamResponse:
    """The telephone is not needed any more."""
    await _known(visit)
    account_id = account_of(visit)
    await visit.service.archive.write(lambda conn: counter.end_links(conn, account_id), key=account_id)
    return see_other(f"/desk/counter/{account_id}")


async def _known(visit: Visit) -> None:
    """Raises `NotOurs` unless the account is a walk-in's of this county."""
    county, account_id = visit.service.rules.county_code, account_of(visit)
    if await visit.service.archive.read(lambda conn: counter.by_id(conn, county, account_id)) is None:
        raise NotOurs("no walk-in applicant")


def _public_address(visit: Visit) -> str:
    """Where a telephone finds this service: as configured, or as the clerk's own browser does."""
    settings, request = visit.service.settings, visit.request
    if settings.public_url:
        return settings.public_url
    scheme, host = request.scheme, request.host
    if settings.behind_proxy:
        scheme = request.headers.get("X-Forwarded-Proto", scheme)
        host = request.headers.get("X-Forwarded-Host", host)
    return f"{scheme}://{host}"
