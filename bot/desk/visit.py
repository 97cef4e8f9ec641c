"""One request of a signed-in clerk: who it is, what was sent, and the page around the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import MultipartReader, web

from bot.desk.pages import page, wants_part
from bot.desk.tokens import csrf_of
from bot.desk.words import say
from state_machine.officers import OFFICES, Officer, Role
from state_machine.working_hours import WorkingHours, read_working_hours

if TYPE_CHECKING:
    from bot.wiring import Service

#: Pages beside the offices' own, and who has them.
OTHER_TABS = (
    ("counter.tab", frozenset({Role.INTAKE, Role.AGENT}), "/desk/counter"),
    ("calls.tab", frozenset({Role.INTAKE, Role.AGENT}), "/desk/calls"),
)
#: Notes shown once after a redirect: only names of texts travel in the address, never words of anybody.
NOTE = "note"


@dataclass(frozen=True)
class Note:
    """One line at the top of a page. `forget` names a kept text that has gone out."""

    text: str
    tone: str = ""
    forget: str = ""


@dataclass
class Visit:
    """A request whose session, role and (for POST) CSRF token have been checked."""

    request: web.Request
    service: Service
    officer: Officer
    token: str
    now: datetime
    form: Mapping[str, Any] = field(default_factory=dict)
    #: What follows the CSRF token in a form with files.
    parts: MultipartReader | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The county's time zone."""
        return self.service.settings.zone()

    @property
    def today(self) -> date:
        """Today on the clerks' calendar."""
        return self.now.astimezone(self.zone).date()

    @property
    def hours(self) -> WorkingHours:
        """The working hours of the offices."""
        return read_working_hours(self.service.settings.desk.working_hours)

    @property
    def wants_part(self) -> bool:
        """The page asks for a piece to put in place."""
        return wants_part(self.request)

    @property
    def case_id(self) -> str:
        """The case in the address."""
        return self.request.match_info["case_id"]

    def text(self, name: str, limit: int = 2000) -> str:
        """A field of the form as text; empty where it is missing or a file. Cut at a length no page sends."""
        value = self.form.get(name)
        return value[:limit].replace("\r\n", "\n") if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A field of the form as a number; -1 where it is none."""
        value = self.text(name, 18)
        return int(value) if value.isascii() and value.isdigit() else -1

    def offices(self) -> list[Role]:
        """The deciding offices this clerk holds, in the order a case passes them."""
        return [role for role in OFFICES if self.officer.holds(role)]

    def page(
        self, name: str, /, status: int = 200, notes: Sequence[Note] = (), tabs: Sequence[Any] = (), **values: Any
    ) -> web.Response:
        """A whole page with the top bar."""
        return page(
            name, status, notes=[*self._note_of_address(), *notes], tabs=tabs or self.tabs(), **self.around(), **values
        )

    def around(self) -> dict[str, Any]:
        """What every page and part of a page needs."""
        roles = "、".join(say(f"roles.{role.value}") for role in Role if self.officer.holds(role))
        return {
            "who": {"name": self.officer.name, "roles": roles},
            "csrf": csrf_of(self.token),
            "county": self.service.rules.county_name,
            "may_search": bool(self.offices()),
        }

    def tabs(self, current: str = "", counts: Mapping[Role, str] | None = None) -> list[dict[str, Any]]:
        """One tab for each office held, and the chats for 坐席."""
        tabs = [
            {
                "href": f"/desk?{urlencode({'office': role.value})}",
                "label": say(f"offices_short.{role.value}"),
                "count": counts.get(role) if counts else None,
                "current": role.value == current,
            }
            for role in self.offices()
        ]
        for name, roles, href in OTHER_TABS:
            if roles & self.officer.roles:
                tabs.append({"href": href, "label": say(name), "count": None, "current": href == current})
        for role, href in ((Role.AGENT, "/desk/chats"), (Role.ADMIN, "/desk/manage")):
            if self.officer.holds(role):
                label = say(f"offices_short.{role.value}")
                tabs.append({"href": href, "label": label, "count": None, "current": role.value == current})
        return tabs

    def _note_of_address(self) -> list[Note]:
        name = self.request.query.get(NOTE, "")
        if name not in NOTES:
            return []
        numbers = {key: number for key in ("n", "of") if (number := self.request.query.get(key, "")).isdigit()}
        try:
            text = say(name, **numbers)
        except KeyError:  # a note that counts, without its numbers
            return []
        return [Note(text, "good", self._gone_out(name))]

    def _gone_out(self, name: str) -> str:
        """Which kept text the note says has gone out."""
        place = self.request.match_info
        if name == "chats.sent":
            return f"reply:{place.get('request_id', '')}"
        return f"opinion:{place.get('case_id', '')}" if name.startswith("act.done") else ""


#: The texts an address may ask for.
NOTES = frozenset(
    [
        "claim.taken",
        "claim.released",
        "claim.got",
        "queue.none_left",
        "batch.claimed",
        "batch.claimed_some",
        "batch.released",
        "batch.released_some",
        "batch.handed",
        "batch.handed_some",
        "batch.nothing",
        "chats.sent",
        "chats.card_sent",
        "chats.handed_back",
        "chats.mute.done",
        "chats.mute.lifted",
        "calls.recorded",
        "calls.done_already",
        *(
            f"act.done.{act}"
            for act in (
                "accept",
                "return_for_correction",
                "not_accept",
                "examine",
                "send_back",
                "approve",
                "decline",
                "issue",
            )
        ),
    ]
)


def with_note(place: str, name: str, **numbers: int) -> str:
    """An address that shows one of the known notes, some of which hold numbers."""
    return f"{place}{'&' if '?' in place else '?'}{urlencode({NOTE: name, **numbers})}"
