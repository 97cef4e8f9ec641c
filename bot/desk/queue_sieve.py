"""What the queue is narrowed to, as it stands in the address: codes only, nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from bot.desk.offices import WAITING
from bot.desk.visit import Visit
from bot.desk.words import say
from state_machine.case_records import CaseState, Flag
from state_machine.codes import Ground, Recognition
from state_machine.officers import Role
from storage.queue import PageKey, Sieve

WHICH = ("unclaimed", "mine")


@dataclass(frozen=True)
class Asked:
    """The filters of one queue page. Empty means everything; an unknown code is as if it were not there."""

    office: Role
    which: str = ""
    state: str = ""
    route: str = ""
    ground: str = ""
    flag: str = ""

    @property
    def states(self) -> Sequence[CaseState]:
        """The office's states, or the one asked for."""
        return [state for state in states_of(self.office) if state.value == self.state] or WAITING[self.office]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return any((self.which, self.state, self.route, self.ground, self.flag))

    def sieve(self, visit: Visit) -> Sieve:
        """For the archive."""
        return Sieve(
            self.route,
            self.ground,
            self.flag,
            held_by=visit.officer.staff_id if self.which == "mine" else None,
            free_at=visit.now if self.which == "unclaimed" else None,
        )

    def address(self, **more: str) -> str:
        """This page's address, with a place in the list or another filter."""
        given = {one.name: str(getattr(self, one.name)) for one in fields(self)} | more
        return f"/desk?{urlencode({name: value for name, value in given.items() if value})}"


def states_of(office: Role) -> Sequence[CaseState]:
    """What this office may list; 受理 may also look at what waits for applicants."""
    return [*WAITING[office], *([CaseState.RETURNED] if office is Role.INTAKE else [])]


def asked_for(visit: Visit, office: Role) -> Asked:
    """The filters of the address."""
    query = visit.request.query

    def one(name: str, known: Iterable[str]) -> str:
        return next((str(code) for code in known if code == query.get(name, "")), "")

    return Asked(
        office,
        one("which", WHICH),
        one("state", [state.value for state in states_of(office)]),
        one("route", [route.value for route in Recognition]),
        one("ground", [ground.value for ground in Ground]),
        one("flag", [flag.value for flag in Flag]),
    )


def choices(asked: Asked) -> list[dict[str, Any]]:
    """The select boxes of the filter form, in words."""
    states = states_of(asked.office)
    groups: list[tuple[str, Sequence[str], str]] = [
        ("which", WHICH, "queue"),
        ("state", [state.value for state in states] if len(states) > 1 else (), "states"),
        ("route", [route.value for route in Recognition], "form.routes"),
        ("ground", [ground.value for ground in Ground], "form.grounds"),
        ("flag", [flag.value for flag in Flag], "flags"),
    ]
    return [
        {
            "name": name,
            "label": say(f"queue.by.{name}"),
            "options": [{"value": "", "label": say(f"queue.any.{name}"), "chosen": not getattr(asked, name)}]
            + [
                {"value": code, "label": say(f"{texts}.{code}"), "chosen": getattr(asked, name) == code}
                for code in codes
            ],
        }
        for name, codes, texts in groups
        if codes
    ]


def shown_key(key: PageKey) -> str:
    """A place in the list, for an address."""
    return f"{key[0]}.{key[1]}.{key[2]}"


def page_key(shown: str) -> PageKey | None:
    """Where the page before ended; anything that is no such place starts from the top."""
    day, _, rest = shown.partition(".")
    submitted, _, case_id = rest.partition(".")
    numbers = all(part.isascii() and part.isdigit() and len(part) < 18 for part in (day, submitted))
    return (int(day), int(submitted), case_id[:64]) if numbers and case_id else None


def everything(asked: Asked) -> Asked:
    """The same office without filters."""
    return replace(asked, which="", state="", route="", ground="", flag="")
