"""What has happened to a case, as its page and the form tell it: the three opinions, and the events with the notices.

Plain values for the templates, no queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk.words import moment, say
from state_machine.case_history import OPINIONS, in_force
from state_machine.case_records import Act, CaseEvent, CaseRecord
from state_machine.notice_states import ENDED, NoticeState
from storage.dispatches import DispatchState
from storage.receipts import Receipt


def opinions_of(case: CaseRecord, zone: ZoneInfo) -> list[dict[str, str]]:
    """审核部门意见: the three lines of the form, as far as they stand."""
    lines = []
    for office, kinds in OPINIONS:
        event = next((e for kind in kinds if (e := in_force(case, kind))), None)
        text = say("case.no_opinion") if event is None else opinion_line(event, zone)
        lines.append({"office": say(f"roles.{office}"), "text": text})
    return lines


def opinion_line(event: CaseEvent, zone: ZoneInfo) -> str:
    """同意受理。张三 2026-11-20 16:40."""
    words = opinion_words(event) or say(f"events.{event.kind.value}")
    return f"{words}　{event.name}　{moment(event.at, zone)}"


def opinion_words(event: CaseEvent) -> str:
    """What the official wrote, after what was recommended."""
    if event.recommends is None:
        return event.opinion
    advice = "act.recommend_approve" if event.recommends is Act.APPROVE else "act.recommend_decline"
    return f"{say(advice)}。{event.opinion}"


@dataclass(frozen=True)
class Letter:
    """One message to the applicant and what became of it."""

    at: datetime
    text: str
    state: NoticeState
    delivered_at: datetime | None = None
    #: What went out of it by other ways than the web chat, message by message.
    messages: Sequence[Receipt] = ()


#: A platform took the message; and where it did not, what says most of all parts: given up, still to go, not needed.
TAKEN = frozenset({DispatchState.SENT, DispatchState.ARRIVED})
UNTAKEN = (DispatchState.FAILED, DispatchState.QUEUED, DispatchState.WAITING, DispatchState.DROPPED)
#: A notice's state as a chip: ended, to be telephoned about, or neither yet.
LETTER_TONES = {NoticeState.WAITING: "", NoticeState.FAILED: "bad", NoticeState.WRONG_NUMBER: "bad"}


def timeline_of(case: CaseRecord, zone: ZoneInfo, letters: Sequence[Letter]) -> list[dict[str, Any]]:
    """办理经过: events and messages in their order."""
    events = [(event.at, 0, _event_entry(event, zone)) for event in case.events]
    messages = [(letter.at, 1, _letter_entry(letter, zone)) for letter in letters]
    return [entry for _, _, entry in sorted(events + messages, key=lambda one: one[:2])]


def _event_entry(event: CaseEvent, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "at": moment(event.at, zone),
        "what": say(f"events.{event.kind.value}"),
        "who": event.name or say("actors.applicant"),
        "opinion": opinion_words(event),
        "letter": "",
        "ways": [],
    }


def _letter_entry(letter: Letter, zone: ZoneInfo) -> dict[str, Any]:
    """The notice, and the state it stands in or ended in."""
    tone = LETTER_TONES.get(letter.state, "good" if letter.state in ENDED else "warn")
    seen = letter.state is NoticeState.DELIVERED and letter.delivered_at is not None
    return {
        "at": moment(letter.at, zone),
        "what": say("case.told"),
        "who": "",
        "opinion": "",
        "state": say(f"case.letter_states.{letter.state.value}"),
        "tone": tone,
        "when": moment(letter.delivered_at, zone) if seen and letter.delivered_at else "",
        "letter": letter.text,
        "ways": ways_of(letter.messages, zone),
    }


def ways_of(messages: Sequence[Receipt], zone: ZoneInfo) -> list[str]:
    """One line for each place a notice went to: the channel, when it was sent, when it arrived; never the address."""
    places: dict[tuple[str, str | None], list[Receipt]] = {}
    for one in messages:
        places.setdefault((one.kind, one.channel_id), []).append(one)
    return [f"{say(f'case.ways.{kind}')}：{_way(parts, zone)}" for (kind, _), parts in places.items()]


def _way(parts: Sequence[Receipt], zone: ZoneInfo) -> str:
    """What became of all messages of one notice in one place."""
    states, say_way = {one.state for one in parts}, "case.way_states"
    if not states <= TAKEN:
        first = next(state for state in UNTAKEN if state in states)
        return say(f"{say_way}.{first.value}")
    sent_at = max((one.sent_at for one in parts if one.sent_at), default=None)
    arrived = [one.arrived_at for one in parts if one.arrived_at]
    words = [say(f"{say_way}.sent", at=moment(sent_at, zone) if sent_at else "")]
    if len(arrived) == len(parts):
        words.append(say(f"{say_way}.arrived", at=moment(max(arrived), zone)))
    return "，".join(words)
