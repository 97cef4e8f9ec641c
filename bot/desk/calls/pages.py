"""电话名单: whom to telephone, what to say, what came of it. The number is shown on opening; that is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from aiohttp import web
from multidict import MultiMapping
from sqlalchemy import Connection

from bot.desk.pages import see_other
from bot.desk.queue_page import names_of
from bot.desk.visit import Visit, with_note
from bot.desk.words import moment, say
from state_machine.codes import ApplicantIs, Field
from state_machine.notice_states import OUTCOMES, NoticeState
from storage import acts, audit, calls, cases, outbox
from storage.acts import DoneAct
from storage.calls import Place, Try, Unreached
from storage.cases import StoredCase
from storage.errors import NotOurs
from storage.ids import new_id
from storage.schema import from_microseconds, to_microseconds

PAGE = 50
LONGEST_NOTE = 300
#: When to try again, in hours, as the buttons offer it.
AGAIN = (2, 4, 24, 72)


async def show_list(visit: Visit) -> web.StreamResponse:
    """Who is to be telephoned now, whoever waits longest first; or who is put off."""
    service, county = visit.service, visit.service.rules.county_code
    later, after = visit.request.query.get("which") == "later", _place(visit.request.query.get("after", ""))
    since = _since(visit)

    def job(conn: Connection) -> tuple[list[Unreached], tuple[int, int]]:
        found = calls.unreached(conn, county, since, visit.now, later=later, after=after, limit=PAGE + 1)
        return found, calls.counts(conn, county, since, visit.now)

    found, (due, put_off) = await service.archive.read(job)
    more = found[PAGE - 1].place if len(found) > PAGE else None
    return visit.page(
        "calls.html",
        tabs=visit.tabs("/desk/calls"),
        rows=_by_person(found[:PAGE], visit),
        counts=say("calls.counts", due=due, later=put_off),
        later=later,
        next_page=f"/desk/calls?which={'later' if later else 'due'}&after={_shown(more)}" if more else "",
    )


def _since(visit: Visit) -> datetime:
    return visit.now - timedelta(hours=visit.service.settings.desk.call_after_hours)


def _by_person(found: Sequence[Unreached], visit: Visit) -> list[dict[str, Any]]:
    """A line for each applicant, where their oldest notice stands: one call tells them everything."""
    theirs: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        theirs.setdefault(one.account_id, []).append(_row(one, visit))
    return [
        rows[0] | {name: "、".join(dict.fromkeys(row[name] for row in rows)) for name in ("what", "number")}
        for rows in theirs.values()
    ]


def _row(one: Unreached, visit: Visit) -> dict[str, Any]:
    return {
        "account_id": one.account_id,
        "number": one.application_number,
        "what": say(f"events.{one.kind}"),
        "at": moment(one.at, visit.zone),
        "why": _why(one),
        "state": say(f"calls.states.{one.state.value}"),
        "tries": say("calls.tried", n=one.tries) if one.tries else "",
        "next_at": moment(one.next_at, visit.zone) if one.next_at else "",
    }


def _why(one: Unreached) -> str:
    if one.has_no_channel:
        return say("calls.why.no_channel")
    return say("calls.why.failed" if one.state is NoticeState.FAILED else "calls.why.not_opened")


async def show(visit: Visit) -> web.StreamResponse:
    """One applicant to telephone."""
    return await call_page(visit)


async def call_page(visit: Visit, trouble: str = "", note: str = "", status: int = 200) -> web.Response:
    """The number, every notice in full, what was tried so far; opening it is written down."""
    service, county, account_id = visit.service, visit.service.rules.county_code, visit.request.match_info["account_id"]
    keyring = service.archive.keyring

    def job(conn: Connection) -> dict[str, Any]:
        open_now = calls.of_account(conn, county, account_id)
        if not open_now:
            raise NotOurs("nobody to telephone")
        wanted = {one.position for one in open_now}
        entries = outbox.after(conn, keyring, account_id, min(wanted) - 1, limit=1000)
        stored = cases.load(conn, keyring, open_now[-1].case_id)
        names, tried = names_of(conn, county), calls.tries(conn, keyring, account_id)
        return {
            "notices": [_notice(entry, open_now, visit) for entry in entries if entry.position in wanted],
            "callee": _who(stored),
            "tried": [_try(one, names, visit) for one in tried],
        }

    values = await service.archive.read(job)
    staff_id = visit.officer.staff_id
    await service.archive.write(
        lambda conn: audit.add(conn, county, "read_phone", visit.now, staff_id=staff_id, account_id=account_id),
        key=staff_id,
    )
    outcomes = [{"code": one.value, "label": say(f"calls.outcomes.{one.value}")} for one in OUTCOMES]
    again = [{"hours": hours, "label": say(f"calls.again.{hours}")} for hours in AGAIN]
    return visit.page(
        "calls_one.html", status, tabs=visit.tabs("/desk/calls"), account_id=account_id, act_id=new_id(),
        trouble=trouble, note=note, outcomes=outcomes, again=again, **values,
    )  # fmt: skip


def _notice(entry: Any, open_now: Sequence[Unreached], visit: Visit) -> dict[str, Any]:
    one = next(found for found in open_now if found.position == entry.position)
    says = msgspec.json.decode(entry.payload).get("says", ())
    return _row(one, visit) | {
        "position": entry.position,
        "words": "\n\n".join(str(said.get("text", "")) for said in says),
    }


def _who(stored: StoredCase | None) -> dict[str, str]:
    """Whom to telephone: the applicant, or who applies for them (代办)."""
    if stored is None:
        raise NotOurs("no such case")
    answers = stored.record.answers
    by_other = answers.get(Field.APPLICANT_IS) == ApplicantIs.OTHER
    name, phone = (Field.AGENT_NAME, Field.AGENT_PHONE) if by_other else (Field.NAME, Field.PHONE)
    return {
        "name": str(answers.get(name, "")),
        "phone": str(answers.get(phone, "")),
        "applicant": str(answers.get(Field.NAME, "")) if by_other else "",
        "other_phone": str(answers.get(Field.PHONE, "")) if by_other else "",
        "address": str(answers.get(Field.CURRENT_ADDRESS, "")),
    }


def _try(one: Try, names: dict[str, str], visit: Visit) -> dict[str, str]:
    return {
        "at": moment(one.at, visit.zone),
        "who": names.get(one.staff_id, ""),
        "outcome": say(f"calls.outcomes.{one.outcome}"),
        "next_at": moment(one.next_at, visit.zone) if one.next_at else "",
        "note": one.note,
    }


async def record(visit: Visit) -> web.StreamResponse:
    """What came of it, for every notice that stood on the page. The same press twice counts once."""
    service, county, account_id = visit.service, visit.service.rules.county_code, visit.request.match_info["account_id"]
    named, note, act_id = (
        visit.text("outcome", 20),
        visit.text("note", LONGEST_NOTE + 1).strip(),
        visit.text("act_id", 40),
    )
    if named not in {one.value for one in OUTCOMES} or len(act_id) != 32:
        return await call_page(visit, say("calls.choose"), note, 409)
    if len(note) > LONGEST_NOTE:
        return await call_page(visit, say("refused.too_long", limit=LONGEST_NOTE), note, 409)
    outcome, hours = NoticeState(named), visit.number("again")
    if outcome is NoticeState.NO_ANSWER and hours not in AGAIN:
        return await call_page(visit, say("calls.choose_again"), note, 409)
    next_at = visit.now + timedelta(hours=hours) if outcome is NoticeState.NO_ANSWER else None
    shown = {int(one) for one in _ticked(visit) if one.isascii() and one.isdigit() and len(one) < 19}
    staff_id = visit.officer.staff_id

    def job(conn: Connection) -> bool:
        if acts.done(conn, act_id) is not None:
            return True
        positions = [one.position for one in calls.of_account(conn, county, account_id) if one.position in shown]
        if not positions:
            return False
        calls.record(
            conn, service.archive.keyring, county, account_id, positions, outcome, staff_id, visit.now,
            next_at=next_at, note=note,
        )  # fmt: skip
        acts.record(conn, county, DoneAct(act_id, staff_id, None, "call", outcome.value, visit.now))
        details = {"outcome": outcome.value, "notices": len(positions)}
        audit.add(conn, county, "call", visit.now, staff_id=staff_id, account_id=account_id, details=details)
        return True

    done = await service.archive.write(job, key=account_id)
    return see_other(with_note("/desk/calls", "calls.recorded" if done else "calls.done_already"))


def _ticked(visit: Visit) -> list[str]:
    return visit.form.getall("position", []) if isinstance(visit.form, MultiMapping) else []


def _shown(place: Place) -> str:
    at, account_id, position = place
    return f"{to_microseconds(at)}.{account_id}.{position}"


def _place(shown: str) -> Place | None:
    """Where the page before ended; anything that is no such place starts from the top."""
    at, _, rest = shown.partition(".")
    account_id, _, position = rest.partition(".")
    numbers = all(part.isascii() and part.isdigit() and len(part) < 18 for part in (at, position))
    return (from_microseconds(int(at)), account_id[:64], int(position)) if numbers and account_id else None
