"""What the applicant reads when something happens to a case. One notice holds every reason (一次性告知)."""

from __future__ import annotations

from datetime import date

from dialogs import labels, pictures, reasons, wording
from dialogs.rules import Rules
from dialogs.turn import Choice, Picture, Say
from state_machine.case import CaseEvent, CaseRecord, EventKind, Flag, NoticeItem, NoticeRecord, accepted_on
from state_machine.codes import Field, Recognition

#: Events the applicant hears of; the others (examined, sent back, …) are the offices' own.
_TOLD = {
    EventKind.SUBMITTED: "receipt",
    EventKind.ACCEPTED: "accepted",
    EventKind.RETURNED: "returned",
    EventKind.RESUBMITTED: "resubmitted",
    EventKind.NOT_ACCEPTED: "not_accepted",
    EventKind.DECLINED: "declined",
    EventKind.APPROVED: "approved",
    EventKind.ISSUED: "issued",
    EventKind.WITHDRAWN: "withdrawn",
}


def compose(case: CaseRecord, event: CaseEvent, rules: Rules) -> Say | None:
    """The notice of one event; None for an event the applicant is not told of.

    办法 二: every reason at once; 行政许可法 38: a refusal says the right to 复议 and 诉讼.
    """
    kind = _TOLD.get(event.kind)
    if kind is None:
        return None
    notice = _notice_of(case, event)
    items = "\n".join(_item(n, item, notice.wording) for n, item in enumerate(notice.items, 1)) if notice else ""
    words = wording.text(
        "notices",
        _for_whom(kind, case),
        number=case.application_number,
        name=case.answers.get(Field.NAME, ""),
        items=items,
        opinion=_opinion(event),
        due=_due(event),
        annulled=_annulled(case),
        reach=_reach(rules),
        county=rules.county_name,
        days=rules.due_days,
    )
    choices = _mend_buttons(case, notice) if event.kind is EventKind.RETURNED and notice else ()
    return Say(words, choices, picture=_calendar(case, event, rules))


def _calendar(case: CaseRecord, event: CaseEvent, rules: Rules) -> Picture | None:
    """The days from acceptance to the due date, with the notice of acceptance."""
    accepted, due = accepted_on(case), event.details.get("due_on")
    if event.kind is not EventKind.ACCEPTED or accepted is None or not due:
        return None
    return pictures.due_date(accepted, date.fromisoformat(due), rules)


def _for_whom(kind: str, case: CaseRecord) -> str:
    """A walk-in has no chat: what speaks of one has a wording of its own (telephone, window)."""
    walk_in = f"{kind}_counter"
    return walk_in if Flag.AT_COUNTER in case.flags and wording.has("notices", walk_in) else kind


def person_message(words: str, name: str = "") -> Say:
    """What a clerk writes in the chat, marked as a person's words."""
    return Say(wording.text("notices", "person_message", words=words, name=name))


def _notice_of(case: CaseRecord, event: CaseEvent) -> NoticeRecord | None:
    return next((n for n in reversed(case.notices) if n.kind is event.kind and n.at == event.at), None)


def due_again(case: CaseRecord, due_on: date | None) -> Say:
    """The day the result is due has become known, or is another one: a year's holidays were published (or changed)."""
    due = wording.text("notices", "due", day=labels.day(due_on)) if due_on else wording.text("notices", "due_unknown")
    return Say(wording.text("notices", "due_again", number=case.application_number, due=due))


def _item(number: int, item: NoticeItem, edition: int) -> str:
    why = reasons.in_words(item.reasons, item.note, edition)
    return wording.text("notices", "item", n=number, label=labels.item_label(item.item), why=why)


def _mend_buttons(case: CaseRecord, notice: NoticeRecord) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            f"mend:{case.case_id}:{item.item}",
            wording.text("labels", "buttons.mend", item=labels.item_label(item.item)),
        )
        for item in notice.items
    )


def _opinion(event: CaseEvent) -> str:
    return "\n" + wording.text("notices", "opinion", words=event.opinion) if event.opinion else ""


def _due(event: CaseEvent) -> str:
    due = event.details.get("due_on")
    if due:
        return wording.text("notices", "due", day=labels.day(date.fromisoformat(due)))
    return wording.text("notices", "due_unknown")


def _annulled(case: CaseRecord) -> str:
    held = case.answers.get(Field.RECOGNITION) == Recognition.HELD_PERMIT
    return "\n" + wording.text("notices", "annulled") if held else ""


def _reach(rules: Rules) -> str:
    station = rules.station_name or "居住地派出所"
    return f"{station}（电话 {rules.station_phone}）" if rules.station_phone else station
