"""The letters of the procedure as sheets: 受理回执, 补正告知书, the two decisions, 办结通知书.

Every reason stands in one letter (办法 二, 条例 18); a refusal says the way to 复议 and 诉讼 (行政许可法 38).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo

from bot.papers.glyphs import clean
from bot.papers.kinds import PaperKind
from bot.papers.typesetting import Sheet
from bot.papers.words import day, day_of, say, texts
from dialogs import labels, reasons
from dialogs.rules import Rules
from state_machine.case_records import CaseEvent, CaseRecord, EventKind, NoticeRecord
from state_machine.codes import Field
from state_machine.verdicts import pages_of, ticked

REFUSALS = (PaperKind.NOT_ACCEPTED, PaperKind.DECLINED)


@dataclass(frozen=True)
class Issued:
    """What a 办结通知书 says of the new permit, and of what it annulled (in words; empty where nothing is known)."""

    permit_number: str
    valid_until: date
    annuls: bool
    earlier: str = ""


@dataclass(frozen=True)
class Letter:
    """What a letter is made from."""

    kind: PaperKind
    number: str
    record: CaseRecord
    event: CaseEvent
    rules: Rules
    zone: tzinfo
    issued: Issued | None = None


def letter_sheet(letter: Letter) -> Sheet:
    """Everything that stands on the letter, in its final words."""
    record, rules = letter.record, letter.rules
    title = say(f"{letter.kind.value}.title")
    station = rules.station_name or say("common.station")
    phone = say("common.phone", phone=rules.station_phone) if rules.station_phone else ""
    return {
        "template": "letter",
        "author": rules.county_name,
        "title": title,
        "number": letter.number,
        "to": say("common.to", name=clean(str(record.answers.get(Field.NAME, "")))),
        "body": _body(letter),
        "items": _items(letter),
        "after": _after(letter),
        "office": say("common.office", station=station),
        "date": day_of(letter.event.at, letter.zone),
        "reach": say("common.reach", station=station, phone=phone) if phone else "",
        "page": say("common.page", n="{n}", of="{of}"),
        "foot": say("common.foot", title=title, number=letter.number, application=record.application_number),
    }


def _body(letter: Letter) -> list[str]:
    record, zone = letter.record, letter.zone
    details = {
        "application": record.application_number,
        "submitted": _day_of_last(record, (EventKind.SUBMITTED,), zone),
        "accepted": _day_of_last(record, (EventKind.ACCEPTED,), zone),
        "route": _route(record),
        "days": letter.rules.due_days,
        "count": len(notice.items) if (notice := _notice_of(letter)) else 0,
        "due": _due(letter),
        **_issued(letter),
    }
    return _paragraphs(say(f"{letter.kind.value}.body", **details))


def _items(letter: Letter) -> list[dict[str, object]]:
    if letter.kind is PaperKind.RECEIPT:
        record = letter.record
        received = [
            say("receipt.material", proof=labels.proof_label(proof), pages=len(pages_of(record.pages, proof)))
            for proof in ticked(record.answers)
        ]
        return [{"head": say("receipt.materials"), "lines": received}] if received else []
    notice = _notice_of(letter)
    if notice is None:
        return []
    known = reasons.catalogue(notice.wording)
    items: list[dict[str, object]] = []
    for n, item in enumerate(notice.items, 1):
        lines: list[str] = []
        for code in item.reasons:
            if code in known:
                lines += [say("common.why", text=known[code].text), say("common.mend", mend=known[code].mend)]
        if item.note:
            lines.append(say("common.note", note=clean(item.note)))
        items.append({"head": say("common.item", n=n, label=labels.item_label(item.item)), "lines": lines})
    return items


def _after(letter: Letter) -> list[str]:
    told: list[str] = []
    if letter.event.opinion and letter.kind is not PaperKind.RECEIPT:
        told.append(say("common.opinion", words=clean(letter.event.opinion)))
    told += _paragraphs(str(texts()[letter.kind.value].get("after", "")))
    if letter.kind in REFUSALS:
        told += [*_paragraphs(say("common.remedy", county=letter.rules.county_name)), say("common.again")]
    return told


def _paragraphs(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]


def _route(record: CaseRecord) -> str:
    route = record.answers.get(Field.RECOGNITION)
    return say(f"filled.routes.{route}") if route in texts()["filled"]["routes"] else ""


def _due(letter: Letter) -> str:
    """The day promised at acceptance; none is guessed where a year's holidays are not published."""
    if letter.kind is not PaperKind.RECEIPT:
        return ""
    due = letter.event.details.get("due_on")
    return say("receipt.due", day=day(date.fromisoformat(due))) if due else say("receipt.due_unknown")


def _issued(letter: Letter) -> dict[str, str]:
    issued = letter.issued
    if issued is None:
        return {"issued": "", "permit": "", "annulled": "", "valid_until": ""}
    earlier = say("issued_notice.earlier", permit=clean(issued.earlier)) if issued.earlier else ""
    words = say("issued_notice.annulled", earlier=earlier) if issued.annuls else ""
    return {
        "issued": day_of(letter.event.at, letter.zone),
        "permit": issued.permit_number,
        "annulled": words,
        "valid_until": day(issued.valid_until),
    }


def _notice_of(letter: Letter) -> NoticeRecord | None:
    event = letter.event
    return next((n for n in reversed(letter.record.notices) if n.kind is event.kind and n.at == event.at), None)


def _day_of_last(record: CaseRecord, kinds: Iterable[EventKind], zone: tzinfo) -> str:
    wanted = tuple(kinds)
    found = next((event for event in reversed(record.events) if event.kind in wanted), None)
    return "" if found is None else day_of(found.at, zone)
