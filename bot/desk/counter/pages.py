"""The counter's pages: who was entered, one applicant's questions, the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.desk.counter import entry
from bot.desk.counter.entry import Standing
from bot.desk.pages import HEADERS, render
from bot.desk.printed_form import form_values
from bot.desk.queue_page import names_of
from bot.desk.visit import Note, Visit
from bot.desk.words import moment, say
from bot.uploads.places import page_object, thumbnail_object
from dialogs import labels, materials, notices, review
from dialogs.turn import Choice
from state_machine.case_records import CaseRecord
from state_machine.codes import Field
from state_machine.interview import ENDS, InterviewRecord, progress, stage_of
from storage import applications, audit, cases, counter
from storage import materials as stored_pages
from storage.counter import CounterAccount
from storage.errors import NotOurs
from storage.ids import new_id
from storage.materials import StoredPage

#: Buttons of the applicant's chat that mean nothing at the counter.
NOT_HERE = frozenset({"human", "export", "menu"})
#: What can be said at any question.
ALWAYS = ("back", "change", "skip", "help", "status")


async def show_list(visit: Visit) -> web.StreamResponse:
    """The applicants entered last, newest first."""
    return await list_page(visit)


async def list_page(visit: Visit, notes: Sequence[Note] = (), typed: str = "", status: int = 200) -> web.Response:
    """The list, with what was looked for where it was not found."""
    service, county = visit.service, visit.service.rules.county_code

    def job(conn: Connection) -> tuple[list[dict[str, Any]], int]:
        names, found = names_of(conn, county), counter.recent(conn, county)
        return [_line(conn, visit, one, names) for one in found], len(found)

    rows, count = await service.archive.read(job)
    if count:
        await _note_reading(visit, "list_counter", None)
    tabs = visit.tabs("/desk/counter")
    return visit.page("counter.html", status, notes, tabs=tabs, rows=rows, typed=typed, turn_id=new_id())


def _line(conn: Connection, visit: Visit, one: CounterAccount, names: Mapping[str, str]) -> dict[str, Any]:
    keyring = visit.service.archive.keyring
    drafts = applications.drafts(conn, keyring, one.account_id)
    theirs = cases.of_account(conn, keyring, one.account_id)
    name = applications.name_on(drafts[0].interview) if drafts else ""
    state = _where(drafts[0].interview) if drafts else say("counter.nothing_begun")
    if theirs and not drafts:
        record = theirs[0].record
        name = str(record.answers.get(Field.NAME, ""))
        state = f"{record.application_number} {say(f'states.{record.state.value}')}"
    return {
        "account_id": one.account_id,
        "at": moment(one.opened_at, visit.zone),
        "who": names.get(one.staff_id, ""),
        "name": name or say("counter.nameless"),
        "state": state,
    }


async def show(visit: Visit) -> web.StreamResponse:
    """One applicant: the pending question as a form, what was said, the answers so far."""
    return await entry_page(visit)


async def entry_page(
    visit: Visit, typed: str = "", trouble: str = "", picture: str = "", status: int = 200
) -> web.Response:
    """The page; `picture` is the QR code just made, as SVG."""
    service, account_id = visit.service, account_of(visit)
    standing = await service.archive.read(lambda conn: entry.standing(conn, service, account_id, visit.now))
    values: dict[str, Any] = {"entry": _values(visit, standing, typed, trouble, picture)}
    if visit.wants_part:
        html = render("counter_sent.html", **values, **visit.around())
        return web.Response(text=html, content_type="text/html", headers=HEADERS)
    await _note_reading(visit, "read_counter", account_id)
    return visit.page("counter_entry.html", status, tabs=visit.tabs("/desk/counter"), **values)


def account_of(visit: Visit) -> str:
    """The account in the address."""
    return visit.request.match_info["account_id"]


def _values(visit: Visit, standing: Standing, typed: str, trouble: str, picture: str) -> dict[str, Any]:
    record = standing.conversation.interview
    in_hand = record is not None and record.state not in ENDS
    return {
        "account_id": standing.account.account_id,
        "turn_id": new_id(),
        "asked": standing.asked.text,
        "choices": _shown(standing.asked.choices),
        "wants_file": standing.asked.wants_file,
        "always": [{"value": one, "label": labels.button(one)} for one in ALWAYS if in_hand],
        "said": _said(standing),
        "where": _where(record) if record is not None and in_hand else "",
        "answers": _answers(record) if record is not None and in_hand else [],
        "pages": _pages(record) if record is not None and in_hand else [],
        "cases": [_case(one.record) for one in standing.cases],
        "log": [line for one in standing.entries[:-1] for line in _log(visit, one)],
        "typed": typed,
        "trouble": trouble,
        "picture": picture,
        "link_until": moment(standing.link.expires_at, visit.zone) if standing.link else "",
        "last_notice": standing.last_notice,
        "has_news": visit.wants_part and visit.request.query.get("seen") != str(standing.last_notice),
        "watches": standing.link is not None or standing.is_reading,
        "most_mb": visit.service.settings.materials.max_bytes // (1024 * 1024),
    }


def _shown(choices: Sequence[Choice]) -> list[dict[str, str]]:
    return [{"value": one.value, "label": one.label} for one in choices if one.value not in NOT_HERE]


def _said(standing: Standing) -> list[dict[str, Any]]:
    """What was answered to the last turn, before the pending question, and the notices since; each with its buttons."""
    said: list[dict[str, Any]] = []
    for one in reversed(standing.entries):
        says = msgspec.json.decode(one.payload).get("says", ())
        parts = [
            {"text": part.get("text", ""), "choices": _shown([Choice(**choice) for choice in part.get("choices", ())])}
            for part in says
        ]
        if one.kind == "turn":
            last = parts.pop() if parts and parts[-1]["text"] == standing.asked.text else None
            said = [*parts, *said] if last or parts else said
            break
        said = [*parts, *said]
    return said


def _log(visit: Visit, one: Any) -> list[dict[str, Any]]:
    at = moment(one.at, visit.zone)
    told = one.text or (
        say("counter.pressed") if one.choice else say("counter.files", n=len(one.files)) if one.files else ""
    )
    lines = [{"theirs": True, "at": at, "text": told}] if told else []
    says = msgspec.json.decode(one.payload).get("says", ())
    words = "\n\n".join(str(part.get("text", "")) for part in says if part.get("text"))
    return [*lines, {"theirs": False, "at": at, "text": words}] if words else lines


def _where(record: InterviewRecord) -> str:
    done, of = progress(record)
    return say("counter.where", done=done, of=of, stage=stage_of(record.state).value)


def _answers(record: InterviewRecord) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for _, label, value in review.lines(record)]


def _pages(record: InterviewRecord) -> list[dict[str, Any]]:
    return [
        {
            "label": labels.proof_label(proof.value),
            "count": say("counter.count", n=len(materials.pages_of(record, proof))),
            "ids": [page.page_id for page in materials.pages_of(record, proof)],
        }
        for proof in materials.ticked(record)
    ]


def _case(record: CaseRecord) -> dict[str, str]:
    return {
        "case_id": record.case_id,
        "number": record.application_number,
        "state": say(f"states.{record.state.value}"),
    }


async def receipt(visit: Visit) -> web.StreamResponse:
    """回执, to print: the very words every applicant gets, and what was handed in."""
    service, account_id, case_id = visit.service, account_of(visit), visit.request.match_info["case_id"]

    def job(conn: Connection) -> tuple[CaseRecord, str]:
        account = counter.by_id(conn, service.rules.county_code, account_id)
        stored = cases.load(conn, service.archive.keyring, case_id)
        if account is None or stored is None or stored.account_id != account_id:
            raise NotOurs("no such receipt")
        return stored.record, names_of(conn, service.rules.county_code).get(account.staff_id, "")

    record, opened_by = await service.archive.read(job)
    await _note_reading(visit, "print_receipt", account_id, case_id)
    submitted = record.events[0]
    words = notices.compose(record, submitted, service.rules)
    form = form_values(record, visit)
    return visit.page(
        "counter_receipt.html",
        tabs=visit.tabs("/desk/counter"),
        account_id=account_id,
        case_id=case_id,
        number=record.application_number,
        words=words.text if words else "",
        name=str(record.answers.get(Field.NAME, "")),
        route=labels.show(Field.RECOGNITION, record.answers.get(Field.RECOGNITION)),
        proofs=[_handed_in(record, proof) for proof in record.answers.get(Field.PROOFS, ())],
        at=moment(submitted.at, visit.zone),
        entered_by=submitted.name or opened_by,
        signed=form["shown"][Field.DECLARATION.value],
        may_print_form=bool(visit.offices()),
        reach=reach_of(visit),
    )


def _handed_in(record: CaseRecord, proof: str) -> str:
    count = sum(page.proof == proof for page in record.pages)
    return say("counter.receipt.proof", proof=labels.proof_label(proof), n=count)


def reach_of(visit: Visit) -> str:
    """Whom to ask: only what the county has named."""
    rules = visit.service.rules
    parts = (rules.station_name, rules.station_address, rules.station_phone, rules.office_hours)
    return "　".join(part for part in parts if part)


async def page_picture(visit: Visit) -> web.StreamResponse:
    """A page sent so far, small; or whole with `?whole=1`."""
    service, account_id, page_id = visit.service, account_of(visit), visit.request.match_info["page_id"]

    def job(conn: Connection) -> StoredPage:
        known = counter.by_id(conn, service.rules.county_code, account_id)
        found = stored_pages.of_account(conn, service.archive.keyring, account_id, page_id) if known else None
        if found is None:
            raise NotOurs("no such page")
        return found

    page = await service.archive.read(job)
    await _note_reading(visit, "read_thumbnail", account_id)
    whole = visit.request.query.get("whole") == "1"
    place = (page_object if whole else thumbnail_object)(page.application_id, page_id)
    frames = await service.files.open_sealed(place, page.key.secret)
    response = web.StreamResponse(headers={**HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"})
    response.content_type = page.media_type if whole else "image/jpeg"
    await response.prepare(visit.request)
    async for frame in frames:
        await response.write(frame)
    await response.write_eof()
    return response


async def _note_reading(visit: Visit, action: str, account_id: str | None, case_id: str | None = None) -> None:
    county, staff_id = visit.service.rules.county_code, visit.officer.staff_id
    await visit.service.archive.write(
        lambda conn: audit.add(
            conn, county, action, visit.now, staff_id=staff_id, account_id=account_id, case_id=case_id
        ),
        key=staff_id,
    )
