"""Everything tried on a case by anyone in any order, against what the ordinance promises.

The machine below keeps its own small book of what happened (what the applicant was told, on which contents, when the
clock started) and compares the case with it. After each step the case is written to JSON and read back.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from state_machine.case import (
    ENDED,
    Act,
    ActRefused,
    CaseRecord,
    CaseState,
    EventKind,
    acts_open,
    due_date,
    judge,
    judge_rest_met,
    perform,
    resubmit,
    withdraw,
)
from state_machine.codes import Proof
from state_machine.interview import Page
from state_machine.working_days import Calendar, due_on
from tests.state_machine.made import CATALOGUE, MONDAY, STAFF, answers, new_case, page, pages

CALENDAR = Calendar()
HIDDEN = {code for code, rule_ in CATALOGUE.items() if rule_.hidden}
NOTICES = {
    Act.RETURN_FOR_CORRECTION: EventKind.RETURNED,
    Act.NOT_ACCEPT: EventKind.NOT_ACCEPTED,
    Act.DECLINE: EventKind.DECLINED,
}
FORWARD = (Act.ACCEPT, Act.EXAMINE, Act.APPROVE, Act.ISSUE)
OFFICERS = st.sampled_from(STAFF)
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"phone": "13900000000"},
    {"name": "麻大样", "declaration": "麻大样"},
    {"proofs": ["labour_contract"]},
    {"proofs": ["labour_contract", "social_insurance", "farm_contract"]},
    {
        "recognition": "held_permit",
        "permit_number": "33A1",
        "permit_place": "杭州市",
        "permit_valid_until": "2027-01-01",
    },
)


def content(told: dict[str, Any], shown: list[Page], item: str) -> Any:
    """What an item holds, read without the code under test."""
    kind, name = item.split(":")
    return told.get(name) if kind == "answer" else [p.digest for p in shown if p.proof == Proof(name)]


class AnyOrder(RuleBasedStateMachine):
    """Applicant and officials doing anything at any time."""

    @initialize(change=st.sampled_from(CHANGES))
    def submit(self, change: dict[str, Any]) -> None:
        """A case comes in, by either route."""
        self.case = new_case(answers(**change))
        self.now = MONDAY
        self.passed_over: dict[str, Any] = {}  # item → contents, of what the last notice did not name
        self.started: date | None = None
        self.ended_as: bytes | None = None

    def tried(self, attempt: Any) -> bool:
        """Do it; if it is refused, nothing has changed. Then store and reload."""
        self.now += timedelta(minutes=20)
        before = msgspec.json.encode(self.case)
        try:
            attempt()
        except ActRefused:
            assert msgspec.json.encode(self.case) == before
            return False
        assert self.ended_as is None, "an ended case moved"
        stored = msgspec.json.encode(self.case)
        self.case = msgspec.json.decode(stored, type=CaseRecord)
        if self.case.state in ENDED:
            self.ended_as = stored
        return True

    @rule(
        officer=OFFICERS,
        which=st.integers(0, 30),
        met=st.booleans(),
        reasons=st.lists(st.sampled_from([*CATALOGUE, "made_up"]), max_size=2),
    )
    def judge_one(self, officer, which: int, met: bool, reasons: list[str]) -> None:
        """A verdict on any item by anyone, sound or not."""
        items = [i.key for i in self.case.sheet.items]
        item = items[which] if which < len(items) else "answer:sex"
        self.verdict(officer, item, met, reasons)

    @rule(officer=OFFICERS)
    def judge_the_rest(self, officer) -> None:
        """其余均符合, by anyone."""
        self.tried(lambda: judge_rest_met(self.case, officer, self.now))

    @rule(
        officer=OFFICERS,
        act=st.sampled_from(Act),
        recommends=st.sampled_from([None, Act.APPROVE, Act.DECLINE]),
        opinion=st.sampled_from(["", "同意"]),
    )
    def act(self, officer, act: Act, recommends: Act | None, opinion: str) -> None:
        """Any act by anyone."""
        sheet = self.case.sheet
        judged = set(sheet.verdicts)
        unmet = {key: set(v.reasons) for key, v in sheet.verdicts.items() if not v.met}
        items = {i.key for i in sheet.items}
        told, shown, notices = self.case.answers, self.case.pages, len(self.case.notices)
        if not self.tried(lambda: perform(self.case, act, officer, self.now, opinion=opinion, recommends=recommends)):
            return
        if act is Act.ACCEPT:
            assert self.started is None, "accepted twice"
            self.started = self.now.astimezone(ZoneInfo("Asia/Shanghai")).date()
        if act in FORWARD:
            assert judged == items
        if act in (Act.ACCEPT, Act.APPROVE, Act.ISSUE) or recommends is Act.APPROVE:
            assert not unmet
        if act not in NOTICES:
            assert len(self.case.notices) == notices
            return
        assert judged == items, "a notice with something unjudged"
        notice = self.case.notices[-1]
        assert notice.kind is NOTICES[act]
        assert {n.item: set(n.reasons) for n in notice.items} == unmet != {}
        for item, reasons in unmet.items():
            if item in self.passed_over and self.passed_over[item] == content(told, shown, item):
                assert reasons <= HIDDEN, "a second notice names what the first passed over"
        self.passed_over = {key: content(told, shown, key) for key in items - set(unmet)}

    @rule(
        who=st.integers(0, 5),
        intruder=OFFICERS,
        hasty=st.booleans(),
        flaws=st.lists(st.integers(0, 20), max_size=2),
        reasons=st.sampled_from([["unclear"], ["false_paper"], ["false_paper", "unclear"]]),
        pick=st.integers(0, 5),
        change=st.sampled_from(CHANGES),
    )
    @precondition(lambda self: self.case.state not in ENDED)
    def take_the_next_turn(self, who, intruder, hasty, flaws, reasons, pick, change) -> None:
        """Somebody whose turn it is judges everything and goes on, so that runs come far.

        Before that somebody else tries the same, the act is tried too early, and one that does not fit is tried.
        """
        if self.case.state is CaseState.RETURNED:
            self.hand_in_again(change, False)
            return
        able = [officer for officer in STAFF if acts_open(self.case, officer)]
        if not able:
            return
        officer = able[who % len(able)]
        open_acts = [act for act in acts_open(self.case, officer) if act is not Act.SEND_BACK or pick == 5]
        items = [i.key for i in self.case.sheet.items]
        wrong = {items[n % len(items)] for n in flaws}
        if not hasty:
            for item in items:
                self.verdict(officer, item, item not in wrong, reasons if item in wrong else [])
        state, first = self.case.state, open_acts[pick % len(open_acts)]
        for actor in (intruder, officer):
            for act in (first, *open_acts):
                if self.case.state is state:
                    advice = Act.DECLINE if self.case.sheet.unmet() and pick else Act.APPROVE
                    self.act(actor, act, advice if act is Act.EXAMINE else None, "已核")

    def verdict(self, officer, item: str, met: bool, reasons: list[str]) -> None:
        """A verdict, tried."""
        self.tried(lambda: judge(self.case, officer, item, met, reasons, "", self.now, catalogue=CATALOGUE))

    @rule(change=st.sampled_from(CHANGES), shuffle=st.booleans())
    def hand_in_again(self, change: dict[str, Any], shuffle: bool) -> None:
        """The applicant resubmits, with or without changes."""
        told, shown = answers(**change), pages()[:: -1 if shuffle else 1]
        if "farm_contract" in told["proofs"]:
            shown.append(page(Proof.FARM_CONTRACT, "f"))
        was = {i.key: content(self.case.answers, self.case.pages, i.key) for i in self.case.sheet.items}
        if not self.tried(lambda: resubmit(self.case, told, shown, [], self.now)):
            return
        now = {i.key: content(told, shown, i.key) for i in self.case.sheet.items}
        changed = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
        assert {c.item for c in self.case.events[-1].changes} == changed
        fresh = {key for key in now if self.passed_over.get(key) != now[key]}
        assert set(self.case.sheet.unjudged()) == fresh

    @rule(really=st.integers(0, 30))
    def take_back(self, really: int) -> None:
        """The applicant withdraws, now and then."""
        if really == 17:
            state = self.case.state
            if self.tried(lambda: withdraw(self.case, self.now)):
                assert state not in (*ENDED, CaseState.APPROVED)

    @invariant()
    def three_different_people(self) -> None:
        """Nobody has acted on this case in two offices, or in one that is not theirs."""
        served: dict[str, set[str]] = {}
        roles = {officer.staff_id: officer.roles for officer in STAFF}
        for event in self.case.events:
            if event.by and event.office:
                served.setdefault(event.by, set()).add(event.office)
                assert event.office in roles[event.by]
        assert all(len(offices) == 1 for offices in served.values())

    @invariant()
    def the_clock_runs_from_acceptance(self) -> None:
        """No date before acceptance, and from then on always the same."""
        due = due_date(self.case, CALENDAR)
        assert due == (due_on(self.started, 2, CALENDAR) if self.started else None)

    @invariant()
    def no_return_after_acceptance(self) -> None:
        """Once accepted, the case is never returned."""
        kinds = [event.kind for event in self.case.events]
        if EventKind.ACCEPTED in kinds:
            assert EventKind.RETURNED not in kinds[kinds.index(EventKind.ACCEPTED) :]

    @invariant()
    def an_ended_case_stays_as_it_was(self) -> None:
        """Nothing is ever added to an ended case."""
        assert self.ended_as is None or msgspec.json.encode(self.case) == self.ended_as

    @invariant()
    def verdicts_are_about_what_is_there(self) -> None:
        """Every verdict and every lock belongs to an item of the sheet."""
        items = {i.key for i in self.case.sheet.items}
        assert set(self.case.sheet.verdicts) <= items
        assert set(self.case.sheet.locked) <= items

    @invariant()
    def times_only_grow(self) -> None:
        """The history is in order."""
        times: list[datetime] = [event.at for event in self.case.events]
        assert times == sorted(times)


AnyOrder.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestAnyOrder = AnyOrder.TestCase
